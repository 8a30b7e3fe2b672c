"""The database: one engine, reading and writing transactions, the schema brought up to date.

Synchronous on purpose: a whole batch of turns runs in one thread hop and one transaction, which
costs less than an awaitable per statement (docs/decisions.md).
"""

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any, Final

import orjson
from sqlalchemy import Connection, Engine, ExceptionContext, create_engine, event, make_url, text
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot import schema
from bot.breaker import Breaker

SCHEMA = "0024"  # the newest migration; a test compares it with bot/migrations
# It is out of reach, or too busy: this passes, and nothing of what was under way is kept.
DATABASE_DOWN: Final = (DBAPIError, PoolTimeout)
_BUSY_SECONDS = 10
_CONNECT_SECONDS = 3  # a platform hears from us within five, also of a host that has vanished
_VANISHED_SECONDS = 5  # in which a host that is there has acknowledged what it was sent
_POOL_SECONDS = 3  # until one of our own connections is free
# Seconds, then an error: a person is better told than kept waiting for ever. The last is for a
# process that stands still, or whose machine is gone: it would hold its locks as long as it likes.
# https://www.postgresql.org/docs/current/runtime-config-client.html
_LIMITS: Final = {
    "lock_timeout": 5,
    "statement_timeout": 20,
    "idle_in_transaction_session_timeout": 30,
}
_UPGRADE_LOCK = 7_220_417  # any number, the same in every process


def _dumps(value: Any) -> str:
    return orjson.dumps(value).decode()


class NewerSchema(SQLAlchemyError):
    """A newer version of the program has changed this database; this one would harm it."""

    def __init__(self, found: str) -> None:
        super().__init__(f"schema {found} is newer than {SCHEMA}")
        self.found = found


def refuse_newer(found: str | None) -> None:
    """Raises NewerSchema when a database stands at a migration that we do not know."""
    if found is not None and found > SCHEMA:
        raise NewerSchema(found)


class Database:
    """SQLite (WAL, BEGIN IMMEDIATE) or PostgreSQL (psycopg 3, READ COMMITTED)."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = _sqlite(url) if url.startswith("sqlite") else _postgresql(url)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        # Writers of one process queue here rather than in SQLite's busy handler, which sleeps.
        self._one_writer = threading.Lock() if self.is_sqlite else nullcontext()

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One write transaction: committed at the end of the block, rolled back by an error."""
        with self._one_writer, self.engine.connect() as connection:
            # A deferred transaction that turns to writing loses updates without a word.
            connection.execution_options(sqlite_begin="IMMEDIATE")
            with connection.begin():
                yield connection

    @contextmanager
    def rehearse(self) -> Iterator[Connection]:
        """Likewise, but everything that is written is taken back."""
        with self.write() as connection:
            yield connection
            connection.rollback()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads."""
        with self.engine.connect() as connection:
            yield connection

    def upgrade(self) -> None:
        """Bring the schema to SCHEMA; safe when several processes start at once.

        Raises NewerSchema, and changes nothing, when it is past SCHEMA already.
        """
        found = self.schema()
        refuse_newer(found)
        if found != SCHEMA:
            if self.is_sqlite:
                Path(make_url(self.url).database or "").parent.mkdir(parents=True, exist_ok=True)
            self._bring_up()

    def schema(self) -> str | None:
        """The migration the database stands at; None when it is empty or not there."""
        try:
            with self.read() as connection:
                found = connection.execute(text("SELECT version_num FROM alembic_version"))
                return found.scalar()
        except (OperationalError, ProgrammingError):
            return None

    def _bring_up(self) -> None:
        with self.write() as connection:
            if not self.is_sqlite:
                # A big table takes its time, and so does the process that was here before us.
                for limit in _LIMITS:
                    connection.execute(text(f"SET LOCAL {limit} = 0"))
                connection.execute(text(f"SELECT pg_advisory_xact_lock({_UPGRADE_LOCK})"))
            if schema.is_empty(connection):
                schema.create(connection, SCHEMA)
            else:
                schema.migrate(connection)

    def compact(self, *tables: str) -> bool:
        """Have the files forget old versions of rows, and the order in which they were written.

        False when somebody else reads or does the same; it may be tried again.
        """
        with self._one_writer, self.engine.connect() as connection:
            raw = connection.execution_options(isolation_level="AUTOCOMMIT")
            driver = connection.connection.driver_connection
            if self.is_sqlite:
                return driver is not None and _emptied(driver)
            try:  # of a million rows it takes longer than a statement may
                raw.exec_driver_sql("SET statement_timeout = 0")
                raw.exec_driver_sql(f"VACUUM {', '.join(tables)}")
                raw.exec_driver_sql("RESET statement_timeout")
            except OperationalError:
                connection.invalidate()
                return False
            return True

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def allow_minutes(connection: Connection) -> None:
    """Let a statement of this transaction take minutes: it is the clock's, and no person waits.

    Broken off, it would only be begun again, for ever.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL statement_timeout = '10min'")


