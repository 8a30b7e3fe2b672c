"""The rows of registrations and the seats they hold; every change is one guarded statement.

Seats are taken and freed under the lock of their event (Events.lock). The guards stay all the same:
a mistake elsewhere must not sell a seat twice.
"""

from dataclasses import fields
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    and_,
    bindparam,
    func,
    insert,
    or_,
    select,
    update,
)

from bot.dialog import Transaction
from bot.models import Base
from bot.services.announcing import CANCELLED, CONFIRMED, announce
from bot.services.awaiting import COULD_FIT, SOMEONE_WAITS
from bot.services.event_reminders import follow
from bot.services.references import new_reference
from bot.services.registration import ACTIVE, SEATED, Registration, Request

_EVENT, _TABLE = Base.metadata.tables["event"], Base.metadata.tables["registration"]
_NAMES = tuple(f.name for f in fields(Registration))
_ALL = select(*(_TABLE.c[name] for name in _NAMES))
# Made once: every registration runs them.
_FIND = _ALL.where(
    _TABLE.c.event_id == bindparam("event"), _TABLE.c.person_id == bindparam("person")
)
_CALLED = _ALL.where(_TABLE.c.reference == bindparam("reference"))
_ROW = _ALL.where(_TABLE.c.id == bindparam("row"))
_FIRST = (
    _ALL.join(_EVENT, _EVENT.c.id == _TABLE.c.event_id)
    .where(_TABLE.c.event_id == bindparam("event"), _TABLE.c.status == "waiting", COULD_FIT)
    .order_by(_TABLE.c.requested_at, _TABLE.c.id)
    .limit(1)
)
_MORE = _EVENT.c.taken + bindparam("wanted", type_=Integer)
_TAKE_AHEAD = (
    update(_EVENT)
    .where(
        _EVENT.c.id == bindparam("event"),
        or_(_EVENT.c.capacity.is_(None), _MORE + _EVENT.c.reserved <= _EVENT.c.capacity),
    )
    .values(taken=_MORE)
)
_TAKE = _TAKE_AHEAD.where(~SOMEONE_WAITS)


