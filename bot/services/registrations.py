"""Who gets a seat at an event, who waits, and what happens when somebody changes their mind.

Everything here runs under the lock of its event: requests are decided one after another, in the
order in which their turns come.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import null, select

from bot.database import Database
from bot.dialog import Json, Transaction
from bot.i18n import _
from bot.models import Base
from bot.services.events import Event, Events
from bot.services.notices import Notices
from bot.services.registration import Refused, Registration, Request
from bot.services.seats import Seats

GRACE = timedelta(minutes=1)  # an answer that reached us in time may still wait for its turn

NAMELESS: Mapping[str, Any] = {
    **{"reference": None, "answers": {}, "address": None, "cause": None},
    "feedback": null(),
}
"""What a registration holds when nothing in it may say who it was; beside `person_id`."""

_TABLE = Base.metadata.tables["registration"]


@dataclass(frozen=True, slots=True)
class Registered:
    """What became of a request. `again`: the person had registered before, nothing changed."""

    registration: Registration
    event: Event
    again: bool = False


class Registrations:
    """What people and staff may do with registrations. All of it raises Refused with a reason."""

    def __init__(self, transaction: Transaction) -> None:
        self._now = transaction.now
        self._events = Events(transaction)
        self._notices = Notices(transaction)
        self.seats = Seats(transaction)

    @property
    def told(self) -> int:
        """How many people were told of what was done here."""
        return self._notices.told

    @property
    def texts(self) -> tuple[str, ...]:
        """A few of the texts they were told."""
        return self._notices.texts

    def of_person(self, person_id: str) -> tuple[tuple[Registration, Event], ...]:
        """What a person is registered for or waits for and has not ended, the next first."""
        pairs = [(r, self._events.get(r.event_id)) for r in self.seats.of_person(person_id)]
        coming = [
            (r, event)
            for r, event in pairs
            if event and r.is_active and not event.is_over(self._now)
        ]
        return tuple(sorted(coming, key=lambda pair: (pair[1].starts_at, pair[1].id)))

    # -- what a person does ------------------------------------------------------------------

    def register(self, request: Request) -> Registered:
        """Take seats, or a place on the waiting list; twice is once."""
        event = self._locked(request.event_id)
        known = self.seats.find(event.id, request.person_id)
        if known and known.status != "cancelled":
            return Registered(known, event, again=True)
        _refuse_what_cannot_be(event, request)
        seated = self.seats.take(event.id, request.seats)
        if not seated and not event.waiting_list:
            raise Refused(_("All seats are taken, and there is no waiting list."))
        written = self.seats.write(known, request, "confirmed" if seated else "waiting")
        return Registered(written, event)

    def cancel(self, event_id: str, person_id: str, reason: str = "person") -> bool:
        """Give the place back; the seat goes to who waits. False when there was none to give."""
        event = self._locked(event_id)
        known = self.seats.find(event_id, person_id)
        if known is None or event.is_over(self._now) or not self.seats.end(known, reason):
            return False
        self._notices.take_back(event, (known,))
        self.move_up(event)
        return True

    def wait_instead(self, event_id: str, person_id: str, at: datetime) -> Registration:
        """Give the seat back and wait at the end of the list, in one step; twice is once."""
        event, known = self._locked(event_id), self._live(event_id, person_id)
        if known.status == "waiting":
            return known
        if not event.waiting_list:
            raise Refused(
                _("There is no waiting list there. You can keep your registration or cancel.")
            )
        if self.seats.first_waiting(event_id) is None:
            raise Refused(_("Nobody else waits there. You can keep your registration or cancel."))
        self.seats.give_back(event_id, known.seats)
        self.seats.change(known, status="waiting", requested_at=at, offer_until=None)
        self.move_up(event)
        return self._live(event_id, person_id)

    def accept(self, event_id: str, person_id: str, at: datetime) -> Registration:
        """Take the seat that was offered; `at` is when the answer reached us."""
        event = self._locked(event_id)
        known = self.seats.find(event_id, person_id)
        if known and known.status in ("confirmed", "attended"):
            return known
        if known is None or known.status != "offered" or (known.offer_until or at) < at:
            raise Refused(_("There is no seat on offer for you there, or its time is over."))
        self._notices.take_back(event, (known,), "offered")
        return self.seats.change(known, status="confirmed", offer_until=None)

    def edit(self, event_id: str, person_id: str, answers: Mapping[str, Json]) -> Registration:
        """Change answers; those not named stay, those that are None go."""
        known = self._live(event_id, person_id)
        kept = {k: v for k, v in {**known.answers, **answers}.items() if v is not None}
        return self.seats.change(known, answers=kept)

    def resize(self, event_id: str, person_id: str, seats: int) -> Registration:
        """Take more seats, or give some back."""
        known = self._live(event_id, person_id)
        event = self._locked(event_id)
        _refuse_seats(event, seats)
        more = seats - known.seats
        seated = known.status != "waiting"
        if seated and more > 0 and not self.seats.take(event_id, more):
            raise Refused(
                _("There are not enough free seats for that. Everything stays as it was.")
            )
        changed = self.seats.change(known, seats=seats)
        if more < 0:
            self.seats.give_back(event_id, -more if seated else 0)
            self.move_up(event)  # also when a smaller group at the head of the list fits now
        return changed

    # -- what the house and staff do ---------------------------------------------------------

    def move_up(self, event: Event) -> tuple[Registration, ...]:
        """Free seats go to who waits longest, as long as the next one fits: nobody is passed over.

        They are offered for `offer_hours`, or given at once; each person is told.
        """
        moved: list[Registration] = []
        if event.state not in ("open", "closed") or self._now >= event.starts_at:
            return ()
        while (first := self.seats.first_waiting(event.id)) and self.seats.take(
            event.id, first.seats, ahead=True
        ):
            moved.append(self._offer(event, first))
        return tuple(moved)

    def lapse(self, event_id: str) -> tuple[Registration, ...]:
        """Offers whose time is over go to the next; those who had them are told."""
        event = self._locked(event_id)
        late = self.seats.lapsed(event_id, self._now - GRACE)
        lapsed = tuple(r for r in late if self.seats.end(r, "lapsed"))
        for registration in lapsed:
            self._notices.lapsed(event, registration)
        self.move_up(event)
        return lapsed

    def admit(self, event_id: str, reference: str) -> Registration:
        """Give a reserved seat to somebody who waits, whatever their place."""
        event = self._locked(event_id)
        known = self.seats.by_reference(reference)
        if known is None or known.event_id != event_id or known.status != "waiting":
            raise Refused(_("Nobody with this reference is on the waiting list."))
        if not self.seats.take_reserved(event_id, known.seats):
            raise Refused(_("There are not enough reserved seats."))
        admitted = self.seats.change(known, status="confirmed")
        self._notices.moved_up(event, admitted)
        return admitted

    def remove(self, event_id: str, reference: str) -> Registration:
        """Staff take somebody off the list; the person is told, the seat goes to who waits."""
        event = self._locked(event_id)
        known = self.seats.by_reference(reference)
        if known is None or known.event_id != event_id or not self.seats.end(known, "staff"):
            raise Refused(_("Nobody with this reference has a place there."))
        self._notices.take_back(event, (known,))
        self._notices.removed(event, known)
        self.move_up(event)
        return known

    def end_all(self, event: Event) -> tuple[Registration, ...]:
        """The locked event will not be: every place ends; gives those who had one."""
        return self.seats.end_all(event.id)

    def give_up(self, person_id: str) -> None:
        """The person is to be forgotten: their places go to others."""
        for _registration, event in sorted(self.of_person(person_id), key=lambda p: p[1].id):
            self.cancel(event.id, person_id, "erased")

    def join(self, gone: str, stays: str) -> None:
        """Two people turn out to be one: at each event the better of their places stays."""
        for event_id in sorted({r.event_id for r in self.seats.of_person(gone)}):
            event = self._locked(event_id)
            pair = [self.seats.find(event_id, person) for person in (gone, stays)]
            kept, *others = sorted(filter(None, pair), key=lambda r: r.rank)
            for other in others:
                self.seats.end(other, "joined")
                self.seats.change(other, person_id=None, **NAMELESS)
            self.seats.change(kept, person_id=stays)
            self.move_up(event)

    # -- ---------------------------------------------------------------------------------------

    def _locked(self, event_id: str) -> Event:
        event = self._events.lock(event_id)
        if event is None:
            raise Refused(_("I do not know this event."))
        return event

    def _live(self, event_id: str, person_id: str) -> Registration:
        event = self._locked(event_id)
        known = self.seats.find(event_id, person_id)
        if known is None or not known.is_active or event.is_over(self._now):
            raise Refused(_("You have no registration there that could be changed."))
        return known

    def _offer(self, event: Event, first: Registration) -> Registration:
        if event.offer_hours == 0:
            moved = self.seats.change(first, status="confirmed")
            self._notices.moved_up(event, moved)
            return moved
        until = min(self._now + timedelta(hours=event.offer_hours), event.starts_at)
        offered = self.seats.change(first, status="offered", offer_until=until)
        self._notices.offered(event, offered)
        return offered


def _refuse_what_cannot_be(event: Event, request: Request) -> None:
    """Raises Refused; registrations count by the moment they reached us."""
    at = request.requested_at
    if event.state == "cancelled":
        raise Refused(_("This event was cancelled."))
    if event.state == "open" and event.is_early(at):
        raise Refused(_("Registration has not begun yet."))
    if not event.is_open(at):
        raise Refused(_("Registration for this event is over."))
    _refuse_seats(event, request.seats)


def _refuse_seats(event: Event, seats: int) -> None:
    if not 1 <= seats <= event.seats_each:
        raise Refused(_("One registration may take 1 to {most} seats."), most=event.seats_each)
    if event.capacity is not None and seats > event.capacity - event.reserved:
        raise Refused(_("This event does not have so many seats."))


def lapse_offers(database: Database, now: datetime) -> int:
    """Let every offer go whose time is over; gives how many. Two clocks are harmless."""
    late = (_TABLE.c.status == "offered", _TABLE.c.offer_until < now - GRACE)
    with database.read() as connection:
        due = sorted(set(connection.scalars(select(_TABLE.c.event_id).where(*late))))
    count = 0
    for event_id in due:
        with database.write() as connection:
            count += len(Registrations(Transaction(connection, now)).lapse(event_id))
    return count
