"""A house on Telegram in a process of its own, for others to kill. See test_crash.py."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import web

from adapters.telegram import TelegramChannel
from bot import app, lapsing
from bot.config import Settings
from bot.database import Database
from bot.delivery import Deliverer
from bot.flood import FloodGate
from bot.inbox import Inbox
from bot.metrics import Metrics
from bot.pace import Pace
from bot.sending import Sender
from bot.server import web_application
from bot.turns import Turns
from bot.wakeups import Wakeups
from tests.crash_child import Echo


async def main(told: dict[str, Any], ready: Callable[[], None]) -> None:
    """Hear and answer until killed. Told are the `url` of the database, the `api`, `token` and `mode`
    of Telegram, the `port` and `data` folder of ours, and `minutes` that the clock is ahead, so that
    leases lapse.
    """
    ahead = timedelta(minutes=told["minutes"])
    settings = Settings(
        data_dir=Path(told["data"]),
        secret="for tests only",
        telegram_token=told["token"],
        telegram_api=told["api"],
        telegram_mode=told["mode"],
        public_url="https://bot.example.org" if told["mode"] == "webhook" else "",
    )

    def now() -> datetime:
        return datetime.now(UTC) + ahead

    database, wakeups = Database(told["url"]), Wakeups()
    lapsing.release_lapsed(database, now())
    inbox = Inbox(database, Turns(Echo(), "en"), wakeups, FloodGate(10**6, 1), now)
    TelegramChannel.pace = Pace()  # to the fake it may go as fast as it can
    channel = TelegramChannel(app._desk(settings, database, inbox, wakeups, now))
    deliverer = Deliverer(database, Sender({"telegram": channel}, database, now), wakeups, now)
    runner = web.AppRunner(web_application(database, [channel], Metrics()), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", told["port"]).start()
    ready()
    await asyncio.gather(channel.listen(), deliverer.run(), _swept(inbox))


async def _swept(inbox: Inbox) -> None:
    while True:
        await inbox.sweep()
        await asyncio.sleep(0.2)


def run(told: dict[str, Any], ready: Callable[[], None]) -> None:
    asyncio.run(main(told, ready))
