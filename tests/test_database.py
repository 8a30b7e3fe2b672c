"""The schema, its migrations, and what a transaction promises on both databases."""

import os
import sqlite3
import subprocess
import sys
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import (
    Connection,
    MetaData,
    event,
    insert,
    inspect,
    make_url,
    select,
    text,
    update,
)
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from bot import schema
from bot.database import _LIMITS, SCHEMA, Database, NewerSchema
from bot.models import Base, Person
from bot.services.privacy import KEPT

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
ROOT = Path(__file__).parent.parent


def test_the_constant_names_the_newest_migration() -> None:
    assert ScriptDirectory("bot/migrations").get_current_head() == SCHEMA


@contextmanager
def emptied(database: Database) -> Iterator[Connection]:
    """A transaction in a database without any table."""
    with database.write() as connection:
        if connection.dialect.name == "sqlite":  # its own tables go with it, not one by one
            connection.execute(text("DROP TABLE IF EXISTS transcript_word"))
        there = MetaData()
        there.reflect(connection)
        there.drop_all(connection)
        assert schema.is_empty(connection)
        yield connection


def described(connection: Connection) -> dict[str, dict[str, object]]:
    """Everything a database knows of its tables, by table; and its triggers, of which it has none.

    The order of columns is left out: a column that a migration added stands last.
    """
    looked, tables = inspect(connection), {}
    for table in looked.get_table_names():
        tables[table] = {
            "columns": {
                c["name"]: {**c, "type": str(c["type"])} for c in looked.get_columns(table)
            },
            "key": looked.get_pk_constraint(table),
            "unique": sorted(looked.get_unique_constraints(table), key=str),
            "checks": sorted(looked.get_check_constraints(table), key=str),
            "foreign": sorted(looked.get_foreign_keys(table), key=str),
            "indexes": sorted(map(_index, looked.get_indexes(table)), key=str),
            "rows": sorted(map(str, connection.execute(text(f'SELECT * FROM "{table}"')))),
        }
    return tables | {"": _unseen(connection)}


def _index(index: Any) -> dict[str, object]:
    options = {name: str(option) for name, option in index.get("dialect_options", {}).items()}
    return {**index, "dialect_options": options}


def _unseen(connection: Connection) -> dict[str, object]:
    """What SQLAlchemy does not look at."""
    if connection.dialect.name == "sqlite":
        counting = "SELECT name FROM sqlite_master WHERE sql LIKE '%AUTOINCREMENT%' ORDER BY name"
        others = "SELECT name FROM sqlite_master WHERE type IN ('trigger', 'view') ORDER BY name"
    else:
        counting = "SELECT relname FROM pg_class WHERE relkind = 'S' ORDER BY relname"
        others = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal ORDER BY tgname"
    return {
        "counting": connection.execute(text(counting)).scalars().all(),
        "others": connection.execute(text(others)).scalars().all(),
    }


def _is_declared(name: str | None, _kind: str, _parents: object) -> bool:
    """The search of each database is no table or index as SQLAlchemy knows them."""
    return not (name or "").startswith("transcript_word")


def test_migrations_lead_to_the_tables_we_declare(database: Database) -> None:
    with emptied(database) as connection:
        schema.migrate(connection)
        opts = {"compare_type": False, "include_name": _is_declared}
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, Base.metadata) == []


def test_a_new_database_is_made_as_migrations_would_have_left_it(database: Database) -> None:
    with emptied(database) as connection:
        schema.migrate(connection)
        migrated = described(connection)
    with emptied(database) as connection:
        schema.create(connection, SCHEMA)
        assert described(connection) == migrated


def test_a_table_of_somebody_else_is_left_alone(database: Database) -> None:
    with emptied(database) as connection:
        connection.execute(text("CREATE TABLE theirs (note TEXT)"))
    database.upgrade()
    assert database.schema() == SCHEMA
    with database.read() as connection:
        assert {"theirs", "inbox"} <= set(inspect(connection).get_table_names())


