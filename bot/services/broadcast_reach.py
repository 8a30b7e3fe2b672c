"""Whom a broadcast reaches: counted before it is sent, queued when it begins."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Executable,
    Row,
    case,
    func,
    insert,
    literal,
    literal_column,
    select,
)

from bot.message import Reply
from bot.models import Base
from bot.services.audience import Open, Wanted, recipients
from bot.services.audience_check import is_forgotten
from bot.services.audience_left_out import left_out
from bot.services.preferences import next_allowed
from bot.single import in_one

_HOUR = 3600
_BY_LIST = ("mass", "mass-night")
_OUTBOX = Base.metadata.tables["outbox"]
Says = Callable[[str], Reply | None]
Reached = tuple[str, str, str, int]  # channel, reach, language, people


@dataclass(frozen=True, slots=True)
class Preview:
    """Whom a broadcast would reach at this moment.

    reached   people by channel, by when they get it (see audience.Reach), and by the language of
              the text they read
    subscription  people who get it nowhere unless they follow, or start, us again, by channel
    left_out  people it is for and who cannot be told, by reason: stopped, left, elsewhere, closed
    others    people who read the text in the language for all others, as their own is not there
    monthly   how many mass messages a person gets in a month, where some get it by one; else 0
    window    for how many hours after they wrote a platform lets us write, where some must; else 0
    forgotten  the number of the broadcast of which nobody knows any more whom it missed; else 0
    """

    reached: tuple[Reached, ...]
    subscription: Mapping[str, int] = field(default_factory=dict)
    left_out: Mapping[str, int] = field(default_factory=dict)
    others: int = 0
    monthly: int = 0
    window: int = 0
    forgotten: int = 0

    @property
    def people(self) -> int:
        """How many get it, now or later."""
        return sum(count for *_by, count in self.reached)

    def by(self, reach: str) -> int:
        """How many get it at once (`now`), or at another time, see audience.Reach."""
        return sum(count for _c, when, _l, count in self.reached if when == reach)

    def to_json(self) -> dict[str, Any]:
        """As it is kept."""
        return {
            "reached": [list(one) for one in self.reached],
            "subscription": dict(self.subscription),
            "left_out": dict(self.left_out),
            "others": self.others,
            **({"monthly": self.monthly} if self.monthly else {}),
            **({"window": self.window} if self.window else {}),
            **({"forgotten": self.forgotten} if self.forgotten else {}),
        }


def preview(connection: Connection, wanted: Wanted, says: Says) -> Preview:
    """Whom it would reach at the moment that is asked about.

    `says`: what is said in a language; None where that cannot be told.
    """
    rows = _counted(connection, wanted)
    reached = tuple(sorted(_in_time(rows, wanted, says)))
    monthly = [wanted.open.masses[name].monthly for name, by, *_ in reached if by in _BY_LIST]
    windows = [
        wanted.open.channels[name].reply_window for name, by, *_ in reached if by == "writes"
    ]
    missed = wanted.audience.missed
    return Preview(
        reached,
        **not_told(connection, wanted),
        others=sum(row.others for row in rows),
        monthly=min(monthly, default=0),
        window=min(filter(None, windows), default=0) // _HOUR,
        forgotten=missed if is_forgotten(connection, missed, wanted.now) else 0,
    )


def not_told(connection: Connection, wanted: Wanted) -> dict[str, dict[str, int]]:
    """Who cannot be told at this moment: `subscription` and `left_out`, see Preview."""
    missing = connection.execute(left_out(wanted)).all()
    return {
        "subscription": {channel: count for _reason, channel, count in missing if channel},
        "left_out": {reason: count for reason, channel, count in missing if not channel},
    }


def _counted(connection: Connection, wanted: Wanted) -> Sequence[Row[Any]]:
    to = recipients(wanted).c
    groups = (to.channel, to.reach, to.language, to.zone, to.quiet)
    others = func.sum(case((to.own.is_(True), 0), else_=1)).label("others")
    counted = select(*groups, func.count().label("people"), others)
    return connection.execute(counted.group_by(*groups)).all()


def _in_time(rows: Iterable[Row[Any]], wanted: Wanted, says: Says) -> Iterator[Reached]:
    """Each group by when it gets it: who has their quiet hours then, gets it after these."""
    people: Counter[tuple[str, str, str]] = Counter()
    listed: defaultdict[tuple[str, str], Counter[datetime]] = defaultdict(Counter)
    begins = wanted.begins_at or wanted.now
    for row in rows:
        wakes = _wakes(row, wanted)
        if row.reach == "mass":
            listed[row.channel, row.language][wakes] += row.people
        else:
            by = "night" if row.reach == "now" and wakes > begins else row.reach
            people[row.channel, by, row.language] += row.people
    for (channel, language), waking in listed.items():
        for at, count in _lists(waking, _least(channel, says(language), wanted.open)):
            by = "writes" if at is None else "mass-night" if at > begins else "mass"
            people[channel, by, language] += count
    return ((*group, count) for group, count in people.items())


def _wakes(row: Row[Any], wanted: Wanted) -> datetime:
    """The moment it begins, or the end of the quiet hours that is in."""
    at, assumed = wanted.begins_at, wanted.open.assumed
    if at is None or assumed is None:
        return at or wanted.now
    return next_allowed(row.zone, row.quiet, assumed, at)


def _least(channel: str, reply: Reply | None, open_: Open) -> int | None:
    """How long a list must be; None where the text is too long for a mass message."""
    has_room = reply is not None and in_one(reply, open_.channels[channel]) is not None
    return open_.masses[channel].least if has_room else None


def _lists(
    waking: Mapping[datetime, int], least: int | None
) -> Iterator[tuple[datetime | None, int]]:
    """When a list is made, and of how many: none while too few are awake; None: those left over."""
    waiting = 0
    for at in sorted(waking):
        waiting += waking[at]
        if least is not None and waiting >= least:
            yield at, waiting
            waiting = 0
    if waiting:
        yield None, waiting


def queueing(wanted: Wanted, ends_at: datetime | None) -> Executable:
    """Queue it to everybody it is for, in one statement; what waits to be fetched is parked."""
    to = recipients(wanted).c
    o = _OUTBOX.c
    state = case(
        (to.reach == "looks", literal_column("'parked'")), else_=literal_column("'queued'")
    )
    same: dict[str, Any] = {
        "kind": literal_column("'broadcast'"),
        "created_at": literal(wanted.now, o.created_at.type),
        "due_at": literal(wanted.now, o.due_at.type),
        "expires_at": literal(ends_at, o.expires_at.type),
        "state": state,
        "attempts": literal_column("0"),
        "broadcast_id": literal(wanted.broadcast),
    }
    chosen = select(to.channel, to.address, to.language, *same.values())
    names = ("channel", "address", "language", *same)
    return insert(_OUTBOX).from_select(names, chosen.order_by(to.person_id))
