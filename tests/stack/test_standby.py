"""A copy that PostgreSQL really keeps: what is written arrives there, and it may end."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, select, text

from bot.config import Settings
from bot.database import Database
from bot.models import Base
from bot.replica import Replica
from tests.stack.city import eventually
from tests.stack.machines import PostgreSQL

PERSON = Base.metadata.tables["person"]


@pytest.fixture
def servers() -> Iterator[tuple[PostgreSQL, PostgreSQL]]:
    """A database, and its copy."""
    folder = Path(tempfile.mkdtemp())  # of pytest's own, PostgreSQL's user may enter none
    folder.chmod(0o755)
    first = PostgreSQL(folder)
    copy = PostgreSQL.standby(first, folder)
    yield first, copy
    copy.close()
    first.close()
    shutil.rmtree(folder)


async def test_a_standby_is_read_while_it_is_there(
    servers: tuple[PostgreSQL, PostgreSQL],
) -> None:
    first, copy = servers
    chosen = Settings(database_url=first.url(), console_database_url=copy.url())
    database = Database(chosen.database())
    replica = Replica.of(chosen, database)
    assert replica
    with closing(database), closing(replica):
        database.upgrade()
        with database.write() as connection:
            values = {"id": "p1", "created_at": text("now()")}
            connection.execute(insert(PERSON).values(values))
        await eventually(lambda: replica.lag() == 0)
        assert replica.ask(people) == ["p1"]
        assert replica.ask(is_copy)
        copy.close()
        assert replica.ask(people) == ["p1"]
        assert not replica.ask(is_copy)
        assert replica.lag() is None
        copy.start()
        assert replica.ask(is_copy)


def people(connection: Connection) -> list[str]:
    return list(connection.scalars(select(PERSON.c.id)))


def is_copy(connection: Connection) -> bool:
    return bool(connection.scalar(text("SELECT pg_is_in_recovery()")))
