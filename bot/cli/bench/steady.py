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

_AGAIN = 1.0  # seconds until an update that was refused is pushed again


@dataclass(slots=True)
class Counted:
    """What came of it so far. `took`: seconds from when a line was to be said to its answer."""

    said: int = 0
    people: int = 0
    refused: int = 0  # by the house, and pushed again as Telegram does
    lost: int = 0  # lines that nothing answered in time
    took: "array[float]" = field(default_factory=lambda: array("d"))


@dataclass(slots=True)
class Guest:
    """Somebody there, and how much they have said."""

    person: Person
    user: int
    tally: Tally
    said: int = 0


class Crowd:
    """Everybody who writes to one bot."""

    def __init__(self, telegram: Telegram, wanted: Chats, rate: float) -> None:
        """`rate`: lines a second, of all together."""
        self._telegram, self._wanted, self._rate = telegram, wanted, rate
        self._free: asyncio.Queue[Guest] = asyncio.Queue()
        self.counted = Counted()

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
            "refused": self.counted.refused,
            "lost": self.counted.lost,
            "replies": self._telegram.calls - calls,
            "p50": ranked[len(ranked) // 2],
            "p99": ranked[len(ranked) * 99 // 100],
            "seconds": seconds,
            "busy": (time.process_time() - busy) / seconds,
        }

    async def _keep_pace(self, start: Any, begun: float) -> None:
        for number in range(round(self._rate * self._wanted.seconds)):
            due = begun + number / self._rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            start(self._say(due, await self._free.get()))

    async def _come(self) -> None:
        """Somebody new, who has said nothing yet."""
        user, tally = self._wanted.first_user + self.counted.people, Tally()
        self.counted.people += 1
        person = Person(self._telegram, self._wanted, user, tally)
        self._telegram.people[self._wanted.bot, user] = person
        loop = asyncio.get_running_loop()
        await loop.create_connection(partial(_itself, person), "127.0.0.1", self._wanted.port)
        self._free.put_nowait(Guest(person, user, tally))

    async def _say(self, due: float, guest: Guest) -> None:
        """One line, and its answer; who has said all leaves, or has lost the connection."""
        self.counted.said += 1
        guest.said += 1
        guest.person.talk(until=0.0)
        try:
            async with asyncio.timeout(PATIENCE):
                await self._heard(guest)
            self.counted.took.append(time.perf_counter() - due)
        except TimeoutError:
            self.counted.lost += 1
            guest.said = OWN
        if guest.said < OWN:
            self._free.put_nowait(guest)
            return
        guest.person.close()
        del self._telegram.people[self._wanted.bot, guest.user]
        await self._come()

    async def _heard(self, guest: Guest) -> None:
        """Until the line is taken and answered."""
        await guest.person.quiet
        while guest.tally.bad:
            guest.tally.bad = ""
            self.counted.refused += 1
            await asyncio.sleep(_AGAIN)
            guest.person.repeat()
            await guest.person.quiet


def _itself(person: Person) -> Person:
    return person


async def _done(telegram: Telegram, told: dict[str, Any]) -> Any:
    if "rate" not in told:
        return await chats.done(telegram, told)
    rate = told.pop("rate")
    return await Crowd(telegram, Chats(**{**told, "texts": tuple(told["texts"])}), rate).play()


if __name__ == "__main__":
    asyncio.run(chats.serve(_done))
