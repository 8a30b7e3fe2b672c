"""Events and people for tests: a day in spring, an event in summer, and who registers for it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import insert, select

from bot.database import Database
from bot.dialog import Transaction
from bot.models import Base, Person, Place
from bot.services.events import Event
from bot.services.fields import check_fields
from bot.services.organising import Organising
from bot.services.registration import Registration, Request
from bot.services.registrations import Registered, Registrations
from bot.services.seats import Seats

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
Got = TypeVar("Got")

SCHOOL = Event(
    id="summer-school",
    programme="prog-summer-school",
    title={"en": "Summer School Berlin", "de": "Sommerschule Berlin", "zh": "柏林暑期学校"},
    starts_at=datetime(2027, 7, 5, 7, tzinfo=UTC),
    ends_at=datetime(2027, 7, 5, 15, tzinfo=UTC),
    zone="Europe/Berlin",
    place="ufaFabrik, Berlin",
    capacity=2,
    state="open",
    contact="team@example.org",
)
JOURNEY = replace(
    SCHOOL,
    id="journey-shanghai",
    programme="prog-learning-journeys",
    title={"en": "Learning journey Shanghai", "de": "Lernreise Shanghai", "zh": "上海学习之旅"},
    starts_at=datetime(2027, 9, 1, 1, tzinfo=UTC),
    ends_at=datetime(2027, 9, 1, 9, tzinfo=UTC),
    zone="Asia/Shanghai",
    place="上海",
    capacity=None,
)
FIELDS = check_fields(
    [
        {
            "id": "name",
            "kind": "text",
            "ask": {"en": "What is your name?", "de": "Wie heißen Sie?", "zh": "您的姓名？"},
        },
        {
            "id": "email",
            "kind": "email",
            "ask": {"en": "Your e-mail?", "de": "Ihre E-Mail?", "zh": "您的邮箱？"},
            "reason": {"en": "for news", "de": "für Neues", "zh": "用于通知"},
            "collect_on": "any",
        },
    ]
)


def run(database: Database, what: Callable[[Transaction], Got], at: datetime = NOW) -> Got:
    """Something done in a write transaction of its own."""
    with database.write() as connection:
        return what(Transaction(connection, at))


def held(database: Database, event: Event = SCHOOL, **changes: Any) -> Event:
    """The event, in the database."""
    event = replace(event, **changes)
    run(database, lambda t: Organising(t).save(event))
    return event


def meet(database: Database, *people: str) -> None:
    """These people are known, each at an address of their own."""
    with database.write() as connection:
        for person in people:
            connection.execute(insert(Person).values(id=person, created_at=NOW))
            connection.execute(
                insert(Place).values(
                    id=f"script:{person}", channel="script", person_id=person, created_at=NOW
                )
            )


def asking(person: str, at: datetime = NOW, **other: Any) -> Request:
    """What somebody asks for."""
    values = {"event_id": SCHOOL.id, "language": "en", "address": f"script:{person}"}
    return Request(person_id=person, requested_at=at, **(values | other))


def register(database: Database, person: str, at: datetime = NOW, **other: Any) -> Registered:
    """Somebody registers."""
    return run(database, lambda t: Registrations(t).register(asking(person, at, **other)), at)


def cancel(database: Database, person: str, at: datetime = NOW) -> bool:
    """Somebody cancels."""
    return run(database, lambda t: Registrations(t).cancel(SCHOOL.id, person), at)


def stand(database: Database, event_id: str = SCHOOL.id) -> dict[str | None, str]:
    """Who has which status, in the order in which they came."""
    return {r.person_id: r.status for r in rows(database, event_id)}


def rows(database: Database, event_id: str = SCHOOL.id) -> tuple[Registration, ...]:
    """All registrations of an event, first come first."""
    return run(database, lambda t: Seats(t).of_event(event_id))


def taken(database: Database, event_id: str = SCHOOL.id) -> int:
    """The seats that count as taken."""
    table = Base.metadata.tables["event"]
    with database.read() as connection:
        return int(connection.scalar(select(table.c.taken).where(table.c.id == event_id)))


def told(database: Database) -> list[tuple[str, str]]:
    """What waits to be said: to whom, and how it begins."""
    table = Base.metadata.tables["outbox"]
    with database.read() as connection:
        found = connection.execute(select(table).order_by(table.c.id)).mappings()
        return [(row["address"].partition(":")[2], row["body"]["text"][:20]) for row in found]


def seats_agree(database: Database, event_id: str = SCHOOL.id) -> bool:
    """I6: what counts as taken is what the registrations hold, and never more than there are."""
    seated = [r.seats for r in rows(database, event_id) if r.status in SEATS_HELD]
    return sum(seated) == taken(database, event_id)


SEATS_HELD = ("offered", "confirmed", "attended", "no_show")
