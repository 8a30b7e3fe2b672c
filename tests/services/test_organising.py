"""What organisers do reaches everybody who has a place, once, in the transaction that does it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from icalendar import Calendar
from sqlalchemy import insert, select, update
from sqlalchemy.event import listen

from bot.database import Database
from bot.dialog import Transaction
from bot.models import Base, Outbox, Person, Place, Registration
from bot.services.calendar import invitation
from bot.services.events import Event
from bot.services.fields import BadEvent
from bot.services.organising import Organising, shred_registrations
from bot.services.registrations import Registrations
from tests.eventful import (
    DAY,
    NOW,
    SCHOOL,
    asking,
    cancel,
    held,
    meet,
    register,
    rows,
    run,
    taken,
    told,
)

MANY = 2000
OUTBOX = Base.metadata.tables["outbox"]


def test_a_registration_that_is_not_committed_leaves_nothing(database: Database) -> None:
    held(database)

    def and_fail(transaction: Transaction) -> None:
        Registrations(transaction).register(asking("a"))
        raise RuntimeError

    with pytest.raises(RuntimeError):
        run(database, and_fail)
    assert (rows(database), taken(database)) == ((), 0)


def test_many_are_told_of_a_cancelled_event_in_a_few_statements(database: Database) -> None:
    held(database, capacity=MANY, offer_hours=0)
    with database.write() as connection:
        people = [f"p{n}" for n in range(MANY)]
        connection.execute(insert(Person), [{"id": p, "created_at": NOW} for p in people])
        place = {"channel": "script", "created_at": NOW}
        connection.execute(
            insert(Place), [place | {"id": f"script:{p}", "person_id": p} for p in people]
        )
        row = {"event_id": SCHOOL.id, "status": "confirmed", "seats": 1, "requested_at": NOW}
        row |= {"answers": {}, "language": "de", "revision": 0, "changed_at": NOW}
        connection.execute(
            insert(Registration),
            [row | {"person_id": p, "address": f"script:{p}", "reference": f"{n:03}-222-222"}
             for n, p in enumerate(people)],
        )  # fmt: skip
        event = Base.metadata.tables["event"]
        connection.execute(update(event).values(taken=MANY))
    statements: list[str] = []
    listen(database.engine, "before_cursor_execute", lambda *told: statements.append(told[2]))
    assert len(run(database, lambda t: Organising(t).cancel(SCHOOL.id))) == MANY
    assert len(statements) < MANY / 50
    assert {r.status for r in rows(database)} == {"cancelled"}
    assert taken(database) == 0
    with database.read() as connection:
        found = connection.execute(select(OUTBOX.c.address, OUTBOX.c.kind)).all()
    assert {tuple(row) for row in found} == {(f"script:{p}", "confirmation") for p in people}


def test_who_left_is_told_elsewhere_or_not_at_all(database: Database) -> None:
    held(database)
    meet(database, "a", "b")
    for person in "ab":
        register(database, person)
    with database.write() as connection:
        connection.execute(update(Place).values(left_at=NOW))
        other = {"id": "web:a", "channel": "web", "person_id": "a", "created_at": NOW}
        connection.execute(insert(Place), [other])
    run(database, lambda t: Organising(t).cancel(SCHOOL.id))
    assert [name for name, _text in told(database)] == ["a"]


def test_who_stopped_us_finds_it_when_they_write_again(database: Database) -> None:
    held(database)
    meet(database, "a", "b")
    for person in "ab":
        register(database, person)
    run(database, lambda t: t.connection.execute(
        update(Person).where(Person.id == "a").values(stopped_at=NOW)
    ))  # fmt: skip
    run(database, lambda t: Organising(t).cancel(SCHOOL.id))
    with database.read() as connection:
        states = connection.execute(select(Outbox.address, Outbox.state).order_by(Outbox.id)).all()
    assert [tuple(row) for row in states] == [("script:a", "parked"), ("script:b", "queued")]


def test_every_calendar_file_is_of_its_own_person(database: Database) -> None:
    held(database)
    for person in "ab":
        register(database, person)
    files = [bytes(invitation(SCHOOL, r).url_or_bytes).decode() for r in rows(database)]
    for own, registration in zip(files, rows(database), strict=True):
        assert own.count(registration.reference or "") == 2  # UID and description
        assert "XXX" not in own
        assert all(len(line.encode()) <= 75 for line in own.split("\r\n"))


@pytest.mark.parametrize("letter", ["a", "ü", "柏"])
def test_a_calendar_file_is_right_wherever_its_lines_are_folded(
    database: Database, letter: str
) -> None:
    """Lines are folded after 75 octets, wherever that is; also within the reference."""
    held(database)
    register(database, "a")
    (registration,) = rows(database)
    for length in range(80):
        event = replace(SCHOOL, summary={"en": letter * length})
        content = bytes(invitation(event, registration).url_or_bytes)
        (entry,) = Calendar.from_ical(content).walk("VEVENT")
        told = f"{letter * length}\nReference: {registration.reference}".strip()
        assert str(entry["DESCRIPTION"]) == told
        assert str(entry["UID"]) == f"summer-school.{registration.reference}@citybot"
        assert all(len(line) <= 75 for line in content.split(b"\r\n"))


def test_a_calendar_file_says_when_it_was_made(database: Database) -> None:
    """Also when the event's part of it was made for somebody before (RFC 5545, 3.8.7.2)."""
    held(database)
    register(database, "a")
    made = []
    for at in ("2027-03-01T12:00:00+00:00", "2027-03-02T12:00:00+00:00"):
        with time_machine.travel(at, tick=False):
            content = bytes(invitation(SCHOOL, rows(database)[0]).url_or_bytes)
        made.append(Calendar.from_ical(content).walk("VEVENT")[0]["DTSTAMP"].dt.isoformat())
    assert made == ["2027-03-01T12:00:00+00:00", "2027-03-02T12:00:00+00:00"]


