"""A town with public pages, on SQLite or on both databases."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.config import Settings
from knowledge.library import Library
from tests.pages.front import Front, fronted


@pytest.fixture
async def front(sqlite_url: str, tmp_path: Path, library: Library) -> AsyncIterator[Front]:
    settings = Settings(data_dir=tmp_path, database_url=sqlite_url, secret="for tests only")
    async with fronted(settings, library) as opened:
        yield opened


@pytest.fixture
async def both(settings: Settings, library: Library) -> AsyncIterator[Front]:
    """The same on either database."""
    async with fronted(settings, library) as opened:
        yield opened
