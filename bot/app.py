"""Composes the house: settings, database, services, engine, channels, web application."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import structlog
from aiohttp import web

import dialogs
from adapters import CHANNELS
from adapters.guides import GUIDES
from adapters.remedies import step_for
from bot import api, console, pages
from bot.addresses import move
from bot.agreed import Agreed
from bot.answering import Answering
from bot.api.desk import Desk as ApiDesk
from bot.brain import build_engine, heard_as, open_library, services
from bot.bulk import BulkDeliverer
from bot.channel import Channel, Desk
from bot.config import Settings
from bot.console.desk import Desk as StaffDesk
from bot.counted import Counted
from bot.counter import DatabaseCounter
from bot.database import SCHEMA, Database
from bot.delivery import Deliverer
from bot.dialog import Transaction
from bot.editing import Editing
from bot.editing.asking import asked
from bot.engine import Engine
from bot.flood import FloodGate
from bot.inbox import Inbox
from bot.mailbox import DatabaseMailbox
from bot.message import Address, Capabilities, Choice
from bot.metrics import Metrics
from bot.networks import read_networks
from bot.origins import origins
from bot.pages.desk import Desk as PageDesk
from bot.quiet import Assumed
from bot.replica import Replica
from bot.running import running
from bot.sending import Sender
from bot.services.audience import Open
from bot.services.broadcasts import Broadcasts
from bot.services.reach import Reach
from bot.turns import Turns
from bot.wakeups import Wakeups, redis_of
from knowledge.library import Library

log = structlog.get_logger()

__all__ = ["House", "build", "running"]


def now() -> datetime:
    """This moment, aware, in UTC, as this machine has it."""
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
    bulk: BulkDeliverer
    channels: dict[str, Channel]
    metrics: Metrics
    now: Callable[[], datetime] = field(default=now)
    replica: Replica | None = None


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
    database = _opened(settings)
    clock = _agreed(database, clock)
    library = library or open_library(database)
    redis = redis_of(settings)
    wakeups = Wakeups(redis)
    gate = FloodGate(settings.flood_messages, settings.flood_seconds)
    reach: dict[str, Capabilities] = {}  # filled below: channels need the inbox first
    fetched: set[str] = set()
    doors: dict[str, Callable[[str], str | None]] = {}
    engine = build_engine(settings, library, Reach(reach, fetched, doors))
    metrics = Metrics(read_networks(settings.metrics_from))
    turns = Turns(Counted(engine, metrics), settings.language, reach)
    inbox = Inbox(database, turns, wakeups, gate, clock)
    desk = replace(_desk(settings, database, inbox, wakeups, clock), menu=_menu(engine))
    opened = {name: known[name](desk) for name in channels}
    reach.update({name: channel.can for name, channel in opened.items()})
    doors.update({name: channel.door for name, channel in opened.items()})
    fetched.update(name for name, channel in opened.items() if channel.fetches)
    sender = Sender(opened, database, clock, redis=redis, count=metrics.sent)
    deliverer = Deliverer(database, sender, wakeups, clock)
    inbox.sends_by(deliverer.boarding)
    bulk = BulkDeliverer(database, sender, wakeups, clock, Assumed.of(settings))
    return House(
        *(settings, database, library, wakeups, inbox, deliverer, bulk, opened, metrics, clock),
        Replica.of(settings, database),
    )


def _desk(
    settings: Settings,
    database: Database,
    inbox: Inbox,
    wakeups: Wakeups,
    clock: Callable[[], datetime],
) -> Desk:
    def rename(old: Address, new: Address) -> None:
        with database.write() as connection:
            move(connection, old, new, clock())

    async def moved(old: Address, new: Address) -> None:
        await asyncio.to_thread(rename, old, new)

    return Desk(
        settings,
        inbox.accept,
        DatabaseMailbox(database, clock),
        wakeups,
        DatabaseCounter(database, clock),
        moved,
        database,
        inbox.bury,
        clock,
        inbox.in_work,
        inbox.spoken,
    )


def _menu(engine: Engine) -> tuple[Choice, ...]:
    """What a channel may offer in a menu of its own: every dialog that has a label for it."""
    return tuple(Choice(d.name, d.menu) for d in engine.dialogs.values() if d.menu)


def _agreed(database: Database, clock: Callable[[], datetime]) -> Callable[[], datetime]:
    """On PostgreSQL there may be several machines; a test's own clock is its own."""
    return clock if database.is_sqlite or clock is not now else Agreed(database, clock)


def _opened(settings: Settings) -> Database:
    database = Database(settings.database())
    before = database.schema()
    database.upgrade()
    if before != SCHEMA:
        log.info("schema_upgraded", before=before, after=SCHEMA)
    return database


def public_routes(house: House) -> Iterable[web.RouteDef]:
    """The pages of events, of the form for personal answers, of registrations, and the door."""
    return pages.routes(
        PageDesk(
            settings=house.settings,
            database=house.database,
            wakeups=house.wakeups,
            now=house.now,
            accept=house.inbox.accept,
            invitations={name: channel.invitation for name, channel in house.channels.items()},
        )
    )


def staff_routes(house: House) -> Iterable[web.RouteDef]:
    """The pages of the team."""
    return console.routes(
        StaffDesk(
            settings=house.settings,
            database=house.database,
            wakeups=house.wakeups,
            now=house.now,
            invitations={name: channel.invitation for name, channel in house.channels.items()},
            channels=tuple(house.channels),
            editing=Editing(house.library),
            remedy=step_for,
            asked=asked,
            broadcasts=_broadcasts(house),
            reach={name: channel.can for name, channel in house.channels.items()},
            opened=house.channels,
            guides=GUIDES,
            origins=origins(house.settings),
            dialogs=_titles(),
            replica=house.replica,
        )
    )


def _titles() -> dict[str, str]:
    """The dialogs that have a name people know, without those the team may not read."""
    known = dialogs.load().items()
    titled = {n: d.menu or getattr(d, "title", "") for n, d in known if not d.secret}
    return {name: title for name, title in titled.items() if title}


def api_routes(house: House) -> Iterable[web.RouteDef]:
    """What programs may do for the team."""
    return api.routes(api_desk(house))


def api_desk(house: House) -> ApiDesk:
    """What the API works with."""
    return ApiDesk(
        settings=house.settings,
        database=house.database,
        wakeups=house.wakeups,
        now=house.now,
        channels=tuple(house.channels),
        library=house.library,
        editing=Editing(house.library),
        answer=Answering(house.settings, house.library, house.database.rehearse).answer,
        broadcasts=_broadcasts(house),
    )


def _broadcasts(house: House) -> Callable[[Transaction], Broadcasts]:
    """As this house sends them."""
    open_ = replace(Open.of(house.channels.values()), assumed=Assumed.of(house.settings))
    limit = house.settings.broadcast_limit
    return lambda transaction: Broadcasts(transaction, open_, limit, heard_as)


def rasa_routes(house: House) -> Iterable[web.RouteDef]:
    """What a Rasa server calls; nothing at all, not even imported, without a token."""
    if not house.settings.rasa_token:
        return ()
    from dialogs.rasa.bridge import Bridge
    from dialogs.rasa.server import routes

    known = services(house.settings, house.library)
    bridge = Bridge(dialogs.load(), known, house.database, house.settings.language, house.now)
    return routes(bridge, house.settings.rasa_token)
