"""One claimed row on its way: it waits for its turn, is said, and we know what follows."""

import asyncio
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import Connection

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
from bot.shared_pace import SharedPace
from bot.time_limit import TimeLimit

if TYPE_CHECKING:
    from redis.asyncio import Redis

log = structlog.get_logger()
BASE = timedelta(seconds=1)
CAP = timedelta(minutes=15)
TRIES = 8
WAIT = 20.0  # seconds that a claimed row waits for its turn; longer, and it goes back
PATIENCE = 35.0  # seconds one send may take before it counts as unsure


def backoff(attempt: int, chance: Callable[[], float] = random.random) -> timedelta:
    """Full jitter: anything between nothing and the doubled wait, so that retries spread out."""
    longest: timedelta = min(CAP, BASE * 2 ** min(attempt, 20))
    return chance() * longest


def _uncounted(_channel: str, _result: str) -> None:
    """Nobody asked to hear of it."""


class Sender:
    """Sends claimed rows on the channels of this process. It claims nothing and settles nothing."""

    def __init__(
        self,
        channels: Mapping[str, Channel],
        database: Database,
        now: Callable[[], datetime],
        *,
        redis: "Redis | None" = None,
        count: Callable[[str, str], None] = _uncounted,
    ) -> None:
        """`count` hears of each try: the channel, and how it ended."""
        self._count = count
        self.channels = {name: c for name, c in channels.items() if not c.fetches}
        self.pauses, self._now = Pauses(database, now), now
        self._limit = TimeLimit(PATIENCE)
        self._notices = {name: Notices(database, name, now) for name in self.channels}
        self.paces = {
            name: SharedPace(name, Pacemaker(c.pace), redis) for name, c in self.channels.items()
        }

    async def look_at_pauses(self) -> None:
        """Hear of what the team decided, now and then."""
        if self.pauses.is_stale:
            await asyncio.to_thread(self.pauses.look)

    async def send(self, claimed: Claimed) -> Settlement:
        """One row on its way: wait for its turn, say its parts, and know what follows."""
        settlement = await self._sent(claimed)
        self._count(claimed.delivery.to.channel, settlement.state)
        return settlement

    async def _sent(self, claimed: Claimed) -> Settlement:
        flight = Flight(self.channels[claimed.delivery.to.channel], claimed)
        try:
            await self._wait(flight)
            await self._limit.of(flight.say())
        except TimeoutError:
            return self._after(flight, Unsure())
        except SendError as error:
            await self._keep_notice(flight)
            return self._after(flight, error)
        except Exception as error:
            log.exception("send_failed", channel=flight.channel.name, row=claimed.delivery.id)
            return self._after(flight, Unsure(type(error).__name__))
        self.pauses.works(flight.channel.name)
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
        if (asked := self.pauses.wait(to)) > timedelta(0):
            raise OurPace(asked)
        if (pace := self.paces[to.channel]).has_limits:
            # Its own limits first: a place of everybody's would be kept for it meanwhile.
            await _until(await pace.turn(to, flight.channel.is_group(to), WAIT))
            await _until(await pace.turn(longest=WAIT))

    def _after(self, flight: Flight, error: SendError) -> Settlement:
        """The one place that knows what follows from each error."""
        claimed, reason = flight.claimed, str(error)
        match error:
            case Throttled():
                if not isinstance(error, OurPace):
                    self.pauses.throttled(claimed.delivery.to, error)
                return self._later(flight, error.after, reason)
            case WindowClosed(until=datetime() as until):
                return flight.settled("queued", due_at=until, error=reason, counts=False)
            case WindowClosed():
                return flight.settled("parked", error=reason, counts=False, closed=True)
            case Misconfigured():
                return self._later(flight, self.pauses.pause(flight.channel.name, reason), reason)
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
        return claimed.attempts < TRIES and keyed(claimed, flight.channel, self._now())

    def _later(self, flight: Flight, wait: timedelta, reason: str) -> Settlement:
        """Again after that time; the platform asked for it, so the try does not count."""
        due = self._now() + wait
        return flight.settled("queued", due_at=due, error=reason, counts=False)


async def _until(wait: float) -> None:
    """Until its turn has come. Raises OurPace: it waits in the outbox, not in a task."""
    if wait > WAIT:
        raise OurPace(timedelta(seconds=wait))
    if wait > 0:  # else the loop need not even turn
        await asyncio.sleep(wait)


def keyed(row: Claimed, channel: Channel, now: datetime) -> bool:
    """Whether the platform would recognise the row, had it been sent before."""
    return now - row.delivery.at < channel.keyed


def with_room(
    connection: Connection, claimed: Sequence[Claimed], now: datetime
) -> tuple[Claimed, ...]:
    """With how many messages each address may still get, where the platform counts that."""
    left = room(connection, [row.delivery.to for row in claimed], now)
    return tuple(replace(row, room=left.get(str(row.delivery.to), 0)) for row in claimed)