def _emptied(driver: Any) -> bool:
    """Write an SQLite file anew and empty its log; VACUUM may stand in no transaction."""
    driver.rollback()
    try:
        driver.execute("VACUUM")
        (busy, _log, _moved) = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.OperationalError:
        return False
    return not busy


def _sqlite(url: str) -> Engine:
    engine = create_engine(
        url,
        json_serializer=_dumps,
        json_deserializer=orjson.loads,
        hide_parameters=True,  # what people write stands in no error, and so in no log
        connect_args={"timeout": _BUSY_SECONDS, "check_same_thread": False},
    )

    @event.listens_for(engine, "do_connect")
    def _make_privately(_dialect: Any, _record: Any, _place: Any, _how: Any) -> None:
        """SQLite would make the file readable by everybody on the machine; its WAL follows it.

        Only a file that is not there yet is opened: closing one that SQLite has open drops all of
        this process's locks on it, and another process would take its log away from under us
        (https://www.sqlite.org/howtocorrupt.html, 2.2).
        """
        with suppress(OSError):  # SQLite says better what is wrong, and in its own error
            new = os.O_CREAT | os.O_EXCL | os.O_WRONLY
            os.close(os.open(make_url(url).database or "", new, 0o600))

    @event.listens_for(engine, "connect")
    def _settle_in(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        how = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
        connection.exec_driver_sql(f"BEGIN {how}")

    return engine


def _postgresql(url: str) -> Engine:
    asked = make_url(url).query  # what the operator says in the address comes last
    ours = {name: value for name, value in _VANISHING.items() if name not in asked}
    engine = create_engine(
        url,
        json_serializer=_dumps,
        json_deserializer=orjson.loads,
        hide_parameters=True,
        isolation_level="READ COMMITTED",
        pool_size=10,
        pool_timeout=_POOL_SECONDS,
        pool_pre_ping=True,
        connect_args={**ours, "options": _limits(url)},
    )
    event.listen(engine, "handle_error", _leave_out_detail)
    event.listen(engine, "do_connect", _connecting())
    return engine


# https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS
_VANISHING: Final[Mapping[str, int]] = {
    "connect_timeout": _CONNECT_SECONDS,
    "tcp_user_timeout": _VANISHED_SECONDS * 1000,  # of what is under way to it
    "keepalives_idle": _VANISHED_SECONDS,  # while we wait for its answer
    "keepalives_interval": 1,
}


def _connecting() -> Callable[..., Any]:
    """How a connection is made: not again and again where nobody answers."""
    from psycopg import OperationalError as Away  # not needed where there is only SQLite

    breaker = Breaker(lambda: Away("the database has not answered"))

    def connect(
        dialect: Any, _record: Any, place: Sequence[Any], how: MutableMapping[str, Any]
    ) -> Any:
        return breaker.attempt(lambda: dialect.connect(*place, **how))

    return connect


def _limits(url: str) -> str:
    """How long a statement may wait and take; what the operator says in the address comes last."""
    ours = " ".join(f"-c {name}={seconds}s" for name, seconds in _LIMITS.items())
    theirs = make_url(url).query.get("options", "")
    return " ".join([ours, *([theirs] if isinstance(theirs, str) else theirs)]).strip()


def _leave_out_detail(context: ExceptionContext) -> None:
    """PostgreSQL quotes the whole row behind DETAIL: only its first line may reach a log."""
    from psycopg import Error

    cause, told = context.original_exception, context.sqlalchemy_exception
    if isinstance(cause, Error) and cause.diag.message_primary:
        cause.args = (cause.diag.message_primary,)
        if told is not None:
            told.args = (f"({type(cause).__name__}) {cause.diag.message_primary}",)
