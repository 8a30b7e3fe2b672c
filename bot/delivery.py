"""Outbox to channel: what is said to one, claimed, sent and settled; bulk does it for many."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot import outbox
from bot.channel import Channel
from bot.database import Database
from bot.outgoing import Claimed, Settlement
from bot.sending import Sender, keyed, with_room
from bot.wakeups import Bell, Wakeups

log = structlog.get_logger()
FLIGHT = 64  # sends under way at once, on one channel
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
        self._flying: dict[str, set[asyncio.Task[Settlement]]] = {
            name: set() for name in sender.channels
        }

    async def run(self) -> None:
        """Deliver until cancelled; a slow address holds up nobody else."""
        with self._wakeups.listen("delivery") as bell:
            while True:
                try:
                    # In this order: what has landed makes room, and may not ring a second time.
                    await self._settle_landed()
                    started = await self._start(bell)
                except SQLAlchemyError as error:  # the database is away: look again in a moment
                    log.warning("delivery_interrupted", error=type(error).__name__)
                    started = 0
                if not started:
                    await bell.wait(LOOK)

    async def deliver(self) -> int:
        """Send one round of what is due, and wait for it; gives how many rows were taken."""
        started = await self._start(Bell())
        await self.land()
        return started

    async def land(self) -> None:
        """Wait for what is being sent, and write down what became of it."""
        if flying := self._in_the_air():
            await asyncio.wait(flying)
        await self._settle_landed()

    async def _start(self, bell: Bell) -> int:
        """Begin what is due; each channel has its own flight, so that none waits for another."""
        started = 0
        await self._sender.look_at_pauses()
        for name, flying in self._flying.items():
            if not self._sender.pauses.holds(name) and len(flying) < FLIGHT:
                started += await self._start_on(name, bell)
        return started

    async def _start_on(self, name: str, bell: Bell) -> int:
        free = FLIGHT - len(self._flying[name])
        claiming = asyncio.create_task(
            asyncio.to_thread(self._claim, self._sender.channels[name], free)
        )
        try:
            claimed = await asyncio.shield(claiming)
        except asyncio.CancelledError:
            # What is claimed must fly, or it would wait for its lease to lapse.
            self._fly(name, await claiming, bell)
            raise
        self._fly(name, claimed, bell)
        return len(claimed)

    def _claim(self, channel: Channel, most: int) -> Sequence[Claimed]:
        """What may be sent now, each with how many messages its address may still get."""
        now = self._now()
        claimed = [
            replace(row, repeats=None) if keyed(row, channel, now) else row
            for row in outbox.claim(self._database, (channel.name,), now, most)
        ]
        if not claimed or channel.can.reply_window is None:
            return claimed
        with self._database.read() as connection:
            return with_room(connection, claimed, now)

    def _fly(self, name: str, claimed: Sequence[Claimed], bell: Bell) -> None:
        for row in claimed:
            task = asyncio.create_task(self._sender.send(row))
            task.add_done_callback(lambda _task: bell.ring())
            self._flying[name].add(task)

    async def _settle_landed(self) -> None:
        landed = {task for task in self._in_the_air() if task.done()}
        if landed:
            results = [task.result() for task in landed]
            await asyncio.to_thread(outbox.settle, self._database, results, self._now())
            await asyncio.to_thread(self._sender.pauses.keep)
            for flying in self._flying.values():
                flying.difference_update(landed)

    def _in_the_air(self) -> set[asyncio.Task[Settlement]]:
        return {task for flying in self._flying.values() for task in flying}
