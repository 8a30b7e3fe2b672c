"""Limits beyond which a platform drops in silence: kept by all processes, in any stretch of time."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.database import Database
from bot.message import Address
from bot.pace import Pace, Pacemaker, never_more
from bot.ration import Rations

ANNA, BO = Address("wecom", "anna"), Address("wecom", "bo")
LIMITS = (never_more(30, 60.0, 10), never_more(100, 600.0, 50))
NONE = timedelta(0)


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 5, 4, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def process(database: Database, clock: Clock) -> Callable[[], Rations]:
    """Another process on the same database."""
    return lambda: Rations(database, LIMITS, clock)


async def taken(rations: Rations, clock: Clock, seconds: int) -> list[int]:
    """Take one whenever there is room; gives the seconds at which it was taken."""
    found = []
    for second in range(seconds):
        while await rations.take(ANNA, 1) == NONE:
            found.append(second)
        clock.now += timedelta(seconds=1)
    return found


async def test_never_more_than_the_limit_in_any_stretch(
    process: Callable[[], Rations], clock: Clock
) -> None:
    at = await taken(process(), clock, 150)
    for most, span in ((30, 60), (100, 600)):
        assert all(sum(start <= t < start + span for t in at) <= most for start in at)
    assert at[:10] == [0] * 10
    assert sum(t < 60 for t in at) >= 29  # and hardly less


async def test_who_has_to_wait_is_told_how_long_and_takes_nothing(
    process: Callable[[], Rations], clock: Clock
) -> None:
    rations = process()
    assert await rations.take(ANNA, 10) == NONE
    waits = [await rations.take(ANNA, 2) for _ in range(3)]
    assert waits == [timedelta(seconds=6)] * 3
    clock.now += waits[0]
    assert await rations.take(ANNA, 2) == NONE


async def test_everybody_has_their_own(process: Callable[[], Rations]) -> None:
    rations = process()
    assert await rations.take(ANNA, 10) == NONE
    assert await rations.take(BO, 10) == NONE


async def test_more_than_a_whole_bucket_waits_for_a_full_one(
    process: Callable[[], Rations], clock: Clock
) -> None:
    rations = process()
    assert await rations.take(ANNA, 500) == NONE
    wait = await rations.take(ANNA, 1)
    assert NONE < wait < timedelta(minutes=11)


async def test_processes_together_give_no_more_than_one(process: Callable[[], Rations]) -> None:
    processes = [process() for _ in range(4)]
    waits = await asyncio.gather(*(p.take(ANNA, 1) for p in processes for _ in range(8)))
    assert waits.count(NONE) == 10


async def test_a_restart_remembers(process: Callable[[], Rations]) -> None:
    await process().take(ANNA, 10)
    assert await process().take(ANNA, 1) > NONE


def test_two_processes_that_are_merely_polite_give_twice_as_much() -> None:
    """The guard-off twin: what each keeps for itself."""
    polite = [Pacemaker(Pace(to_one=LIMITS), lambda: 0.0) for _ in range(2)]
    waits = [pacemaker.turn(ANNA) for pacemaker in polite for _ in range(16)]
    assert waits.count(0.0) == 20


def test_a_bucket_of_the_whole_limit_lets_nearly_twice_as_many_through() -> None:
    """Why never_more is not just the limit."""
    assert _most_in_a_minute((30, 60.0)) == 59
    assert _most_in_a_minute(never_more(30, 60.0, 10)) == 29  # and one at the very minute


def _most_in_a_minute(limit: tuple[int, float]) -> int:
    now = 0.0
    pacemaker = Pacemaker(Pace(to_one=(limit,)), lambda: now)
    sent = 0
    while now < 60.0:
        now += pacemaker.turn(ANNA)
        sent += now < 60.0
    return sent


@given(st.integers(2, 2000), st.floats(1, 10_000), st.data())
def test_a_limit_is_kept_whatever_it_is(most: int, seconds: float, data: st.DataObject) -> None:
    at_once = data.draw(st.integers(1, most - 1))
    count, refill = never_more(most, seconds, at_once)
    assert count == at_once
    assert count + seconds * count / refill <= most * (1 + 1e-9)
