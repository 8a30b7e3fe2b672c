"""A house that sends a broadcast, in a process of its own, for others to kill.

See test_broadcast_crash.py.
"""

import asyncio
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot import lapsing
from bot.bulk import BulkDeliverer
from bot.channel import Sent
from bot.database import Database
from bot.message import Address, Reply
from bot.quiet import Assumed, Quiet
from bot.sending import Sender
from bot.services.broadcast_clock import look_after_broadcasts
from bot.wakeups import Wakeups
from tests.broadcasting import City, Post


class Paper(Post):
    """What arrives is a line in a file, there before the platform's answer is."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    async def send(self, to: Address, reply: Reply) -> Sent:
        os.write(self._file, f"{to.user}\n".encode())
        await asyncio.sleep(0.02)
        return Sent("taken")


async def main(url: str, ledger: Path, now: datetime, ready: Callable[[], None]) -> None:
    """Deliver until nothing of it is left, or until killed."""
    database = Database(url)
    lapsing.release_lapsed(database, now)
    city = City(database, now=now)
    look_after_broadcasts(database, now, city.open)
    sender = Sender({"post": Paper(ledger)}, database, city.clock)
    night = Assumed(ZoneInfo("UTC"), Quiet.read(""))
    bulk = BulkDeliverer(database, sender, Wakeups(), city.clock, night)
    ready()
    working = asyncio.create_task(bulk.run())
    while any(state in ("queued", "sending") for _at, state in city.rows()):
        await asyncio.sleep(0.1)
    working.cancel()
    await asyncio.wait([working])


def run(url: str, ledger: Path, now: datetime, ready: Callable[[], None]) -> None:
    asyncio.run(main(url, ledger, now, ready))
