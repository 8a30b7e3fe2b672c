"""Many rows in one statement whose text stays the same, however many rows there are.

They travel as one JSON array. With a place of its own for every value, SQLAlchemy writes, the
driver reads and the database plans each number of rows anew, which costs more than the rows do.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from sqlalchemy import (
    ARRAY,
    JSON,
    Column,
    ColumnElement,
    Connection,
    Integer,
    Table,
    TypeDecorator,
    any_,
    bindparam,
    column,
    func,
    select,
    text,
)

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite

    Insert = sqlite.Insert | postgresql.Insert

_PLACE = "place"  # of a row among the others

Dialect = Literal["sqlite", "postgresql"]
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Given:
    """The parameter `:rows`, a list of lists, as SQL sees it: its columns, and each row's place."""

    values: tuple[ColumnElement[Any], ...]
    place: ColumnElement[int]


def given(dialect: Dialect, *columns: Column[Any]) -> Given:
    """Rows with values for these columns. No instants: each database writes them differently."""
    return _elements(len(columns)) if dialect == "sqlite" else _records(columns)


def _elements(count: int) -> Given:
    rows = func.json_each(bindparam("rows", type_=JSON)).table_valued("key", "value")
    values = (func.json_extract(rows.c.value, text(f"'$[{place}]'")) for place in range(count))
    return Given(tuple(values), rows.c.key)


def _records(columns: Sequence[Column[Any]]) -> Given:
    """As objects: PostgreSQL reads each of those once, and an array anew for each of its values."""
    typed = (column(f"c{place}", c.type) for place, c in enumerate(columns))
    found = func.json_to_recordset(bindparam("rows", type_=_Records))
    rows = found.table_valued(*typed, column(_PLACE, Integer)).render_derived(with_types=True)
    *values, place = rows.c
    return Given(tuple(values), place)


class _Records(TypeDecorator[Sequence[Sequence[Any]]]):
    """Rows as objects whose fields are named by their place, with that of the row among them."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> list[dict[str, Any]]:
        """Called by SQLAlchemy."""
        names = [f"c{place}" for place in range(len(value[0]))] if value else []
        return [{**dict(zip(names, r, strict=True)), _PLACE: n} for n, r in enumerate(value)]


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
