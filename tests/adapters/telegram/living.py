"""A whole house on the fake Telegram, by polling or by webhook."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from aiohttp import web

from adapters.telegram import TelegramChannel
from bot import app
from bot.channel import Desk
from bot.config import Settings
from bot.metrics import Metrics
from bot.server import web_application
from knowledge.library import Library
from tests.fakes.telegram import FakeTelegram

PUBLIC = "https://bot.example.org"


@dataclass(slots=True)
class Living:
    """A house at work, and the address its web server listens on."""

    house: app.House
    telegram: FakeTelegram
    base: str

    @property
    def channel(self) -> TelegramChannel:
        """Its Telegram channel."""
        found = self.house.channels["telegram"]
        assert isinstance(found, TelegramChannel)
        return found

    @property
    def hook(self) -> str:
        """Where Telegram pushes to, on this machine."""
        url = self.telegram.pusher.webhook.url
        assert url.startswith(PUBLIC)
        return self.base + url.removeprefix(PUBLIC)


def on_telegram(settings: Settings, telegram: FakeTelegram, mode: str = "polling") -> Settings:
    """These settings, for a bot of that fake."""
    return replace(
        settings,
        telegram_token=telegram.token,
        telegram_api=telegram.api,
        telegram_mode=mode,
        public_url=PUBLIC if mode == "webhook" else "",
    )


@asynccontextmanager
async def living(
    settings: Settings,
    telegram: FakeTelegram,
    library: Library | None = None,
    made: Callable[[Desk], TelegramChannel] = TelegramChannel,
    clock: Callable[[], datetime] = app.now,
) -> AsyncIterator[Living]:
    """The house at work; for a webhook it listens, and the fake knows the way to it."""
    house = app.build(settings, ("telegram",), clock, library, {"telegram": made})
    application = web_application(house.database, house.channels.values(), Metrics())
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    telegram.pusher.reach[PUBLIC] = base
    async with app.running(house):
        try:
            if settings.telegram_mode == "webhook":
                await telegram.until(lambda: bool(telegram.made("setWebhook")))
            yield Living(house, telegram, base)
        finally:
            await runner.cleanup()
