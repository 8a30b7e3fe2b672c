"""kill -9 at random moments: no update is lost, and a reply doubled only as its class allows.

CITYBOT_CRASH_UPDATES and CITYBOT_CRASH_KILLS make it longer; 3000 and 60 are what was promised.
"""

import asyncio
import os
import random
import socket
from collections import Counter
from itertools import groupby
from pathlib import Path

import pytest

from bot.delivery import FLIGHT
from tests.adapters.telegram import crash_child
from tests.fakes.telegram import FakeTelegram, Person
from tests.forked import ended, ready

UPDATES = int(os.environ.get("CITYBOT_CRASH_UPDATES", "160"))
KILLS = int(os.environ.get("CITYBOT_CRASH_KILLS", "3"))
CHATS = 20
PUBLIC = "https://bot.example.org"


class Houses:
    """One life of the house after the other."""

    def __init__(self, telegram: FakeTelegram, mode: str, url: str, data: Path) -> None:
        self.told = {"url": url, "api": telegram.api, "token": telegram.token, "mode": mode}
        self.told |= {"data": str(data)}
        self.telegram, self.lives = telegram, 0

    async def begin(self) -> None:
        """Another life, the clock three minutes further: the leases of the last one are over."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.telegram.pusher.reach[PUBLIC] = f"http://127.0.0.1:{port}"
        told = self.told | {"port": port, "minutes": 3 * self.lives}
        self.lives += 1
        self.process = await asyncio.to_thread(ready, crash_child.run, told)

    async def kill(self) -> None:
        """kill -9."""
        self.process.kill()
        assert await asyncio.to_thread(ended, self.process) == -9


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_random_kills_lose_no_update(
    mode: str, telegram: FakeTelegram, sqlite_url: str, tmp_path: Path
) -> None:
    people = [telegram.person(1000 + n, f"P{n}") for n in range(CHATS)]
    houses = Houses(telegram, mode, sqlite_url, tmp_path)
    for number in range(UPDATES):
        people[number % CHATS].says(f"m{number}")
    try:
        for _kill in range(KILLS):
            await houses.begin()
            await _some_work(telegram, people)
            await houses.kill()
        await houses.begin()
        await _all_answered(telegram, people)
    finally:
        await houses.kill()
    doubled = [_doubled(person) for person in people]
    # Of what flies, only the oldest to each person does; a flight is no larger than it is.
    assert max(doubled) <= KILLS
    assert sum(doubled) <= KILLS * min(FLIGHT, CHATS)


async def _some_work(telegram: FakeTelegram, people: list[Person]) -> None:
    """Until a random part of what is left has been answered; then whatever is going on goes on."""
    done = sum(len(person.sees) for person in people)
    until = done + random.randint(1, max(2, UPDATES // (KILLS + 1)))
    for _step in range(2000):
        if sum(len(person.sees) for person in people) >= until:
            return
        await telegram.advance(1)
        await asyncio.sleep(0.003)


async def _all_answered(telegram: FakeTelegram, people: list[Person]) -> None:
    wanted = UPDATES // CHATS
    async with asyncio.timeout(60 + UPDATES / 20):
        while not all(len(_heard(person)) >= wanted for person in people):
            await telegram.advance(5)
            await asyncio.sleep(0.01)


def _heard(person: Person) -> list[str]:
    """What they were told, repeats that say so left out."""
    words = [text.split("\n\n(Message no.")[0] for text in person.texts]
    return [said for said, _same in groupby(words)]


def _doubled(person: Person) -> int:
    """How often they were told a thing again. Each thing is answered once, and in order."""
    numbers = [int(text.partition(":")[0]) for text in _heard(person)]
    assert numbers == list(range(1, UPDATES // CHATS + 1)), person.texts
    said = [int(text.partition(": m")[2]) for text in _heard(person)]
    assert said == sorted(said)
    counted = Counter(text.split("\n\n")[0] for text in person.texts)
    marked = sum("(Message no." in text for text in person.texts)
    doubled = sum(count - 1 for count in counted.values())
    assert marked >= doubled, "a repeat says that it may be one"
    return doubled
