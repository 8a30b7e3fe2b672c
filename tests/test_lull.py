"""Whoever comes just now is waited for, and nobody else."""

import asyncio

from bot.lull import lull


async def test_who_comes_turn_by_turn_is_waited_for() -> None:
    came: list[int] = []

    async def come() -> None:
        for one in range(20):
            came.append(one)
            await asyncio.sleep(0)

    coming = asyncio.create_task(come())
    await lull(lambda: len(came), enough=100, quiet=3)
    assert len(came) == 20
    await coming


async def test_at_enough_nobody_else_is_waited_for() -> None:
    came: list[int] = []

    async def come() -> None:
        while len(came) < 1000:
            came.append(1)
            await asyncio.sleep(0)

    coming = asyncio.create_task(come())
    await lull(lambda: len(came), enough=10, quiet=3)
    assert len(came) == 10
    coming.cancel()


async def test_where_nobody_comes_it_is_over_at_once() -> None:
    async with asyncio.timeout(1):
        await lull(lambda: 0, enough=10, quiet=3)
