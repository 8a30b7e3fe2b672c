"""Composes the house: settings, database, services, engine, channels, web application."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import structlog
from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import QueuePool

import dialogs
from adapters import CHANNELS
from bot import outbox
from bot.brain import build_engine, open_library, reread_library, services
from bot.channel import Channel, Desk
from bot.clock import Clock, Tick
from bot.config import Settings
from bot.database import SCHEMA, Database
from bot.delivery import Deliverer
from bot.flood import FloodGate
from bot.inbox import Inbox
from bot.mailbox import DatabaseMailbox
from bot.services.articles import Articles
from bot.services.retention import shred
from bot.turns import Turns
from bot.wakeups import Wakeups
from knowledge.library import Library

if TYPE_CHECKING:
    from redis.asyncio import Redis

log = structlog.get_logger()
SWEEP = timedelta(seconds=1)
ARTICLES = timedelta(seconds=5)  # until an edit made elsewhere is in use here
WARM = 1.0  # seconds after the start
SHRED = timedelta(hours=1)
LANDING = 10.0  # seconds that messages on their way have when we end; then their lease lapses
REDIS = 5.0  # seconds that Redis has to answer
AGAIN = 5.0  # seconds until a part that broke is begun anew


def now() -> datetime:
    """This moment, aware, in UTC: the house's one clock unless a test brings its own."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class House:
    """Everything, put together; nothing of it runs yet."""

    settings: Settings
    database: Database
    library: Library
    wakeups: Wakeups
    inbox: Inbox
    deliverer: Deliverer
    channels: dict[str, Channel]
    now: Callable[[], datetime] = field(default=now)


def build(
    settings: Settings,
    channels: Sequence[str],
    clock: Callable[[], datetime] = now,
    library: Library | None = None,
    known: Mapping[str, Callable[[Desk], Channel]] = CHANNELS,
) -> House:
    """Put a house together with these channels. Brings the database's schema up to date.

    `library` and `known` (how to open each channel) are for who brings their own. Raises ValueError
    when dialogs clash, BadSetting, sqlalchemy.exc.DBAPIError without a database.
    """
    database = Database(settings.database())
    _upgrade(database)
    library = library or open_library(database)
    engine = build_engine(settings, library)
    wakeups = Wakeups(_redis(settings))
    gate = FloodGate(settings.flood_messages, settings.flood_seconds)
    inbox = Inbox(database, Turns(engine, settings.language), wakeups, gate, clock)
    desk = Desk(settings, inbox.accept, DatabaseMailbox(database, clock), wakeups)
    opened = {name: known[name](desk) for name in channels}
    deliverer = Deliverer(database, opened, wakeups, clock)
    return House(settings, database, library, wakeups, inbox, deliverer, opened, clock)


def _upgrade(database: Database) -> None:
    before = database.schema()
    database.upgrade()
    if before != SCHEMA:
        log.info("schema_upgraded", before=before, after=SCHEMA)


def rasa_routes(house: House) -> Iterable[web.RouteDef]:
    """What a Rasa server calls; nothing at all, not even imported, without a token."""
    if not house.settings.rasa_token:
        return ()
    from dialogs.rasa.bridge import Bridge
    from dialogs.rasa.server import routes

    known = services(house.settings, house.library)
    bridge = Bridge(dialogs.load(), known, house.database, house.settings.language, house.now)
    return routes(bridge, house.settings.rasa_token)


def _redis(settings: Settings) -> "Redis | None":
    if not settings.redis_url:
        return None
    from redis.asyncio import Redis

    # Redis only makes us faster: what it does not do at once is not worth waiting for.
    return Redis.from_url(
        settings.redis_url,
        socket_timeout=REDIS,
        socket_connect_timeout=REDIS,
        socket_keepalive=True,
    )


def _clock(house: House) -> Clock:
    async def lapse() -> None:
        await asyncio.to_thread(outbox.release_lapsed, house.database, house.now())
        await asyncio.to_thread(outbox.expire, house.database, house.now())

    async def retain() -> None:
        await asyncio.to_thread(shred, house.database, house.now())

    newest = Articles.newest(house.database)

    async def reread() -> None:
        nonlocal newest
        found = await asyncio.to_thread(Articles.newest, house.database)
        if found != newest:
            newest = found
            await asyncio.to_thread(reread_library, house.library, house.database)

    return Clock(
        (
            Tick("articles", ARTICLES, reread),
            Tick("sweep", SWEEP, house.inbox.sweep),
            Tick("lapse", timedelta(seconds=5), lapse),
            Tick("shred", SHRED, retain),
        )
    )


@asynccontextmanager
async def running(house: House) -> AsyncIterator[House]:
    """The house at work: clock, delivery and channels, until the block ends; then it drains."""
    clock = _clock(house)
    clock.start()
    parts = {"delivery": house.deliverer.run, "relay": house.wakeups.relay}
    parts |= {name: channel.listen for name, channel in house.channels.items()}
    background = [asyncio.create_task(_kept_up(name, part)) for name, part in parts.items()]
    background.append(asyncio.create_task(_warm(house.library)))
    try:
        yield house
    finally:
        await clock.stop()
        for task in background:
            task.cancel()
        await asyncio.gather(*background, return_exceptions=True)
        await _drain(house)


async def _warm(library: Library) -> None:
    """Get ready for every language, but not before the doors are open."""
    await asyncio.sleep(WARM)
    await asyncio.to_thread(library.warm)


async def _kept_up(name: str, part: Callable[[], Awaitable[None]]) -> None:
    """Run a part until it is done; one that breaks is begun anew, and takes no other with it."""
    while True:
        try:
            return await part()
        except Exception:
            log.exception("part_broke", part=name)
            await asyncio.sleep(AGAIN)


async def _drain(house: House) -> None:
    """Finish what is under way. What a platform does not take in time, the next start takes up."""
    await house.inbox.close()
    with suppress(TimeoutError, SQLAlchemyError):
        await asyncio.wait_for(house.deliverer.land(), LANDING)
    for channel in house.channels.values():
        try:
            await channel.close()
        except Exception:
            log.exception("channel_not_closed", channel=channel.name)
    await house.wakeups.close()
    await _quiet(house.database)
    house.database.close()


async def _quiet(database: Database) -> None:
    """A thread whose task was cancelled still works: a connection given back later stays open."""
    pool, loop = database.engine.pool, asyncio.get_running_loop()
    until = loop.time() + AGAIN
    # A pool rings no bell: looking is all there is.
    while isinstance(pool, QueuePool) and pool.checkedout() and loop.time() < until:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
