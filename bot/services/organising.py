"""What organisers do with events: write, open, close, cancel, move; and what ends after them.

Whoever has a place is told what changes for them, once, in the same transaction.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Literal

from sqlalchemy import and_, delete, select, update

from bot.database import Database
from bot.dialog import Transaction
from bot.i18n import _
from bot.models import Base
from bot.services.event_check import check_event
from bot.services.event_reminders import follow
from bot.services.events import Event, Events
from bot.services.fields import BadEvent
from bot.services.notices import Notices
from bot.services.registration import ACTIVE, Registration
from bot.services.registrations import NAMELESS, Registrations
from bot.services.reminder_rules import ReminderRules, the_evening_before
from bot.services.withdrawing import is_elsewhere

Saved = Literal["new", "changed", "same"]
_SHREDDED_SOONEST = timedelta(days=2)  # after a move: time to see a slip, in every zone

_EVENT, _REGISTRATION = Base.metadata.tables["event"], Base.metadata.tables["registration"]


class Organising:
    """What may be changed about events. All of it raises BadEvent, then nothing has changed."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._now = transaction.now
        self._events = Events(transaction)
        self._registrations = Registrations(transaction)
        self._notices = Notices(transaction)

    @property
    def told(self) -> int:
        """How many people were told of what was done here."""
        return self._notices.told + self._registrations.told

    @property
    def texts(self) -> tuple[str, ...]:
        """A few of the texts they were told."""
        return (*self._notices.texts, *self._registrations.texts)

    def save(self, event: Event) -> Saved:
        """Write an event as it is now. People are told when its time or place is another.

        Its state goes with it, except into `cancelled`: see cancel().
        """
        check_event(event)
        known = self._events.lock(event.id)
        if (
            event.state == "open"
            and event.is_over(self._now)
            and not (known and known.state == "open")
        ):
            raise BadEvent(_("{event} is over; it cannot be opened."), event=event.id)
        if known is None:
            self._events.add(event)
            ReminderRules(self._transaction).add(the_evening_before(event.id))
            return "new"
        event = _with_counts(event, known)
        if event == known:
            return "same"
        if event.state == "open" != known.state:
            _refuse_shredded(known)
        _refuse_too_few(event)
        self._refuse_another_time(known, event)
        if "cancelled" in (event.state, known.state) and event.state != known.state:
            raise BadEvent(_("A cancelled event stays cancelled; cancel one with: event cancel."))
        self._changed(known, event)
        return "changed"

    def open(self, event_id: str) -> Event:
        """Let people register."""
        event = self._known(event_id)
        if event.state == "cancelled":
            raise BadEvent(_("{event} is cancelled, and stays so."), event=event_id)
        if event.is_over(self._now):
            raise BadEvent(_("{event} is over; it cannot be opened."), event=event_id)
        _refuse_shredded(event)
        return self._set_state(event, "open")

    def close(self, event_id: str) -> Event:
        """Take no more registrations; who waits may still move up."""
        event = self._known(event_id)
        if event.state == "cancelled":
            raise BadEvent(_("{event} is cancelled, and stays so."), event=event_id)
        return self._set_state(event, "closed")

    def cancel(self, event_id: str) -> tuple[Registration, ...]:
        """The event will not be: everybody who had a place is told once; gives them."""
        event = self._known(event_id)
        if event.state == "cancelled":
            return ()
        self._set_state(event, "cancelled")
        ended = self._registrations.end_all(event)
        cancelled = replace(event, state="cancelled", revision=event.revision + 1)
        self._notices.cancelled(cancelled, ended)
        return ended

    def move(self, event_id: str, starts_at: datetime, ends_at: datetime) -> Event:
        """Give an event another time; who has a place is told, and keeps it.

        When registration ends, and when answers are deleted, moves along; they are not deleted
        by the move itself.
        """
        event = self._known(event_id)
        later = starts_at - event.starts_at
        soonest = self._now.date() + _SHREDDED_SOONEST
        moved = replace(
            event,
            starts_at=starts_at,
            ends_at=ends_at,
            closes_at=event.closes_at and event.closes_at + later,
            shred_on=event.shred_on and max(event.shred_on + later, soonest),
        )
        self.save(moved)
        return self._known(event_id)

    def known(self, event_id: str) -> Event | None:
        """An event as it stands, held until the transaction ends."""
        return self._events.lock(event_id)

    def admit(self, event_id: str, reference: str) -> Registration:
        """Give a reserved seat to somebody who waits. Raises Refused."""
        return self._registrations.admit(event_id, reference)

    def remove(self, event_id: str, reference: str) -> Registration:
        """Cancel somebody's registration. Raises Refused."""
        return self._registrations.remove(event_id, reference)

    def _known(self, event_id: str) -> Event:
        event = self._events.lock(event_id)
        if event is None:
            raise BadEvent(_("There is no event named {event}."), event=event_id)
        return event

    def _set_state(self, event: Event, state: str) -> Event:
        return event if event.state == state else self._change(replace(event, state=state))

    def _change(self, event: Event) -> Event:
        changed = self._events.change(event)
        follow(self._transaction, event.id)
        return changed

    def _changed(self, known: Event, event: Event) -> None:
        event = self._change(event)
        if is_elsewhere(known, event) and not event.is_over(self._now):
            kept = self._registrations.seats.of_event(event.id, *ACTIVE)
            self._notices.moved(known, event, kept)
        # More seats, or fewer reserved: who waits is first.
        self._registrations.move_up(event)

    def _refuse_another_time(self, known: Event, event: Event) -> None:
        """A day of last year would end everything: nobody could come, and answers would go."""
        changed = [getattr(event, t) for t in _TIMES if getattr(known, t) != getattr(event, t)]
        if not changed:
            return
        if known.state == "cancelled":
            raise BadEvent(_("{event} is cancelled, and stays so."), event=event.id)
        _refuse_shredded(known)
        if min(changed) <= self._now and self._registrations.seats.counts(event.id):
            raise BadEvent(
                _("{event}: people have registered, so it cannot be moved into the past."),
                event=event.id,
            )


