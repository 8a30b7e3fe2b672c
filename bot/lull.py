"""Waits until nobody else comes just now: what comes together is cheaper done together."""

import asyncio
from collections.abc import Callable


async def lull(count: Callable[[], int], enough: int, quiet: int) -> None:
    """Returns when the loop has turned `quiet` times without `count` growing, or at `enough`."""
    before, still = count(), 0
    while still < quiet and before < enough:
        await asyncio.sleep(0)
        still = 0 if count() > before else still + 1
        before = count()
