"""What the example city leaves in a database: looked for, and taken away."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, delete, func, insert, or_, select

from bot.cli.demo.city import AUTHOR, CHANNEL, City
from bot.models import (
    Base,
    Broadcast,
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
_MET = timedelta(days=48)  # ago, the first of them
_APART = timedelta(hours=9)  # one after the other


def is_there(connection: Connection) -> bool:
    """Whether the example city has been built here, or some of it."""
    return bool(connection.scalar(select(func.count()).where(Place.channel == CHANNEL)))


def real_people(connection: Connection) -> int:
    """How many people there are that nobody invented."""
    return int(connection.scalar(select(func.count()).where(Place.channel != CHANNEL)) or 0)


def taken_names(connection: Connection, city: City) -> list[str]:
    """Events, polls and topics of ours that are named like those of the city."""
    tables = Base.metadata.tables
    named = (("event", city.event_ids), ("poll", city.poll_ids), ("topic", city.topic_ids))
    found = (
        connection.scalars(select(tables[table].c.id).where(tables[table].c.id.in_(names)))
        for table, names in named
    )
    return sorted(name for names in found for name in names)


def arrive(connection: Connection, city: City, now: datetime) -> None:
    """The people of the city. They have all left already, so that nothing is ever sent to them.

    Each was met before the first of its events was to be registered for.
    """
    for person in city.people:
        at = now - _MET + person.number * _APART
        connection.execute(insert(Person).values(id=person.id, created_at=at))
        place = {"id": person.address, "channel": CHANNEL, "person_id": person.id}
        connection.execute(insert(Place).values(**place, created_at=at, left_at=at))
        talk = {"address": person.address, "person_id": person.id, "language": person.language}
        connection.execute(insert(Conversation).values(**talk, state={}, heard_at=at))


def guests(connection: Connection, city: City) -> int:
    """How many registrations of others there are at events of the city."""
    other = Registration.person_id.not_in(_people(connection))
    there = (Registration.event_id.in_(city.event_ids), other)
    return int(connection.scalar(select(func.count()).where(*there)) or 0)


def remove(connection: Connection, city: City) -> None:
    """All rows about what is in it; the audit keeps that it was there."""
    _forget_consents(connection, city)
    _close_gaps(connection)
    for counted in ("demand", "demand_week"):  # what others asked is counted anew
        connection.execute(delete(Base.metadata.tables[counted]))
    about, own = _about(connection, city), _own(connection, city)
    for table in reversed(_TABLES):  # children before parents
        columns = [(table.c[name], of) for name, of in about.items() if name in table.c]
        if table.name in own:
            columns.append((table.c.id, own[table.name]))
        if columns:
            connection.execute(delete(table).where(or_(*(c.in_(of) for c, of in columns))))


def _about(connection: Connection, city: City) -> dict[str, Sequence[object]]:
    """What a row holds that is about the city, by the name of the column."""
    addresses = connection.scalars(select(Place.id).where(Place.channel == CHANNEL)).all()
    theirs = select(Transcript.id).where(Transcript.address.in_(addresses))
    return {
        "event_id": city.event_ids,
        "poll_id": city.poll_ids,
        "topic_id": city.topic_ids,
        "broadcast_id": _broadcasts(connection, city),
        "person_id": _people(connection),
        "address": addresses,
        "channel": (CHANNEL,),  # also of what is kept without the person
        "transcript_id": connection.scalars(theirs).all(),
    }


def _own(connection: Connection, city: City) -> dict[str, Sequence[object]]:
    """The rows that are something of the city themselves, by table."""
    return {
        "event": city.event_ids,
        "poll": city.poll_ids,
        "topic": city.topic_ids,
        "broadcast": _broadcasts(connection, city),
        "person": _people(connection),
    }


def _people(connection: Connection) -> Sequence[str]:
    """Whoever is on its channel: the same in a city that an older version has built."""
    return connection.scalars(select(Place.person_id).where(Place.channel == CHANNEL)).all()


def _broadcasts(connection: Connection, city: City) -> Sequence[int]:
    """Those it came with, and what others have written about its events and polls."""
    names = [str(broadcast["name"]) for broadcast in city.broadcasts]
    came = and_(Broadcast.made_by == AUTHOR, Broadcast.name.in_(names))
    told = [f"event:{id_}" for id_ in city.event_ids] + [f"poll:{id_}" for id_ in city.poll_ids]
    wanted = select(Broadcast.id).where(or_(came, Broadcast.about.in_(told)))
    return connection.scalars(wanted).all()


def _close_gaps(connection: Connection) -> None:
    """Gaps that nobody else asked about; others keep what they have."""
    theirs = func.coalesce(Question.channel, "") == CHANNEL
    gaps = select(Question.gap_id).where(theirs, Question.gap_id.is_not(None))
    shared = select(Question.gap_id).where(~theirs, Question.gap_id.is_not(None))
    connection.execute(delete(Gap).where(Gap.id.in_(gaps), Gap.id.not_in(shared)))


def _forget_consents(connection: Connection, city: City) -> None:
    """What guests agreed to for an event of the city."""
    purposes = [f"{purpose}:{event}" for purpose in PURPOSES for event in city.event_ids]
    connection.execute(delete(Consent).where(Consent.purpose.in_(purposes)))
