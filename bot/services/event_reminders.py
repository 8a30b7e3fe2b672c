"""Keeps the reminders of an event as its rules, its time and its registrations are.

follow() is called in the transaction of every such change: what no longer holds is stopped, what
holds now is there. Each statement works on all people at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Insert,
    and_,
    exists,
    false,
    literal,
    or_,
    select,
    true,
    update,
)

from bot.dialog import Transaction
from bot.lapsing import call_off
from bot.models import Base
from bot.rows import dialect_of, insert_into
from bot.services.events import Event, Events
from bot.services.reminder_rows import relative_from_json, times_of
from bot.services.reminder_rules import ReminderRules, Rule

_TABLES = Base.metadata.tables
_REMINDER, _REGISTRATION, _OUTBOX = (
    _TABLES["reminder"],
    _TABLES["registration"],
    _TABLES["outbox"],
)
_FOLLOWING = ("changed", "event")  # reasons after which a reminder may live again


@dataclass(frozen=True, slots=True)
class _Occurrence:
    """A rule, and the moment it means for the event as it is now."""

    rule: Rule
    at: datetime
    late_after: datetime
    over_at: datetime | None


def follow(transaction: Transaction, event_id: str, person_id: str | None = None) -> None:
    """Bring the reminders of an event up to date: those of one person, or of all."""
    event = Events(transaction).get(event_id)
    if event is None:
        return
    _Following(transaction, event, person_id).run()


class _Following:
    """One event being followed, for one person or for all."""

    def __init__(self, transaction: Transaction, event: Event, person_id: str | None) -> None:
        self._transaction, self._connection = transaction, transaction.connection
        self._now, self._event = transaction.now, event
        r = _REMINDER.c
        whose = r.person_id == person_id if person_id else true()
        self._theirs = and_(r.event_id == event.id, whose)
        self._person_id = person_id

    def run(self) -> None:
        rules = ReminderRules(self._transaction).of_event(self._event.id)
        takes_place = self._event.state in ("open", "closed")
        occurrences = [
            _occurrence(rule, self._event) for rule in rules if rule.enabled and takes_place
        ]
        self._stop(occurrences)
        for occurrence in occurrences:
            if occurrence.at > self._now:
                self._make(occurrence)
        self._move_own()

    def _stop(self, occurrences: Sequence[_Occurrence]) -> None:
        """What no longer holds is not said; what already waits in the outbox is taken back."""
        r = _REMINDER.c
        holds = or_(false(), *map(self._holds, occurrences), self._holds_own())
        gone = and_(self._theirs, ~holds)
        # First: this waits for a clock that has just claimed them, and what follows sees its work.
        self._cancel(and_(gone, r.state == "due"))
        handed = and_(gone, r.state == "handed")
        waiting = select(r.outbox_id).where(handed, r.outbox_id.is_not(None))
        if call_off(self._connection, self._now, None, _OUTBOX.c.id.in_(waiting)):
            row = exists().where(_OUTBOX.c.id == r.outbox_id, _OUTBOX.c.state == "cancelled")
            self._cancel(and_(handed, row))

    def _cancel(self, which: ColumnElement[bool]) -> None:
        reason = "event" if self._event.state == "cancelled" else "changed"
        values = {"state": "cancelled", "reason": reason, "settled_at": self._now}
        self._connection.execute(update(_REMINDER).where(which).values(**values))

    def _holds(self, occurrence: _Occurrence) -> ColumnElement[bool]:
        r = _REMINDER.c
        registered = exists().where(
            _REGISTRATION.c.event_id == self._event.id,
            _REGISTRATION.c.person_id == r.person_id,
            _REGISTRATION.c.status.in_(occurrence.rule.statuses),
        )
        return and_(r.rule_id == occurrence.rule.id, r.planned_at == occurrence.at, registered)

    def _holds_own(self) -> ColumnElement[bool]:
        """What people asked for themselves: as long as the event is, and they have not left it."""
        if self._event.state == "cancelled":
            return false()
        ended = exists().where(
            _REGISTRATION.c.event_id == self._event.id,
            _REGISTRATION.c.person_id == _REMINDER.c.person_id,
            _REGISTRATION.c.status == "cancelled",
        )
        return and_(_REMINDER.c.rule_id.is_(None), ~ended)

    def _make(self, occurrence: _Occurrence) -> None:
        """A reminder for everybody it is meant for, once; one that was stopped lives again."""
        g = _REGISTRATION.c
        same = {
            "event_id": self._event.id,
            "rule_id": occurrence.rule.id,
            "planned_at": occurrence.at,
            "due_at": occurrence.at,
            "late_after": occurrence.late_after,
            "over_at": occurrence.over_at,
            "zone": self._event.zone,
            "state": "due",
            "created_at": self._now,
        }
        columns = [literal(value, _REMINDER.c[name].type) for name, value in same.items()]
        people = select(g.person_id, g.address, g.language, *columns).where(
            g.event_id == self._event.id,
            g.person_id == self._person_id if self._person_id else g.person_id.is_not(None),
            g.address.is_not(None),
            g.status.in_(occurrence.rule.statuses),
        )
        names = ["person_id", "address", "language", *same]
        self._connection.execute(self._once(names, people))

    def _once(self, names: list[str], people: Any) -> Insert:
        new_rows = insert_into(dialect_of(self._connection), _REMINDER)
        statement = new_rows.from_select(names, people)
        r, new = _REMINDER.c, statement.excluded
        kept = ("address", "language", "due_at", "late_after", "over_at", "state")
        return statement.on_conflict_do_update(
            index_elements=["rule_id", "person_id", "planned_at"],
            index_where=r.rule_id.is_not(None),
            set_={**{name: new[name] for name in kept}, "reason": None, "settled_at": None},
            where=and_(r.state == "cancelled", r.reason.in_(_FOLLOWING)),
        )

    def _move_own(self) -> None:
        """What people asked for themselves, before or after the event, moves with it."""
        r, event = _REMINDER.c, self._event
        own = select(r.id, r.relative, r.planned_at).where(
            self._theirs, r.rule_id.is_(None), r.state == "due", r.relative.is_not(None)
        )
        for row in self._connection.execute(own).all():
            relative = relative_from_json(row.relative)
            moment = relative.moment(event.starts_at, event.ends_at, event.local_zone)
            if moment.at != row.planned_at:
                which = update(_REMINDER).where(r.id == row.id, r.state == "due")
                self._connection.execute(which.values(**times_of(moment)))


def _occurrence(rule: Rule, event: Event) -> _Occurrence:
    over_at = event.starts_at if rule.is_before else None
    return _Occurrence(rule, rule.moment(event), rule.late_after(event), over_at)
