"""How much one address may say at once: a token bucket each, one notice, then quiet."""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Literal

Verdict = Literal["welcome", "notice", "quiet"]


@dataclass(slots=True)
class _Bucket:
    tokens: float
    filled_at: float
    noticed: bool = False


class FloodGate:
    """`burst` messages at once, refilled at `burst` per `seconds`; forgets the oldest addresses."""

    def __init__(
        self,
        burst: int = 20,
        seconds: float = 10.0,
        monotonic: Callable[[], float] = time.monotonic,
        remembered: int = 50_000,
    ) -> None:
        self._burst, self._rate = burst, burst / seconds
        self._monotonic, self._remembered = monotonic, remembered
        self._buckets: OrderedDict[Hashable, _Bucket] = OrderedDict()

    def knock(self, who: Hashable) -> Verdict:
        """One message more from this address: welcome, too much (say so once), or be quiet."""
        bucket = self._bucket(who)
        if bucket.tokens >= 1:
            bucket.tokens -= 1
            # Said again only after the person has calmed down, not at every refilled token.
            bucket.noticed = bucket.noticed and bucket.tokens < self._burst / 2
            return "welcome"
        if bucket.noticed:
            return "quiet"
        bucket.noticed = True
        return "notice"

    def wait(self, who: Hashable) -> float:
        """Seconds until this address may say something again."""
        return max(0.0, (1 - self._bucket(who).tokens) / self._rate)

    def _bucket(self, who: Hashable) -> _Bucket:
        now = self._monotonic()
        bucket = self._buckets.pop(who, None) or _Bucket(self._burst, now)
        bucket.tokens = min(self._burst, bucket.tokens + (now - bucket.filled_at) * self._rate)
        bucket.filled_at = now
        self._buckets[who] = bucket
        self._forget(now)
        return bucket

    def _forget(self, now: float) -> None:
        """Whose bucket is full again is as good as new; of the others the oldest, if many."""
        while oldest := next(iter(self._buckets.values())):
            is_full = now - oldest.filled_at > self._burst / self._rate
            if not is_full and len(self._buckets) <= self._remembered:
                return
            self._buckets.popitem(last=False)
