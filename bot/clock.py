"""APScheduler as a clock over due rows: it only looks, the rows decide.

Interval ticks in memory, nothing stored: two clocks are harmless, because each row is claimed
by one guarded statement. Wall-clock times are never given to the scheduler (its daylight-saving
rules are not ours).
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

log = structlog.get_logger()
PATIENCE = 5.0  # seconds that a look under way has when we stop


@dataclass(frozen=True, slots=True)
class Tick:
    """Something looked at again and again."""

    name: str
    every: timedelta
    look: Callable[[], Awaitable[object]]


class Clock:
    """Runs ticks until stopped; a tick that raises is logged and comes again."""

    def __init__(self, ticks: tuple[Tick, ...]) -> None:
        # A late tick runs late rather than not at all; ticks missed meanwhile count as one.
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        self._under_way: set[asyncio.Task[object]] = set()
        for tick in ticks:
            self._scheduler.add_job(
                self._look,
                "interval",
                args=(tick,),
                seconds=tick.every.total_seconds(),
                id=tick.name,
                # The first look is at once: a house that starts often would else never tidy up.
                next_run_time=datetime.now(UTC),
            )

    def start(self) -> None:
        """Begin; needs a running event loop."""
        self._scheduler.start()

    async def stop(self) -> None:
        """Look no more, and wait for looks under way: their threads would go on anyway."""
        if self._scheduler.running:
            self._scheduler.pause()
            if self._under_way:
                await asyncio.wait(self._under_way, timeout=PATIENCE)
            self._scheduler.shutdown(wait=False)
            await asyncio.sleep(0)  # it ends in the loop's next round

    async def _look(self, tick: Tick) -> None:
        """What the scheduler runs: it never raises, for the scheduler would log all it knows."""
        look = asyncio.ensure_future(tick.look())
        self._under_way.add(look)
        try:
            await look
        except (Exception, asyncio.CancelledError) as error:
            log.warning("tick_failed", tick=tick.name, error=type(error).__name__)
        finally:
            self._under_way.discard(look)
