"""A house with a Rasa server's routes open, and that server."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer

import dialogs
from bot import app
from bot.config import Settings
from bot.metrics import Metrics
from bot.server import web_application
from dialogs.rasa.export import files
from knowledge.library import Library
from tests.dialogs.rasa.driver import RasaServer, Training
from tests.script import Chat

TOKEN = "ein Schlüssel"  # people choose such tokens
MONDAY_MORNING = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def training(library: Library) -> Training:
    """What a Rasa server has learnt."""
    return Training.read(files(dialogs.load(), library.articles, "http://localhost:8080"))


@pytest.fixture
async def chat(sqlite_url: str, tmp_path: Path, library: Library) -> AsyncIterator[Chat]:
    """A talk with the built-in brain of that house, on a Monday morning."""
    settings = Settings(data_dir=tmp_path, database_url=sqlite_url, secret="s", rasa_token=TOKEN)
    async with Chat.opened(settings, library, lambda: MONDAY_MORNING) as talk:
        yield talk


@pytest.fixture
async def client(chat: Chat) -> AsyncIterator[TestClient]:
    """The house's web application."""
    application = web_application(chat.house.database, (), Metrics())
    application.add_routes(app.rasa_routes(chat.house))
    async with TestClient(TestServer(application)) as opened:
        yield opened


@pytest.fixture
def rasa(client: TestClient, training: Training) -> RasaServer:
    """A Rasa server that leads the talk with anna."""
    return RasaServer(client, TOKEN, training, "anna")
