"""Outbox to channel: what is said to many, a hundred rows a transaction, after what is to one."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot import bulk_rows
from bot.aloft import Aloft, until_landed
from bot.bulk_rows import Wanted
from bot.bulk_texts import Texts
from bot.database import Database
from bot.mass import Count, MassDeliverer, uncounted
from bot.outgoing import Claimed, Settlement
from bot.quiet import Assumed
from bot.sending import Sender, keyed
from bot.sole import Sole, Tell, untold
from bot.wakeups import Wakeups

log = structlog.get_logger()
FLIGHT: Final = 256  # sends under way at once, on one channel: so many are unsure after a crash
GROUP: Final = 100  # that have landed before they are written down
AHEAD = 0.5  # seconds of the channel's pace we use up: a reply to one waits no longer for us
LOOK = 1.0  # seconds between looks when nobody rings
BELL = "broadcast"


class BulkDeliverer:
    """Sends what is due to many, on the channels of this process that are sent to."""

    def __init__(
        self,
        database: Database,
        sender: Sender,
        wakeups: Wakeups,
        now: Callable[[], datetime],
        assumed: Assumed,
    ) -> None:
        self._database, self._sender, self._wakeups = database, sender, wakeups
        self._now, self._assumed, self._texts = now, assumed, Texts()
        self._aloft = {name: Aloft(sender.send) for name in sender.channels}
        self._mass = MassDeliverer(database, sender, now, assumed)

    async def run(self, tell: Tell = untold, count: Count = uncounted) -> None:
        """Deliver until cancelled; a slow channel holds up no other. `tell`: see Sole.

        `count` hears of each mass message, see MassDeliverer; of all else the sender tells.
        """
        async with asyncio.TaskGroup() as channels:
            for name in self._aloft:
                channels.create_task(self._run(name, tell))
            channels.create_task(self._mass.run(tell, count))

    async def deliver(self) -> int:
        """Send one round of what is due, and wait for it; gives how many rows were taken."""
        started = sum([await self._round(name) for name in self._aloft])
        await self.land()
        return started + await self._mass.deliver()

    async def land(self, within: float | None = None) -> None:
        """Wait for what is being sent, so many seconds, and write down what became of it."""
        for name in await until_landed(self._aloft, within):
            await self._aloft[name].turn(partial(self._in_thread, name, 0))

    async def _run(self, name: str, tell: Tell) -> None:
        """Where a platform limits us, two processes would only be told to slow down: one sends."""
        is_paced = self._sender.paces[name].room(0) is not None
        right = Sole(self._database, f"broadcasts:{name}", tell)
        async with right.sought() if is_paced else nullcontext():
            await self._rounds(name, lambda: not is_paced or right.holds)

    async def _rounds(self, name: str, may: Callable[[], bool]) -> None:
        aloft, is_paced = self._aloft[name], self._sender.paces[name].room(0) is not None
        with self._wakeups.listen(BELL) as bell:
            while True:
                try:
                    started = await self._round(name, may())
                except SQLAlchemyError as error:  # the database is away: look again in a moment
                    log.warning("bulk_interrupted", error=type(error).__name__)
                    await asyncio.sleep(LOOK)
                    continue
                if started and is_paced:  # a few rows at a time, not each by itself
                    await asyncio.sleep(AHEAD / 2)
                if aloft.tasks:
                    await _landing(aloft)
                elif not started:
                    await bell.wait(LOOK)

    async def _round(self, name: str, may: bool = True) -> int:
        """Write down what has landed, begin what comes next; gives how many rows were taken."""
        await self._sender.look_at_pauses()
        aloft, most = self._aloft[name], self._room(name) if may else 0
        if not aloft.landed and not (most and await asyncio.to_thread(self._has_work, name)):
            return 0
        return await aloft.turn(partial(self._in_thread, name, most))

    def _room(self, name: str) -> int:
        """So many may go now: the pace of the channel is there for replies first."""
        if self._sender.pauses.holds(name):
            return 0
        free = self._aloft[name].room(FLIGHT)
        paced = self._sender.paces[name].room(AHEAD)
        return free if paced is None else min(free, paced)

    def _has_work(self, name: str) -> bool:
        with self._database.read() as connection:
            return bulk_rows.has_work(connection, name, self._now())

    def _in_thread(self, name: str, most: int, landed: Sequence[Settlement]) -> Sequence[Claimed]:
        channel, now = self._sender.channels[name], self._now()
        counts = channel.can.reply_window is not None
        wanted = Wanted(name, most, now, self._assumed, counts)
        with self._database.write() as connection:
            claimed = bulk_rows.turn(connection, landed, wanted, self._texts.says)
        self._sender.pauses.keep()
        return [replace(row, repeats=None) if keyed(row, channel, now) else row for row in claimed]


async def _landing(aloft: Aloft) -> None:
    """Until another transaction is worth it: enough have landed, or nothing else will."""
    until = asyncio.get_running_loop().time() + LOOK
    while len(aloft.landed) < min(GROUP, len(aloft.tasks)):
        if (left := until - asyncio.get_running_loop().time()) <= 0:
            return
        await aloft.bell.wait(left)
