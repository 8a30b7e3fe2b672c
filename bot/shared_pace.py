"""The pace of a channel kept by all processes together, in Redis; without it each keeps its own.

Only politeness: what a platform allows is told by the platform (Throttled), and obeyed. Redis gone,
slow or emptied makes us too fast for a moment, never wrong.
"""

import time
from collections.abc import Callable
from math import inf
from typing import TYPE_CHECKING, Any, Final

import structlog

from bot.message import Address
from bot.pace import Pacemaker

if TYPE_CHECKING:
    from redis.asyncio import Redis

log = structlog.get_logger()
_FOR_EVER: Final = 1e9  # seconds
REST = 5.0  # seconds in which Redis is not asked again after it did not answer
_PREFIX: Final = "citybot:pace"
# GCRA over several buckets at once: a message takes its place in all of them, at the moment the
# slowest allows, and in none where that is too long. By Redis' own clock, for those of two machines
# differ. What is full in minutes is none of ours: that clock was put back, and everybody would wait
# until it is there again.
_TAKE: Final = """
local t = redis.call('TIME')
local now = t[1] + t[2] / 1000000
local start = now
local function full_at(key, seconds)
  local full = tonumber(redis.call('GET', key) or now)
  return full < now + 120 + seconds and full or now
end
for i, key in ipairs(KEYS) do
  local count, seconds = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
  local full = full_at(key, seconds)
  start = math.max(start, full - seconds * (count - 1) / count)
end
if start - now > tonumber(ARGV[2 * #KEYS + 1]) then
  return string.format('%.6f', start - now)
end
for i, key in ipairs(KEYS) do
  local count, seconds = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
  local full = math.max(full_at(key, seconds), start) + seconds / count
  redis.call('SET', key, string.format('%.6f', full), 'PX', math.ceil((full - now) * 1000) + 1000)
end
return string.format('%.6f', start - now)
"""


class SharedPace:
    """One channel's places, given out to all processes that share a Redis."""

    def __init__(
        self,
        channel: str,
        own: Pacemaker,
        redis: "Redis | None",
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._channel, self._own, self._monotonic = channel, own, monotonic
        self._take: Any = redis.register_script(_TAKE) if redis and own.has_limits else None
        self._rests_until = 0.0
        self._last_at = 0.0  # when the place comes that this process was given last, of all

    @property
    def has_limits(self) -> bool:
        """Whether there is anything to wait for."""
        return self._own.has_limits

    async def turn(
        self, to: Address | None = None, group: bool = False, longest: float = inf
    ) -> float:
        """Take a place; gives the seconds to wait until it may be sent. See Pacemaker.turn."""
        wait = self._own.turn(to, group, longest)
        if self._take is None or wait > longest or self._monotonic() < self._rests_until:
            return wait
        try:
            shared = await self._shared(to, group, longest)
            if to is None:
                self._last_at = self._monotonic() + shared
            return max(wait, shared)
        except Exception as error:  # whatever it is: ours is good enough
            log.warning("pace_not_shared", error=type(error).__name__)
            self._rests_until = self._monotonic() + REST
            return wait

    def room(self, seconds: float) -> int | None:
        """How many may go in so many seconds, as far as this process knows; None: any number."""
        own, behind = self._own.room(seconds), self._last_at - self._monotonic()
        if own is None or behind <= 0:
            return own
        return max(0, min(own, self._own.evenly(seconds - behind)))

    async def _shared(self, to: Address | None, group: bool, longest: float) -> float:
        keys, sizes = [], []
        for name, (count, seconds) in self._own.buckets(to, group):
            keys.append(f"{_PREFIX}:{self._channel}:{name}:{count}/{seconds:g}")
            sizes += [count, seconds]
        # Redis reads no infinity.
        sizes.append(min(longest, _FOR_EVER))
        return float(await self._take(keys=keys, args=sizes)) if keys else 0.0