class Seats:
    """The table of registrations, and `taken` of their events."""

    def __init__(self, transaction: Transaction) -> None:
        self._now = transaction.now
        self._transaction, self._connection = transaction, transaction.connection

    # -- looking -----------------------------------------------------------------------------

    def find(self, event_id: str, person_id: str) -> Registration | None:
        """A person's registration for an event, whatever became of it."""
        return self._one(_FIND, event=event_id, person=person_id)

    def by_reference(self, reference: str) -> Registration | None:
        """The registration that is called so."""
        return self._one(_CALLED, reference=reference)

    def of_person(self, person_id: str) -> tuple[Registration, ...]:
        """All of a person's."""
        return self._many(_TABLE.c.person_id == person_id)

    def of_event(self, event_id: str, *statuses: str) -> tuple[Registration, ...]:
        """Those of an event, first come first; only these statuses, if any are given."""
        which = _TABLE.c.event_id == event_id
        return self._many(and_(which, _TABLE.c.status.in_(statuses)) if statuses else which)

    def after(self, event_id: str, last: int, most: int) -> tuple[Registration, ...]:
        """Those of an event that come after a row, in the order of their rows."""
        r = _TABLE.c
        some = _ALL.where(r.event_id == event_id, r.id > last).order_by(r.id).limit(most)
        rows = self._connection.execute(some).mappings()
        return tuple(Registration(**{str(k): v for k, v in row.items()}) for row in rows)

    def lapsed(self, event_id: str, before: Any) -> tuple[Registration, ...]:
        """Those whose offer ended before that moment."""
        of_event = and_(_TABLE.c.event_id == event_id, _TABLE.c.status == "offered")
        return self._many(and_(of_event, _TABLE.c.offer_until < before))

    def first_waiting(self, event_id: str) -> Registration | None:
        """Who waits longest, among those who could ever fit."""
        return self._one(_FIRST, event=event_id)

    def place(self, registration: Registration) -> int:
        """The place on the waiting list, from 1."""
        r = _TABLE.c
        same_moment = and_(r.requested_at == registration.requested_at, r.id < registration.id)
        before = or_(r.requested_at < registration.requested_at, same_moment)
        waiting = and_(r.event_id == registration.event_id, r.status == "waiting", before)
        counted = select(func.count()).select_from(_TABLE).where(waiting)
        return 1 + int(self._connection.execute(counted).scalar_one())

    def counts(self, event_id: str) -> dict[str, tuple[int, int]]:
        """Status to how many registrations and how many seats."""
        r = _TABLE.c
        counted = select(r.status, func.count(), func.sum(r.seats)).where(r.event_id == event_id)
        rows = self._connection.execute(counted.group_by(r.status))
        return {status: (int(count), int(seats)) for status, count, seats in rows}

    # -- seats -------------------------------------------------------------------------------

    def take(self, event_id: str, seats: int, ahead: bool = False) -> bool:
        """Take seats if there are so many; `ahead` of those who wait only who is their first."""
        statement = _TAKE_AHEAD if ahead else _TAKE
        wanted = {"event": event_id, "wanted": seats}
        return self._connection.execute(statement, wanted).rowcount == 1

    def take_reserved(self, event_id: str, seats: int) -> bool:
        """Take seats that were held back, if there are so many."""
        e = _EVENT.c
        held = update(_EVENT).where(e.id == event_id, e.reserved >= seats)
        moved = held.values(reserved=e.reserved - seats, taken=e.taken + seats)
        return self._connection.execute(moved).rowcount == 1

    def give_back(self, event_id: str, seats: int) -> None:
        """Seats are free again."""
        e = _EVENT.c
        freed = update(_EVENT).where(e.id == event_id).values(taken=e.taken - seats)
        self._connection.execute(freed)

    def end(self, registration: Registration, reason: str) -> bool:
        """Cancel a place; its seats are given back exactly once, however often this is called."""
        r = _TABLE.c
        ended = self._connection.execute(
            update(_TABLE)
            .where(r.id == registration.id, r.status == registration.status, r.status.in_(ACTIVE))
            .values(**self._stamped(status="cancelled", reason=reason, offer_until=None))
        )
        if ended.rowcount != 1:
            return False
        if registration.status in SEATED:
            self.give_back(registration.event_id, registration.seats)
        follow(self._transaction, registration.event_id, registration.person_id)
        announce(self._transaction, CANCELLED, _told_of(registration))
        return True

    def end_all(self, event_id: str) -> tuple[Registration, ...]:
        """Every place of a locked event ends, in a few statements; gives those there were.

        Its reminders are stopped with the event itself.
        """
        places = self.of_event(event_id, *ACTIVE)
        r = _TABLE.c
        ended = update(_TABLE).where(r.event_id == event_id, r.status.in_(ACTIVE))
        values = self._stamped(status="cancelled", reason="event", offer_until=None)
        self._connection.execute(ended.values(**values))
        self.give_back(event_id, sum(p.seats for p in places if p.status in SEATED))
        announce(self._transaction, CANCELLED, *map(_told_of, places))
        return places

    # -- rows --------------------------------------------------------------------------------

    def write(self, known: Registration | None, request: Request, status: str) -> Registration:
        """The row of a request: a new one, or that of somebody who had cancelled."""
        values = {f.name: getattr(request, f.name) for f in fields(request)}
        values |= {"status": status, "answers": dict(request.answers)}
        if known:
            return self.change(known, reason=None, feedback=None, **values)
        values |= {"reference": self._new_reference(), "revision": 0, "changed_at": self._now}
        row = insert(_TABLE).values(**values).returning(_TABLE.c.id)
        written = self._read(int(self._connection.execute(row).scalar_one()))
        follow(self._transaction, written.event_id, written.person_id)
        if written.status == "confirmed":
            announce(self._transaction, CONFIRMED, _told_of(written))
        return written

    def change(self, registration: Registration, **values: Any) -> Registration:
        """Lay values over a row; gives it as it is then."""
        which = update(_TABLE).where(_TABLE.c.id == registration.id)
        self._connection.execute(which.values(**self._stamped(**values)))
        changed = self._read(registration.id)
        if values.keys() & {"status", "person_id"}:
            for person in filter(None, {registration.person_id, changed.person_id}):
                follow(self._transaction, changed.event_id, person)
        if changed.status == "confirmed" != registration.status:
            announce(self._transaction, CONFIRMED, _told_of(changed))
        return changed

    def _new_reference(self) -> str:
        while self.by_reference(reference := new_reference()):
            pass
        return reference

    def _stamped(self, **values: Any) -> dict[str, Any]:
        return values | {"revision": _TABLE.c.revision + 1, "changed_at": self._now}

    def _read(self, row: int) -> Registration:
        found = self._one(_ROW, row=row)
        assert found  # noqa: S101 - rows of registrations are never deleted
        return found

    def _one(self, wanted: Select[Any], **values: Any) -> Registration | None:
        row = self._connection.execute(wanted, values).mappings().one_or_none()
        return Registration(**{str(k): v for k, v in row.items()}) if row else None

    def _many(self, which: ColumnElement[bool]) -> tuple[Registration, ...]:
        ordered = _ALL.where(which).order_by(_TABLE.c.requested_at, _TABLE.c.id)
        rows = self._connection.execute(ordered).mappings()
        return tuple(Registration(**{str(k): v for k, v in row.items()}) for row in rows)


def _told_of(registration: Registration) -> dict[str, Any]:
    """What may be told outside of a registration: nothing that finds a person."""
    return {"event": registration.event_id, "registration": registration.id}
