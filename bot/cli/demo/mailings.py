"""Lets the example city write to many: topics people asked for, a broadcast that went, a draft."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, select, update

from bot.channel import Refused, SendError, Unsure
from bot.cli.demo.city import AUTHOR, CHANNEL, City
from bot.database import Database
from bot.dialog import Transaction
from bot.message import Capabilities
from bot.models import Outbox, Place
from bot.services.audience import Open
from bot.services.broadcast import UNDO, Broadcast
from bot.services.broadcast_clock import look_after_broadcasts
from bot.services.broadcast_written import read_broadcast
from bot.services.broadcasts import Broadcasts
from bot.services.topics import Topics

_ASKED: Final = timedelta(days=30)  # ago, when people chose their topics
_WRITTEN: Final = timedelta(hours=3)  # before it went
_TOOK: Final = timedelta(minutes=2)  # until the last had it
_ZONE: Final = "Europe/Berlin"
_OPEN: Final = Open({CHANNEL: Capabilities()})
_WENT_WRONG: Final[Mapping[int, tuple[str, SendError]]] = {  # by the place in the queue
    4: ("failed", Refused("400", "chat not found")),
    9: ("failed", Refused("400", "chat not found")),
    13: ("unsure", Unsure()),
}


def write_to_many(database: Database, city: City, now: datetime) -> None:
    """All broadcasts as they are written; the people are there only while one goes out."""
    with database.write() as connection:
        _choose_topics(Transaction(connection, now - _ASKED), city)
    for written in city.broadcasts:
        broadcast = read_broadcast(written, _ZONE)
        if broadcast.wanted_at is None:
            with database.write() as connection:
                _at(connection, now).save(broadcast, AUTHOR)
        else:
            _send(database, broadcast, broadcast.wanted_at)
    look_after_broadcasts(database, now, _OPEN)  # what became of those that are over is kept


def _choose_topics(transaction: Transaction, city: City) -> None:
    topics = Topics(transaction)
    for topic in city.story["topics"]:
        topics.save(topic["id"], topic["kind"], topic["title"], AUTHOR)
        for person in city.people:
            if person.number % topic["every"] == 0:
                topics.subscribe(person.id, topic["id"])


def _send(database: Database, broadcast: Broadcast, at: datetime) -> None:
    """It is written, sent off, and arrives, each at its time. No channel takes part in it."""
    with database.write() as connection:
        _leave(connection, None)
        kept = _at(connection, at - _WRITTEN).save(replace(broadcast, wanted_at=None), AUTHOR)
        _at(connection, at).send(kept, AUTHOR)
    look_after_broadcasts(database, at + UNDO, _OPEN)
    with database.write() as connection:
        _settle(connection, at + UNDO + _TOOK)
        _leave(connection, at + UNDO + _TOOK)
    look_after_broadcasts(database, at + UNDO + _TOOK, _OPEN)


def _at(connection: Connection, moment: datetime) -> Broadcasts:
    return Broadcasts(Transaction(connection, moment), _OPEN)


def _leave(connection: Connection, at: datetime | None) -> None:
    connection.execute(update(Place).where(Place.channel == CHANNEL).values(left_at=at))


def _settle(connection: Connection, at: datetime) -> None:
    """Most had it; of some it is told that they did not, of one it is not known."""
    waiting = select(Outbox.id).where(Outbox.channel == CHANNEL, Outbox.state == "queued")
    for place, number in enumerate(connection.scalars(waiting.order_by(Outbox.id)).all(), 1):
        state, error = _WENT_WRONG.get(place, ("sent", None))
        values = {"state": state, "error": str(error) if error else None, "attempts": 1}
        settled = update(Outbox).where(Outbox.id == number)
        connection.execute(settled.values(values | {"settled_at": at}))
