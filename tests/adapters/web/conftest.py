"""A house with a chat page for each test, and one visitor."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.config import Settings
from knowledge.library import Library
from tests.adapters.web.served import Served, Visitor, served, visiting


@pytest.fixture
def web_settings(sqlite_url: str, tmp_path: Path) -> Settings:
    return Settings(
        data_dir=tmp_path,
        database_url=sqlite_url,
        secret="for tests only",
        embed_origins="https://www.example.org http://127.0.0.1:*",
        flood_messages=10_000,
    )


@pytest.fixture
async def house(web_settings: Settings, library: Library) -> AsyncIterator[Served]:
    async with served(web_settings, library) as opened:
        yield opened


@pytest.fixture
async def visitor(house: Served) -> AsyncIterator[Visitor]:
    async with visiting(house) as person:
        yield person
