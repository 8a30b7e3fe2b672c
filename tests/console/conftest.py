"""An office on SQLite, or on both databases."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.config import Settings
from knowledge.library import Library
from tests.console.office import Office, opened


@pytest.fixture
async def office(sqlite_url: str, tmp_path: Path, library: Library) -> AsyncIterator[Office]:
    settings = Settings(data_dir=tmp_path, database_url=sqlite_url, secret="for tests only")
    async with opened(settings, library) as at_work:
        yield at_work


@pytest.fixture
async def both(settings: Settings, library: Library) -> AsyncIterator[Office]:
    """The same on either database."""
    async with opened(settings, library) as at_work:
        yield at_work
