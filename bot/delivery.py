"""Outbox to channel: what is said to one, claimed, sent and settled; bulk does it for many."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime
from functools import partial
from itertools import chain

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot import landing, outbox
from bot.aloft import Aloft, until_landed
from bot.at_once import Aboard
from bot.database import Database
from bot.landing import is_plain
from bot.lull import lull
from bot.outgoing import Claimed, Settlement
from bot.sending import Sender, keyed, with_room
from bot.wakeups import Wakeups

log = structlog.get_logger()
# Sends under way at once, on one channel: 10,000 a second where each takes 50 ms. It may be more
# for a moment: batches of turns and rounds that claim at the same time do not know of each other.
FLIGHT = 512
_QUIET = 6  # turns of the loop in which nothing lands, before it is written down
LOOK = 1.0  # seconds between looks at the outbox when nobody rings
# Seconds of a channel's pace that are given away beforehand. What is for many takes less: see bulk.
AHEAD, AHEAD_REMINDERS = 2.0, 1.0


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
        self._at_work: set[str] = set()
        self._full: set[str] = set()  # where more may wait than there was room for

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

    @contextmanager
    def boarding(self) -> Iterator[Aboard]:
        """A batch of turns writes down what was sent, and claims replies for us; see at_once."""
        aloft = {name: self._aloft[name] for name in self._at_work}
        # What found no room earlier comes before what is said just now.
        rooms = {name: 0 if name in self._full else self._room(name) for name in aloft}
        with ExitStack() as stack:
            landed = [stack.enter_context(one.settling(is_plain)) for one in aloft.values()]
            aboard = Aboard(rooms, [*chain.from_iterable(landed)])
            yield aboard
        for row in aboard.claimed:
            self._aloft[row.delivery.to.channel].begin(row)
        taken = Counter(row.delivery.to.channel for row in aboard.claimed)
        for name, most in rooms.items():
            self._took(name, most, taken[name])
        if aboard.landed:  # something may have waited for it
            for one in aloft.values():
                one.bell.ring()

    async def land(self, within: float | None = None) -> None:
        """Wait for what is being sent, so many seconds, and write down what became of it."""
        for name in await until_landed(self._aloft, within):
            await self._aloft[name].turn(partial(self._in_thread, name, 0, 0))

    async def _run(self, name: str) -> None:
        aloft = self._aloft[name]
        try:
            with self._wakeups.listen("delivery") as aloft.bell:
                while True:
                    await self._looked(name)
                    # Where there was no room for all, whoever lands rings. A batch of turns goes
                    # first: what has landed is written down with it.
                    await aloft.bell.wait(LOOK)
                    enough = aloft.landings + FLIGHT
                    await lull(lambda: aloft.landings, enough, _QUIET)
        finally:
            self._at_work.discard(name)

    async def _looked(self, name: str) -> None:
        """A round; from the first on, which has seen what the team stopped, batches may board."""
        try:
            await self._round(name)
        except SQLAlchemyError as error:  # the database is away: look again in a moment
            log.warning("delivery_interrupted", error=type(error).__name__)
            return
        # Whom the platform counts messages for is looked up with the claim.
        if self._sender.channels[name].can.reply_window is None:
            self._at_work.add(name)

    async def _round(self, name: str) -> int:
        """Write down what has landed, begin what is due; gives how many rows were taken."""
        await self._sender.look_at_pauses()
        aloft, most = self._aloft[name], self._room(name)
        # So much less that a reply finds room while reminders take all they may.
        reminders = self._room(name, FLIGHT * 3 // 4, AHEAD_REMINDERS)
        if aloft.landed or (most and await asyncio.to_thread(self._is_due, name)):
            taken = await aloft.turn(partial(self._in_thread, name, most, reminders))
        else:
            taken = 0
        self._took(name, most, taken)
        return taken

    def _took(self, name: str, most: int, taken: int) -> None:
        """Who took all there was room for may have left something."""
        if taken < most:
            self._full.discard(name)
        else:
            self._full.add(name)

    def _is_due(self, name: str) -> bool:
        self._sender.pauses.keep()  # that the channel works may have landed with a batch
        with self._database.read() as connection:
            return outbox.has_due(connection, name, self._now())

    def _room(self, name: str, flight: int | None = None, ahead: float = AHEAD) -> int:
        """So many may go now: more would wait in a task for their turn, and not in the outbox."""
        if self._sender.pauses.holds(name):
            return 0
        free = max(self._aloft[name].room(FLIGHT if flight is None else flight), 0)
        paced = self._sender.paces[name].room(ahead)
        return free if paced is None else min(free, paced)

    def _in_thread(
        self, name: str, most: int, reminders: int, landed: Sequence[Settlement]
    ) -> Sequence[Claimed]:
        """Settle and claim; of each row we know how many messages its address may still get."""
        channel, now = self._sender.channels[name], self._now()
        with self._database.write() as connection:
            landing.settle(connection, landed, now)
            claimed = outbox.claim(connection, name, now, most, reminders) if most else ()
            if claimed and channel.can.reply_window is not None:
                claimed = with_room(connection, claimed, now)
        self._sender.pauses.keep()
        return [replace(row, repeats=None) if keyed(row, channel, now) else row for row in claimed]
