"""A rolling upgrade: what the version before writes, the newest schema still takes."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, Table, insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.types import JSON, Boolean, Date, DateTime, Float, Integer, LargeBinary

from bot.database import SCHEMA, Database

MIGRATIONS = Path(__file__).parent.parent / "bot" / "migrations"


@pytest.fixture
def before(tmp_path: Path) -> Database:
    """A database as the version before left it."""
    database, config = Database(f"sqlite:///{tmp_path / 'city.sqlite3'}"), Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    newest = ScriptDirectory.from_config(config).get_revision(SCHEMA)
    with database.write() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, newest.down_revision)
    return database


def filled(table: Table, number: int) -> dict[str, Any]:
    """A row with what the database cannot do without, and nothing else."""
    wanted = (c for c in table.columns if not c.nullable and c.server_default is None)
    return {column.name: _value(column.type, number) for column in wanted}


def _value(kind: Any, number: int) -> Any:
    match kind:
        case Boolean():
            return False
        case Integer() | Float():
            return number
        case DateTime():
            return datetime(2027, 1, 1, 0, 0, number, tzinfo=UTC).replace(tzinfo=None)
        case Date():
            return date(2027, 1, number)
        case JSON():
            return {}
        case LargeBinary():
            return b"x"
    return f"x{number}"


def _ours(known: MetaData) -> list[Table]:
    return [table for table in known.tables.values() if table.name != "alembic_version"]


def written(connection: Connection, tables: MetaData, number: int) -> set[str]:
    """The tables that took a row."""
    took = set()
    for table in _ours(tables):
        try:
            with connection.begin_nested():
                connection.execute(insert(table).values(filled(table, number)))
            took.add(table.name)
        except IntegrityError:  # a condition on its values, that we do not know
            continue
    return took


def tried(database: Database, tables: MetaData, number: int) -> set[str]:
    with database.engine.connect() as connection:
        # Rows stand alone here; within a transaction this would have no effect.
        connection.connection.driver_connection.execute("PRAGMA foreign_keys = OFF")
        took = written(connection, tables, number)
        connection.commit()
    return took


def test_what_the_version_before_wrote_can_still_be_written(before: Database) -> None:
    """Its program names only columns it knows: a new one must do without being named."""
    known = MetaData()
    known.reflect(before.engine)
    took = tried(before, known, 1)
    assert took >= {"inbox", "outbox", "conversation", "person", "address", "reminder"}
    assert len(took) > 0.8 * len(_ours(known))
    before.upgrade()
    assert before.schema() == SCHEMA
    assert tried(before, known, 2) >= took
    before.close()
