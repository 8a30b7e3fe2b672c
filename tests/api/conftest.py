"""A house with an API on SQLite, or on both databases."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.config import Settings
from knowledge.library import Library
from tests.api.programs import Served, served


@pytest.fixture
async def house(sqlite_url: str, tmp_path: Path, library: Library) -> AsyncIterator[Served]:
    settings = Settings(data_dir=tmp_path, database_url=sqlite_url, secret="for tests only")
    async with served(settings, library) as at_work:
        yield at_work


@pytest.fixture
async def both(settings: Settings, library: Library) -> AsyncIterator[Served]:
    """The same on either database."""
    async with served(settings, library) as at_work:
        yield at_work
