"""Databases for one run of a benchmark: made, counted afterwards, dropped."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import uuid4

import psycopg
from sqlalchemy import func, select, text

from bot.database import Database
from bot.models import Inbox, Outbox


@dataclass(frozen=True, slots=True)
class Kept:
    """The rows a database holds after a run."""

    inbox: int
    done: int
    outbox: int


def is_reachable(server: str) -> bool:
    """Whether a PostgreSQL server answers at this address."""
    try:
        psycopg.connect(server, connect_timeout=3).close()
    except psycopg.Error:
        return False
    return True


@contextmanager
def scratch(server: str) -> Iterator[str]:
    """A new database on that server while the block runs; gives its address."""
    name = f"citybot_bench_{uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
        try:
            yield _beside(server, name)
        finally:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _beside(server: str, name: str) -> str:
    """The address of another database on the same server, its options kept."""
    address, question, options = server.partition("?")
    return f"{address.rpartition('/')[0]}/{name}{question}{options}"


def kept(url: str) -> Kept:
    """Count what a run left behind. `url` as SQLAlchemy wants it."""
    database = Database(url)
    counts = (
        select(func.count()).select_from(Inbox),
        select(func.count()).select_from(Inbox).where(Inbox.state == "done"),
        select(func.count()).select_from(Outbox),
    )
    with database.read() as connection:
        found = Kept(*(int(connection.execute(counting).scalar_one()) for counting in counts))
    database.close()
    return found


def described(url: str) -> str:
    """Which database, and what it promises about a commit: `PostgreSQL 17.2, fsync on, ...`."""
    database = Database(url)
    with database.read() as connection:
        if database.is_sqlite:
            version = connection.execute(text("SELECT sqlite_version()")).scalar_one()
            level = connection.execute(text("PRAGMA synchronous")).scalar_one()
            told = f"SQLite {version}, WAL, synchronous {('off', 'normal', 'full', 'extra')[level]}"
        else:
            names = ("server_version", "fsync", "synchronous_commit")
            shown = [connection.execute(text(f"SHOW {name}")).scalar_one() for name in names]
            told = f"PostgreSQL {shown[0].split()[0]}, fsync {shown[1]}, commit {shown[2]}"
    database.close()
    return told
