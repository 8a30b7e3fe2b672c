"""What became of a broadcast: each recipient once, in one state, with the reason and the time.

The rows of the outbox are the ledger, so it cannot say anything that did not happen. The states
together are always the audience: nothing is added to it and nothing taken away.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, case, func, select, update

from bot.dialog import Transaction
from bot.i18n import _, translate
from bot.mass_reports import ASKED, Told, is_asked_for, told
from bot.models import Base
from bot.services.audience import MISSED
from bot.services.audit import Audit, Entry
from bot.services.broadcast import BadBroadcast, Broadcast
from bot.services.broadcast_names import PLATFORMS, REPORTED, SILENT

STATES: Final = (
    *("queued", "sending", "sent", "parked", "failed", "expired", "cancelled", "unsure"),
)
PAGE: Final = 100
COLUMNS: Final = ("talk", "channel", "language", "state", "reason", "at")
"""Of a table of recipients."""
_WAITING: Final = ("queued", "sending", "parked")
_NOBODY: Final = {
    "sent": _("Nothing of it is unknown any more."),
    "again": _("There is nobody left to whom it could be sent again."),
}
_TABLES = Base.metadata.tables
_OUTBOX, _TALK, _BROADCAST = (_TABLES[name] for name in ("outbox", "transcript", "broadcast"))


@dataclass(frozen=True, slots=True)
class Recipient:
    """One row. `talk` is the number of their conversation, None where they have none."""

    id: int
    talk: int | None
    channel: str
    language: str
    state: str
    reason: str
    at: datetime | None


class Ledger:
    """The ledgers of all broadcasts."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._connection, self._now = transaction.connection, transaction.now

    def tally(self, broadcast: Broadcast) -> Mapping[str, int]:
        """How many recipients are in each state; what was kept when the rows are gone."""
        return self.tallies((broadcast,))[broadcast.id]

    def tallies(self, broadcasts: Collection[Broadcast]) -> Mapping[int, Mapping[str, int]]:
        """The same of several, by their numbers: counted together, however many they are."""
        o, found = _OUTBOX.c, defaultdict[int, dict[str, int]](dict)
        of = (o.broadcast_id.in_([one.id for one in broadcasts]), o.kind == "broadcast")
        counted = select(o.broadcast_id, o.state, func.count()).where(*of)
        for number, state, count in self._connection.execute(
            counted.group_by(o.broadcast_id, o.state)
        ):
            found[number][state] = count
        return {one.id: _by_state(one, found[one.id]) or one.tally or {} for one in broadcasts}

    def by_channel(self, broadcast: Broadcast) -> Mapping[str, Mapping[str, int]]:
        """The same for each channel, where the rows are still kept."""
        o, channels = _OUTBOX.c, dict[str, dict[str, int]]()
        counted = select(o.channel, o.state, func.count()).where(*_of(broadcast.id))
        for channel, state, count in self._connection.execute(
            counted.group_by(o.channel, o.state).order_by(o.channel)
        ):
            channels.setdefault(channel, {})[state] = count
        return {channel: _by_state(broadcast, found) for channel, found in channels.items()}

    def reasons(self, broadcast: Broadcast) -> Mapping[tuple[str, str], int]:
        """Why, for those who will not get it: how many by state and reason, most first."""
        return self._why(broadcast, MISSED)

    def waits(self, broadcast: Broadcast) -> Mapping[tuple[str, str], int]:
        """The same for those who may still get it; nobody may of one that was cancelled."""
        return {} if broadcast.state == "cancelled" else self._why(broadcast, _WAITING)

    def _why(self, broadcast: Broadcast, states: Iterable[str]) -> Mapping[tuple[str, str], int]:
        o, count = _OUTBOX.c, func.count()
        wanted = select(o.state, o.error, count).where(*_of(broadcast.id), o.error.is_not(None))
        wanted = wanted.where(o.state.in_(states)).group_by(o.state, o.error)
        rows = self._connection.execute(wanted.order_by(count.desc()).limit(PAGE))
        return {(state, error): number for state, error, number in rows}

    def rows(self, broadcast: Broadcast, state: str = "", after: int = 0) -> tuple[Recipient, ...]:
        """A page of recipients, under the numbers of their conversations."""
        wanted = _listed(broadcast, state).where(_OUTBOX.c.id > after).limit(PAGE)
        return tuple(Recipient(*row) for row in self._connection.execute(wanted))

    def every(self, broadcast: Broadcast) -> Iterator[Recipient]:
        """All of them, for a file; asked for page by page, each would be sorted anew."""
        listed = _listed(broadcast, "").execution_options(yield_per=5000)
        for row in self._connection.execute(listed):
            yield Recipient(*row)

    def reports(self, broadcast: Broadcast) -> tuple[Told, ...]:
        """What platforms told of its mass messages: how many got it; who, they do not tell."""
        return told(self._connection, broadcast.id)

    def decide(self, broadcast: Broadcast, decision: str, actor: str) -> int:
        """What the unsure ones count as from now on: `sent`, or to be sent `again`; how many.

        Who wants nothing more of it stays as they are: their row has expired (see call_off).
        """
        o = _OUTBOX.c
        unknown = (*_of(broadcast.id), o.state == "unsure")
        unsure = update(_OUTBOX).where(*unknown, ~is_asked_for(o.mass_id))
        values: dict[str, Any] = {"state": "sent"}
        if decision == "again":
            values = {"state": "queued", "due_at": self._now, "settled_at": None, "mass_id": None}
            values["maybe_sent"], unsure = True, unsure.where(o.expires_at > self._now)
            self._refuse_ended(broadcast)
        count = self._connection.execute(unsure.values(values)).rowcount
        if not count:
            asked = select(o.id).where(*unknown, is_asked_for(o.mass_id)).limit(1)
            raise BadBroadcast(ASKED if self._connection.scalar(asked) else _NOBODY[decision])
        entry = Entry(
            actor, f"broadcast.unsure-{decision}", f"broadcast:{broadcast.id}", str(count)
        )
        Audit(self._transaction).write(entry)
        return count

    def _refuse_ended(self, broadcast: Broadcast) -> None:
        """It may have been cancelled since it was looked at, and is not until this is through.

        Queued then, they would all be told as not sent, also those who have it.
        """
        b = _BROADCAST.c
        state = select(b.state).where(b.id == broadcast.id).with_for_update()
        if self._connection.scalar(state) == "cancelled":
            raise BadBroadcast(_("This broadcast was cancelled; nothing of it is sent any more."))
        if not broadcast.ends_at or broadcast.ends_at <= self._now:
            raise BadBroadcast(_("This broadcast is over; nothing of it is sent any more."))


