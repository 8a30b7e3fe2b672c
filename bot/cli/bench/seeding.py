"""People for a benchmark, made by a few statements: so many cannot be made one by one."""

from datetime import UTC, datetime

from bot.cli.bench.due_rows import run
from bot.database import Database

_CHUNK = 100_000  # rows a statement: longer ones would meet the statement timeout


def people_on_telegram(database: Database, count: int, first: int) -> None:
    """So many who have written to us; the numbers of their chats begin at `first`."""
    now = datetime.now(UTC)
    for begin in range(0, count, _CHUNK):
        numbers = _numbers(database, begin, min(begin + _CHUNK, count))
        for insert in _INSERTS:
            run(database, insert.format(numbers=numbers, first=first), now=now)
    with database.write() as connection:
        connection.exec_driver_sql("ANALYZE")


def _numbers(database: Database, begin: int, end: int) -> str:
    """A table `n(i)` of these numbers."""
    if database.is_sqlite:
        return (
            f"(WITH RECURSIVE n(i) AS (SELECT {begin} UNION ALL "  # noqa: S608 - our own numbers
            f"SELECT i + 1 FROM n WHERE i + 1 < {end}) SELECT i FROM n) AS n"
        )
    return f"generate_series({begin}, {end - 1}) AS n(i)"


_INSERTS = (
    "INSERT INTO person (id, created_at) SELECT 'p' || i, :now FROM {numbers}",
    "INSERT INTO address (id, channel, person_id, created_at) "
    "SELECT 'telegram:' || ({first} + i), 'telegram', 'p' || i, :now FROM {numbers}",
    "INSERT INTO conversation (address, person_id, language, state, heard_at) "
    "SELECT 'telegram:' || ({first} + i), 'p' || i, 'en', '{{}}', :now FROM {numbers}",
)
