"""Many reminders in a database, made there by one statement: a benchmark cannot wait for more."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text

from bot.database import Database

_CHUNK = 100_000  # rows a statement: longer ones would meet the statement timeout


def _numbers(database: Database, first: int, last: int) -> str:
    """A table `n(i)` of the numbers from first to last, without last."""
    if database.is_sqlite:
        return (
            f"WITH RECURSIVE n(i) AS (SELECT {first} UNION ALL "  # noqa: S608 - our own numbers
            f"SELECT i + 1 FROM n WHERE i + 1 < {last}) "
        )
    return f"WITH n(i) AS (SELECT generate_series({first}, {last - 1})) "


def _chunks(first: int, last: int) -> Iterator[tuple[int, int]]:
    yield from ((start, min(start + _CHUNK, last)) for start in range(first, last, _CHUNK))


def run(database: Database, statement: str, **values: Any) -> None:
    stored = {
        key: _as_stored(database, value) if isinstance(value, datetime) else value
        for key, value in values.items()
    }
    with database.write() as connection:
        connection.execute(text(statement), stored)


def _as_stored(database: Database, at: datetime) -> Any:
    """SQLite keeps instants as text, in UTC."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}" if database.is_sqlite else at


def add_people(database: Database, count: int) -> None:
    """Those whose reminders come due."""
    given = {"now": datetime.now(UTC)}
    numbers = _numbers(database, 0, count)
    run(
        database,
        f"{_lead(database, numbers)}INSERT INTO person (id, created_at) "  # noqa: S608
        f"{_tail(database, numbers)}SELECT 'p' || i, :now FROM n",
        **given,
    )
    run(
        database,
        f"{_lead(database, numbers)}INSERT INTO address (id, channel, person_id, created_at) "  # noqa: S608
        f"{_tail(database, numbers)}SELECT 'bench:p' || i, 'bench', 'p' || i, :now FROM n",
        **given,
    )


def _lead(database: Database, numbers: str) -> str:
    return numbers if not database.is_sqlite else ""


def _tail(database: Database, numbers: str) -> str:
    return numbers if database.is_sqlite else ""


def store(database: Database, first: int, last: int) -> None:
    """Reminders of other days and other people, a minute apart."""
    begin = datetime.now(UTC) + timedelta(days=30)
    for start, end in _chunks(first, last):
        add_due(database, start, end, "'q' || i", _minutes_from(database), begin=begin)
    with database.write() as connection:
        connection.exec_driver_sql("ANALYZE")


def _minutes_from(database: Database) -> str:
    if database.is_sqlite:
        return "strftime('%Y-%m-%d %H:%M:%f', :begin, '+' || (i % 500000) || ' minutes') || '000'"
    return "CAST(:begin AS timestamptz) + (i % 500000) * interval '1 minute'"


def add_due(
    database: Database, first: int, last: int, person: str, due: str, **values: datetime
) -> None:
    numbers = _numbers(database, first, last)
    columns = (
        "person_id, address, language, planned_at, due_at, late_after, zone, text, state, "
        "created_at"
    )
    chosen = (
        f"SELECT {person}, 'bench:' || {person}, 'en', {due}, {due}, :late, 'UTC', "  # noqa: S608
        f"'water the trees ' || i, 'due', :now FROM n"
    )
    now = datetime.now(UTC)
    run(
        database,
        f"{_lead(database, numbers)}INSERT INTO reminder ({columns}) "
        f"{_tail(database, numbers)}{chosen}",
        **{"now": now, "late": now + timedelta(days=2000), **values},
    )
