"""Bells in one process and, through a real Redis, in all; without Redis slower, never wrong."""

import asyncio
import shutil
import socket
import subprocess
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import redis
from redis.asyncio import Redis

from bot import wakeups
from bot.config import Settings
from bot.wakeups import Bell, Wakeups, redis_of
from tests.conftest import REDIS, missing


async def test_somebody_who_waits_is_woken() -> None:
    bells = Wakeups()
    with bells.listen("anna") as bell:
        asyncio.get_running_loop().call_later(0.01, bells.wake, "anna")
        assert await bell.wait(5)


async def test_a_ring_before_the_wait_is_not_missed() -> None:
    bells = Wakeups()
    with bells.listen("anna") as bell:
        bells.wake("bert", "anna", "anna")
        assert await bell.wait(5)
        assert not await bell.wait(0.01)  # any number of rings are one


async def test_a_wait_ends_by_itself() -> None:
    assert not await Bell().wait(0.01)


async def test_everybody_with_that_name_hears_it_and_nobody_else() -> None:
    bells = Wakeups()
    with bells.listen("a") as one, bells.listen("a") as two, bells.listen("b") as other:
        bells.wake("a")
        assert [await b.wait(0.01) for b in (one, two, other)] == [True, True, False]


async def test_who_left_leaves_nothing_behind() -> None:
    bells = Wakeups()
    for n in range(100):
        with bells.listen(f"visitor-{n}"):
            pass
    bells.wake("visitor-1")
    assert bells._bells == {}


async def test_a_cancelled_wait_does_not_swallow_the_ring() -> None:
    bell = Bell()
    waiting = asyncio.create_task(bell.wait(60))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    bell.ring()
    assert await bell.wait(0.01)


async def test_without_redis_the_relay_has_nothing_to_do() -> None:
    await asyncio.wait_for(Wakeups().relay(), 1)
    await Wakeups().close()


# -- through Redis ---------------------------------------------------------------------------


@pytest.fixture
def redis_url() -> str:
    """The Redis of this machine."""
    try:
        with redis.Redis.from_url(REDIS, socket_timeout=3) as client:
            client.ping()
    except (redis.RedisError, OSError):
        missing("Redis")
    return REDIS


