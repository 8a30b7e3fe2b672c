"""What is on its way on one channel: it flies, it lands, and is written down.

What has landed is settled in the transaction that claims what goes next, or with a batch of turns.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from bot.outgoing import Claimed, Settlement
from bot.wakeups import Bell

Turn = Callable[[Sequence[Settlement]], Sequence[Claimed]]
"""A transaction, in a thread: settles these, and gives what it claimed."""
Which = Callable[[Settlement], bool]


def _each(_settlement: Settlement) -> bool:
    return True


class Aloft:
    """What is under way on a channel.

    tasks     all of it
    landed    those of them that are over, as they came down
    landings  how many ever came down
    """

    def __init__(self, send: Callable[[Claimed], Coroutine[Any, Any, Settlement]]) -> None:
        self.bell = Bell()  # rings at each landing
        self.tasks: set[asyncio.Task[Settlement]] = set()
        self.landed: list[asyncio.Task[Settlement]] = []
        self.landings = 0
        self._send = send

    def room(self, most: int) -> int:
        """How many more may go when so many may be under way at once."""
        return most - len(self.tasks) + len(self.landed)

    async def turn(self, work: Turn) -> int:
        """Write down what has landed, send off what was claimed; gives how many.

        Shielded: what is claimed must fly, or its lease would have to lapse.
        """
        turn = asyncio.create_task(self._turn(work))
        try:
            return await asyncio.shield(turn)
        except asyncio.CancelledError:
            with suppress(SQLAlchemyError):  # then nothing was claimed, and we stop all the same
                await turn
            raise

    async def _turn(self, work: Turn) -> int:
        with self.settling() as results:
            claimed = await asyncio.to_thread(work, results)
        for row in claimed:
            self.begin(row)
        return len(claimed)

    @contextmanager
    def settling(self, which: Which = _each) -> Iterator[Sequence[Settlement]]:
        """What has landed, to be written down within the block; kept if that fails."""
        landed = [task for task in self.landed if which(task.result())]
        self.landed = [task for task in self.landed if not which(task.result())]
        try:
            yield [task.result() for task in landed]
        except BaseException:
            self.landed = landed + self.landed
            raise
        self.tasks.difference_update(landed)

    def begin(self, row: Claimed) -> None:
        """Send off a row that is claimed."""
        task = asyncio.create_task(self._send(row))
        task.add_done_callback(self._land)
        self.tasks.add(task)

    def _land(self, task: asyncio.Task[Settlement]) -> None:
        self.landed.append(task)
        self.landings += 1
        self.bell.ring()


async def until_landed(every: Mapping[str, Aloft], within: float | None) -> list[str]:
    """Wait for all that is under way, so many seconds; gives the names of where anything was."""
    tasks = [task for aloft in every.values() for task in aloft.tasks]
    names = [name for name, aloft in every.items() if aloft.tasks]
    if tasks:
        await asyncio.wait(tasks, timeout=within)
    return names
