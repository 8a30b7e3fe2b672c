"""Fixtures every test may use: databases, a house, a talk; and a guard that keeps tests at home."""

import gc
import logging
import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import psycopg
import pytest
import structlog
from aiohttp.web_app import _cached_build_middleware

from bot.app import open_library
from bot.config import Settings
from bot.database import Database
from bot.logs import CHATTY
from knowledge.library import Library
from tests.postgres import Postgres
from tests.script import Chat
from tests.statements import engine

# Generating takes longer on a busy machine; that is no fault of what is tested.
hypothesis.settings.register_profile(
    "ours", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("ours")

REDIS = os.environ.get("CITYBOT_TEST_REDIS", "redis://127.0.0.1:6379/15")

# A file is played by one process: those that take long come first, or one process would end with
# them while the others have nothing left to do.
LONG = (
    "tests/browser/test_console.py",
    "tests/stack/",
    "tests/browser/test_broadcast_life.py",
    "tests/cli/test_broadcast_life.py",
    "tests/test_run.py",
    "tests/adapters/telegram/test_crash.py",
    "tests/browser/test_pages.py",
    "tests/cli/test_bench",
    "tests/docs/test_played.py",
    "tests/cli/test_chat.py",
    "tests/adapters/wechat/test_passive.py",
    "tests/services/polls/",
    "tests/browser/",
    "tests/test_",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def rank(item: pytest.Item) -> int:
        starts = (n for n, start in enumerate(LONG) if item.nodeid.startswith(start))
        return next(starts, len(LONG))

    items.sort(key=rank)


def pytest_configure() -> None:
    """To load tests makes no garbage, and looking for it takes a fifth of the time."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Ten thousand tests are loaded: for what one of them left, Python need not look through all."""
    gc.collect()
    gc.freeze()
    gc.enable()


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


@pytest.fixture(autouse=True, scope="session")
def _rubbish_stays_rubbish() -> Iterator[None]:
    """A command keeps what stands when it starts for good; here other tests may have left it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gc, "freeze", lambda: None)
        yield


@pytest.fixture(autouse=True, scope="session")
def _statements_are_compiled_once() -> Iterator[None]:
    """As in a house that stands for long."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.database.create_engine", engine)
        yield


def _log_plainly() -> None:
    """As before any command, but for coloured tracebacks: one takes a tenth of a second."""
    structlog.reset_defaults()
    *before, _coloured = structlog.get_config()["processors"]
    plain = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*before, plain])


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    """Logging is the process's own, and commands set it up: leave it as a process begins.

    What a test finds is not what it leaves: the fixture of a whole file may have run a command.
    """
    root = logging.getLogger()
    before = root.handlers[:]
    yield
    logging.disable(logging.NOTSET)  # `citybot chat` keeps the screen for the talk
    root.handlers[:] = before
    root.setLevel(logging.WARNING)
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.NOTSET)
    _log_plainly()


@pytest.fixture(autouse=True)
def _no_house_outlives_its_test() -> Iterator[None]:
    """aiohttp remembers what stands before a handler, and with it houses: gigabytes in a run."""
    yield
    _cached_build_middleware.cache_clear()


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
def _postgres() -> Iterator[Postgres]:
    try:
        postgres = Postgres()
    except psycopg.OperationalError:
        missing("PostgreSQL")
    yield postgres
    postgres.close()


@pytest.fixture
def sqlite_url(_sqlite_template: Path, tmp_path: Path) -> str:
    """A fresh SQLite database, schema in place."""
    shutil.copyfile(_sqlite_template, tmp_path / "citybot.sqlite3")
    return f"sqlite:///{tmp_path / 'citybot.sqlite3'}"


@pytest.fixture
def postgres_url(_postgres: Postgres) -> Iterator[str]:
    """An empty PostgreSQL database, schema in place."""
    yield _postgres.url
    _postgres.clean()


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
