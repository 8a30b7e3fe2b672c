"""How fast a channel may send: so many messages in so many seconds, to all and to each."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from math import inf

from bot.message import Address

Limit = tuple[int, float]  # messages, seconds
Bucket = tuple[str, Limit]  # whose it is, "" for the account's; and its size
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

    In this process only; see shared_pace for several. The platform says when we are too fast
    (Throttled), and that is obeyed; this is politeness, not correctness.
    """

    def __init__(self, pace: Pace, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._pace, self._monotonic = pace, monotonic
        self._full_at: OrderedDict[Bucket, float] = OrderedDict()

    def turn(self, to: Address | None = None, group: bool = False, longest: float = inf) -> float:
        """Take a place among what goes to this address, or to all; gives the seconds to wait.

        Where that is longer than `longest` none is taken: it would be kept from others for nothing.
        """
        now = self._monotonic()
        buckets = self.buckets(to, group)
        start = max((self._allowed(bucket, now) for bucket in buckets), default=now)
        if start - now > longest:
            return start - now
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

    def evenly(self, seconds: float) -> int:
        """How many messages, each to somebody else, may go in so many seconds of a long time."""
        return int(min((seconds * count / per for count, per in self._pace.overall), default=0))

    def _free(self, bucket: Bucket, now: float, seconds: float) -> int:
        count, per = bucket[1]
        full_at = max(now, self._full_at.get(bucket, now))
        return max(0, int((now + seconds - full_at) * count / per) + count)

    @property
    def has_limits(self) -> bool:
        """Whether there is anything to wait for."""
        return self._pace != Pace()

    def buckets(self, to: Address | None, group: bool) -> tuple[Bucket, ...]:
        """Each bucket a message takes its place in: those of an address, or those of all."""
        if to is None:
            return tuple(("", limit) for limit in self._pace.overall)
        limits = self._pace.to_group if group else self._pace.to_one
        return tuple((str(to), limit) for limit in limits)

    def _allowed(self, bucket: Bucket, now: float) -> float:
        count, seconds = bucket[1]
        return max(now, self._full_at.get(bucket, now) - seconds * (count - 1) / count)
