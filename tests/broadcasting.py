"""A city for tests of broadcasts: people on three kinds of channels, a clock, and the way out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from redis.asyncio import Redis
from sqlalchemy import insert, select

from bot.bulk import BulkDeliverer
from bot.channel import Channel, SendError, Sent
from bot.database import Database
from bot.delivery import Deliverer
from bot.dialog import Transaction
from bot.message import Address, Capabilities, Mass, Reply
from bot.models import Allowance, Conversation, Outbox, Person, Place
from bot.quiet import Assumed, Quiet
from bot.sending import Sender
from bot.services.audience import Open
from bot.services.broadcast import Broadcast
from bot.services.broadcast_clock import look_after_broadcasts
from bot.services.broadcast_ledger import Ledger
from bot.services.broadcast_pace import Pace, pace_of
from bot.services.broadcast_reach import Preview
from bot.services.broadcast_written import read_broadcast
from bot.services.broadcasts import Broadcasts
from bot.wakeups import Wakeups

START = datetime(2027, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
NEWS = {"name": "News", "texts": {"en": "Good news.", "de": "Gute Nachrichten."}, "night": "send"}


class Post(Channel):
    """A channel one can always write to; `trouble` says what it answers to whom."""

    name = "post"
    can = Capabilities(choices=8, choice_length=60)

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.trouble: dict[str, SendError] = {}

    async def send(self, to: Address, reply: Reply) -> Sent:
        if to.user in self.trouble:
            raise self.trouble[to.user]
        self.sent.append(f"{to.user}: {reply.text}")
        return Sent(str(len(self.sent)))


class Window(Post):
    """A channel that lets us write only for a while after people wrote."""

    name = "window"
    can = Capabilities(choices=8, choice_length=60, reply_window=172_800, push_budget=5)


class Listed(Window):
    """The same, whose account may send mass messages."""

    can = replace(Window.can, text_limit=400)
    mass = Mass(least=2, most=10_000, monthly=4, known=timedelta(hours=24))


class Page(Post):
    """A page people open to look."""

    name = "page"
    fetches = True


@dataclass
class City:
    """People, channels, and a clock that stands still until it is moved."""

    database: Database
    now: datetime = START
    quiet: str = ""
    limit: int = 0
    post: Post = field(default_factory=Post)
    window: Window = field(default_factory=Window)
    page: Page = field(default_factory=Page)
    redis: Redis | None = None

    def __post_init__(self) -> None:
        channels: Mapping[str, Channel] = {c.name: c for c in (self.post, self.window, self.page)}
        sender = Sender(channels, self.database, self.clock, redis=self.redis)
        wakeups = Wakeups()
        assumed = Assumed(ZoneInfo("Europe/Berlin"), Quiet.read(self.quiet))
        self.open = replace(Open.of(channels.values()), assumed=assumed)
        self.to_one = Deliverer(self.database, sender, wakeups, self.clock)
        self.to_many = BulkDeliverer(self.database, sender, wakeups, self.clock, assumed)

    def clock(self) -> datetime:
        return self.now

    def person(self, name: str, *channels: str, language: str = "en", **told: Any) -> None:
        """Somebody who wrote on each of these channels, an hour after the one before."""
        with self.database.write() as connection:
            person = {"id": name, "created_at": START, **told}
            connection.execute(insert(Person).values(person))
            for hour, channel in enumerate(channels):
                at, heard = f"{channel}:{name}", START - timedelta(hours=24 - hour)
                place = {"channel": channel, "person_id": name, "created_at": START}
                connection.execute(insert(Place).values(id=at, **place))
                talk = {"person_id": name, "language": language, "state": {}, "heard_at": heard}
                connection.execute(insert(Conversation).values(address=at, **talk))

    def opened(self, *addresses: str) -> None:
        """Their windows are open for two days."""
        rows = [
            {"address": a, "source": "message", "until": START + timedelta(days=2), "left": 5}
            for a in addresses
        ]
        with self.database.write() as connection:
            connection.execute(insert(Allowance), rows)

    def broadcasts(self, connection: Any) -> Broadcasts:
        return Broadcasts(Transaction(connection, self.now), self.open, self.limit)

    def write(self, **written: Any) -> Broadcast:
        """A draft."""
        with self.database.write() as connection:
            draft = read_broadcast({**NEWS, **written}, "Europe/Berlin")
            return self.broadcasts(connection).save(draft, "staff:anna")

    def preview(self, broadcast: Broadcast) -> Preview:
        with self.database.read() as connection:
            return self.broadcasts(connection).preview(broadcast)

    def do(self, what: str, broadcast: Broadcast, by: str = "staff:anna") -> Broadcast:
        """`send`, `agree`, `take_back`, `pause`, `resume`, `cancel`: as it stands now."""
        with self.database.write() as connection:
            broadcasts = self.broadcasts(connection)
            known = broadcasts.get(broadcast.id)
            assert known is not None
            done: Broadcast = getattr(broadcasts, what)(known, by)
            return done

    def sent(self, **written: Any) -> Broadcast:
        """A broadcast that was sent off and has begun."""
        broadcast = self.do("send", self.write(**written))
        self.pass_minutes(1)
        return broadcast

    def pass_minutes(self, minutes: float) -> int:
        """The clock moves, and looks; gives how many recipients were queued."""
        self.now += minutes * MINUTE
        return look_after_broadcasts(self.database, self.now, self.open, self.limit)

    async def deliver(self) -> None:
        while await self.to_one.deliver() + await self.to_many.deliver():
            pass
        look_after_broadcasts(self.database, self.now, self.open, self.limit)

    def state(self, broadcast: Broadcast) -> str:
        with self.database.read() as connection:
            known = self.broadcasts(connection).get(broadcast.id)
            assert known is not None
            return known.state

    def tally(self, broadcast: Broadcast) -> dict[str, int]:
        with self.database.read() as connection:
            known = self.broadcasts(connection).get(broadcast.id)
            assert known is not None
            return dict(Ledger(Transaction(connection, self.now)).tally(known))

    def pace(self, broadcast: Broadcast) -> Pace | None:
        with self.database.read() as connection:
            known = self.broadcasts(connection).get(broadcast.id)
            assert known is not None
            return pace_of(Transaction(connection, self.now), known)

    def rows(self) -> Iterable[tuple[str, str]]:
        """Each recipient's address and state."""
        with self.database.read() as connection:
            rows = connection.execute(select(Outbox.address, Outbox.state).order_by(Outbox.address))
            return [tuple(row) for row in rows]
