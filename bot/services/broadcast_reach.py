"""Whom a broadcast reaches: counted before it is sent, queued when it begins."""

from collections import Counter
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
from bot.services.audience import Open, Wanted, left_out, recipients
from bot.services.preferences import next_allowed
from bot.single import in_one

_HOUR = 3600
_OUTBOX = Base.metadata.tables["outbox"]
Says = Callable[[str], Reply | None]
Reached = tuple[str, str, str, int]  # channel, reach, language, people


@dataclass(frozen=True, slots=True)
class Preview:
    """Whom a broadcast would reach at this moment.

    reached   people by channel, by when they get it (see audience.Reach), and by the language of
              the text they read
    subscription  people who get it nowhere unless they follow, or start, us again, by channel
    left_out  people it is for and who cannot be told, by reason: stopped, left, closed
    others    people who read the text in the language for all others, as their own is not there
    monthly   how many mass messages a person gets in a month, where some get it by one; else 0
    window    for how many hours after they wrote a platform lets us write, where some must; else 0
    """

    reached: tuple[Reached, ...]
    subscription: Mapping[str, int] = field(default_factory=dict)
    left_out: Mapping[str, int] = field(default_factory=dict)
    others: int = 0
    monthly: int = 0
    window: int = 0

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
        }


def preview(connection: Connection, wanted: Wanted, says: Says) -> Preview:
    """Whom it would reach at the moment that is asked about.

    `says`: what is said in a language; None where that cannot be told.
    """
    rows = _counted(connection, wanted)
    reached = tuple(sorted(_truly(group, wanted.open, says) for group in _by_night(rows, wanted)))
    monthly = [wanted.open.masses[name].monthly for name, by, *_ in reached if by == "mass"]
    windows = [
        wanted.open.channels[name].reply_window for name, by, *_ in reached if by == "writes"
    ]
    missing = connection.execute(left_out(wanted)).all()
    return Preview(
        reached,
        {channel: count for _reason, channel, count in missing if channel},
        {reason: count for reason, channel, count in missing if not channel},
        others=sum(row.others for row in rows),
        monthly=min(monthly, default=0),
        window=min(filter(None, windows), default=0) // _HOUR,
    )


def _counted(connection: Connection, wanted: Wanted) -> Sequence[Row[Any]]:
    to = recipients(wanted).c
    groups = (to.channel, to.reach, to.language, to.zone, to.quiet)
    others = func.sum(case((to.own.is_(True), 0), else_=1)).label("others")
    counted = select(*groups, func.count().label("people"), others)
    return connection.execute(counted.group_by(*groups)).all()


def _by_night(rows: Iterable[Row[Any]], wanted: Wanted) -> Iterator[Reached]:
    """Who would get it at once, but has their quiet hours then, gets it after these."""
    people: Counter[tuple[str, str, str]] = Counter()
    for row in rows:
        sleeps = row.reach == "now" and _is_night(row.zone, row.quiet, wanted)
        people[row.channel, "night" if sleeps else row.reach, row.language] += row.people
    return ((*group, count) for group, count in people.items())


def _is_night(zone: str | None, quiet: str | None, wanted: Wanted) -> bool:
    at, assumed = wanted.begins_at, wanted.open.assumed
    return bool(at and assumed and next_allowed(zone, quiet, assumed, at) > at)


def _truly(group: Reached, open_: Open, says: Says) -> Reached:
    """A mass message needs a list that is long enough, and a text that is short enough."""
    channel, by, language, people = group
    if by != "mass":
        return group
    reply = says(language) if people >= open_.masses[channel].least else None
    has_room = reply is not None and in_one(reply, open_.channels[channel]) is not None
    return channel, "mass" if has_room else "writes", language, people


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
