"""Many rows in one statement whose text stays the same, however many rows there are.

They travel as one JSON array. With a place of its own for every value, SQLAlchemy writes, the
driver reads and the database plans each number of rows anew, which costs more than the rows do.
"""

from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import (
    ARRAY,
    JSON,
    Column,
    ColumnElement,
    Table,
    any_,
    bindparam,
    cast,
    func,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite

Dialect = Literal["sqlite", "postgresql"]
Insert = sqlite.Insert | postgresql.Insert


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


def insert_rows(dialect: Dialect, table: Table, *names: str, **same: ColumnElement[Any]) -> Insert:
    """INSERT the `:rows`, which hold these columns, in their order; `same` is the same for all."""
    rows = given(dialect, *(table.c[name] for name in names))
    chosen = select(*rows.values, *same.values()).order_by(rows.place)
    make = sqlite.insert if dialect == "sqlite" else postgresql.insert
    return make(table).from_select([*names, *same], chosen)


def is_among(dialect: Dialect, column: Column[Any], name: str) -> ColumnElement[bool]:
    """`column IN (:name)`, where the parameter is one list."""
    if dialect == "sqlite":
        values = func.json_each(bindparam(name, type_=JSON)).table_valued("value")
        return column.in_(select(values.c.value))
    return column == any_(bindparam(name, type_=ARRAY(column.type)))
