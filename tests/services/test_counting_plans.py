"""What the first page and the channels count is read along an index, however much was said."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from bot.cli.bench.plans import explained, noted
from bot.database import Database
from bot.dialog import Transaction
from bot.services.channels import Channels
from bot.services.questions import Questions
from bot.services.today import Overlook

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
PUT = """
    INSERT INTO {} (channel, event_id, address, received_at, state, attempts, due_at)
    VALUES ('web', '{}', 'web:a', '2026-11-25 08:00:00', '{}', 1, '2026-11-25 08:00:00')
"""
SAID = """
    INSERT INTO outbox (channel, address, kind, created_at, due_at, state, attempts)
    VALUES ('{}', 'web:a', 'reply', '{}', '2026-11-25 08:00:00', '{}', 1)
"""


def plans(database: Database, look: Callable[[Transaction], object]) -> str:
    """How the database finds what a look asks for; of small tables, PostgreSQL without a scan."""
    with noted(database) as asked, database.read() as connection:
        look(Transaction(connection, NOW))
    return "\n".join(explained(database, one, values) for one, values in asked.items())


@pytest.mark.parametrize(
    ("look", "index"),
    [
        (lambda t: Questions(t).not_handled(), "ix_inbox_dead"),
        (lambda t: Overlook(t).today(), "ix_inbox_dead"),
        (lambda t: Overlook(t).today(), "ix_outbox_created_at"),
        (lambda t: Channels(t).health(), "ix_outbox_open"),
        (lambda t: Channels(t).health(), "ix_outbox_created_at"),
    ],
)
def test_an_index_is_taken(
    database: Database, look: Callable[[Transaction], object], index: str
) -> None:
    database.upgrade()
    told = plans(database, look)
    assert index in told
    for large in ("inbox", "outbox"):
        assert f"Seq Scan on {large}" not in told
        assert f"SCAN {large}\n" not in f"{told}\n"


def test_what_waits_counts_whenever_it_was_said_and_the_rest_of_a_day(database: Database) -> None:
    database.upgrade()
    old, new = "2026-11-20 08:00:00", "2026-11-25 08:00:00"
    said = [("web", old, "queued"), ("web", old, "sent"), ("web", new, "sent")]
    said += [("web", new, "queued"), ("wecom", new, "failed"), ("wecom", old, "parked")]
    with database.write() as connection:
        for one in said:
            connection.exec_driver_sql(SAID.format(*one))
        for name, state in (("a", "dead"), ("b", "done"), ("c", "dead")):
            connection.exec_driver_sql(PUT.format("inbox", name, state))
    with database.read() as connection:
        transaction = Transaction(connection, NOW)
        health = Channels(transaction).health()
        assert {name: dict(one.rows) for name, one in health.items()} == {
            "web": {"queued": 2, "sent": 1},
            "wecom": {"failed": 1, "parked": 1},
        }
        assert Questions(transaction).not_handled() == Overlook(transaction).today().dead == 2
