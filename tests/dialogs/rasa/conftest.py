"""A Rasa server that leads the talk, and the bridge it calls."""

import itertools
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime

import pytest
from aiohttp.test_utils import TestClient, TestServer

import dialogs
from bot.app import services
from bot.config import Settings
from bot.database import Database
from bot.metrics import Metrics
from bot.server import web_application
from dialogs.rasa.bridge import Bridge
from dialogs.rasa.export import files
from dialogs.rasa.server import routes
from knowledge.library import Library
from tests.dialogs.rasa.driver import RasaServer, Training
from tests.dialogs.rasa.garden import GARDEN

TOKEN = "ein Schlüssel"  # people choose such tokens
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)  # a Monday morning

_names = map("anna-{}".format, itertools.count(1))


@pytest.fixture(scope="session")
def training(library: Library) -> Training:
    """What a Rasa server has learnt."""
    talks = {**dialogs.load(), **GARDEN}
    return Training.read(files(talks, library.articles, "http://localhost:8080"))


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """One database for many talks; each has a sender of its own."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('rasa') / 'citybot.sqlite3'}")
    database.upgrade()
    yield database
    database.close()


@pytest.fixture(scope="session")
def bridge(shared: Database, library: Library) -> Bridge:
    """All dialogs and one more, made once: learning all wordings takes a while."""
    talks = {**dialogs.load(), **GARDEN}
    return Bridge(talks, services(Settings(), library), shared, "en", lambda: NOW)


@pytest.fixture
async def client(bridge: Bridge, shared: Database) -> AsyncIterator[TestClient]:
    """A web application with the routes open."""
    application = web_application(shared, (), Metrics())
    application.add_routes(routes(bridge, TOKEN))
    async with TestClient(TestServer(application)) as opened:
        yield opened


@pytest.fixture
def rasa(client: TestClient, training: Training) -> RasaServer:
    """A Rasa server that leads the talk with somebody new."""
    return RasaServer(client, TOKEN, training, next(_names))