@pytest.fixture(autouse=True)
def _own_topic(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs beside this one do not ring our bells."""
    monkeypatch.setattr(wakeups, "_TOPIC", f"citybot:test:{uuid.uuid4().hex}")


@asynccontextmanager
async def process(url: str) -> AsyncIterator[Wakeups]:
    """Bells as another process would have them, opened as the house does."""
    bells = Wakeups(redis_of(Settings(redis_url=url)), pause=0.05)
    relay = asyncio.create_task(bells.relay())
    yield bells
    relay.cancel()
    await asyncio.gather(relay, return_exceptions=True)
    await bells.close()


async def until_heard(bell: Bell, ring: Callable[[], None], seconds: float = 10) -> bool:
    """Ring again and again, as a house at work does, until the bell is heard."""
    deadline = asyncio.get_running_loop().time() + seconds
    while asyncio.get_running_loop().time() < deadline:
        ring()
        if await bell.wait(0.05):
            return True
    return False


async def test_a_wake_up_in_one_process_is_heard_in_another(redis_url: str) -> None:
    async with process(redis_url) as one, process(redis_url) as two:
        with two.listen("anna") as bell, two.listen("bert") as other:
            assert await until_heard(bell, lambda: one.wake("delivery", "anna"))
            assert not await other.wait(0.05)


async def test_a_relay_told_to_end_ends_also_while_it_connects(redis_url: str) -> None:
    """redis-py swallows a cancellation at that moment: a house that drains would wait for ever."""
    for rounds in range(40):
        bells = Wakeups(redis_of(Settings(redis_url=redis_url)))
        relay = asyncio.create_task(bells.relay())
        for _round in range(rounds):
            await asyncio.sleep(0)
        relay.cancel()
        assert (await asyncio.wait([relay], timeout=5))[0], f"after {rounds} rounds of the loop"
        assert asyncio.all_tasks() == {asyncio.current_task()}  # nobody listens on
        await bells.close()


async def test_the_relay_hears_on_when_nobody_says_anything_for_long(
    redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A quiet connection is no broken one: with a time limit on reads it would come and go."""
    monkeypatch.setattr(wakeups, "_PATIENCE", 0.2)
    async with process(redis_url) as one, process(redis_url) as two:
        with two.listen("anna") as bell:
            assert await until_heard(bell, lambda: one.wake("anna"))
            await asyncio.sleep(0.6)  # longer than the house lets Redis take for an answer
            await bell.wait(0)
            one.wake("anna")
            assert await bell.wait(1)


async def test_a_thousand_wake_ups_keep_one_publisher_and_arrive(redis_url: str) -> None:
    async with process(redis_url) as one, process(redis_url) as two:
        with two.listen("first") as bell, two.listen("last") as last:
            assert await until_heard(bell, lambda: one.wake("first"))
            for n in range(1000):
                one.wake(f"person-{n}")
            one.wake("last")
            assert await last.wait(5)


@pytest.mark.parametrize("noise", [b"\xff\xfe", b"", b"\n\n\n", "浇花".encode() * 10_000])
async def test_noise_on_the_topic_does_not_deafen_the_relay(redis_url: str, noise: bytes) -> None:
    async with process(redis_url) as one, process(redis_url) as two:
        with two.listen("anna") as bell:
            assert await until_heard(bell, lambda: one.wake("anna"))
            async with Redis.from_url(redis_url) as stranger:
                await stranger.publish(wakeups._TOPIC, noise)
            await bell.wait(0)
            one.wake("anna")
            assert await bell.wait(2)


async def test_with_redis_never_there_this_process_is_woken_all_the_same() -> None:
    async with process(f"redis://127.0.0.1:{free_port()}/0") as bells:
        with bells.listen("anna") as bell:
            bells.wake("anna")
            assert await bell.wait(0.5)


async def test_a_redis_that_takes_and_never_answers_costs_no_memory_and_no_wait() -> None:
    """A listening socket nobody serves: names are kept once each, in one waiting task."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        async with process(f"redis://127.0.0.1:{silent.getsockname()[1]}/0") as bells:
            with bells.listen("anna") as bell:
                before = len(asyncio.all_tasks())
                for _ in range(500):
                    bells.wake("anna", "bert")
                    await asyncio.sleep(0)
                assert await bell.wait(0.5)
                assert len(asyncio.all_tasks()) - before <= 2
                assert len(bells._unpublished) <= 2


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator[tuple[int, Callable[[], subprocess.Popen[bytes]]]]:
    """A Redis of this test's own, to be stopped and begun at will: its port, and how to begin."""
    program = shutil.which("redis-server") or missing("redis-server")
    port, begun = free_port(), []

    def begin() -> subprocess.Popen[bytes]:
        options = ["--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)]
        server = subprocess.Popen(
            [str(program), "--port", str(port), *options], stdout=subprocess.DEVNULL
        )
        begun.append(server)
        return server

    yield port, begin
    for server in begun:
        server.kill()
        server.wait()


async def test_redis_goes_away_and_comes_back_while_the_house_is_at_work(
    own_redis: tuple[int, Callable[[], subprocess.Popen[bytes]]],
) -> None:
    port, begin = own_redis
    server = begin()
    async with (
        process(f"redis://127.0.0.1:{port}/0") as one,
        process(f"redis://127.0.0.1:{port}/0") as two,
    ):
        with one.listen("anna") as near, two.listen("anna") as far:
            assert await until_heard(far, lambda: one.wake("anna"))
            server.kill()
            server.wait()
            await near.wait(0)
            one.wake("anna")
            assert await near.wait(0.5)  # here nothing is missed
            begin()
            await far.wait(0)
            assert await until_heard(far, lambda: one.wake("anna"), 20)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])
