"""Delivers what waits, in a process of its own that kills itself before it writes that down."""

import asyncio
import os
import signal
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from adapters.wecom import WeComChannel
from bot import landing, lapsing, outbox
from bot.bulk import BulkDeliverer
from bot.channel import Desk
from bot.config import Settings
from bot.counter import DatabaseCounter
from bot.database import Database
from bot.delivery import Deliverer
from bot.mailbox import DatabaseMailbox
from bot.quiet import Assumed, Quiet
from bot.sending import Sender
from bot.wakeups import Wakeups
from tests.adapters.wecom.conftest import settings_for


async def nobody(*_anything: Any) -> Any:
    """Nothing comes in here."""
    raise AssertionError


async def mute(*_anybody: Any) -> None:
    """Nothing is known of the language of a talk."""


async def main(url: str, base: str, at: datetime, dies: bool) -> None:
    """Release what lapsed, and deliver; dies when the platform has taken it."""
    database, wakeups = Database(url), Wakeups()
    settings = settings_for(base, Settings(data_dir=Path("."), database_url=url, secret="s"))
    mailbox, counter = DatabaseMailbox(database, lambda: at), DatabaseCounter(database, lambda: at)
    desk = Desk(
        settings=settings,
        accept=nobody,
        mailbox=mailbox,
        wakeups=wakeups,
        counter=counter,
        move=nobody,
        database=database,
        bury=nobody,
        now=lambda: at,
        in_work=nobody,
        spoken=mute,
    )
    channel = WeComChannel(desk)
    if dies:
        landing.settle = lambda _connection, landed, _now: (
            os.kill(os.getpid(), signal.SIGKILL)
            if any(one.claimed.kind == outbox.BULK for one in landed)
            else None
        )
    lapsing.release_lapsed(database, at, {channel.name: channel.keyed})
    sender = Sender({channel.name: channel}, database, lambda: at)
    night = Assumed(ZoneInfo("UTC"), Quiet.read(""))
    to_one = Deliverer(database, sender, wakeups, lambda: at)
    to_many = BulkDeliverer(database, sender, wakeups, lambda: at, night)
    while await to_one.deliver() + await to_many.deliver():
        pass
    await channel.close()
    database.close()


def run(url: str, base: str, at: datetime, dies: bool) -> None:
    asyncio.run(main(url, base, at, dies))
