"""The clock that only looks: at once, again and again, never twice at a time, and never stops."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import orjson
import pytest

from bot import clock, logs
from bot.clock import Clock, Steady, Tick

OFTEN = timedelta(milliseconds=20)


async def run(seconds: float, *ticks: Tick) -> None:
    running = Clock(ticks)
    running.start()
    await asyncio.sleep(seconds)
    await running.stop()


class Counting:
    """Counts its looks, and how many were under way at once."""

    def __init__(self, what: Callable[[], Awaitable[object]] | None = None) -> None:
        self.looks = self.under_way = self.most = self.finished = 0
        self._what = what

    async def __call__(self) -> None:
        self.looks += 1
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        try:
            if self._what:
                await self._what()
            self.finished += 1
        finally:
            self.under_way -= 1


async def test_the_first_look_is_at_once_however_rare_the_tick() -> None:
    """What is tidied hourly is tidied in a house that is started anew every half hour, too."""
    rare = Counting()
    await run(0.2, Tick("rare", timedelta(hours=1), rare))
    assert rare.looks == 1


async def test_it_looks_again_and_again() -> None:
    often = Counting()
    await run(0.5, Tick("often", OFTEN, often))
    assert 5 <= often.looks <= 27


async def test_a_look_that_takes_long_is_said_once(capfd: pytest.CaptureFixture[str]) -> None:
    """As while the database is locked: a line for each tick would bury all others."""
    logs.set_up("info", "json")

    async def slow() -> None:
        await asyncio.sleep(0.3)

    await run(0.25, Tick("slow", OFTEN, Counting(slow)))
    lines = capfd.readouterr().err.splitlines()
    assert [orjson.loads(line)["event"] for line in lines] == ["tick_takes_long"]


async def test_a_look_that_breaks_comes_again_and_disturbs_no_other() -> None:
    async def broken() -> None:
        raise RuntimeError("the database is away")

    breaking, other = Counting(broken), Counting()
    await run(0.4, Tick("breaking", OFTEN, breaking), Tick("other", OFTEN, other))
    assert breaking.looks >= 4
    assert breaking.finished == 0
    assert other.looks >= 4


@pytest.mark.filterwarnings("default")
async def test_a_look_slower_than_its_interval_never_overlaps_itself() -> None:
    slow, other = Counting(lambda: asyncio.sleep(0.1)), Counting()
    await run(0.5, Tick("slow", OFTEN, slow), Tick("other", OFTEN, other))
    assert slow.most == 1
    assert slow.looks >= 2
    assert other.looks >= 5


async def test_stopping_waits_for_the_look_under_way() -> None:
    """Its transaction runs in a thread nobody can stop; the database may not be closed under it."""
    slow = Counting(lambda: asyncio.to_thread(time.sleep, 0.3))
    await run(0.1, Tick("slow", timedelta(hours=1), slow))
    assert (slow.looks, slow.finished) == (1, 1)


async def test_stopping_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "PATIENCE", 0.1)
    endless = Counting(lambda: asyncio.sleep(60))
    async with asyncio.timeout(5):
        await run(0.1, Tick("endless", OFTEN, endless))
        await asyncio.sleep(0.05)
    assert (endless.looks, endless.finished, endless.under_way) == (1, 0, 0)


async def test_after_stopping_nothing_is_looked_at() -> None:
    often = Counting()
    await run(0.1, Tick("often", OFTEN, often))
    looks = often.looks
    await asyncio.sleep(0.1)
    assert often.looks == looks


async def test_stopping_a_clock_that_never_ran_or_twice_is_harmless() -> None:
    empty = Clock(())
    await empty.stop()
    empty.start()
    await empty.stop()
    await empty.stop()


async def test_two_clocks_both_look_so_the_rows_must_decide() -> None:
    shared = Counting()
    await asyncio.gather(*(run(0.1, Tick("shared", timedelta(hours=1), shared)) for _ in range(2)))
    assert shared.looks == 2


class Walls:
    """A wall clock and a steady one, set by hand."""

    def __init__(self) -> None:
        self.wall, self.mono = datetime(2026, 11, 25, 9, tzinfo=UTC), 100.0

    def steady(self) -> Steady:
        return Steady(lambda: self.wall, lambda: self.mono)

    def on(self, wall: float, mono: float) -> None:
        """So many seconds pass on each."""
        self.wall += timedelta(seconds=wall)
        self.mono += mono


def test_a_clock_that_jumps_ahead_is_not_believed_for_a_while() -> None:
    """D06: somebody may put it right before anything is said too early."""
    walls = Walls()
    steady = walls.steady()
    assert steady.is_steady()
    walls.on(86_400, 1)
    assert not steady.is_steady()
    walls.on(clock.DISTRUST - 2, clock.DISTRUST - 2)
    assert not steady.is_steady()
    walls.on(3, 3)
    assert steady.is_steady()


@pytest.mark.parametrize("seconds", [-86_400, -1, 0, 1, 2, 299])
def test_a_clock_that_goes_back_or_drifts_is_believed(seconds: float) -> None:
    walls = Walls()
    steady = walls.steady()
    walls.on(1 + seconds, 1)
    assert steady.is_steady()
