"""Measures reminders on the real tables and the real clock; only the platform is pretended."""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from zoneinfo import ZoneInfo

from bot.channel import Channel, Sent
from bot.cli.bench.databases import is_reachable, scratch
from bot.cli.bench.due_rows import add_due, add_people, run, store
from bot.clock import Clock, Tick
from bot.config import Settings
from bot.database import Database
from bot.delivery import Deliverer
from bot.message import Address, Capabilities, Reply
from bot.pace import Pace
from bot.quiet import Assumed, Quiet
from bot.sending import Sender
from bot.services.firing import fire, fire_due
from bot.ticks import REMIND
from bot.wakeups import Wakeups

HOUSE = Assumed(ZoneInfo("UTC"), Quiet.read(""))
_LOOKS = 50  # looks with nothing due
_PATIENCE = 30.0  # seconds in which the last reminder must have come


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is measured: with `few` and then `many` stored, and `due` in a minute."""

    few: int
    many: int
    due: int
    seconds: float
    postgres: str


@dataclass(frozen=True, slots=True)
class Figure:
    """One database. Times in seconds: of a look when nothing is due, of handing one over."""

    name: str
    few: int
    many: int
    look_few: float
    look_many: float
    fire_few: float
    fire_many: float
    played: int
    came: int
    late_p50: float
    late_p99: float
    late_most: float
    at_once: float  # until 99 of 100 have come when all are due at one moment

    @property
    def ratio(self) -> float:
        """What one costs with many stored, of what it costs with few."""
        return self.fire_many / self.fire_few


def measure(plan: Plan, folder: Path, tell: Callable[[str], None]) -> tuple[Figure, ...]:
    """All databases there are, one after the other."""
    with ExitStack() as stack:
        urls = {"SQLite": Settings(data_dir=folder).database()}
        if is_reachable(plan.postgres):
            address = stack.enter_context(scratch(plan.postgres))
            urls["PostgreSQL"] = Settings(data_dir=folder, database_url=address).database()
        return tuple(_measured(name, url, plan, tell) for name, url in urls.items())


def _measured(name: str, url: str, plan: Plan, tell: Callable[[str], None]) -> Figure:
    with closing(Database(url)) as database:
        database.upgrade()
        add_people(database, plan.due)
        costs = []
        stored = 0
        for size in (plan.few, plan.many):
            tell(f"{name}: {size:,}")
            store(database, stored, size)
            stored = size
            costs.append((_look(database), _fire(database, plan.due)))
        tell(f"{name}: {plan.due:,} in a minute")
        played = round(plan.due * plan.seconds / 60)
        late = sorted(asyncio.run(_play(database, played, plan.seconds)))
        _clear(database)
        at_once = sorted(asyncio.run(_play(database, plan.due, 0.0)))
        (look_few, fire_few), (look_many, fire_many) = costs
        return Figure(
            *(name, plan.few, plan.many, look_few, look_many, fire_few, fire_many),
            *(played, len(late), median(late), _p99(late), late[-1]),
            _p99(at_once) if len(at_once) == plan.due else float("inf"),
        )


def _p99(sorted_seconds: Sequence[float]) -> float:
    return quantiles(sorted_seconds, n=100)[98]


# -- costs -----------------------------------------------------------------------------------


def _look(database: Database) -> float:
    """Seconds of a look when nothing is due: the median of many."""
    now = datetime.now(UTC)
    took = []
    for _again in range(_LOOKS):
        started = time.perf_counter()
        fire(database, now, HOUSE)
        took.append(time.perf_counter() - started)
    return median(took)


def _fire(database: Database, due: int) -> float:
    """Seconds to hand one over, when so many are due at once: the best of three."""
    best = float("inf")
    for _again in range(3):
        at = datetime.now(UTC)
        add_due(database, 0, due, "'p' || i", ":at", at=at)
        started = time.perf_counter()
        settled = fire_due(database, lambda: datetime.now(UTC), HOUSE).settled
        best = min(best, (time.perf_counter() - started) / settled)
        _clear(database)
    return best


def _clear(database: Database) -> None:
    # Not deleted row by row: PostgreSQL, vacuuming in between, would take the table for empty.
    run(database, "DELETE FROM outbox" if database.is_sqlite else "TRUNCATE outbox")
    run(database, "DELETE FROM reminder WHERE state <> 'due'")


# -- lateness --------------------------------------------------------------------------------


class _Platform(Channel):
    """Takes everything at once, and notes when it came; the text says when it was due."""

    name = "bench"
    can = Capabilities()
    pace = Pace(overall=((1_000_000, 1.0),), to_one=((1_000_000, 1.0),))

    def __init__(self) -> None:
        self.came: dict[str, float] = {}

    async def send(self, to: Address, reply: Reply) -> Sent:
        self.came.setdefault(to.user, time.time())
        return Sent("ok")


async def _play(database: Database, count: int, seconds: float) -> Sequence[float]:
    """Seconds each came late that was due in this time: the house's own clock and delivery."""
    begin = datetime.now(UTC) + timedelta(seconds=3)
    step = seconds / count
    due = (
        f"strftime('%Y-%m-%d %H:%M:%f', :begin, '+' || (i * {step}) || ' seconds') || '000'"
        if database.is_sqlite
        else f"CAST(:begin AS timestamptz) + i * {step} * interval '1 second'"
    )
    await asyncio.to_thread(add_due, database, 0, count, "'p' || i", due, begin=begin)
    platform, wakeups = _Platform(), Wakeups()
    sender = Sender({"bench": platform}, database, _now)
    deliverer = Deliverer(database, sender, wakeups, _now)

    async def remind() -> None:
        fired = await asyncio.to_thread(fire_due, database, _now, HOUSE)
        wakeups.wake(*(("delivery",) if fired.addresses else ()))

    clock = Clock((Tick("remind", REMIND, remind),))
    clock.start()
    delivering = asyncio.create_task(deliverer.run())
    await _until_all_came(platform, count, seconds)
    await clock.stop()
    delivering.cancel()
    await asyncio.gather(delivering, return_exceptions=True)
    await deliverer.land()
    first = begin.timestamp()
    return [at - first - int(user[1:]) * step for user, at in platform.came.items()]


async def _until_all_came(platform: _Platform, count: int, seconds: float) -> None:
    until = time.monotonic() + 3 + seconds + _PATIENCE
    while len(platform.came) < count and time.monotonic() < until:  # noqa: ASYNC110 - a few looks
        await asyncio.sleep(0.05)
