"""Redis is away, emptied, stands still, or remembers too much (H06, H07): slower, never twice."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
import redis

from bot import outbox, wakeups
from bot.config import Settings
from bot.database import Database
from bot.message import Address, Reply
from bot.pace import Pace
from bot.wakeups import redis_of
from tests.broadcasting import City, Post
from tests.stack.machines import Server
from tests.stack.machines import redis as redis_server

PEOPLE = 120


class Paced(Post):
    """A platform with a limit: so the processes ask Redis before each message."""

    pace = Pace(overall=((60, 0.1),))


@pytest.fixture
def server() -> Iterator[Server]:
    made = redis_server()
    made.start()
    yield made
    made.kill()


@pytest.fixture
def two(
    database_url: str, server: Server, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[City, City]]:
    """Two processes of one city, and what each of its people is to get: an answer, and news."""
    monkeypatch.setattr(wakeups, "_PATIENCE", 0.5)  # the house gives it five seconds
    shared = Settings(redis_url=f"redis://127.0.0.1:{server.port}/0")
    with closing(Database(database_url)) as first, closing(Database(database_url)) as second:
        one, other = (
            City(database, post=Paced(), redis=redis_of(shared)) for database in (first, second)
        )
        other.post.sent = one.post.sent
        for n in range(PEOPLE):
            one.person(f"p{n}", "post")
        answers = [outbox.Draft(Address("post", f"p{n}"), Reply("Yes.")) for n in range(PEOPLE)]
        with first.write() as connection:
            outbox.add(connection, answers, one.now)
        yield one, other


def admin(server: Server) -> "redis.Redis[bytes]":
    return redis.Redis(port=server.port, socket_timeout=5)


def goes(server: Server) -> None:
    server.kill()


def is_emptied(server: Server) -> None:
    admin(server).flushall()


def stands_still(server: Server) -> None:
    admin(server).execute_command("CLIENT", "PAUSE", "60000", "ALL")


def remembers_an_hour_ago(server: Server) -> None:
    """As from an old copy, or by a clock that was put back: whoever asks would wait an hour."""
    client = admin(server)
    for key in client.scan_iter("citybot:pace:*"):
        client.set(key, f"{time.time() + 3600:.6f}", px=3_600_000)


FAULTS = [goes, is_emptied, stands_still, remembers_an_hour_ago]


@pytest.mark.parametrize("fault", FAULTS)
async def test_whatever_redis_does_everybody_gets_everything_once(
    two: tuple[City, City], server: Server, fault: Callable[[Server], None]
) -> None:
    one, other = two
    broadcast = one.sent()
    other.now = one.now
    await asyncio.gather(one.to_one.deliver(), other.to_one.deliver())
    begun = time.monotonic()
    fault(server)
    await asyncio.gather(one.deliver(), other.deliver())
    assert time.monotonic() - begun < 10
    assert Counter(one.post.sent) == {
        f"p{n}: {words}": 1 for n in range(PEOPLE) for words in ("Yes.", "Good news.")
    }
    assert one.tally(broadcast) == {"sent": PEOPLE}
    await _leave(one, other)


async def test_never_there_it_is_missed_by_nobody(two: tuple[City, City], server: Server) -> None:
    server.kill()
    one, other = two
    one.sent()
    other.now = one.now
    await asyncio.gather(one.deliver(), other.deliver())
    assert len(one.post.sent) == len(set(one.post.sent)) == 2 * PEOPLE
    await _leave(one, other)


async def _leave(*cities: City) -> None:
    for city in cities:
        if city.redis:
            await city.redis.aclose()
