"""The tables of a database: made at once where there are none, else brought up by migrations.

The migrations are the truth; that both ways lead to the same tables is tested.
"""

from collections.abc import Sequence
from itertools import chain
from pathlib import Path

from sqlalchemy import Connection, Table, inspect, text

# As Alembic writes it, so that the first migration to come finds where it has to begin.
_STAMPS = (
    "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, "
    "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
)


def is_empty(connection: Connection) -> bool:
    """Whether there is no table at all; not even one that is none of ours."""
    return not inspect(connection).get_table_names()


def create(connection: Connection, newest: str) -> None:
    """Make all tables as the migrations up to `newest` leave them, ten times as fast."""
    from bot.models import Base

    if connection.dialect.name == "postgresql":
        _tell_postgresql(Base.metadata.sorted_tables)
    Base.metadata.create_all(connection, checkfirst=False)
    connection.execute(text(_STAMPS))
    connection.execute(text("INSERT INTO alembic_version VALUES (:newest)"), {"newest": newest})


def _tell_postgresql(tables: Sequence[Table]) -> None:
    """What the models only note: said there, all of its dialects were imported at every start."""
    for index in chain.from_iterable(table.indexes for table in tables):
        if where := index.info.get("where"):
            index.dialect_options["postgresql"]["where"] = text(where)
    for table in tables:
        if percent := table.info.get("fillfactor"):
            table.dialect_options["postgresql"]["with"] = {"fillfactor": percent}


def migrate(connection: Connection) -> None:
    """Run the migrations that this database has not seen, in the transaction under way."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
