"""Outbox to channel, with patience: fit, send, settle; what to do next is in the error."""

import asyncio
import random
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot import outbox
from bot.channel import (
    Blocked,
    Channel,
    Misconfigured,
    Refused,
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
FLIGHT = 64  # sends under way at once
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
        self._flying: set[asyncio.Task[Settlement]] = set()
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
        if self._flying:
            await asyncio.wait(self._flying)
        await self._settle_landed()

    async def _start(self, bell: Bell) -> int:
        channels = [name for name in self._channels if not self._is_paused(name)]
        free = FLIGHT - len(self._flying)
        if not channels or free <= 0:
            return 0
        claimed = await asyncio.to_thread(outbox.claim, self._database, channels, self._now(), free)
        for row in claimed:
            task = asyncio.create_task(self._send(row))
            task.add_done_callback(lambda _task: bell.ring())
            self._flying.add(task)
        return len(claimed)

    async def _settle_landed(self) -> None:
        landed = {task for task in self._flying if task.done()}
        if landed:
            results = [task.result() for task in landed]
            await asyncio.to_thread(outbox.settle, self._database, results, self._now())
            self._flying -= landed

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
        return Settlement(delivery.id, "sent", ref=sent.ref or None, rewritten=rewritten)

    def _after(self, claimed: Claimed, error: SendError) -> Settlement:
        """The one place that knows what follows from each error."""
        row, reason = claimed.delivery.id, str(error)
        match error:
            case Throttled():
                return Settlement(row, "queued", due_at=self._now() + error.after, error=reason)
            case WindowClosed():
                return Settlement(row, "parked", error=reason)
            case Misconfigured():
                self._paused[claimed.delivery.to.channel] = self._now() + PAUSE
                log.error("channel_paused", channel=claimed.delivery.to.channel, reason=reason)
                return Settlement(row, "queued", due_at=self._now() + PAUSE, error=reason)
            case Unsure() if claimed.kind in AT_MOST_ONCE:
                return Settlement(row, "unsure", error=reason)
            case Blocked() | Refused():
                return Settlement(row, "failed", error=reason)
            case Unreachable() | Unsure():
                return self._again(claimed, reason)
        return Settlement(row, "failed", error=reason)

    def _again(self, claimed: Claimed, reason: str) -> Settlement:
        if claimed.attempts >= TRIES:
            return Settlement(claimed.delivery.id, "failed", error=reason)
        due = self._now() + backoff(claimed.attempts)
        return Settlement(claimed.delivery.id, "queued", due_at=due, error=reason)
