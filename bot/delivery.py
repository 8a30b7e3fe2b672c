"""Outbox to channel: what is said to one, claimed, sent and settled; bulk does it for many."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot import outbox
from bot.aloft import Aloft
from bot.database import Database
from bot.outgoing import Claimed, Settlement
from bot.sending import Sender, keyed, with_room
from bot.wakeups import Wakeups

log = structlog.get_logger()
FLIGHT = 128  # sends under way at once, on one channel: 2,500 a second where each takes 50 ms
LOOK = 1.0  # seconds between looks at the outbox when nobody rings


class Deliverer:
    """Sends what is due, on the channels of this process that are sent to."""

    def __init__(
        self,
        database: Database,
        sender: Sender,
        wakeups: Wakeups,
        now: Callable[[], datetime],
    ) -> None:
        self._database, self._sender = database, sender
        self._wakeups, self._now = wakeups, now
        self._aloft = {name: Aloft(sender.send) for name in sender.channels}

    async def run(self) -> None:
        """Deliver until cancelled; a slow channel holds up no other, and a slow address nobody."""
        async with asyncio.TaskGroup() as channels:
            for name in self._aloft:
                channels.create_task(self._run(name))

    async def deliver(self) -> int:
        """Send one round of what is due, and wait for it; gives how many rows were taken."""
        started = sum([await self._round(name) for name in self._aloft])
        await self.land()
        return started

    async def land(self) -> None:
        """Wait for what is being sent, and write down what became of it."""
        for name, aloft in self._aloft.items():
            if aloft.tasks:
                await asyncio.wait(aloft.tasks)
                await aloft.turn(partial(self._in_thread, name, 0))

    async def _run(self, name: str) -> None:
        aloft = self._aloft[name]
        with self._wakeups.listen("delivery") as aloft.bell:
            while True:
                try:
                    started = await self._round(name)
                except SQLAlchemyError as error:  # the database is away: look again in a moment
                    log.warning("delivery_interrupted", error=type(error).__name__)
                    started = 0
                if not started:
                    await aloft.bell.wait(LOOK)

    async def _round(self, name: str) -> int:
        """Write down what has landed, begin what is due; gives how many rows were taken."""
        await self._sender.look_at_pauses()
        aloft = self._aloft[name]
        most = 0 if self._sender.pauses.holds(name) else aloft.room(FLIGHT)
        if not most and not aloft.landed:
            return 0
        return await aloft.turn(partial(self._in_thread, name, most))

    def _in_thread(self, name: str, most: int, landed: Sequence[Settlement]) -> Sequence[Claimed]:
        """Settle and claim; of each row we know how many messages its address may still get."""
        channel, now = self._sender.channels[name], self._now()
        with self._database.write() as connection:
            outbox.settle(connection, landed, now)
            claimed = outbox.claim(connection, name, now, most) if most else ()
            if claimed and channel.can.reply_window is not None:
                claimed = with_room(connection, claimed, now)
        self._sender.pauses.keep()
        return [replace(row, repeats=None) if keyed(row, channel, now) else row for row in claimed]
