"""What people asked in the example city, played through the real engine as if on those days."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from sqlalchemy import Connection, func, select, update

from bot.brain import build_engine
from bot.cli.demo.city import CHANNEL, counted
from bot.config import Settings
from bot.database import Database
from bot.message import Address, Message
from bot.models import Inbox, Outbox, Person, Place
from bot.outbox import OPEN
from bot.services.demand_counting import DemandCounter
from bot.subjects import theme_of
from bot.turns import Trouble, Turns
from knowledge.library import Library

_FILE = Path(__file__).with_name("talks.yaml")
_PAUSE = timedelta(seconds=40)  # between two lines of one talk


def hold_talks(database: Database, settings: Settings, library: Library, now: datetime) -> None:
    """All talks, each line at its time; afterwards everybody has left again.

    They are counted at once: who asked in the month before is soon forgotten, and counts no more.
    """
    turns, zone = Turns(build_engine(settings, library), settings.language), ZoneInfo(settings.zone)
    with database.write() as connection:
        for message in sorted(_said(now.astimezone(zone)), key=lambda m: m.sent_at):
            turns.take(connection, (message,), message.sent_at, Trouble())
        _let_go(connection)
        _note_when_met(connection)
    DemandCounter(database, zone, lambda slug: theme_of(library, slug)).count(now)


def _said(now: datetime) -> Iterator[Message]:
    """Every line, talk after talk. `now`: by the clock of the city."""
    for number, talk in enumerate(_written()):
        begins = counted(talk["at"], now.date()).replace(tzinfo=now.tzinfo)
        sender = Address(CHANNEL, str(talk["who"]))
        for line, text in enumerate(talk["say"]):
            at = (begins + line * _PAUSE).astimezone(UTC)
            yield Message(f"talk-{number}-{line}", sender, text, at)


@cache
def _written() -> tuple[Mapping[str, Any], ...]:
    return tuple(yaml.safe_load(_FILE.read_text(encoding="utf-8")))


def _let_go(connection: Connection) -> None:
    """What was said has arrived, and nothing more is ever sent there."""
    there = Outbox.channel == CHANNEL
    arrived = {"state": "sent", "settled_at": Outbox.created_at}
    connection.execute(update(Outbox).where(there, Outbox.state.in_(OPEN)).values(arrived))
    last = select(func.max(Inbox.received_at)).where(Inbox.address == Place.id).scalar_subquery()
    connection.execute(update(Place).where(Place.channel == CHANNEL).values(left_at=last))


def _note_when_met(connection: Connection) -> None:
    """Who has written before anything else happened was met then."""
    first = select(func.min(Inbox.received_at)).where(Inbox.address == Place.id).scalar_subquery()
    earlier = (Place.channel == CHANNEL, first < Place.created_at)
    connection.execute(update(Place).where(*earlier).values(created_at=first))
    met = select(func.min(Place.created_at)).where(Place.person_id == Person.id).scalar_subquery()
    connection.execute(update(Person).where(met < Person.created_at).values(created_at=met))
