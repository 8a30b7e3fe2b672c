"""What people asked in the example city, played through the real engine as if on those days."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from sqlalchemy import Connection, update

from bot.brain import build_engine
from bot.cli.demo.city import CHANNEL, counted
from bot.config import Settings
from bot.database import Database
from bot.message import Address, Message
from bot.models import Outbox, Place
from bot.turns import Trouble, Turns
from knowledge.library import Library

_FILE = Path(__file__).with_name("talks.yaml")
_PAUSE = timedelta(seconds=40)  # between two lines of one talk


def hold_talks(database: Database, settings: Settings, library: Library, now: datetime) -> None:
    """All talks of the month, each line at its time; afterwards everybody has left again."""
    turns = Turns(build_engine(settings, library), settings.language)
    with database.write() as connection:
        for message in _said(now.astimezone(ZoneInfo(settings.zone))):
            turns.take(connection, (message,), message.sent_at, Trouble())
        _let_go(connection, now)


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


def _let_go(connection: Connection, now: datetime) -> None:
    """What was said has arrived, and nothing more is ever sent there."""
    there = Outbox.address.startswith(f"{CHANNEL}:")
    arrived = {"state": "sent", "settled_at": Outbox.created_at}
    connection.execute(update(Outbox).where(there).values(arrived))
    connection.execute(update(Place).where(Place.channel == CHANNEL).values(left_at=now))
