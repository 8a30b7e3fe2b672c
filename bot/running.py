"""The house at work: the parts of its roles run, begin anew when they break, and drain at the end.

Which process does what is in bot/processes.py. What one process does at a time, as the clock does,
waits in the others until it ends: two at once would do no harm, but work in vain.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Final, Protocol, TypeVar

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import QueuePool

from bot.agreed import Agreed
from bot.bulk import BulkDeliverer
from bot.clock import Clock, Tick
from bot.database import Database
from bot.delivery import Deliverer
from bot.metrics import Metrics
from bot.postman import Postman
from bot.processes import read_roles
from bot.replica import Replica
from bot.sole import Sole
from bot.ticks import Kept, ticks
from knowledge.library import Library

log = structlog.get_logger()
WARM = 1.0  # seconds after the start
LANDING = 10.0  # seconds that messages on their way have when we end; then their lease lapses
WRITING = 2.0  # more, to write down what has landed
AGAIN = 5.0  # seconds until a part that broke is begun anew
# Which looks belong to which role; all others are the clock's.
_ANSWERING: Final = frozenset({"articles"})
_TURNING: Final = frozenset({"sweep"})
_COUNTING: Final = frozenset({"transcripts", "gaps", "demand"})

Part = Callable[[], Awaitable[None]]


class Built(Kept, Protocol):
    """What is set to work: app.House."""

    @property
    def deliverer(self) -> Deliverer: ...
    @property
    def bulk(self) -> BulkDeliverer: ...
    @property
    def metrics(self) -> Metrics: ...
    @property
    def replica(self) -> Replica | None: ...


House = TypeVar("House", bound=Built)


@asynccontextmanager
async def running(house: House) -> AsyncIterator[House]:
    """The house at work, in the roles of its settings, until the block ends; then it drains."""
    background = [asyncio.create_task(_kept_up(*part)) for part in _parts(house).items()]
    try:
        yield house
    finally:
        for task in background:
            task.cancel()
        await asyncio.gather(*background, return_exceptions=True)
        await _drain(house)


def _parts(house: Built) -> Mapping[str, Part]:
    """What this process does, by name."""
    roles = read_roles(house.settings.roles)
    looks = ticks(house)
    parts: dict[str, Part] = {"relay": house.wakeups.relay}
    if isinstance(house.now, Agreed):
        parts["time"] = house.now.run
    if "web" in roles:
        parts |= {name: _listening(house, name) for name in house.channels}
    if roles & {"web", "worker"}:
        parts["warming"] = partial(_warm, house.library)
        parts["articles"] = _looking(looks, _ANSWERING)
    if "worker" in roles:
        parts["turns"] = _looking(looks, _TURNING)
        parts["counting"] = _alone(house, "counting", _looking(looks, _COUNTING))
    if "delivery" in roles:
        postman = Postman(house.database, house.settings, house.now)
        parts |= {"delivery": house.deliverer.run, "webhooks": postman.run}
        parts["bulk"] = partial(house.bulk.run, house.metrics.right, house.metrics.sent)
    if "clock" in roles:
        others = {tick.name for tick in looks} - _ANSWERING - _TURNING - _COUNTING
        parts["clock"] = _alone(house, "clock", _looking(looks, others))
    return parts


def _listening(house: Built, name: str) -> Part:
    channel = house.channels[name]
    return _alone(house, name, channel.listen) if channel.listens_alone else channel.listen


def _alone(house: Built, what: str, part: Part) -> Part:
    right = Sole(house.database, what, house.metrics.right)
    return partial(right.run, part)


def _looking(looks: Collection[Tick], names: Collection[str]) -> Part:
    return partial(_look, tuple(tick for tick in looks if tick.name in names))


async def _look(looks: tuple[Tick, ...]) -> None:
    """Until cancelled; then looks under way end first."""
    clock = Clock(looks)
    clock.start()
    try:
        await asyncio.Event().wait()
    finally:
        await clock.stop()


async def _warm(library: Library) -> None:
    """Get ready for every language, but not before the doors are open."""
    await asyncio.sleep(WARM)
    await asyncio.to_thread(library.warm)


async def _kept_up(name: str, part: Part) -> None:
    """Run a part until it is done; one that breaks is begun anew, and takes no other with it."""
    while True:
        try:
            return await part()
        except Exception:
            log.exception("part_broke", part=name)
            await asyncio.sleep(AGAIN)


async def _drain(house: Built) -> None:
    """Finish what is under way. What a platform does not take in time, the next start takes up."""
    await house.inbox.close()
    landing = asyncio.gather(house.deliverer.land(LANDING), house.bulk.land(LANDING))
    with suppress(TimeoutError, SQLAlchemyError):
        await asyncio.wait_for(landing, LANDING + WRITING)
    for channel in house.channels.values():
        try:
            await channel.close()
        except Exception:
            log.exception("channel_not_closed", channel=channel.name)
    await house.wakeups.close()
    await _quiet(house.database)
    house.database.close()
    if house.replica:
        house.replica.close()


async def _quiet(database: Database) -> None:
    """A thread whose task was cancelled still works: a connection given back later stays open."""
    pool, loop = database.engine.pool, asyncio.get_running_loop()
    until = loop.time() + AGAIN
    # A pool rings no bell: looking is all there is.
    while isinstance(pool, QueuePool) and pool.checkedout() and loop.time() < until:  # noqa: ASYNC110 - a pool rings no bell
        await asyncio.sleep(0.01)
