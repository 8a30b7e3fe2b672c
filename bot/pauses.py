"""Which channels pause, until when and why; what staff must know is kept in the database."""

from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import structlog
from sqlalchemy import delete, insert, select
from sqlalchemy.exc import SQLAlchemyError

from bot.channel import Throttled
from bot.database import Database
from bot.hearing import held
from bot.message import Address
from bot.models import ChannelState

log = structlog.get_logger()
_STEPS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15))
_MANY = 3  # addresses that are asked to slow down...
_SOON = timedelta(seconds=10)  # ...in this time: then it is the account that is too fast
_LOOK = timedelta(seconds=2)  # until what the team decides counts in every process


class Pauses:
    """The pauses of one process. A wrong set-up is tried again ever more seldom."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database, self._now = database, now
        self._until: dict[str, datetime] = {}
        self._failures: defaultdict[str, int] = defaultdict(int)
        self._slowed: defaultdict[str, deque[tuple[datetime, str]]] = defaultdict(deque)
        self._slow: dict[Address, datetime] = {}  # who is not to be written to before then
        self._seen_working: set[str] = set()
        self._news: dict[str, str | None] = {}  # channel: why it pauses now, None: it works
        self._written: frozenset[str] = frozenset()  # what stands in the database
        self._looked: datetime | None = None

    def holds(self, channel: str) -> bool:
        """Whether nothing may be sent on this channel now."""
        by_team = held(channel) in self._written
        return by_team or self._until.get(channel, self._now()) > self._now()

    @property
    def is_stale(self) -> bool:
        """Whether it is time to look again what the team has decided."""
        return self._looked is None or abs(self._now() - self._looked) >= _LOOK

    def look(self) -> None:
        """Who is to pause, and who may go on: a pause that was taken out is over."""
        self._looked = self._now()
        with self._database.read() as connection:
            written = frozenset(connection.scalars(select(ChannelState.channel)))
        for channel in self._written - written - self._news.keys():
            self._until.pop(channel, None)
        self._written = written

    def pause(self, channel: str, reason: str) -> timedelta:
        """It is not set up correctly; gives how long it pauses."""
        step = _STEPS[min(self._failures[channel], len(_STEPS) - 1)]
        if not self.holds(channel):  # many sends fail together: they are one failure
            self._failures[channel] += 1
            self._until[channel] = self._now() + step
            self._news[channel] = reason
            log.error("channel_paused", channel=channel, reason=reason)
        # One the team has stopped meanwhile has no end of its own.
        return self._until.get(channel, self._now() + step) - self._now()

    def throttled(self, to: Address, error: Throttled) -> None:
        """An address is to wait; if several are, or all, the channel waits."""
        slowed, now = self._slowed[to.channel], self._now()
        slowed.append((now, str(to)))
        self._slow[to] = now + error.after
        while slowed[0][0] < now - _SOON:
            slowed.popleft()
        if error.everyone or len({address for _at, address in slowed}) >= _MANY:
            until = self._until.get(to.channel, now)
            self._until[to.channel] = max(until, now + error.after)

    def wait(self, to: Address) -> timedelta:
        """How long the platform wants nothing for that address: also not what is another row."""
        left = self._slow.get(to, self._now()) - self._now()
        if left <= timedelta(0):
            self._slow.pop(to, None)
        return left

    def works(self, channel: str) -> None:
        """Something was sent: what was wrong is mended, also what an earlier life wrote down."""
        if self._failures.pop(channel, 0) or channel not in self._seen_working:
            self._seen_working.add(channel)
            self._news[channel] = None

    def keep(self) -> None:
        """Write down what changed; nothing else knows it in other processes. Never raises."""
        news, self._news = self._news, {}
        if not news:
            return
        try:
            self._write(news)
        except SQLAlchemyError as error:  # the next time; what is newer by then stands
            self._news = news | self._news
            log.warning("pause_not_kept", error=type(error).__name__)

    def _write(self, news: Mapping[str, str | None]) -> None:
        with self._database.write() as connection:
            for channel, reason in news.items():
                known = ChannelState.channel == channel
                since = connection.scalar(select(ChannelState.since).where(known))
                connection.execute(delete(ChannelState).where(known))
                if reason is not None:
                    row = {"channel": channel, "since": since or self._now(), "reason": reason}
                    row |= {"paused_until": self._until[channel]}
                    row |= {"failures": self._failures[channel]}
                    connection.execute(insert(ChannelState).values(row))
