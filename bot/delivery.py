"""Outbox to channel, with patience: fit, send, settle; what to do next is in the error."""

import asyncio
import random
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot import outbox
from bot.channel import (
    Blocked,
    Channel,
    Misconfigured,
    SendError,
    Sent,
    Throttled,
    Unreachable,
    Unsure,
    WindowClosed,
)
from bot.database import Database
from bot.outbox import AT_MOST_ONCE, Claimed, Settlement
from bot.render import fit
from bot.wakeups import Bell, Wakeups

log = structlog.get_logger()
BASE = timedelta(seconds=1)
CAP = timedelta(minutes=15)
TRIES = 8
PAUSE = timedelta(minutes=1)
FLIGHT = 64  # sends under way at once, on one channel
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
        self._paused: defaultdict[str, datetime | None] = defaultdict(lambda: None)

    async def run(self) -> None:
        """Deliver until cancelled; a slow address holds up nobody else."""
        with self._wakeups.listen("delivery") as bell:
            while True:
                try:
                    started = await self._start(bell)
                    await self._settle_landed()
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
        for name, flying in self._flying.items():
            if not self._is_paused(name) and len(flying) < FLIGHT:
                started += await self._start_on(name, bell)
        return started

    async def _start_on(self, name: str, bell: Bell) -> int:
        free = FLIGHT - len(self._flying[name])
        claiming = asyncio.create_task(
            asyncio.to_thread(outbox.claim, self._database, (name,), self._now(), free)
        )
        try:
            claimed = await asyncio.shield(claiming)
        except asyncio.CancelledError:
            # What is claimed must fly, or it would wait for its lease to lapse.
            self._fly(name, await claiming, bell)
            raise
        self._fly(name, claimed, bell)
        return len(claimed)

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
            for flying in self._flying.values():
                flying.difference_update(landed)

    def _in_the_air(self) -> set[asyncio.Task[Settlement]]:
        return {task for flying in self._flying.values() for task in flying}

    def _is_paused(self, name: str) -> bool:
        until = self._paused[name]
        return until is not None and until > self._now()

    async def _send(self, claimed: Claimed) -> Settlement:
        delivery = claimed.delivery
        try:
            return await asyncio.wait_for(self._say(claimed), PATIENCE)
        except TimeoutError:
            return self._after(claimed, Unsure())
        except SendError as error:
            return self._after(claimed, error)
        except Exception as error:
            log.exception("send_failed", channel=delivery.to.channel, row=delivery.id)
            return self._after(claimed, Unsure(type(error).__name__))

    async def _say(self, claimed: Claimed) -> Settlement:
        delivery, sent = claimed.delivery, Sent()
        channel = self._channels[delivery.to.channel]
        fitted = fit(delivery.reply, channel.can)
        for part in fitted.parts:
            sent = await channel.send(delivery.to, part)
        rewritten = " ".join(fitted.rewritten) or None
        return Settlement(claimed, "sent", ref=sent.ref or None, rewritten=rewritten)

    def _after(self, claimed: Claimed, error: SendError) -> Settlement:
        """The one place that knows what follows from each error."""
        reason = str(error)
        match error:
            case Throttled():
                return self._later(claimed, error.after, reason)
            case WindowClosed():
                return Settlement(claimed, "parked", error=reason, counts=False)
            case Misconfigured():
                self._paused[claimed.delivery.to.channel] = self._now() + PAUSE
                log.error("channel_paused", channel=claimed.delivery.to.channel, reason=reason)
                return self._later(claimed, PAUSE, reason)
            case Unsure() if claimed.kind in AT_MOST_ONCE:
                return Settlement(claimed, "unsure", error=reason)
            case Unreachable() | Unsure() if claimed.attempts < TRIES:
                due = self._now() + backoff(claimed.attempts)
                return Settlement(claimed, "queued", due_at=due, error=reason)
        return Settlement(claimed, "failed", error=reason, gone=isinstance(error, Blocked))

    def _later(self, claimed: Claimed, wait: timedelta, reason: str) -> Settlement:
        """Again after that time; the platform asked for it, so the try does not count."""
        due = self._now() + wait
        return Settlement(claimed, "queued", due_at=due, error=reason, counts=False)