_TIMES = ("starts_at", "ends_at")


def _refuse_shredded(event: Event) -> None:
    """Nobody could be told: who had registered is not known any more."""
    if event.shredded_at:
        raise BadEvent(
            _(
                "{event} is over and its answers are deleted, so nobody could be told. Write a new "
                "event instead."
            ),
            event=event.id,
        )


def _with_counts(event: Event, known: Event) -> Event:
    """What the house counts is not for organisers to write."""
    return replace(
        event,
        taken=known.taken,
        revision=known.revision,
        shredded_at=known.shredded_at,
        feedback_at=known.feedback_at,
        shred_on=event.shred_on or known.shred_on,
    )


def _refuse_too_few(event: Event) -> None:
    if event.capacity is not None and event.capacity < event.taken + event.reserved:
        raise BadEvent(
            _(
                "{event}: {taken} seats are taken and {reserved} reserved, so there cannot be only "
                "{capacity}. Nobody is sent away by a number: cancel registrations first."
            ),
            event=event.id,
            taken=event.taken,
            reserved=event.reserved,
            capacity=event.capacity,
        )


def shred_registrations(database: Database, now: datetime) -> int:
    """Delete the answers of events whose day has come, and who it was; counts stay.

    The day is that of the event's own zone. Gives how many events; twice changes nothing.
    """
    with database.read() as connection:
        not_yet = and_(_EVENT.c.shredded_at.is_(None), _EVENT.c.shred_on <= now.date())
        due = sorted(connection.scalars(select(_EVENT.c.id).where(not_yet)))
    done = 0
    for event_id in due:
        with database.write() as connection:
            done += _shred(Transaction(connection, now), event_id)
    return done


def _shred(transaction: Transaction, event_id: str) -> bool:
    events = Events(transaction)
    event = events.lock(event_id)
    if event is None or event.shredded_at or not _has_come(event.shred_on, event, transaction.now):
        return False
    whose = update(_REGISTRATION).where(_REGISTRATION.c.event_id == event_id)
    transaction.connection.execute(whose.values(person_id=None, **NAMELESS))
    for table in ("check_in", "check_in_link"):
        of_event = Base.metadata.tables[table]
        transaction.connection.execute(delete(of_event).where(of_event.c.event_id == event_id))
    events.note(event_id, shredded_at=transaction.now)
    return True


def _has_come(day: date | None, event: Event, now: datetime) -> bool:
    """Never before the event is over, whatever day was written."""
    return day is not None and event.is_over(now) and day <= now.astimezone(event.local_zone).date()
