"""Events: which there are, whether one can register, when they are, and who has a place."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.api.call import Call, after, page
from bot.api.problems import bad_field
from bot.dialog import Transaction
from bot.services import events
from bot.services.audit import Audit, Entry
from bot.services.event_written import to_plain
from bot.services.events import STATES, Event
from bot.services.organising import Organising
from bot.services.registration import Registration
from bot.services.seats import Seats
from bot.web.problem import NOT_FOUND, Problem


class Events:
    """The list, one event, what is done with it, and its attendees."""

    def list(self, call: Call, transaction: Transaction) -> dict[str, Any]:
        """A page of them, in the order of their ids: a move between two pages hides none."""
        state = call.asked("state", STATES)
        found = [e for e in events.Events(transaction).every() if not state or e.state == state]
        shown = after(found, [event.id for event in found], call)
        return page([_in_a_list(event, transaction) for event in shown], call.limit, "id")

    def show(self, call: Call, transaction: Transaction) -> dict[str, Any]:
        """One as its organisers wrote it, with how many are registered."""
        event = _known(call, transaction)
        return _in_a_list(event, transaction) | {"written": to_plain(event)}

    def open(self, call: Call, transaction: Transaction) -> dict[str, Any]:
        """Let people register."""
        call.only()
        event = _known(call, transaction)
        return self._done(call, transaction, Organising(transaction).open(event.id), "event.open")

    def close(self, call: Call, transaction: Transaction) -> dict[str, Any]:
        """Take no more registrations."""
        call.only()
        event = _known(call, transaction)
        return self._done(call, transaction, Organising(transaction).close(event.id), "event.close")

    def cancel(self, call: Call, transaction: Transaction) -> dict[str, Any]:
        """It will not be: everybody who had a place is told."""
        call.only()
        event, organising = _known(call, transaction), Organising(transaction)
        organising.cancel(event.id)
        done = self._done(call, transaction, _known(call, transaction), "event.cancel")
        return done | {"told": organising.told}

    def move(self, call: Call, transaction: Transaction) -> dict[str, Any]:
        """Give it another time: who has a place is told, and keeps it."""
        call.only("starts_at", "ends_at")
        event, organising = _known(call, transaction), Organising(transaction)
        starts_at = _moment(call, "starts_at")
        lasts = event.ends_at - event.starts_at
        ends_at = _moment(call, "ends_at") if "ends_at" in call.sent else starts_at + lasts
        moved = organising.move(event.id, starts_at, ends_at)
        return self._done(call, transaction, moved, "event.move") | {"told": organising.told}

    def attendees(self, call: Call, transaction: Transaction) -> dict[str, Any]:
        """A page of who registered, in the order of their numbers; answers need their own scope."""
        event, answers = _known(call, transaction), call.asked("answers", ("yes",)) == "yes"
        if answers:
            call.needs("private")
            seen = Entry(call.token.actor, "event.answers", f"event:{event.id}")
            Audit(transaction).write(seen)
        last, most = call.asked_number("after", 0), call.limit + 1
        found = Seats(transaction).after(event.id, last, most)
        return page([_attendee(one, answers) for one in found], call.limit, "id")

    def _done(
        self, call: Call, transaction: Transaction, event: Event, action: str
    ) -> dict[str, Any]:
        Audit(transaction).write(Entry(call.token.actor, action, f"event:{event.id}"))
        return _in_a_list(event, transaction)


def _known(call: Call, transaction: Transaction) -> Event:
    event = events.Events(transaction).get(call.part("slug"))
    if event is None:
        raise Problem(NOT_FOUND)
    return event


def _moment(call: Call, name: str) -> datetime:
    """An instant with its offset: a wall time without one could be meant in any zone."""
    try:
        at = datetime.fromisoformat(call.text(name, 40))
        at.astimezone(UTC)  # near the ends of time there is no such moment
    except (ValueError, OverflowError) as error:
        raise bad_field(name) from error
    if at.tzinfo is None:
        raise bad_field(name)
    return at


def _in_a_list(event: Event, transaction: Transaction) -> dict[str, Any]:
    counts: Mapping[str, tuple[int, int]] = Seats(transaction).counts(event.id)
    names = ("id", "state", "starts_at", "ends_at", "zone", "capacity", "taken", "reserved")
    return {name: getattr(event, name) for name in names} | {
        "title": dict(event.title),
        "registrations": {s: {"count": n, "seats": seats} for s, (n, seats) in counts.items()},
    }


def _attendee(one: Registration, answers: bool) -> dict[str, Any]:
    names = ("id", "reference", "status", "seats", "language", "requested_at", "offer_until")
    plain = {name: getattr(one, name) for name in names}
    return plain | ({"answers": dict(one.answers)} if answers else {})
