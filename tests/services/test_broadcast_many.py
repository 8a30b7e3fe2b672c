"""A broadcast to very many: what takes its time is not broken off."""

from contextlib import closing
from datetime import UTC, datetime

import pytest
from sqlalchemy.exc import OperationalError

from bot.cli.bench.mailing import channels
from bot.cli.bench.seeding import people_on_telegram
from bot.database import Database
from bot.dialog import Transaction
from bot.services import broadcasts as service
from bot.services.broadcast import UNDO
from bot.services.broadcast_clock import look_after_broadcasts
from bot.services.broadcast_written import read_broadcast
from bot.services.broadcasts import Broadcasts

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
PEOPLE = 3000


def sent_off(url: str) -> None:
    with closing(Database(url)) as database:
        people_on_telegram(database, PEOPLE, 1)
        with database.write() as connection:
            ours = Broadcasts(Transaction(connection, NOW), channels())
            plain = {"name": "many", "texts": {"en": "Hello"}, "night": "send"}
            ours.send(ours.save(read_broadcast(plain, "UTC"), "anna"), "anna")


def begun(url: str) -> int:
    """How many are queued by a house whose statements may take five milliseconds."""
    with closing(Database(f"{url}?options=-c%20statement_timeout%3D5")) as database:
        return look_after_broadcasts(database, NOW + UNDO, channels())


def test_a_million_may_take_longer_to_queue_than_a_person_would_wait(postgres_url: str) -> None:
    sent_off(postgres_url)
    assert begun(postgres_url) == PEOPLE


def test_broken_off_it_would_never_begin(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The guard-off twin."""
    monkeypatch.setattr(service, "allow_minutes", lambda _connection: None)
    sent_off(postgres_url)
    with pytest.raises(OperationalError, match="statement timeout"):
        begun(postgres_url)
