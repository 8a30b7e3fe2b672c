"""What people want to be reminded of: asked for, listed, taken back; what became of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, delete, func, insert, select, update

from bot.dialog import Talk, Transaction
from bot.models import Base
from bot.services.reminder_rows import relative_to_json, times_of
from bot.understanding.dates import Moment, Relative
from bot.zones import zone_named

MOST = 100  # reminders one person may have waiting
_DIGITS = 19  # of a number that a column of ids can not hold
LONGEST = 1000  # characters of what somebody wants to be reminded of

_TABLES = Base.metadata.tables
_TABLE, _OUTBOX = _TABLES["reminder"], _TABLES["outbox"]
_COLUMNS = (
    *("id", "person_id", "event_id", "rule_id", "planned_at", "due_at", "zone", "text", "state"),
    *("reason", "outbox_id"),
)


class TooMany(Exception):
    """This person has MOST reminders waiting already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Something to be reminded of. `relative` where the moment counts from that event."""

    text: str
    moment: Moment
    event_id: str | None = None
    relative: Relative | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """A reminder as it stands; what each part means: bot/models/reminders.py.

    `sending` is what the outbox says of one that was handed to it: sent, parked, queued...
    """

    id: int
    person_id: str
    event_id: str | None
    rule_id: int | None
    planned_at: datetime
    due_at: datetime
    zone: str
    text: str | None
    state: str
    reason: str | None
    outbox_id: int | None
    sending: str | None = None

    @property
    def local_zone(self) -> ZoneInfo:
        """Whose clock was meant."""
        return zone_named(self.zone) or ZoneInfo("UTC")


class Reminders:
    """The reminders of people, in the transaction of a turn."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection, self._now = transaction.connection, transaction.now

    def add(self, talk: Talk, wanted: Wanted) -> tuple[Reminder, bool]:
        """Write one down; False behind it when the same one was there. Raises TooMany."""
        text = wanted.text[:LONGEST]
        r = _TABLE.c
        same = and_(r.text == text, r.planned_at == wanted.moment.at, r.rule_id.is_(None))
        known = self._many(self._waiting_for(talk.person_id), same)
        if known:
            return known[0], False
        if self.count(talk.person_id) >= MOST:
            raise TooMany
        row = {
            "person_id": talk.person_id,
            "address": str(talk.address),
            "language": talk.language,
            "event_id": wanted.event_id,
            "relative": wanted.relative and relative_to_json(wanted.relative),
            "text": text,
            "state": "due",
            "created_at": self._now,
            **times_of(wanted.moment),
        }
        added = insert(_TABLE).values(**row).returning(r.id)
        (reminder,) = self._many(r.id == int(self._connection.execute(added).scalar_one()))
        return reminder, True

    def count(self, person_id: str) -> int:
        """How many a person has waiting."""
        waiting = select(func.count()).select_from(_TABLE).where(self._waiting_for(person_id))
        return int(self._connection.execute(waiting).scalar_one())

    def waiting(self, person_id: str) -> tuple[Reminder, ...]:
        """What a person will be reminded of, the next first."""
        return self._many(self._waiting_for(person_id))

    def named(self, number: str, person_id: str) -> Reminder | None:
        """One of a person's own by its number as a tap brings it, whatever became of it."""
        if not (number.isdecimal() and len(number) < _DIGITS):
            return None
        return self.get(int(number), person_id)

    def get(self, reminder_id: int, person_id: str) -> Reminder | None:
        """One of a person's own, whatever became of it."""
        mine = and_(_TABLE.c.id == reminder_id, _TABLE.c.person_id == person_id)
        return next(iter(self._many(mine)), None)

    def cancel(self, reminder_id: int, person_id: str) -> bool:
        """Take one of a person's own back; False when it was not waiting any more."""
        mine = and_(self._waiting_for(person_id), _TABLE.c.id == reminder_id)
        return self._cancel(mine) == 1

    def cancel_all(self, person_id: str) -> int:
        """Take all of a person's back; gives how many."""
        return self._cancel(self._waiting_for(person_id))

    def history(self, which: ColumnElement[bool]) -> tuple[Reminder, ...]:
        """Reminders with what the outbox says of them, the oldest first."""
        columns = [_TABLE.c[name] for name in _COLUMNS]
        joined = _TABLE.outerjoin(_OUTBOX, _OUTBOX.c.id == _TABLE.c.outbox_id)
        wanted = select(*columns, _OUTBOX.c.state.label("sending")).select_from(joined)
        rows = self._connection.execute(wanted.where(which).order_by(_TABLE.c.due_at, _TABLE.c.id))
        return tuple(_reminder(row) for row in rows.mappings())

    def join(self, gone: str, stays: str) -> None:
        """Two people turn out to be one: what both would be told is told once."""
        r, twin = _TABLE.c, _TABLE.alias()
        doubled = (
            select(twin.c.id)
            .where(twin.c.person_id == stays, twin.c.rule_id == r.rule_id)
            .where(twin.c.planned_at == r.planned_at)
            .exists()
        )
        self._connection.execute(delete(_TABLE).where(r.person_id == gone, doubled))
        theirs = update(_TABLE).where(r.person_id == gone)
        self._connection.execute(theirs.values(person_id=stays))

    def _waiting_for(self, person_id: str) -> ColumnElement[bool]:
        return and_(_TABLE.c.person_id == person_id, _TABLE.c.state == "due")

    def _cancel(self, which: ColumnElement[bool]) -> int:
        stopped = update(_TABLE).where(which)
        values = {"state": "cancelled", "reason": "person", "settled_at": self._now}
        return self._connection.execute(stopped.values(**values)).rowcount

    def _many(self, *which: ColumnElement[bool]) -> tuple[Reminder, ...]:
        wanted = select(*(_TABLE.c[name] for name in _COLUMNS)).where(*which)
        rows = self._connection.execute(wanted.order_by(_TABLE.c.due_at, _TABLE.c.id))
        return tuple(_reminder(row) for row in rows.mappings())


def _reminder(row: Mapping[Any, Any]) -> Reminder:
    return Reminder(**{str(key): value for key, value in row.items()})
