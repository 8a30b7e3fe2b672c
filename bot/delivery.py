"""Outbox to channel, with patience: fit, send, settle; what to do next is in the error."""

import asyncio
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot import outbox
from bot.allowance import room
from bot.channel import (
    Blocked,
    Channel,
    Misconfigured,
    Moved,
    OurPace,
    SendError,
    Throttled,
    Unreachable,
    Unsure,
    WindowClosed,
)
from bot.database import Database
from bot.flight import Flight
from bot.hearing import Notices
from bot.outgoing import AT_MOST_ONCE, Claimed, Settlement
from bot.pace import Pacemaker
from bot.pauses import Pauses
from bot.wakeups import Bell, Wakeups

log = structlog.get_logger()
BASE = timedelta(seconds=1)
CAP = timedelta(minutes=15)
TRIES = 8
FLIGHT = 64  # sends under way at once, on one channel
BULK = 24  # of them to many; a reply to one never waits for more than these
WAIT = 20.0  # seconds that a claimed row waits for its turn; longer, and it goes back
PATIENCE = 35.0  # seconds one send may take before it counts as unsure
LOOK = 1.0  # seconds between looks at the outbox when nobody rings


def backoff(attempt: int, chance: Callable[[], float] = random.random) -> timedelta:
    """Full jitter: anything between nothing and the doubled wait, so that retries spread out."""
    longest: timedelta = min(CAP, BASE * 2 ** min(attempt, 20))
    return chance() * longest


class Deliverer:
    """Sends what is due, on the channels of this process that are sent to."""

    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channel],
        wakeups: Wakeups,
        now: Callable[[], datetime],
    ) -> None:
        self._database, self._wakeups, self._now = database, wakeups, now
        self._channels = {name: c for name, c in channels.items() if not c.fetches}
        self._flying: dict[str, set[asyncio.Task[Settlement]]] = {
            name: set() for name in self._channels
        }
        self._pacemakers = {name: Pacemaker(c.pace) for name, c in self._channels.items()}
        self._pauses = Pauses(database, now)
        self._notices = {name: Notices(database, name, now) for name in self._channels}

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
        if self._pauses.is_stale:
            await asyncio.to_thread(self._pauses.look)
        for name, flying in self._flying.items():
            if not self._pauses.holds(name) and len(flying) < FLIGHT:
                started += await self._start_on(name, bell)
        return started

    async def _start_on(self, name: str, bell: Bell) -> int:
        free = FLIGHT - len(self._flying[name])
        claiming = asyncio.create_task(
            asyncio.to_thread(self._claim, self._channels[name], free, free - (FLIGHT - BULK))
        )
        try:
            claimed = await asyncio.shield(claiming)
        except asyncio.CancelledError:
            # What is claimed must fly, or it would wait for its lease to lapse.
            self._fly(name, await claiming, bell)
            raise
        self._fly(name, claimed, bell)
        return len(claimed)

    def _claim(self, channel: Channel, most: int, bulk: int) -> Sequence[Claimed]:
        """What may be sent now, each with how many messages its address may still get."""
        now = self._now()
        taken = outbox.claim(self._database, (channel.name,), now, most, bulk)
        claimed = [
            replace(row, repeats=None) if _keyed(row, channel, now) else row for row in taken
        ]
        if not claimed or channel.can.reply_window is None:
            return claimed
        with self._database.read() as connection:
            left = room(connection, [row.delivery.to for row in claimed], now)
        return [replace(row, room=left.get(str(row.delivery.to), 0)) for row in claimed]

    def _fly(self, name: str, claimed: Sequence[Claimed], bell: Bell) -> None:
        for row in claimed:
            task = asyncio.create_task(self._send(row))
            task.add_done_callback(lambda _task: bell.ring())
            self._flying[name].add(task)

    async def _settle_landed(self) -> None:
        landed = {task for task in self._in_the_air() if task.done()}
        if landed:
            results = [task.result() for task in landed]
            await asyncio.to_thread(outbox.settle, self._database, results, self._now())
            await asyncio.to_thread(self._pauses.keep)
            for flying in self._flying.values():
                flying.difference_update(landed)

    def _in_the_air(self) -> set[asyncio.Task[Settlement]]:
        return {task for flying in self._flying.values() for task in flying}

    async def _send(self, claimed: Claimed) -> Settlement:
        """One row on its way: wait for its turn, say its parts, and know what follows."""
        flight = Flight(self._channels[claimed.delivery.to.channel], claimed)
        try:
            await self._wait(flight)
            await asyncio.wait_for(flight.say(), PATIENCE)
        except TimeoutError:
            return self._after(flight, Unsure())
        except SendError as error:
            await self._keep_notice(flight)
            return self._after(flight, error)
        except Exception as error:
            log.exception("send_failed", channel=flight.channel.name, row=claimed.delivery.id)
            return self._after(flight, Unsure(type(error).__name__))
        self._pauses.works(flight.channel.name)
        return flight.settled("sent", ref=flight.ref)

    async def _keep_notice(self, flight: Flight) -> None:
        """How it went to tell somebody outside the chat, if that was tried."""
        notices = self._notices[flight.channel.name]
        if flight.notice:
            await notices.fails(flight.notice)
        elif flight.notice is not None:
            await notices.works()

    async def _wait(self, flight: Flight) -> None:
        to = flight.claimed.delivery.to
        wait = self._pacemakers[to.channel].turn(to, flight.channel.is_group(to))
        if wait > WAIT:  # its place is kept by the row, not by a task
            raise OurPace(timedelta(seconds=wait))
        await asyncio.sleep(wait)

    def _after(self, flight: Flight, error: SendError) -> Settlement:
        """The one place that knows what follows from each error."""
        claimed, reason = flight.claimed, str(error)
        match error:
            case Throttled():
                if not isinstance(error, OurPace):
                    self._pauses.throttled(claimed.delivery.to, error)
                return self._later(flight, error.after, reason)
            case WindowClosed(until=datetime() as until):
                return flight.settled("queued", due_at=until, error=reason, counts=False)
            case WindowClosed():
                return flight.settled("parked", error=reason, counts=False, closed=True)
            case Misconfigured():
                return self._later(flight, self._pauses.pause(flight.channel.name, reason), reason)
            case Moved():
                return flight.settled(
                    "queued", due_at=self._now(), error=reason, counts=False, moved_to=error.to
                )
            case Unsure() if not self._may_repeat(flight):
                return flight.settled("unsure", error=reason)
            case Unreachable() | Unsure() if claimed.attempts < TRIES:
                due, unsure = self._now() + backoff(claimed.attempts), isinstance(error, Unsure)
                return flight.settled("queued", due_at=due, error=reason, maybe_sent=unsure)
        return flight.settled("failed", error=reason, gone=isinstance(error, Blocked))

    def _may_repeat(self, flight: Flight) -> bool:
        claimed = flight.claimed
        if claimed.kind not in AT_MOST_ONCE:
            return True
        return claimed.attempts < TRIES and _keyed(claimed, flight.channel, self._now())

    def _later(self, flight: Flight, wait: timedelta, reason: str) -> Settlement:
        """Again after that time; the platform asked for it, so the try does not count."""
        due = self._now() + wait
        return flight.settled("queued", due_at=due, error=reason, counts=False)


def _keyed(row: Claimed, channel: Channel, now: datetime) -> bool:
    """Whether the platform would recognise the row, had it been sent before."""
    return now - row.delivery.at < channel.keyed