def test_a_moved_event_keeps_its_deadlines_apart(database: Database) -> None:
    closes, day = SCHOOL.starts_at - timedelta(days=2), timedelta(days=1)
    held(database, closes_at=closes)
    moved = run(
        database,
        lambda t: Organising(t).move(SCHOOL.id, SCHOOL.starts_at + day, SCHOOL.ends_at + day),
    )
    assert (moved.starts_at, moved.closes_at) == (SCHOOL.starts_at + day, closes + day)
    assert moved.revision == 1


def test_a_slip_into_last_year_deletes_nobodys_answers(database: Database) -> None:
    held(database)
    meet(database, "a")
    register(database, "a", answers={"name": "Ada"})
    year = timedelta(days=365)
    with pytest.raises(BadEvent, match="cannot be moved into the past"):
        move(database, -year)
    assert shred_registrations(database, NOW) == 0
    assert [r.answers for r in rows(database)] == [{"name": "Ada"}]
    move(database, timedelta(days=1))  # the right day is still taken


def test_an_import_into_last_year_is_refused_too(database: Database) -> None:
    held(database)
    register(database, "a")
    with pytest.raises(BadEvent, match="cannot be moved into the past"):
        held(database, starts_at=SCHOOL.starts_at - timedelta(days=365))


def test_who_has_no_registrations_may_be_moved_anywhere(database: Database) -> None:
    held(database)
    assert move(database, timedelta(days=-365)).is_over(NOW)


def test_answers_are_not_deleted_in_the_hour_of_a_move(database: Database) -> None:
    """The day of deletion moves along, but leaves time to see a slip."""
    held(database, shred_on=SCHOOL.ends_at.date())
    register(database, "a")
    soon = NOW + timedelta(minutes=1) - SCHOOL.starts_at
    moved = move(database, soon)
    assert moved.shred_on == NOW.date() + timedelta(days=2)
    assert shred_registrations(database, moved.ends_at) == 0


def test_what_is_shredded_is_neither_moved_nor_opened(database: Database) -> None:
    """Nobody is known who could be told."""
    held(database, shred_on=SCHOOL.ends_at.date())
    register(database, "a")
    after = SCHOOL.ends_at + timedelta(hours=20)
    assert shred_registrations(database, after) == 1
    for refused in (
        lambda t: Organising(t).move(SCHOOL.id, after + DAY, after + 2 * DAY),
        lambda t: Organising(t).save(
            replace(SCHOOL, starts_at=after + DAY, ends_at=after + 2 * DAY, shred_on=None)
        ),
    ):
        with pytest.raises(BadEvent, match="answers are deleted"):
            run(database, refused, after)


def test_a_cancelled_event_stays_where_it_was(database: Database) -> None:
    held(database)
    run(database, lambda t: Organising(t).cancel(SCHOOL.id))
    with pytest.raises(BadEvent, match="is cancelled, and stays so"):
        move(database, DAY)


def test_only_who_is_told_is_counted(database: Database) -> None:
    """Also who is offered the seat of somebody who was taken off; not who cannot be reached."""
    held(database, capacity=2)
    meet(database, "a", "c")
    for person in "abc":
        register(database, person)
    known, nowhere, _waiting = rows(database)
    assert how_many_told(database, lambda o: o.remove(SCHOOL.id, known.reference or "")) == 2
    assert how_many_told(database, lambda o: o.remove(SCHOOL.id, nowhere.reference or "")) == 0


