"""Time limits for very many at once: one timer for all that last equally long.

asyncio.timeout sets a timer for each, which takes a fifteenth of the time of a reply.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Generic, TypeVar

Who = TypeVar("Who")
Result = TypeVar("Result")


class Overdue(Generic[Who]):
    """Tells of whoever has entered and not left within that many seconds; once each."""

    def __init__(self, seconds: float, tell: Callable[[Who], None]) -> None:
        self._seconds, self._tell = seconds, tell
        self._since: dict[Who, float] = {}  # in the order in which they came
        self._timer: asyncio.TimerHandle | None = None

    def enter(self, who: Who) -> None:
        """From now on."""
        loop = asyncio.get_running_loop()
        self._since[who] = loop.time()
        if self._timer is None:
            self._timer = loop.call_later(self._seconds, self._look)

    def leave(self, who: Who) -> None:
        """In time, or after it was told of."""
        self._since.pop(who, None)

    def _look(self) -> None:
        loop = asyncio.get_running_loop()
        self._timer = None
        while self._since:
            who, since = next(iter(self._since.items()))
            if loop.time() < since + self._seconds:
                self._timer = loop.call_at(since + self._seconds, self._look)
                return
            del self._since[who]
            self._tell(who)


class TimeLimit:
    """As asyncio.timeout: what takes longer is cancelled, and raises TimeoutError."""

    def __init__(self, seconds: float) -> None:
        self._overdue = Overdue[asyncio.Task[Any]](seconds, self._end)
        self._ended: set[asyncio.Task[Any]] = set()

    async def of(self, work: Awaitable[Result]) -> Result:
        """What comes of this work. Raises TimeoutError."""
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("only within a task")
        before = task.cancelling()
        self._overdue.enter(task)
        try:
            return await work
        except asyncio.CancelledError:
            if self._is_ours(task, before):
                raise TimeoutError from None
            raise
        finally:
            self._overdue.leave(task)
            self._is_ours(task, before)  # also where the work swallowed it, or raised something

    def _is_ours(self, task: asyncio.Task[Any], before: int) -> bool:
        """Take back our cancellation, if any; False if somebody else cancelled as well."""
        if task not in self._ended:
            return False
        self._ended.discard(task)
        return task.uncancel() <= before

    def _end(self, task: asyncio.Task[Any]) -> None:
        self._ended.add(task)
        task.cancel()
