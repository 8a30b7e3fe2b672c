"""Limits that many share: each ends in its own time, and says so as asyncio.timeout would."""

import asyncio

import pytest

from bot.time_limit import Overdue, TimeLimit


async def done(seconds: float = 0.0) -> str:
    await asyncio.sleep(seconds)
    return "done"


async def test_what_is_done_in_time_gives_what_it_gives() -> None:
    assert await TimeLimit(5).of(done()) == "done"


async def test_what_takes_too_long_is_ended() -> None:
    with pytest.raises(TimeoutError):
        await TimeLimit(0.02).of(done(60))
    await asyncio.sleep(0)  # and whoever asked is not cancelled after all


async def test_each_of_many_ends_in_its_own_time() -> None:
    """Those who came first are ended first; who came since, and is quick, is not."""
    limit = TimeLimit(0.1)
    slow = [asyncio.create_task(limit.of(done(60))) for _ in range(50)]
    await asyncio.sleep(0.06)
    later = [asyncio.create_task(limit.of(done(0.06))) for _ in range(50)]
    last = asyncio.create_task(limit.of(done(60)))
    ended = await asyncio.gather(*slow, return_exceptions=True)
    assert [type(one) for one in ended] == [TimeoutError] * 50
    assert await asyncio.gather(*later) == ["done"] * 50
    with pytest.raises(TimeoutError):
        await last


async def test_an_error_of_the_work_is_its_own() -> None:
    async def fails() -> None:
        raise ValueError("mine")

    with pytest.raises(ValueError, match="mine"):
        await TimeLimit(5).of(fails())


async def test_work_that_swallows_its_end_leaves_nobody_cancelled() -> None:
    """A task lives on, from one request of a connection to the next."""

    async def stubborn() -> str:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            return "all the same"
        return ""

    assert await TimeLimit(0.02).of(stubborn()) == "all the same"
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0


async def test_who_is_cancelled_by_somebody_else_is_cancelled() -> None:
    asked = asyncio.create_task(TimeLimit(60).of(done(60)))
    await asyncio.sleep(0)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked


async def test_who_is_cancelled_in_the_moment_the_limit_ends_is_cancelled() -> None:
    limit = TimeLimit(60)
    asked = asyncio.create_task(limit.of(done(60)))
    await asyncio.sleep(0)
    limit._end(asked)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked


async def test_a_limit_within_another_ends_first() -> None:
    outer, inner = TimeLimit(60), TimeLimit(0.02)
    with pytest.raises(TimeoutError):
        await outer.of(inner.of(done(60)))


async def test_nothing_is_left_of_who_has_gone() -> None:
    limit = TimeLimit(0.02)
    for seconds in (0, 60):
        await asyncio.gather(limit.of(done(seconds)), return_exceptions=True)
    assert not limit._ended
    assert not limit._overdue._since


async def test_who_stays_is_told_of_once() -> None:
    told: list[str] = []
    overdue = Overdue[str](0.02, told.append)
    for name in ("anna", "bert", "chen"):
        overdue.enter(name)
    overdue.leave("bert")
    await asyncio.sleep(0.1)
    overdue.leave("anna")
    overdue.leave("nobody")
    assert told == ["anna", "chen"]
    overdue.enter("bert")  # the timer of before is over; this one is told of all the same
    await asyncio.sleep(0.1)
    assert told == ["anna", "chen", "bert"]
