"""Many rows in one statement whose text stays the same, however many rows there are.

They travel as one JSON array. With a place of its own for every value, SQLAlchemy writes, the
driver reads and the database plans each number of rows anew, which costs more than the rows do.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from sqlalchemy import (
    ARRAY,
    JSON,
    Column,
    ColumnElement,
    Connection,
    Table,
    any_,
    bindparam,
    cast,
    func,
    select,
    text,
)

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite

    Insert = sqlite.Insert | postgresql.Insert

Dialect = Literal["sqlite", "postgresql"]
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Given:
    """The parameter `:rows`, a list of lists, as SQL sees it: its columns, and each row's place."""

    values: tuple[ColumnElement[Any], ...]
    place: ColumnElement[int]


def given(dialect: Dialect, *columns: Column[Any]) -> Given:
    """Rows with values for these columns. No instants: each database writes them differently."""
    parameter = bindparam("rows", type_=JSON)
    if dialect == "sqlite":
        rows = func.json_each(parameter).table_valued("key", "value")
        values = tuple(_at(rows.c.value, place) for place in range(len(columns)))
    else:
        found = func.json_array_elements(parameter)
        rows = found.table_valued("value", with_ordinality="key").render_derived()
        values = tuple(_as(c, rows.c.value, place) for place, c in enumerate(columns))
    return Given(values, rows.c.key)


def _at(row: ColumnElement[Any], place: int) -> ColumnElement[Any]:
    return func.json_extract(row, text(f"'$[{place}]'"))


def _as(column: Column[Any], row: ColumnElement[Any], place: int) -> ColumnElement[Any]:
    return cast(row.op("->>")(text(str(place))), column.type)


class Spelt(dict[str, Made]):
    """What each database spells in its own way, by its name; made when it is first spoken to."""

    def __init__(self, make: Callable[[Dialect], Made]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, dialect: str) -> Made:
        made = self[dialect] = self._make("sqlite" if dialect == "sqlite" else "postgresql")
        return made


def dialect_of(connection: Connection) -> Dialect:
    """Which database is spoken to."""
    return "sqlite" if connection.dialect.name == "sqlite" else "postgresql"


def insert_into(dialect: Dialect, table: Any) -> "Insert":
    """INSERT as this database spells it, with ON CONFLICT; `table` is a table or a model.

    Imported when called: a house on SQLite need not wait for PostgreSQL's five drivers.
    """
    if dialect == "sqlite":
        from sqlalchemy.dialects import sqlite

        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql

    return postgresql.insert(table)


def insert_rows(
    dialect: Dialect, table: Table, *names: str, **same: ColumnElement[Any]
) -> "Insert":
    """INSERT the `:rows`, which hold these columns, in their order; `same` is the same for all."""
    rows = given(dialect, *(table.c[name] for name in names))
    chosen = select(*rows.values, *same.values()).order_by(rows.place)
    return insert_into(dialect, table).from_select([*names, *same], chosen)


def is_among(dialect: Dialect, column: Column[Any], name: str) -> ColumnElement[bool]:
    """`column IN (:name)`, where the parameter is one list."""
    if dialect == "sqlite":
        values = func.json_each(bindparam(name, type_=JSON)).table_valued("value")
        return column.in_(select(values.c.value))
    return column == any_(bindparam(name, type_=ARRAY(column.type)))
