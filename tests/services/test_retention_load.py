"""What shredding costs the others: small transactions, indexes, and nothing written in vain."""

from typing import Any

import pytest
from sqlalchemy import event, text

from bot.database import Database
from bot.services import retention
from bot.services.retention import LEDGER, shred
from tests.services.test_retention import NOW, SECOND, heard, old_and_new, replied, rows


def test_a_heap_of_old_rows_is_removed_in_small_transactions(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 10)
    for _row in range(25):
        replied(database, NOW - LEDGER - SECOND)
    removed: list[int] = []

    @event.listens_for(database.engine, "after_cursor_execute")
    def count(_c: Any, cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith("DELETE FROM outbox"):
            removed.append(cursor.rowcount)

    shred(database, NOW)
    assert (rows(database, "outbox"), removed) == ([], [10, 10, 5])


def test_what_is_old_is_looked_for_part_by_part(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A million ids at once would be a long look and much memory; none of them is found twice."""
    monkeypatch.setattr(retention, "LOOK", 10)
    monkeypatch.setattr(retention, "BATCH", 4)
    for _row in range(25):
        replied(database, NOW - LEDGER - SECOND)
    removed: list[int] = []

    @event.listens_for(database.engine, "after_cursor_execute")
    def count(_c: Any, cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith("DELETE FROM outbox"):
            removed.append(cursor.rowcount)

    shred(database, NOW)
    assert (rows(database, "outbox"), removed) == ([], [4, 4, 2, 4, 4, 2, 4, 1])


def test_an_hour_without_anything_old_writes_nothing(database: Database) -> None:
    for number in range(3):
        heard(database, NOW, event_id=str(number))
        replied(database, NOW)
    changes: list[str] = []

    @event.listens_for(database.engine, "before_cursor_execute")
    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith(("UPDATE", "DELETE")):
            changes.append(statement)

    shred(database, NOW)
    assert changes == []


@pytest.mark.parametrize(
    ("table", "index"),
    [
        ("inbox", "ix_inbox_received_at"),
        ("outbox", "ix_outbox_created_at"),
        ("question", "ix_question_asked_at"),
        ("conversation", "ix_conversation_heard_at"),
    ],
)
def test_what_is_old_is_found_by_an_index(sqlite_url: str, table: str, index: str) -> None:
    database = Database(sqlite_url)
    asked_for: list[tuple[str, Any]] = []

    @event.listens_for(database.engine, "before_cursor_execute")
    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if statement.startswith("SELECT") and f"FROM {table} " in statement.partition("WHERE")[0]:
            asked_for.append((statement, parameters))

    shred(database, NOW)
    seen = tuple(asked_for)
    with database.read() as connection:
        plans = [
            connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values).all()[0].detail
            for sql, values in seen
        ]
    assert plans
    assert all(f"SEARCH {table} USING INDEX {index}" in plan for plan in plans)
    database.close()


def test_a_second_run_writes_no_row_anew(postgres_url: str) -> None:
    """Run hourly, it would else rewrite every question ever asked, in the one write transaction."""
    database = Database(postgres_url)
    old_and_new(database)
    shred(database, NOW)
    before = versions(database)
    shred(database, NOW)
    assert versions(database) == before
    database.close()


def versions(database: Database) -> list[tuple[Any, ...]]:
    """PostgreSQL's own mark of who wrote each row last."""
    tables = ("inbox", "outbox", "question", "conversation")
    with database.read() as connection:
        return [
            tuple(row)
            for table in tables
            for row in connection.execute(text(f"SELECT xmin, ctid FROM {table}"))
        ]
