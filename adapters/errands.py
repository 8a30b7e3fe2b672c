"""Small things done beside a turn: a mark on a button, a notice. Losing one loses no word."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Final

import structlog

log = structlog.get_logger()
MOST: Final = 500  # under way at once; more is let go, for the messages themselves come first
_MOMENT = 1.0  # seconds that what is under way gets at the end


class Errands:
    """What is under way, in this process."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    def begin(self, what: str, errand: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Do it in the background; nobody waits for it."""
        if len(self._running) >= MOST:
            log.warning("errand_dropped", errand=what, reason="too many")
            return
        task = asyncio.create_task(errand())
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def done(self) -> None:
        """Wait for what is under way."""
        await asyncio.gather(*self._running, return_exceptions=True)

    async def close(self) -> None:
        """A moment for what is under way, then no more."""
        if self._running:
            _done, left = await asyncio.wait(self._running, timeout=_MOMENT)
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)
