"""What is on its way on one channel: it flies, it lands, and is written down.

What has landed is settled in the same transaction that claims what goes next.
"""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from bot.outgoing import Claimed, Settlement
from bot.wakeups import Bell

Turn = Callable[[Sequence[Settlement]], Sequence[Claimed]]
"""A transaction, in a thread: settles these, and gives what it claimed."""


class Aloft:
    """`tasks`: all that is under way; `landed`: those of them that are over, as they came down."""

    def __init__(self, send: Callable[[Claimed], Coroutine[Any, Any, Settlement]]) -> None:
        self.bell = Bell()  # rings at each landing
        self.tasks: set[asyncio.Task[Settlement]] = set()
        self.landed: list[asyncio.Task[Settlement]] = []
        self._send = send

    def room(self, most: int) -> int:
        """How many more may go when so many may be under way at once."""
        return most - len(self.tasks) + len(self.landed)

    async def turn(self, work: Turn) -> int:
        """Write down what has landed, send off what was claimed; gives how many.

        Shielded: what is claimed must fly, or its lease would have to lapse.
        """
        landed = tuple(self.landed)
        results = [task.result() for task in landed]
        turn = asyncio.create_task(asyncio.to_thread(work, results))
        try:
            claimed = await asyncio.shield(turn)
        except asyncio.CancelledError:
            with suppress(SQLAlchemyError):  # then nothing was claimed, and we stop all the same
                self._go_on(len(landed), await turn)
            raise
        self._go_on(len(landed), claimed)
        return len(claimed)

    def _go_on(self, settled: int, claimed: Sequence[Claimed]) -> None:
        self.tasks.difference_update(self.landed[:settled])
        del self.landed[:settled]
        for row in claimed:
            task = asyncio.create_task(self._send(row))
            task.add_done_callback(self._land)
            self.tasks.add(task)

    def _land(self, task: asyncio.Task[Settlement]) -> None:
        self.landed.append(task)
        self.bell.ring()
