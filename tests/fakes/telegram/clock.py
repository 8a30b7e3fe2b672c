"""A clock that goes only when a test says so; what waits on it wakes in order."""

import asyncio
import heapq
import itertools


class VirtualClock:
    """Seconds since an epoch of its own. `sleep` waits until somebody calls `advance`."""

    def __init__(self, start: float = 1_780_000_000.0) -> None:
        self.now = start
        self._waiting: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = itertools.count()

    async def sleep(self, seconds: float) -> None:
        """Until the clock has gone that far; not at all for no seconds."""
        if seconds <= 0:
            return
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (self.now + seconds, next(self._order), woken))
        await woken

    def next_at(self) -> float | None:
        """When the next sleeper wakes; None when nobody sleeps."""
        while self._waiting and self._waiting[0][2].done():  # cancelled meanwhile
            heapq.heappop(self._waiting)
        return self._waiting[0][0] if self._waiting else None

    def wake_until(self, until: float) -> bool:
        """Go to the next sleeper no later than `until` and wake it; False when there is none."""
        at = self.next_at()
        if at is None or at > until:
            self.now = max(self.now, until)
            return False
        self.now = max(self.now, at)
        _at, _order, woken = heapq.heappop(self._waiting)
        woken.set_result(None)
        return True
