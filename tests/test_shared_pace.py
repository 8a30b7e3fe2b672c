"""The pace that processes keep together: by Redis while it answers, else each by itself."""

import time
import uuid
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from bot import shared_pace
from bot.message import Address
from bot.pace import Limit, Pace, Pacemaker
from bot.shared_pace import SharedPace
from tests.conftest import REDIS, missing

TEN_A_SECOND: Limit = (10, 1.0)
PEOPLE = [Address("telegram", str(n)) for n in range(30)]


@pytest.fixture
async def redis(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Redis]:
    monkeypatch.setattr(shared_pace, "_PREFIX", f"citybot:test:{uuid.uuid4().hex}")
    client = Redis.from_url(REDIS, socket_timeout=10, socket_connect_timeout=10)
    try:
        await client.ping()
    except OSError:
        missing("Redis")
    yield client
    await client.aclose()


def process(redis: Redis | None, pace: Pace) -> SharedPace:
    return SharedPace("telegram", Pacemaker(pace), redis)


async def test_two_processes_together_are_no_faster_than_one(redis: Redis) -> None:
    """Of thirty messages in one moment ten go at once, and ten more in each second."""
    one, other = (process(redis, Pace(overall=(TEN_A_SECOND,))) for _process in range(2))
    begun = time.monotonic()
    waits = [await (one, other)[n % 2].turn() for n in range(30)]
    assert max(waits[:10]) < 0.1
    # To ask takes time as well, and meanwhile places come free.
    assert time.monotonic() - begun + waits[-1] >= 1.9
    assert waits[-1] < 2.2


async def test_without_redis_two_processes_are_twice_as_fast() -> None:
    """The guard-off twin."""
    one, other = (process(None, Pace(overall=(TEN_A_SECOND,))) for _process in range(2))
    waits = [await (one, other)[n % 2].turn() for n in range(30)]
    assert max(waits) < 0.7


async def test_a_process_knows_how_far_the_others_are_ahead(redis: Redis) -> None:
    """Else each would take as much of the outbox as if it were alone."""
    one, other = (process(redis, Pace(overall=(TEN_A_SECOND,))) for _process in range(2))
    for _message in range(40):  # three seconds ahead
        await one.turn()
    assert other.room(2.0) == 30
    await other.turn()
    assert (other.room(2.0), other.room(5.0)) == (0, pytest.approx(20, abs=2))


async def test_who_would_wait_too_long_takes_no_place_in_redis_either(redis: Redis) -> None:
    one, other = (process(redis, Pace(overall=(TEN_A_SECOND,))) for _process in range(2))
    for _message in range(20):
        await one.turn()
    waits = [await other.turn(longest=0.5) for _message in range(10)]
    assert min(waits) > 0.5
    assert max(waits) <= waits[0]


async def test_one_person_has_a_bucket_of_their_own(redis: Redis) -> None:
    one, other = (process(redis, Pace(to_one=((1, 1.0),))) for _process in range(2))
    anna, bert = PEOPLE[:2]
    assert await one.turn(anna) < 0.1
    assert await other.turn(bert) < 0.1
    assert 0 < await other.turn(anna) < 1.1


async def test_redis_that_does_not_answer_holds_nobody_up(caplog: pytest.LogCaptureFixture) -> None:
    """H06: it is asked once, and then left alone for a while."""
    gone = Redis.from_url("redis://127.0.0.1:1", socket_connect_timeout=0.2)
    alone, begun = process(gone, Pace(overall=(TEN_A_SECOND,))), time.monotonic()
    waits = [await alone.turn() for _message in range(11)]
    assert time.monotonic() - begun < 2
    assert waits[-1] > 0
    await gone.aclose()


async def test_redis_that_was_emptied_begins_anew(redis: Redis) -> None:
    shared = process(redis, Pace(to_one=((1, 60.0),)))
    await shared.turn(PEOPLE[0])
    await redis.delete(*[key async for key in redis.scan_iter(f"{shared_pace._PREFIX}:*")])
    fresh = process(redis, Pace(to_one=((1, 60.0),)))
    assert await fresh.turn(PEOPLE[0]) < 0.1


async def test_where_nothing_is_limited_redis_is_not_asked() -> None:
    nowhere = Redis.from_url("redis://127.0.0.1:1")
    free = process(nowhere, Pace())
    assert (await free.turn(PEOPLE[0]), free.room(1)) == (0, None)
    await nowhere.aclose()
