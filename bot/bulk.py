"""Outbox to channel: what is said to many, a hundred rows a transaction, after what is to one."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime
from typing import Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot import bulk_rows
from bot.bulk_rows import Wanted
from bot.bulk_texts import Texts
from bot.database import Database
from bot.mass import MassDeliverer
from bot.outgoing import Claimed, Settlement
from bot.quiet import Assumed
from bot.sending import Sender, keyed
from bot.sole import Sole, Tell, untold
from bot.wakeups import Bell, Wakeups

log = structlog.get_logger()
FLIGHT: Final = 256  # sends under way at once, on one channel: so many are unsure after a crash
GROUP: Final = 100  # that have landed before they are written down
AHEAD = 0.5  # seconds of the channel's pace we use up: a reply to one waits no longer for us
LOOK = 1.0  # seconds between looks when nobody rings
BELL = "broadcast"


class _Flight:
    """What is on its way on one channel."""

    def __init__(self) -> None:
        self.bell = Bell()
        self.tasks: set[asyncio.Task[Settlement]] = set()

    def landed(self) -> list[asyncio.Task[Settlement]]:
        return [task for task in self.tasks if task.done()]

    @property
    def is_ready(self) -> bool:
        """Whether it is worth a transaction: enough have landed, or nothing else will."""
        landed = len(self.landed())
        return landed >= GROUP or landed == len(self.tasks)


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
        self._flights = {name: _Flight() for name in sender.channels}
        self._mass = MassDeliverer(database, sender, now, assumed)

    async def run(self, tell: Tell = untold) -> None:
        """Deliver until cancelled; a slow channel holds up no other. `tell`: see Sole."""
        async with asyncio.TaskGroup() as channels:
            for name in self._flights:
                channels.create_task(self._run(name, tell))
            channels.create_task(self._mass.run(tell))

    async def deliver(self) -> int:
        """Send one round of what is due, and wait for it; gives how many rows were taken."""
        started = sum([await self._round(name) for name in self._flights])
        await self.land()
        return started + await self._mass.deliver()

    async def land(self) -> None:
        """Wait for what is being sent, and write down what became of it."""
        for name, flight in self._flights.items():
            if flight.tasks:
                await asyncio.wait(flight.tasks)
                await self._turn(name, most=0)

    async def _run(self, name: str, tell: Tell) -> None:
        """Where a platform limits us, two processes would only be told to slow down: one sends."""
        flight, is_paced = self._flights[name], self._sender.paces[name].room(0) is not None
        right = Sole(self._database, f"broadcasts:{name}", tell)
        async with right.sought() if is_paced else nullcontext():
            await self._rounds(name, flight, lambda: not is_paced or right.holds)

    async def _rounds(self, name: str, flight: _Flight, may: Callable[[], bool]) -> None:
        is_paced = self._sender.paces[name].room(0) is not None
        with self._wakeups.listen(BELL) as bell:
            while True:
                try:
                    started = await self._round(name, may())
                except SQLAlchemyError as error:  # the database is away: look again in a moment
                    log.warning("bulk_interrupted", error=type(error).__name__)
                    started = 0
                if started and is_paced:  # a few rows at a time, not each by itself
                    await asyncio.sleep(AHEAD / 2)
                if flight.tasks:
                    await self._landing(flight)
                elif not started:
                    await bell.wait(LOOK)

    async def _landing(self, flight: _Flight) -> None:
        """Until another round is worth it."""
        until = asyncio.get_running_loop().time() + LOOK
        while not flight.is_ready and (left := until - asyncio.get_running_loop().time()) > 0:
            await flight.bell.wait(left)

    async def _round(self, name: str, may: bool = True) -> int:
        """Write down what has landed, begin what comes next; gives how many rows were taken."""
        await self._sender.look_at_pauses()
        most, landed = self._room(name) if may else 0, self._flights[name].landed()
        if not landed and not (most and await asyncio.to_thread(self._has_work, name)):
            return 0
        return await self._turn(name, most)

    def _room(self, name: str) -> int:
        """So many may go now: the pace of the channel is there for replies first."""
        if self._sender.pauses.holds(name):
            return 0
        flight = self._flights[name]
        free = FLIGHT - len(flight.tasks) + len(flight.landed())
        paced = self._sender.paces[name].room(AHEAD)
        return free if paced is None else min(free, paced)

    def _has_work(self, name: str) -> bool:
        with self._database.read() as connection:
            return bulk_rows.has_work(connection, name, self._now())

    async def _turn(self, name: str, most: int) -> int:
        """One transaction, shielded: what is claimed must fly, or its lease would have to lapse."""
        flight = self._flights[name]
        landed = flight.landed()
        results = [task.result() for task in landed]
        turn = asyncio.create_task(asyncio.to_thread(self._in_thread, name, results, most))
        try:
            claimed = await asyncio.shield(turn)
        except asyncio.CancelledError:
            self._fly(flight, landed, await turn)
            raise
        self._fly(flight, landed, claimed)
        return len(claimed)

    def _in_thread(self, name: str, landed: Sequence[Settlement], most: int) -> Sequence[Claimed]:
        channel, now = self._sender.channels[name], self._now()
        counts = channel.can.reply_window is not None
        wanted = Wanted(name, most, now, self._assumed, counts)
        with self._database.write() as connection:
            claimed = bulk_rows.turn(connection, landed, wanted, self._texts.says)
        self._sender.pauses.keep()
        return [replace(row, repeats=None) if keyed(row, channel, now) else row for row in claimed]

    def _fly(
        self,
        flight: _Flight,
        landed: Sequence[asyncio.Task[Settlement]],
        claimed: Sequence[Claimed],
    ) -> None:
        flight.tasks.difference_update(landed)
        for row in claimed:
            task = asyncio.create_task(self._sender.send(row))
            task.add_done_callback(lambda _task: flight.bell.ring())
            flight.tasks.add(task)
