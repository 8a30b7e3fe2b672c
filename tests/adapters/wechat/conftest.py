"""A house with the WeChat channel, served over real HTTP, and FakeWeChat on the other side."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from sqlalchemy import select

from adapters.wechat import PATH, WeChatChannel
from bot import app
from bot.config import Settings
from bot.metrics import Metrics
from bot.models import Base
from bot.server import web_application
from knowledge.library import Library
from tests.fakes.wechat import AES_KEY, APP_ID, SECRET, TOKEN, FakeWeChat
from tests.fakes.wechat.phone import Phone

PATIENCE = 2.0  # seconds the platform waits in tests that let it wait; else it has a minute


@dataclass
class World:
    """Both sides, and what lies in between."""

    platform: FakeWeChat
    house: app.House
    channel: WeChatChannel

    def phone(self, openid: str = "oAnna-0123456789abcdefghijkl") -> Phone:
        return self.platform.phone(openid)

    async def deliver(self, seconds: float | None = None) -> None:
        """Let the time pass in which a reply is held back, and send what is due."""
        self.platform.clock.advance(seconds=seconds or self.channel.can.answers_within + 1)
        while await self.house.deliverer.deliver() + await self.house.bulk.deliver():
            pass

    def rows(self, table: str, *columns: str) -> list[Any]:
        found = Base.metadata.tables[table]
        with self.house.database.read() as connection:
            rows = connection.execute(select(*(found.c[c] for c in columns)).order_by(found.c.id))
            return [row[0] if len(columns) == 1 else tuple(row) for row in rows]

    def rows_of_allowance(self) -> list[int]:
        """What we count as left, of each window."""
        found = Base.metadata.tables["allowance"]
        with self.house.database.read() as connection:
            return list(connection.scalars(select(found.c.left)))

    def count(self, table: str) -> int:
        return len(self.rows(table, "id"))


def settings_for(base: str, settings: Settings, **more: Any) -> Settings:
    chosen = {
        "wechat_app_id": APP_ID,
        "wechat_app_secret": SECRET,
        "wechat_token": TOKEN,
        "wechat_aes_key": AES_KEY,
        "wechat_api": base,
        "wechat_language": "en",
        "flood_messages": 1000,
    }
    return replace(settings, **{**chosen, **more})


@asynccontextmanager
async def opened(
    platform: FakeWeChat,
    settings: Settings,
    library: Library,
    ahead: timedelta = timedelta(0),
    **more: Any,
) -> AsyncIterator[World]:
    """A house beside a platform that runs; its clock is so much ahead of the platform's."""
    library.warm()  # nobody waits for an index within the five seconds
    chosen = settings_for(platform.base, settings, **more)
    house = app.build(chosen, ("wechat",), lambda: platform.clock() + ahead, library)
    channel = house.channels["wechat"]
    assert isinstance(channel, WeChatChannel)
    runner = web.AppRunner(
        web_application(house.database, [channel], Metrics()), shutdown_timeout=0.1
    )
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    platform.callback = f"http://127.0.0.1:{runner.addresses[0][1]}{PATH}"
    platform.patience = channel.can.answers_within / 0.9
    try:
        yield World(platform, house, channel)
    finally:
        await runner.cleanup()
        await house.inbox.close()
        await channel.close()
        house.database.close()


def within(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Have the platform wait so long, and us answer within nine tenths of that."""
    can = replace(WeChatChannel.can, answers_within=0.9 * seconds)
    monkeypatch.setattr(WeChatChannel, "can", can)
    passive = replace(can, attachments=(), push_budget=0, tap_budget=0)
    monkeypatch.setattr("adapters.wechat._PASSIVE_ONLY", passive)
    monkeypatch.setattr("adapters.wechat.callback._HELD", 0.3)


@pytest.fixture(autouse=True)
def _at_leisure(monkeypatch: pytest.MonkeyPatch) -> None:
    """A slow machine is nobody's fault; where the five seconds matter, `hurried` comes after."""
    within(monkeypatch, 60)


@pytest.fixture
def hurried(_at_leisure: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The five seconds are as long as a test has time for."""
    within(monkeypatch, PATIENCE)


@pytest.fixture
async def platform() -> AsyncIterator[FakeWeChat]:
    async with FakeWeChat().running() as running:
        yield running


Open = Callable[..., Any]


@pytest.fixture
def open_world(platform: FakeWeChat, settings: Settings, library: Library) -> Open:
    """`async with open_world(wechat_service="no") as world`."""

    def open_it(**more: Any) -> Any:
        return opened(platform, settings, library, **more)

    return open_it


@pytest.fixture
async def world(open_world: Open) -> AsyncIterator[World]:
    async with open_world() as made:
        yield made


@pytest.fixture
async def small(
    platform: FakeWeChat, sqlite_url: str, tmp_path: Any, library: Library
) -> AsyncIterator[World]:
    """On SQLite alone, where the kind of database makes no difference."""
    settings = Settings(data_dir=tmp_path, database_url=sqlite_url, secret="for tests only")
    async with opened(platform, settings, library) as made:
        yield made
