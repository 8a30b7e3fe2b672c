"""What the example city leaves in a database: looked for, and taken away."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, func, insert, or_, select

from bot.cli.demo.city import CHANNEL, City
from bot.models import (
    Base,
    Consent,
    Conversation,
    Gap,
    Person,
    Place,
    Question,
    Registration,
    Transcript,
)
from bot.services.agreements import PURPOSES

_TABLES = Base.metadata.sorted_tables


def is_there(connection: Connection) -> bool:
    """Whether the example city has been built here, or some of it."""
    return bool(connection.scalar(select(func.count()).where(Place.channel == CHANNEL)))


def real_people(connection: Connection) -> int:
    """How many people there are that nobody invented."""
    return int(connection.scalar(select(func.count()).where(Place.channel != CHANNEL)) or 0)


def taken_names(connection: Connection, city: City) -> list[str]:
    """Events and polls of ours that are named like those of the city."""
    event, poll = Base.metadata.tables["event"].c.id, Base.metadata.tables["poll"].c.id
    found = (
        connection.scalars(select(column).where(column.in_(names)))
        for column, names in ((event, city.event_ids), (poll, city.poll_ids))
    )
    return sorted(name for names in found for name in names)


def arrive(connection: Connection, city: City, now: datetime) -> None:
    """The people of the city. They have all left already, so that nothing is ever sent to them."""
    for person in city.people:
        connection.execute(insert(Person).values(id=person.id, created_at=now))
        place = {"id": person.address, "channel": CHANNEL, "person_id": person.id}
        connection.execute(insert(Place).values(**place, created_at=now, left_at=now))
        talk = {"address": person.address, "person_id": person.id, "language": person.language}
        connection.execute(insert(Conversation).values(**talk, state={}, heard_at=now))


def guests(connection: Connection, city: City) -> int:
    """How many registrations of others there are at events of the city."""
    there = (Registration.event_id.in_(city.event_ids), _is_other(city))
    return int(connection.scalar(select(func.count()).where(*there)) or 0)


def _is_other(city: City) -> ColumnElement[bool]:
    return Registration.person_id.not_in([person.id for person in city.people])


def remove(connection: Connection, city: City) -> None:
    """All rows about its events, polls and people; the audit keeps that they were there."""
    _forget_consents(connection, city)
    _close_gaps(connection, city)
    for counted in ("demand", "demand_week"):  # what others asked is counted anew
        connection.execute(delete(Base.metadata.tables[counted]))
    people = [person.id for person in city.people]
    addresses = [person.address for person in city.people]
    for table in reversed(_TABLES):  # children before parents
        about = [
            *_among(table.c.get("event_id"), city.event_ids),
            *_among(table.c.get("poll_id"), city.poll_ids),
            *_among(table.c.get("person_id"), people),
            *_among(table.c.get("address"), addresses),
            *_beside_transcripts(table.c.get("transcript_id"), addresses),
            *_among(table.c.id if table.name == "event" else None, city.event_ids),
            *_among(table.c.id if table.name == "poll" else None, city.poll_ids),
            *_among(table.c.id if table.name == "person" else None, people),
        ]
        if about:
            connection.execute(delete(table).where(or_(*about)))


def _among(
    column: ColumnElement[str] | None, names: Iterable[str]
) -> tuple[ColumnElement[bool], ...]:
    return () if column is None else (column.in_(list(names)),)


def _beside_transcripts(
    column: ColumnElement[int] | None, addresses: Iterable[str]
) -> tuple[ColumnElement[bool], ...]:
    """Words, labels and notes; the transcripts themselves go last, for their names come first."""
    theirs = select(Transcript.id).where(Transcript.address.in_(list(addresses)))
    return () if column is None else (column.in_(theirs),)


def _close_gaps(connection: Connection, city: City) -> None:
    """Gaps that nobody else asked about; others keep what they have."""
    theirs = Question.person_id.in_([person.id for person in city.people])
    gaps = select(Question.gap_id).where(theirs, Question.gap_id.is_not(None))
    shared = select(Question.gap_id).where(
        or_(~theirs, Question.person_id.is_(None)), Question.gap_id.is_not(None)
    )
    connection.execute(delete(Gap).where(Gap.id.in_(gaps), Gap.id.not_in(shared)))


def _forget_consents(connection: Connection, city: City) -> None:
    """What guests agreed to for an event of the city."""
    purposes = [f"{purpose}:{event}" for purpose in PURPOSES for event in city.event_ids]
    connection.execute(delete(Consent).where(Consent.purpose.in_(purposes)))
