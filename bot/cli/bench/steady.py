"""A lean Telegram whose people write at an even pace, for as long as one likes.

So many of them are there at any time. Each says the eight lines of a talk, in order, and is
followed by somebody who was never there before: what is kept for each person shows in the memory
of whoever keeps it. Runs as a module in a process of its own, as chats.py does.
"""

import asyncio
import time
from array import array
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from bot.cli.bench import chats
from bot.cli.bench.chats import OWN, PATIENCE, Chats, Person, Tally, Telegram


@dataclass(slots=True)
class Counted:
    """What came of it so far. `took`: seconds from when a line was to be said to its answer."""

    said: int = 0
    people: int = 0
    lost: int = 0  # lines that nothing answered in time
    took: "array[float]" = field(default_factory=lambda: array("d"))


class Crowd:
    """Everybody who writes to one bot."""

    def __init__(self, telegram: Telegram, wanted: Chats, rate: float) -> None:
        """`rate`: lines a second, of all together."""
        self._telegram, self._wanted, self._rate = telegram, wanted, rate
        self._free: asyncio.Queue[tuple[Person, int, int]] = asyncio.Queue()
        self._tally, self.counted = Tally(), Counted()

    async def play(self) -> dict[str, Any]:
        """Until the time is over and everybody is answered."""
        calls, begun, busy = self._telegram.calls, time.perf_counter(), time.process_time()
        for _place in range(self._wanted.conversations):
            await self._come()
        async with asyncio.TaskGroup() as talking:
            await self._keep_pace(talking.create_task, begun)
        for person in self._telegram.people.values():
            person.close()
        seconds = time.perf_counter() - begun
        ranked = sorted(self.counted.took) or [0.0]
        return {
            "said": self.counted.said,
            "people": self.counted.people,
            "lost": self.counted.lost,
            "replies": self._telegram.calls - calls,
            "p50": ranked[len(ranked) // 2],
            "p99": ranked[len(ranked) * 99 // 100],
            "seconds": seconds,
            "busy": (time.process_time() - busy) / seconds,
            "bad": self._tally.bad,
        }

    async def _keep_pace(self, start: Any, begun: float) -> None:
        for number in range(round(self._rate * self._wanted.seconds)):
            due = begun + number / self._rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            if self._tally.bad:
                return
            start(self._say(due, *await self._free.get()))

    async def _come(self) -> None:
        """Somebody new, who has said nothing yet."""
        user = self._wanted.first_user + self.counted.people
        self.counted.people += 1
        person = Person(self._telegram, self._wanted, user, self._tally)
        self._telegram.people[self._wanted.bot, user] = person
        loop = asyncio.get_running_loop()
        await loop.create_connection(partial(_itself, person), "127.0.0.1", self._wanted.port)
        self._free.put_nowait((person, user, 0))

    async def _say(self, due: float, person: Person, user: int, said: int) -> None:
        """One line, and its answer; who has said all leaves."""
        self.counted.said += 1
        person.talk(until=0.0)
        try:
            await asyncio.wait_for(person.quiet, PATIENCE)
            self.counted.took.append(time.perf_counter() - due)
        except TimeoutError:
            self.counted.lost += 1
            said = OWN
        if said + 1 < OWN:
            self._free.put_nowait((person, user, said + 1))
            return
        person.close()
        del self._telegram.people[self._wanted.bot, user]
        await self._come()


def _itself(person: Person) -> Person:
    return person


async def _done(telegram: Telegram, told: dict[str, Any]) -> Any:
    if "rate" not in told:
        return await chats.done(telegram, told)
    rate = told.pop("rate")
    return await Crowd(telegram, Chats(**{**told, "texts": tuple(told["texts"])}), rate).play()


if __name__ == "__main__":
    asyncio.run(chats.serve(_done))