def test_nobody_else_on_the_machine_can_read_an_sqlite_file(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/citybot.sqlite3")
    database.upgrade()
    with database.write() as connection:
        connection.execute(insert(Person).values(id="anna", created_at=NOW))
        modes = {path.name: oct(path.stat().st_mode & 0o777) for path in tmp_path.iterdir()}
    database.close()
    ours = {"citybot.sqlite3", "citybot.sqlite3-wal", "citybot.sqlite3-shm"}
    assert modes == dict.fromkeys(ours, "0o600")


def test_upgrading_twice_and_from_many_threads_is_harmless(tmp_path: object) -> None:
    url = f"sqlite:///{tmp_path}/new/citybot.sqlite3"
    databases = [Database(url) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(Database.upgrade, databases))
    assert {database.schema() for database in databases} == {SCHEMA}
    for database in databases:
        database.close()


def set_schema(database: Database, name: str) -> None:
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :name"), {"name": name})


def test_an_older_program_refuses_a_newer_database(database: Database) -> None:
    set_schema(database, "9999")
    with pytest.raises(NewerSchema) as refused:
        database.upgrade()
    assert (refused.value.found, database.schema()) == ("9999", "9999")


def test_a_table_that_is_held_fails_a_writer_soon(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Better an error the platform hears than a person who waits for ever."""
    monkeypatch.setitem(_LIMITS, "lock_timeout", 1)
    database, other = Database(postgres_url), Database(postgres_url)
    with other.write() as holder:
        holder.execute(text("LOCK TABLE person IN ACCESS EXCLUSIVE MODE"))
        with pytest.raises(OperationalError, match="lock timeout"), database.write() as writer:
            writer.execute(insert(Person), [{"id": "anna", "created_at": NOW}])
    database.close()
    other.close()


def limits(connection: Connection) -> list[object]:
    return [connection.exec_driver_sql(f"SHOW {name}").scalar() for name in _LIMITS]


def test_a_statement_has_an_end_but_a_migration_has_its_time(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(postgres_url)
    seen = []
    monkeypatch.setattr(
        "alembic.command.upgrade",
        lambda config, _to: seen.append(limits(config.attributes["connection"])),
    )
    set_schema(database, "0000")
    database.upgrade()
    with database.read() as connection:
        assert (limits(connection), seen) == (["5s", "20s", "30s"], [["0", "0", "0"]])
    database.close()


def test_an_operator_may_set_other_limits_in_the_address(postgres_url: str) -> None:
    database = Database(f"{postgres_url}?options=-c%20statement_timeout%3D7s")
    with database.read() as connection:
        assert limits(connection) == ["5s", "7s", "30s"]
    database.close()


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO question (language, text) VALUES ('en', :said)",
        "INSERT INTO person (id, created_at) VALUES (:said, '2026-05-04'), (:said, '2026-05-04')",
    ],
    ids=["something is missing", "something is there twice"],
)
def test_an_error_does_not_say_what_people_wrote(database: Database, statement: str) -> None:
    said = " ".join(["I", "am", "ill"])  # a traceback shows the lines of this test
    with pytest.raises(SQLAlchemyError) as error, database.write() as connection:
        connection.execute(text(statement), {"said": said})
    assert said not in "".join(traceback.format_exception(error.value))


def test_postgresql_runs_at_read_committed(postgres_url: str) -> None:
    database = Database(postgres_url)
    with database.read() as connection:
        level = connection.exec_driver_sql("SHOW transaction_isolation").scalar()
    assert level == "read committed"
    database.close()


def count_up(database: Database, times: int) -> None:
    """Read, then write what was read plus one: loses updates unless transactions are guarded."""
    for _ in range(times):
        with database.write() as connection:
            wanted = select(Person.stopped_at).where(Person.id == "anna")
            year = connection.execute(wanted.with_for_update()).scalar_one().year
            moved = datetime(year + 1, 1, 1, tzinfo=UTC)
            connection.execute(update(Person).where(Person.id == "anna").values(stopped_at=moved))


def counted(database: Database) -> int:
    with database.read() as connection:
        wanted = select(Person.stopped_at).where(Person.id == "anna")
        return int(connection.execute(wanted).scalar_one().year)


class Unguarded(Database):
    """Writes as SQLite would by default: a deferred transaction, and no queue for writers."""

    @contextmanager
    def write(self) -> Iterator[Connection]:
        with self.engine.connect() as connection, connection.begin():
            yield connection


def race(kind: type[Database], url: str) -> int:
    """8 threads of two processes' worth of engines count to 80; what is reached without error."""
    engines = [kind(url), kind(url)]
    with engines[0].write() as connection:
        first = {"id": "anna", "created_at": NOW, "stopped_at": datetime(1000, 1, 1, tzinfo=UTC)}
        connection.execute(insert(Person), [first])
    with ThreadPoolExecutor(8) as pool:
        jobs = [pool.submit(count_up, engines[n % 2], 10) for n in range(8)]
    failed = [job for job in jobs if job.exception()]
    reached = counted(engines[0]) - 1000
    for database in engines:
        database.close()
    return reached - len(failed)


def test_no_update_is_lost(database_url: str) -> None:
    assert race(Database, database_url) == 80


def test_with_deferred_transactions_updates_would_be_lost(sqlite_url: str) -> None:
    """The guard-off twin: SQLite's default transaction fails or loses writes in the same race."""
    assert race(Unguarded, sqlite_url) < 80


def test_every_table_that_knows_people_can_be_exported_and_erased() -> None:
    """A new table with a person, an address or a registration in it belongs into services/privacy.py."""
    personal = {
        table.name
        for table in Base.metadata.sorted_tables
        if {"person_id", "address", "registration_id", "transcript_id"} & set(table.columns.keys())
    }
    assert personal | {"person"} == {trace.table.__tablename__ for trace in KEPT}


@pytest.mark.parametrize("naive", [datetime(2026, 1, 1)])  # noqa: DTZ001
def test_a_time_without_a_zone_is_refused(database: Database, naive: datetime) -> None:
    with pytest.raises(Exception, match="needs a time zone"), database.write() as connection:
        connection.execute(insert(Person), [{"id": "x", "created_at": naive}])


def _beside_another_process(url: str, spoil: bool) -> list[int]:
    """What another process reads after both wrote; this one has several connections open."""
    database = Database(url)
    if spoil:

        @event.listens_for(database.engine, "do_connect")
        def _open_and_close(*_given: object) -> None:
            os.close(os.open(make_url(url).database or "", os.O_RDONLY))

    other = (
        "import sys; from bot.database import Database; database = Database(sys.argv[1])\n"
        "with database.write() as c: c.exec_driver_sql('INSERT INTO kept VALUES (1)')\n"
        "database.close()"
    )
    with database.write() as connection:
        connection.exec_driver_sql("CREATE TABLE kept (number INTEGER)")
    with database.read() as one, database.read() as two:
        for each in (one, two):
            each.exec_driver_sql("SELECT * FROM kept")
    subprocess.run([sys.executable, "-c", other, url], check=True, cwd=ROOT)
    with database.write() as connection:
        connection.exec_driver_sql("INSERT INTO kept VALUES (2)")
    with closing(sqlite3.connect(str(make_url(url).database))) as reader:
        found = [number for (number,) in reader.execute("SELECT number FROM kept ORDER BY 1")]
    with suppress(SQLAlchemyError):
        database.close()
    return found


def test_what_is_written_beside_another_process_is_there(sqlite_url: str) -> None:
    """A command beside a running server: both write, and each sees what the other wrote."""
    assert _beside_another_process(sqlite_url, spoil=False) == [1, 2]


def test_a_file_that_is_opened_besides_sqlite_would_lose_it(sqlite_url: str) -> None:
    """The guard-off twin: closing any descriptor of the file drops SQLite's locks."""
    with pytest.raises((AssertionError, SQLAlchemyError, sqlite3.Error)):
        assert _beside_another_process(sqlite_url, spoil=True) == [1, 2]
