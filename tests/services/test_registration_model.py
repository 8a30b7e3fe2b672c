"""Any order of coming, going, offering and lapsing leaves the seats as a plain list would have them."""

import shutil
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from tempfile import mkdtemp

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from bot.database import Database
from bot.services.events import Events
from bot.services.fields import BadEvent
from bot.services.organising import Organising
from bot.services.registration import Refused
from bot.services.registrations import GRACE, Registrations, lapse_offers
from tests.eventful import NOW, SCHOOL, SEATS_HELD, asking, held, rows, run, taken

PEOPLE = tuple("abcdefg")


@dataclass
class Place:
    """A registration as the model has it."""

    seats: int
    status: str
    order: int
    until: int = 0


class Model:
    """The rules on a plain list: who came first is first, and nobody is passed over."""

    def __init__(self, capacity: int, hours: int) -> None:
        self.capacity, self.hours = capacity, hours
        self.places: dict[str, Place] = {}
        self.clock = self.count = 0

    @property
    def seconds(self) -> int:
        """How late it is; everybody who comes is a second later than who came before."""
        return self.clock * 3600 + self.count

    @property
    def free(self) -> int:
        return self.capacity - sum(p.seats for p in self.places.values() if p.status in SEATS_HELD)

    def queue(self) -> list[Place]:
        waiting = (p for p in self.places.values() if p.status == "waiting")
        return sorted((p for p in waiting if p.seats <= self.capacity), key=lambda p: p.order)

    def register(self, person: str, seats: int) -> None:
        if person in self.places and self.places[person].status != "cancelled":
            return
        if seats > self.capacity:
            return
        self.count += 1
        status = "confirmed" if seats <= self.free and not self.queue() else "waiting"
        self.places[person] = Place(seats, status, self.count)

    def cancel(self, person: str) -> None:
        place = self.places.get(person)
        if place and place.status in ("waiting", "offered", "confirmed"):
            place.status = "cancelled"
            self.move_up()

    def move_up(self, later: int = 0) -> None:
        while (queue := self.queue()) and queue[0].seats <= self.free:
            queue[0].status = "offered" if self.hours else "confirmed"
            queue[0].until = self.seconds + later + self.hours * 3600

    def lapse(self) -> None:
        late = [p for p in self.places.values() if p.status == "offered" and p.until < self.seconds]
        for place in late:
            place.status = "cancelled"
        if late:
            self.move_up(later=int(GRACE.total_seconds()))


class Seating(RuleBasedStateMachine):
    """The services and the model, step by step the same."""

    @initialize(capacity=st.integers(1, 6), hours=st.sampled_from([0, 3]))
    def begin(self, capacity: int, hours: int) -> None:
        self.folder = Path(mkdtemp())
        shutil.copyfile(TEMPLATE[0], self.folder / "db.sqlite3")
        self.database = Database(f"sqlite:///{self.folder / 'db.sqlite3'}")
        held(self.database, capacity=capacity, seats_each=4, offer_hours=hours)
        self.model = Model(capacity, hours)

    @property
    def now(self):
        return NOW + timedelta(seconds=self.model.seconds)

    def do(self, what):
        try:
            return run(self.database, what, self.now)
        except Refused:
            return None

    @rule(person=st.sampled_from(PEOPLE), seats=st.integers(1, 4))
    def register(self, person: str, seats: int) -> None:
        self.model.register(person, seats)
        at = self.now
        self.do(lambda t: Registrations(t).register(asking(person, at, seats=seats)))

    @rule(person=st.sampled_from(PEOPLE))
    def cancel(self, person: str) -> None:
        self.do(lambda t: Registrations(t).cancel(SCHOOL.id, person))
        self.model.cancel(person)

    @rule(person=st.sampled_from(PEOPLE))
    def accept(self, person: str) -> None:
        at = self.now
        done = self.do(lambda t: Registrations(t).accept(SCHOOL.id, person, at))
        place = self.model.places.get(person)
        if done and place and place.status == "offered":
            place.status = "confirmed"

    @rule(hours=st.integers(1, 5))
    def wait(self, hours: int) -> None:
        self.model.clock += hours
        lapse_offers(self.database, self.now + GRACE)
        self.model.lapse()

    @rule(person=st.sampled_from(PEOPLE), seats=st.integers(1, 4))
    def resize(self, person: str, seats: int) -> None:
        done = self.do(lambda t: Registrations(t).resize(SCHOOL.id, person, seats))
        place = self.model.places.get(person)
        if done and place:
            smaller = seats < place.seats
            place.seats = seats
            if smaller:
                self.model.move_up()

    @rule(capacity=st.integers(0, 8))
    def change_capacity(self, capacity: int) -> None:
        def save(t):
            event = Events(t).lock(SCHOOL.id)
            assert event
            return Organising(t).save(replace(event, capacity=capacity))

        try:
            run(self.database, save, self.now)
        except BadEvent:
            assert capacity < taken(self.database)
            return
        self.model.capacity = capacity
        self.model.move_up()

    @rule(person=st.sampled_from(PEOPLE))
    def forget(self, person: str) -> None:
        self.do(lambda t: Registrations(t).give_up(person))
        self.model.cancel(person)

    @invariant()
    def the_seats_are_as_a_plain_list_has_them(self) -> None:
        if not hasattr(self, "model"):
            return
        found = {r.person_id: (r.status, r.seats) for r in rows(self.database)}
        assert found == {n: (p.status, p.seats) for n, p in self.model.places.items()}
        assert taken(self.database) == self.model.capacity - self.model.free
        assert self.model.free >= 0

    def teardown(self) -> None:
        if hasattr(self, "database"):
            self.database.close()
            shutil.rmtree(self.folder)


TEMPLATE: list[Path] = []


def test_any_order_of_events_agrees_with_the_model(_sqlite_template: Path) -> None:  # noqa: PT019
    TEMPLATE[:] = [_sqlite_template]
    run_state_machine_as_test(
        Seating,
        settings=settings(
            max_examples=12,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
