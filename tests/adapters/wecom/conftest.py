"""A house with the WeCom channel, served over real HTTP, and FakeWeCom on the other side."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest
from aiohttp import web
from sqlalchemy import select

from adapters.wecom import PATH, WeComChannel
from bot import app
from bot.channel import Desk
from bot.config import Settings
from bot.metrics import Metrics
from bot.models import Base
from bot.server import web_application
from knowledge.library import Library
from tests.fakes.wecom import AES_KEY, AGENT_ID, CORP_ID, SECRET, TOKEN, FakeWeCom
from tests.fakes.wecom.phone import Phone


@dataclass
class World:
    """Both sides, and what lies in between."""

    platform: FakeWeCom
    house: app.House
    channel: WeComChannel

    def phone(self, userid: str = "Anna.Li") -> Phone:
        return self.platform.phone(userid)

    async def deliver(self) -> None:
        """Send what is due, and finish what is done beside."""
        while await self.house.deliverer.deliver() + await self.house.bulk.deliver():
            pass
        await self.channel.taps.errands.done()

    async def talk(self, phone: Phone, *texts: str) -> list[str]:
        """Say these; gives what the phone shows for them."""
        before = len(phone.shown)
        for text in texts:
            await phone.says(text)
            await self.deliver()
        return phone.lines[before:]

    async def tap(self, phone: Phone, label: str) -> list[str]:
        """Tap that on the last card; gives what the phone shows for it."""
        before = len(phone.shown)
        await phone.taps(label)
        await self.deliver()
        return phone.lines[before:]

    def rows(self, table: str, *columns: str) -> list[Any]:
        found = Base.metadata.tables[table]
        with self.house.database.read() as connection:
            rows = connection.execute(select(*(found.c[c] for c in columns)).order_by(found.c.id))
            return [row[0] if len(columns) == 1 else tuple(row) for row in rows]


def settings_for(base: str, settings: Settings, **more: Any) -> Settings:
    wecom = {
        "wecom_corp_id": CORP_ID,
        "wecom_agent_id": AGENT_ID,
        "wecom_secret": SECRET,
        "wecom_token": TOKEN,
        "wecom_aes_key": AES_KEY,
        "wecom_api": base,
        "wecom_language": "en",
        "flood_messages": 1000,
    }
    return replace(settings, **(wecom | more))


@asynccontextmanager
async def opened(
    platform: FakeWeCom,
    settings: Settings,
    library: Library,
    made: Callable[[Desk], WeComChannel] = WeComChannel,
    **more: Any,
) -> AsyncIterator[World]:
    """A house beside a platform that runs; leaves the platform running."""
    chosen = settings_for(platform.base, settings, **more)
    house = app.build(chosen, ("wecom",), platform.clock, library, {"wecom": made})
    channel = house.channels["wecom"]
    assert isinstance(channel, WeComChannel)
    runner = web.AppRunner(
        web_application(house.database, [channel], Metrics()),
        access_log=None,
        shutdown_timeout=0.1,
    )
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    platform.callback = f"http://127.0.0.1:{runner.addresses[0][1]}{PATH}"
    try:
        yield World(platform, house, channel)
    finally:
        await runner.cleanup()
        await house.inbox.close()
        await channel.close()
        house.database.close()


@pytest.fixture
async def platform() -> AsyncIterator[FakeWeCom]:
    async with FakeWeCom().running() as running:
        yield running


Open = Callable[..., Any]


@pytest.fixture
def open_world(platform: FakeWeCom, sqlite_url: str, tmp_path: Any, library: Library) -> Open:
    """`async with open_world(wecom_language="zh") as world`, on SQLite."""
    settings = Settings(data_dir=tmp_path, database_url=sqlite_url, secret="for tests only")

    def open_it(**more: Any) -> Any:
        return opened(platform, settings, library, **more)

    return open_it


@pytest.fixture
async def world(open_world: Open) -> AsyncIterator[World]:
    """Where the kind of database makes no difference."""
    async with open_world() as made:
        yield made


@pytest.fixture
async def both(platform: FakeWeCom, settings: Settings, library: Library) -> AsyncIterator[World]:
    """The same on both databases."""
    async with opened(platform, settings, library) as made:
        yield made
