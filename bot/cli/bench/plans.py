"""How a database finds what a page shows: along an index, or by reading and sorting all there is.

Whatever a page asks while it is made is noted, and the database is asked how it would find it.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import event

from bot.database import Database

# https://www.sqlite.org/eqp.html and https://www.postgresql.org/docs/current/using-explain.html
_SORTED: Final = re.compile(r"^USE TEMP B-TREE FOR .*ORDER BY|^(?: *->)? *Sort  ", re.MULTILINE)
_READ: Final = re.compile(r"^SCAN (?!.*USING)", re.MULTILINE)  # once for each row of another step


@contextmanager
def noted(database: Database) -> Iterator[dict[str, Any]]:
    """What is asked of the database while the block runs: its statements, with their values."""
    found: dict[str, Any] = {}

    def note(*given: Any) -> None:
        _connection, _cursor, statement, values, _context, many = given
        if not many and statement.lstrip().startswith("SELECT"):
            found.setdefault(statement, values)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def reads_whole(database: Database, asked: Mapping[str, Any]) -> bool:
    """Whether any of these statements that end after so many rows reads or sorts all there is."""
    pages = {one: values for one, values in asked.items() if "LIMIT" in one}
    return any(_is_whole(explained(database, one, values)) for one, values in pages.items())


def explained(database: Database, statement: str, values: Any) -> str:
    """How the database would find it along an index, a step a line.

    PostgreSQL is left no way out: what a small table costs is no matter, but whether it can.
    """
    with database.write() as connection:
        if not database.is_sqlite:
            for way in ("seqscan", "sort"):
                connection.exec_driver_sql(f"SET LOCAL enable_{way} = off")
        how = "EXPLAIN QUERY PLAN" if database.is_sqlite else "EXPLAIN"
        rows = connection.exec_driver_sql(f"{how} {statement}", values)
        return "\n".join(str(row[-1]) for row in rows)


def _is_whole(plan: str) -> bool:
    # SQLite's first step may walk a table: without a sort, that is in the order of its key.
    _first, _line, others = plan.partition("\n")
    return bool(_SORTED.search(plan) or _READ.search(others) or "Seq Scan on" in plan)