def waiting_texts(database: Database, state: str = "queued") -> list[str]:
    """What waits to be said, without the day and what follows it."""
    with database.read() as connection:
        rows_ = connection.execute(select(OUTBOX.c.body).where(OUTBOX.c.state == state))
        return [body["text"].replace("\u202f", " ").partition(" Your")[0] for (body,) in rows_]


def change_state(database: Database, state: str, **values: object) -> None:
    with database.write() as connection:
        connection.execute(update(OUTBOX).values(state=state, **values))


TO_THE_7TH = (
    "Summer School Berlin has changed: it is now Wednesday, July 7, 2027, 9:00 AM (Berlin)."
)


@pytest.mark.parametrize("waits", ["queued", "parked"])
def test_who_has_not_heard_of_a_move_hears_only_of_the_next(database: Database, waits: str) -> None:
    held(database)
    meet(database, "a")
    register(database, "a")
    move(database, DAY)
    change_state(database, waits)
    move(database, 2 * DAY)
    assert waiting_texts(database) == [TO_THE_7TH]
    assert len(waiting_texts(database, "cancelled")) == 1


def test_who_has_heard_of_a_move_hears_of_the_next_too(database: Database) -> None:
    held(database)
    meet(database, "a")
    register(database, "a")
    move(database, DAY)
    change_state(database, "sent")
    move(database, 2 * DAY)
    assert waiting_texts(database) == [TO_THE_7TH]
    assert waiting_texts(database, "cancelled") == []


@pytest.mark.parametrize("begun", [{"state": "sending"}, {"state": "queued", "parts_sent": 1}])
def test_what_has_begun_to_go_out_goes_its_way(
    database: Database, begun: dict[str, object]
) -> None:
    held(database)
    meet(database, "a")
    register(database, "a")
    move(database, DAY)
    change_state(database, **begun)  # type: ignore[arg-type]
    move(database, 2 * DAY)
    assert waiting_texts(database, "cancelled") == []


def test_who_never_heard_of_a_move_hears_nothing_when_it_is_moved_back(database: Database) -> None:
    held(database)
    meet(database, "a")
    register(database, "a")
    move(database, DAY)
    move(database, 2 * DAY)
    assert (
        how_many_told(database, lambda o: o.move(SCHOOL.id, SCHOOL.starts_at, SCHOOL.ends_at)) == 0
    )
    assert waiting_texts(database) == []


def test_a_move_of_another_event_is_still_told(database: Database) -> None:
    held(database)
    held(database, id="summer-school-2", title={"en": "Another"})
    meet(database, "a")
    register(database, "a")
    register(database, "a", event_id="summer-school-2")
    run(
        database,
        lambda t: Organising(t).move(
            "summer-school-2", SCHOOL.starts_at + DAY, SCHOOL.ends_at + DAY
        ),
    )
    move(database, 2 * DAY)
    assert [text.partition(" has")[0] for text in waiting_texts(database)] == [
        "Another",
        "Summer School Berlin",
    ]


def test_of_a_cancelled_event_nothing_is_told_but_that(database: Database) -> None:
    held(database)
    meet(database, "a")
    register(database, "a")
    move(database, DAY)
    run(database, lambda t: Organising(t).cancel(SCHOOL.id))
    (said,) = waiting_texts(database)
    assert said.endswith("is cancelled.")


def test_who_has_cancelled_is_not_told_that_their_registration_stays(database: Database) -> None:
    held(database)
    meet(database, "a")
    register(database, "a")
    move(database, DAY)
    assert cancel(database, "a")
    assert waiting_texts(database) == []


def test_a_seat_that_was_taken_is_not_offered_afterwards(database: Database) -> None:
    held(database, capacity=1)
    meet(database, "a", "b")
    register(database, "a")
    register(database, "b")
    cancel(database, "a")
    assert len(waiting_texts(database)) == 1
    run(database, lambda t: Registrations(t).accept(SCHOOL.id, "b", NOW))
    assert waiting_texts(database) == []


def how_many_told(database: Database, what: Callable[[Organising], object]) -> int:
    """How many people organisers hear are told of what they do."""

    def counted(transaction: Transaction) -> int:
        organising = Organising(transaction)
        what(organising)
        return organising.told

    return run(database, counted)


def move(database: Database, by: timedelta) -> Event:
    """The summer school, moved by so much."""
    return run(
        database,
        lambda t: Organising(t).move(SCHOOL.id, SCHOOL.starts_at + by, SCHOOL.ends_at + by),
    )
