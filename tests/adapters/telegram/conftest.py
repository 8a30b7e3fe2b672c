"""Telegram as a fake, and a house on it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.config import Settings
from knowledge.library import Library
from tests.adapters.telegram.living import Living, living, on_telegram
from tests.fakes.telegram import FakeTelegram


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as fake:
        yield fake


@pytest.fixture
def plain(sqlite_url: str, tmp_path: Path) -> Settings:
    """Settings of a house on SQLite."""
    return Settings(data_dir=tmp_path, database_url=sqlite_url, secret="for tests only")


@pytest.fixture
async def polling(
    telegram: FakeTelegram, plain: Settings, library: Library
) -> AsyncIterator[Living]:
    async with living(on_telegram(plain, telegram), telegram, library) as alive:
        yield alive


@pytest.fixture
async def webhook(
    telegram: FakeTelegram, plain: Settings, library: Library
) -> AsyncIterator[Living]:
    async with living(on_telegram(plain, telegram, "webhook"), telegram, library) as alive:
        yield alive


@pytest.fixture(params=["polling", "webhook"])
async def alive(
    request: pytest.FixtureRequest, telegram: FakeTelegram, plain: Settings, library: Library
) -> AsyncIterator[Living]:
    """The same test in both modes."""
    async with living(on_telegram(plain, telegram, request.param), telegram, library) as house:
        yield house


@pytest.fixture(params=[("polling", "sqlite_url"), ("webhook", "postgres_url")], ids="-".join)
async def everywhere(
    request: pytest.FixtureRequest, telegram: FakeTelegram, tmp_path: Path, library: Library
) -> AsyncIterator[Living]:
    """The same test in both modes, and on both databases."""
    mode, url = request.param
    database = request.getfixturevalue(url)
    settings = Settings(data_dir=tmp_path, database_url=database, secret="for tests only")
    async with living(on_telegram(settings, telegram, mode), telegram, library) as house:
        yield house
