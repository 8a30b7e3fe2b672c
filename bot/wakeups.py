"""Tells waiting parts that something is there: in this process, and through Redis in all.

A wake-up carries no data and may be lost: who waits also looks by itself now and then.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from bot.config import Settings

log = structlog.get_logger()
_TOPIC = "citybot:wake"
_PATIENCE = 5.0  # seconds that Redis has to answer


class Bell:
    """Rings once for any number of wake-ups since it was last heard."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Wake whoever waits, now or at their next wait."""
        self._rung.set()

    async def wait(self, at_most: float) -> bool:
        """Wait for a ring, at most that many seconds; True if there was one."""
        with suppress(TimeoutError):
            # Not wait_for: on 3.11 it swallows a cancellation that comes together with a ring.
            async with asyncio.timeout(at_most):
                await self._rung.wait()
        rung = self._rung.is_set()
        self._rung.clear()
        return rung


class Wakeups:
    """Bells by name; names are free: `delivery`, or an address as text."""

    def __init__(self, redis: "Redis | None" = None, pause: float = 5.0) -> None:
        """`pause`: seconds before Redis is tried again after it went away."""
        self._bells: defaultdict[str, set[Bell]] = defaultdict(set)
        self._redis, self._pause = redis, pause
        self._unpublished: set[str] = set()
        self._publisher: asyncio.Task[None] | None = None

    @contextmanager
    def listen(self, name: str) -> Iterator[Bell]:
        """A bell for this name while the block runs; nothing rung inside it is missed."""
        bell = Bell()
        self._bells[name].add(bell)
        try:
            yield bell
        finally:
            self._bells[name].discard(bell)
            if not self._bells[name]:
                del self._bells[name]

    def wake(self, *names: str) -> None:
        """Ring the bells of these names, here and in all processes; never fails, never waits."""
        self._ring(names)
        if self._redis is None or not names:
            return
        # One publisher: while Redis is slow, what is woken meanwhile goes in one message.
        self._unpublished.update(names)
        if self._publisher is None or self._publisher.done():
            self._publisher = asyncio.get_running_loop().create_task(self._publish(self._redis))

    async def relay(self) -> None:
        """Ring here what other processes wake, until cancelled; without Redis nothing to do."""
        while self._redis is not None:
            hearing = asyncio.create_task(self._hear(self._redis))
            try:
                await asyncio.wait([hearing])
            finally:
                await _ended(hearing)
            log.warning("redis_unreachable")
            await asyncio.sleep(self._pause)

    async def close(self) -> None:
        """Publish what was woken last, as far as Redis is quick, and leave it."""
        if self._redis is None:
            return
        if self._publisher is not None:
            await asyncio.wait([self._publisher], timeout=1)
            self._publisher.cancel()
        with suppress(Exception):
            await self._redis.aclose()

    async def _hear(self, redis: "Redis") -> None:
        """Until Redis goes away, whatever that looks like."""
        with suppress(Exception):
            async with redis.pubsub() as feed:
                await feed.subscribe(_TOPIC)
                async for item in feed.listen():
                    if item["type"] == "message":
                        self._ring(item["data"].decode(errors="replace").split("\n"))

    async def _publish(self, redis: "Redis") -> None:
        while self._unpublished:
            names, self._unpublished = self._unpublished, set()
            with suppress(Exception):  # Redis gone: slower, never wrong
                await redis.publish(_TOPIC, "\n".join(names))

    def _ring(self, names: "tuple[str, ...] | list[str]") -> None:
        for name in names:
            for bell in self._bells.get(name, ()):
                bell.ring()


async def _ended(task: "asyncio.Task[None]") -> None:
    """Cancel it until it ends: redis-py swallows a cancellation that comes while it connects."""
    while not task.done():
        task.cancel()
        await asyncio.wait([task], timeout=0.05)


def redis_of(settings: "Settings") -> "Redis | None":
    """The Redis of the settings; None where everything is in this process."""
    if not settings.redis_url:
        return None
    from redis.asyncio import Redis

    # Redis only makes us faster: what it does not do at once is not worth waiting for.
    return Redis.from_url(
        settings.redis_url,
        socket_timeout=_PATIENCE,
        socket_connect_timeout=_PATIENCE,
        socket_keepalive=True,
    )
