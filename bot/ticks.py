"""What the house looks after by itself: due rows, edits made elsewhere, what is old."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol
from zoneinfo import ZoneInfo

from bot import lapsing
from bot.brain import reread_library
from bot.bulk import BELL
from bot.channel import Channel
from bot.clock import Steady, Tick
from bot.config import Settings
from bot.database import Database
from bot.inbox import Inbox
from bot.quiet import Assumed
from bot.services import firing
from bot.services.articles import Articles
from bot.services.audience import Open
from bot.services.broadcast_clock import look_after_broadcasts
from bot.services.closing import Closer
from bot.services.demand_counting import DemandCounter
from bot.services.digest import tell_team
from bot.services.event_ticks import look_after_events
from bot.services.gap_sorting import sort_questions
from bot.services.handover import hand_back
from bot.services.keys import Keys
from bot.services.poll_news import tell_followers
from bot.services.retention import shred
from bot.services.transcribing import AT_ONCE, transcribe
from bot.services.weblinks import Pages
from bot.subjects import theme_of
from bot.wakeups import Wakeups
from knowledge.library import Library

SWEEP = timedelta(seconds=1)
ARTICLES = timedelta(seconds=5)  # until an edit made elsewhere is in use here
EVENTS = timedelta(seconds=10)  # until a lapsed offer goes to the next person
REMIND = timedelta(seconds=1)
POLLS = timedelta(seconds=1)  # a poll is counted soon after its minute
TRANSCRIPTS = timedelta(seconds=5)  # until what is said can be found by the team
GAPS = timedelta(seconds=10)  # until a question without an answer stands in a gap
DEMAND = timedelta(minutes=5)  # until a question stands in the figures
DIGEST = timedelta(minutes=1)  # after its hour
HANDOVER = timedelta(seconds=10)  # until the assistant is back where nobody answers any more
BROADCASTS = timedelta(seconds=1)  # until a broadcast begins that is due
LAPSE = timedelta(seconds=5)
SHRED = timedelta(hours=1)

Look = Callable[[], Awaitable[None]]


class Kept(Protocol):
    """What is looked after: app.House."""

    @property
    def settings(self) -> Settings: ...
    @property
    def database(self) -> Database: ...
    @property
    def library(self) -> Library: ...
    @property
    def wakeups(self) -> Wakeups: ...
    @property
    def inbox(self) -> Inbox: ...
    @property
    def channels(self) -> Mapping[str, Channel]: ...
    @property
    def now(self) -> Callable[[], datetime]: ...


def ticks(house: Kept) -> tuple[Tick, ...]:
    """Everything that is looked after by itself, and how often."""
    return (
        Tick("articles", ARTICLES, _rereading(house)),
        Tick("sweep", SWEEP, house.inbox.sweep),
        Tick("events", EVENTS, _in_thread(house, look_after_events)),
        Tick("remind", REMIND, _reminding(house)),
        Tick("polls", POLLS, _closing(house)),
        Tick("gaps", GAPS, _sorting(house)),
        Tick("demand", DEMAND, _counting(house)),
        Tick("digest", DIGEST, _digesting(house)),
        Tick("transcripts", TRANSCRIPTS, _in_thread(house, partial(transcribe, most=AT_ONCE))),
        Tick("handover", HANDOVER, _handing_back(house)),
        Tick("broadcasts", BROADCASTS, _broadcasting(house)),
        Tick("lapse", LAPSE, _lapsing(house)),
        Tick("shred", SHRED, _in_thread(house, shred)),
    )


def _in_thread(house: Kept, look: Callable[[Database, datetime], object]) -> Look:
    """Not while the clock has just jumped ahead: what it lets go or deletes is never given back."""
    steady = Steady(house.now)

    async def looked() -> None:
        if steady.is_steady():
            await asyncio.to_thread(look, house.database, house.now())

    return looked


def _sorting(house: Kept) -> Look:
    return _in_thread(house, partial(sort_questions, mark=house.library.marks))


def _counting(house: Kept) -> Look:
    counter = DemandCounter(
        house.database, ZoneInfo(house.settings.zone), lambda slug: theme_of(house.library, slug)
    )
    return _in_thread(house, lambda _database, now: counter.count(now))


def _digesting(house: Kept) -> Look:
    zone, address = ZoneInfo(house.settings.zone), house.settings.public_url
    steady = Steady(house.now)

    async def tell() -> None:
        if not steady.is_steady():
            return
        if await asyncio.to_thread(tell_team, house.database, house.now(), zone, address):
            house.wakeups.wake("delivery")

    return tell


def _lapsing(house: Kept) -> Look:
    keyed = {name: channel.keyed for name, channel in house.channels.items()}

    async def lapse() -> None:
        await asyncio.to_thread(lapsing.release_lapsed, house.database, house.now(), keyed)
        await asyncio.to_thread(lapsing.expire, house.database, house.now())

    return lapse


def _reminding(house: Kept) -> Look:
    steady = Steady(house.now)
    whole = Assumed.of(house.settings)

    async def remind() -> None:
        if steady.is_steady():
            fired = await asyncio.to_thread(firing.fire_due, house.database, house.now, whole)
            house.wakeups.wake(*(("delivery", *fired.addresses) if fired.addresses else ()))

    return remind


def _handing_back(house: Kept) -> Look:
    steady = Steady(house.now)

    async def look() -> None:
        if not steady.is_steady():
            return
        if await asyncio.to_thread(hand_back, house.database, house.now()):
            house.wakeups.wake("delivery")

    return look


def _broadcasting(house: Kept) -> Look:
    open_, steady = Open.of(house.channels.values()), Steady(house.now)
    limit = house.settings.broadcast_limit

    async def look() -> None:
        if steady.is_steady():
            told = (house.database, house.now(), open_, limit)
            if await asyncio.to_thread(look_after_broadcasts, *told):
                house.wakeups.wake(BELL)

    return look


def _closing(house: Kept) -> Look:
    closer = Closer(house.database, Keys.of(house.settings))
    pages = Pages(house.settings.public_url)

    async def polls() -> None:
        await asyncio.to_thread(closer.close_due, house.now())
        if await asyncio.to_thread(tell_followers, house.database, house.now(), pages):
            house.wakeups.wake("delivery")

    return polls


def _rereading(house: Kept) -> Look:
    newest = Articles.newest(house.database)

    async def reread() -> None:
        nonlocal newest
        found = await asyncio.to_thread(Articles.newest, house.database)
        if found != newest:
            newest = found
            await asyncio.to_thread(reread_library, house.library, house.database)

    return reread
