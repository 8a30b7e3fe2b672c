"""Many rows, made inside a database by statements over numbers: a million takes no hour."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text

from bot.database import Database

CHUNK = 100_000  # rows a statement: longer ones would meet the statement timeout


@dataclass(frozen=True, slots=True)
class Bulk:
    """A database, and how one says there what every statement needs. `n(i)` are the numbers."""

    database: Database

    def insert(
        self, into: str, chosen: str, span: tuple[int, int], chunk: int = CHUNK, **values: Any
    ) -> None:
        """INSERT INTO what SELECT says over the numbers of the span, without its last."""
        for first, last in _chunks(*span, chunk):
            numbers = self._numbers(first, last)
            # PostgreSQL takes the numbers on either side of INSERT, SQLite before it alone.
            before, after = (numbers, "") if self.database.is_sqlite else ("", numbers)
            self.run(f"{before}INSERT INTO {into} {after}{chosen}", **values)

    def run(self, statement: str, **values: Any) -> None:
        """Any statement, in a transaction of its own."""
        with self.database.write() as connection:
            connection.execute(text(statement), {k: self._stored(v) for k, v in values.items()})

    def analyse(self) -> None:
        """Have the database count its rows: it plans by that."""
        with self.database.write() as connection:
            connection.exec_driver_sql("ANALYZE")

    def later(self, begin: datetime, seconds: str) -> str:
        """The moment so many seconds after that one, as SQL. `seconds`: an expression, whole."""
        since = f"{int(begin.timestamp())} + {seconds}"
        if self.database.is_sqlite:
            return f"datetime({since}, 'unixepoch') || '.000000'"
        return f"to_timestamp({since})"

    def hexed(self, number: str) -> str:
        """A number as 32 hexadecimal digits, as SQL."""
        if self.database.is_sqlite:
            return f"printf('%032x', {number})"
        return f"lpad(to_hex({number}), 32, '0')"

    def json(self, **parts: str) -> str:
        """An object as SQL, from the SQL of its parts."""
        make = "json_object" if self.database.is_sqlite else "json_build_object"
        said = ", ".join(f"'{name}', {value}" for name, value in parts.items())
        return f"{make}({said})"

    def as_(self, kind: str, value: str) -> str:
        """A text as a type that PostgreSQL alone has, as SQL."""
        return value if self.database.is_sqlite else f"CAST({value} AS {kind})"

    def _numbers(self, first: int, last: int) -> str:
        if self.database.is_sqlite:
            return (
                f"WITH RECURSIVE n(i) AS (SELECT {first} UNION ALL "  # noqa: S608 - our own numbers
                f"SELECT i + 1 FROM n WHERE i + 1 < {last}) "
            )
        # Of 64 bits, so that they can be multiplied.
        series = f"generate_series(CAST({first} AS bigint), CAST({last - 1} AS bigint))"
        return f"WITH n(i) AS (SELECT {series}) "

    def _stored(self, value: Any) -> Any:
        """SQLite keeps instants as text, in UTC."""
        if not (isinstance(value, datetime) and self.database.is_sqlite):
            return value
        return f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"


def picked(number: str, among: Sequence[str]) -> str:
    """One of these texts by a number, as SQL."""
    cases = " ".join(f"WHEN {n} THEN '{value}'" for n, value in enumerate(among))
    return f"CASE ({number}) % {len(among)} {cases} END"


def _chunks(first: int, last: int, size: int) -> Iterator[tuple[int, int]]:
    yield from ((start, min(start + size, last)) for start in range(first, last, size))
