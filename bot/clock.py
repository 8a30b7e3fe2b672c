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
        for tick in ticks:
            self._scheduler.add_job(
                _quietly,
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

    def stop(self) -> None:
        """Stop ticking; a tick under way is cancelled, its transaction rolled back."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)


async def _quietly(tick: Tick) -> None:
    try:
        await tick.look()
    except asyncio.CancelledError:
        log.debug("tick_cancelled", tick=tick.name)  # we stop; the scheduler would call it an error
    except Exception as error:
        log.warning("tick_failed", tick=tick.name, error=type(error).__name__)
