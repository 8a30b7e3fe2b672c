"""The schema, its migrations, and what a transaction promises on both databases."""

import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, insert, select, text, update
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from bot.database import SCHEMA, Database, NewerSchema
from bot.models import Base, Person
from bot.services.privacy import KEPT

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


def test_the_constant_names_the_newest_migration() -> None:
    assert ScriptDirectory("bot/migrations").get_current_head() == SCHEMA


def test_migrations_lead_to_the_tables_we_declare(database: Database) -> None:
    with database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, Base.metadata) == []


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
    set_schema(database, "0002")
    with pytest.raises(NewerSchema) as refused:
        database.upgrade()
    assert (refused.value.found, database.schema()) == ("0002", "0002")


def test_a_table_that_is_held_fails_a_writer_soon(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Better an error the platform hears than a person who waits for ever."""
    monkeypatch.setattr("bot.database._LOCK_SECONDS", 1)
    database, other = Database(postgres_url), Database(postgres_url)
    with other.write() as holder:
        holder.execute(text("LOCK TABLE person IN ACCESS EXCLUSIVE MODE"))
        with pytest.raises(OperationalError, match="lock timeout"), database.write() as writer:
            writer.execute(insert(Person), [{"id": "anna", "created_at": NOW}])
    database.close()
    other.close()


def limits(connection: Connection) -> list[object]:
    names = ("lock_timeout", "statement_timeout")
    return [connection.exec_driver_sql(f"SHOW {name}").scalar() for name in names]


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
        assert (limits(connection), seen) == (["5s", "20s"], [["0", "0"]])
    database.close()


def test_an_operator_may_set_other_limits_in_the_address(postgres_url: str) -> None:
    database = Database(f"{postgres_url}?options=-c%20statement_timeout%3D7s")
    with database.read() as connection:
        assert limits(connection) == ["5s", "7s"]
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
    """A new table with a person or an address in it belongs into services/privacy.py."""
    personal = {
        table.name
        for table in Base.metadata.sorted_tables
        if {"person_id", "address"} & set(table.columns.keys())
    }
    assert personal | {"person"} == {trace.table.__tablename__ for trace in KEPT}


@pytest.mark.parametrize("naive", [datetime(2026, 1, 1)])  # noqa: DTZ001
def test_a_time_without_a_zone_is_refused(database: Database, naive: datetime) -> None:
    with pytest.raises(Exception, match="needs a time zone"), database.write() as connection:
        connection.execute(insert(Person), [{"id": "x", "created_at": naive}])
