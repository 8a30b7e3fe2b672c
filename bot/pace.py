"""How fast a channel may send: so many messages in so many seconds, to all and to each."""

import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.message import Address

Limit = tuple[int, float]  # messages, seconds
_REMEMBERED = 50_000  # addresses; who was written to longest ago is forgotten first


@dataclass(frozen=True, slots=True)
class Pace:
    """The limits of one channel's account; a message waits until all of them allow it."""

    overall: tuple[Limit, ...] = ()
    to_one: tuple[Limit, ...] = ()
    to_group: tuple[Limit, ...] = ()


def never_more(most: int, seconds: float, at_once: int) -> Limit:
    """A limit that lets no more than `most` through in any `seconds`, wherever they begin.

    A bucket of `most` would let nearly twice as many through: those it holds, and those that come
    while it fills. `at_once` may come together, the rest evenly. `at_once` < `most`.
    """
    return at_once, seconds * at_once / (most - at_once)


class Pacemaker:
    """Gives each message the moment at which it may go (GCRA: a bucket is one number).

    In this process only: several processes may together be faster than the limit. The platform
    then says so (Throttled), and that is obeyed; this is politeness, not correctness.
    """

    def __init__(self, pace: Pace, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._pace, self._monotonic = pace, monotonic
        self._full_at: OrderedDict[tuple[str, Limit], float] = OrderedDict()

    def turn(self, to: Address, group: bool = False) -> float:
        """Take a place; gives the seconds to wait until it may be sent."""
        now = self._monotonic()
        buckets = list(self._buckets(to, group))
        start = max((self._allowed(bucket, now) for bucket in buckets), default=now)
        for bucket in buckets:
            count, seconds = bucket[1]
            self._full_at[bucket] = max(self._full_at.pop(bucket, now), start) + seconds / count
        while len(self._full_at) > _REMEMBERED:
            self._full_at.popitem(last=False)
        return start - now

    def room(self, seconds: float) -> int | None:
        """How many messages, each to somebody else, may go in so many seconds; None: any number."""
        now = self._monotonic()
        free = [self._free(("", limit), now, seconds) for limit in self._pace.overall]
        return min(free, default=None)

    def _free(self, bucket: tuple[str, Limit], now: float, seconds: float) -> int:
        count, per = bucket[1]
        full_at = max(now, self._full_at.get(bucket, now))
        return max(0, int((now + seconds - full_at) * count / per) + count)

    def _buckets(self, to: Address, group: bool) -> Iterator[tuple[str, Limit]]:
        for limit in self._pace.overall:
            yield "", limit
        for limit in self._pace.to_group if group else self._pace.to_one:
            yield str(to), limit

    def _allowed(self, bucket: tuple[str, Limit], now: float) -> float:
        count, seconds = bucket[1]
        return max(now, self._full_at.get(bucket, now) - seconds * (count - 1) / count)