def as_table(recipients: Iterable[Recipient], zone: tzinfo) -> Iterator[dict[str, Any]]:
    """Recipients as rows of a table, `at` by that clock and with its offset, as ISO 8601 has it."""
    for one in recipients:
        at = one.at.astimezone(zone).isoformat(timespec="seconds") if one.at else ""
        yield {name: getattr(one, name) for name in COLUMNS} | {"at": at}


def reported(reports: Iterable[Told], language: str) -> Iterator[str]:
    """The same in words, a line or two for each platform; what they say goes into no state."""
    for one in reports:
        platform = translate(language, PLATFORMS.get(one.channel, one.channel))
        if one.sent or one.refused:
            figures = {"sent": one.sent, "refused": one.refused}
            yield translate(language, REPORTED, platform=platform, **figures)
        if one.silent:
            yield translate(language, SILENT, platform=platform)


def _of(number: int) -> tuple[Any, ...]:
    """Written as the index has it."""
    return _OUTBOX.c.broadcast_id == number, _OUTBOX.c.kind == "broadcast"


def _by_state(broadcast: Broadcast, counted: Mapping[str, int]) -> dict[str, int]:
    """In the order of STATES. Of one that was cancelled the rows are cancelled by and by, too."""
    found = dict(counted)
    if broadcast.state == "cancelled":
        waiting = found.pop("queued", 0) + found.pop("parked", 0)
        found["cancelled"] = found.get("cancelled", 0) + waiting
    return {state: found[state] for state in STATES if found.get(state)}


def _listed(broadcast: Broadcast, state: str) -> Select[Any]:
    """Of one that was cancelled, what still waits for that counts as cancelled already."""
    o = _OUTBOX.c
    told: ColumnElement[str] = o.state
    if broadcast.state == "cancelled":
        told = case((o.state.in_(("queued", "parked")), "cancelled"), else_=o.state)
    wanted = (
        select(o.id, _TALK.c.id, o.channel, o.language, told, func.coalesce(o.error, ""))
        .add_columns(o.settled_at)
        .outerjoin_from(_OUTBOX, _TALK, _TALK.c.address == o.address)
        .where(*_of(broadcast.id))
        .order_by(o.id)
    )
    return wanted.where(told == state) if state else wanted
