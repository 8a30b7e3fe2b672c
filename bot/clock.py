"""APScheduler as a clock over due rows: it only looks, the rows decide.

Interval ticks in memory, nothing stored: two clocks are harmless, because each row is claimed
by one guarded statement. Wall-clock times are never given to the scheduler (its daylight-saving
rules are not ours).
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.events import EVENT_JOB_MAX_INSTANCES, JobSubmissionEvent
from apscheduler.schedulers.asyncio import AsyncIOScheduler

log = structlog.get_logger()
PATIENCE = 5.0  # seconds that a look under way has when we stop
JUMP = 300.0  # seconds ahead, beyond which the wall clock is not believed at once
DISTRUST = 60.0  # seconds a wrong clock has to be put right


@dataclass(frozen=True, slots=True)
class Tick:
    """Something looked at again and again."""

    name: str
    every: timedelta
    look: Callable[[], Awaitable[object]]


class Steady:
    """Whether the wall clock can be trusted: for a while after it jumped ahead it can not.

    A clock that was wrong for a moment would else say what is not due yet, which nobody can take
    back. Going back needs no care: what is done stays done.
    """

    def __init__(
        self, now: Callable[[], datetime], monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._now, self._monotonic = now, monotonic
        self._wall, self._mono = now(), monotonic()
        self._until: float | None = None

    def is_steady(self) -> bool:
        """To be asked at every look; False for DISTRUST seconds after a jump ahead."""
        wall, mono = self._now(), self._monotonic()
        ahead = (wall - self._wall).total_seconds() - (mono - self._mono)
        self._wall, self._mono = wall, mono
        if ahead > JUMP:
            log.warning("clock_jumped", seconds=round(ahead))
            self._until = mono + DISTRUST
        return self._until is None or mono >= self._until


class Clock:
    """Runs ticks until stopped; a tick that raises is logged and comes again."""

    def __init__(self, ticks: tuple[Tick, ...]) -> None:
        # A late tick runs late rather than not at all; ticks missed meanwhile count as one.
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        self._under_way: set[asyncio.Task[object]] = set()
        self._late: set[str] = set()  # ticks whose look takes longer than they are apart
        self._scheduler.add_listener(self._note_late, EVENT_JOB_MAX_INSTANCES)
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

    def _note_late(self, event: JobSubmissionEvent) -> None:
        """Said once a look: the scheduler's own line comes at every tick while it lasts."""
        if event.job_id not in self._late:
            self._late.add(event.job_id)
            log.warning("tick_takes_long", tick=event.job_id)

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
            self._late.discard(tick.name)
