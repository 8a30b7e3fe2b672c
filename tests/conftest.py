"""Fixtures every test may use: databases, a house, a talk; and a guard that keeps tests at home."""

import os
import shutil
import socket
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from bot.app import open_library
from bot.config import Settings
from bot.database import Database
from knowledge.library import Library
from tests.script import Chat

POSTGRES = os.environ.get("CITYBOT_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")
REDIS = os.environ.get("CITYBOT_TEST_REDIS", "redis://127.0.0.1:6379/15")


def missing(what: str) -> None:
    """Skip, visibly; in CI a missing part is a failure."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} is not there, and in CI it must be")
    pytest.skip(f"{what} is not there")


@pytest.fixture(autouse=True, scope="session")
def _stay_at_home() -> Iterator[None]:
    """Nothing a test does may leave this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        host = address[0] if isinstance(address, tuple) else "local"
        if host not in ("local", "127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"a test tried to reach {host}")
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        yield


@pytest.fixture(scope="session")
def library() -> Library:
    """The packaged articles, indexed once a run."""
    return open_library(None)


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "citybot.sqlite3"
    database = Database(f"sqlite:///{path}")
    database.upgrade()
    database.close()
    return path


@pytest.fixture(scope="session")
def _postgres_template() -> Iterator[str]:
    try:
        admin = psycopg.connect(POSTGRES, autocommit=True)
    except psycopg.OperationalError:
        missing("PostgreSQL")
    name = f"citybot_template_{uuid.uuid4().hex[:12]}"
    admin.execute(f'CREATE DATABASE "{name}"')
    database = Database(_postgres_url(name))
    database.upgrade()
    database.close()
    yield name
    admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    admin.close()


def _postgres_url(name: str) -> str:
    return f"{POSTGRES.rpartition('/')[0]}/{name}".replace("postgresql:", "postgresql+psycopg:", 1)


@pytest.fixture
def sqlite_url(_sqlite_template: Path, tmp_path: Path) -> str:
    """A fresh SQLite database, schema in place."""
    shutil.copyfile(_sqlite_template, tmp_path / "citybot.sqlite3")
    return f"sqlite:///{tmp_path / 'citybot.sqlite3'}"


@pytest.fixture
def postgres_url(_postgres_template: str) -> Iterator[str]:
    """A fresh PostgreSQL database, schema in place; gone after the test."""
    name = f"citybot_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(POSTGRES, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{_postgres_template}"')
        yield _postgres_url(name)
        admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The same test on both databases."""
    name = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    return str(request.getfixturevalue(name))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An open database of either kind."""
    opened = Database(database_url)
    yield opened
    opened.close()


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings of a house on a fresh database."""
    return Settings(data_dir=tmp_path, database_url=database_url, secret="for tests only")


@pytest.fixture
async def chat(sqlite_url: str, tmp_path: Path, library: Library) -> Iterator[Chat]:
    """A talk with a whole house on SQLite."""
    settings = Settings(data_dir=tmp_path, database_url=sqlite_url, secret="for tests only")
    async with Chat.opened(settings, library) as talk:
        yield talk
