"""Takes events in: once, in order, durable before the platform hears 'ok'.

What arrives together from different conversations shares one transaction: the inbox rows, the
turns, their conversations and outbox rows are committed as one, then everybody is answered. A
turn that raises is taken out, its row kept for another try, and the rest committed.
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog
from sqlalchemy import Connection, bindparam, insert, literal_column, select
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from bot import landing, models
from bot.at_once import Aboard, Boarding, nobody
from bot.channel import Accepted
from bot.database import DATABASE_DOWN, Database
from bot.flood import FloodGate
from bot.lull import lull
from bot.message import Address, Event, Joined, Left, Message
from bot.spoken import spoken_at
from bot.text import clean
from bot.turns import Failure, Taken, Trouble, Turns
from bot.wakeups import Wakeups

log = structlog.get_logger()
BATCH = 128
_QUIET = 3  # turns of the loop in which nobody comes, before a batch begins
DEADLOCKS = 3  # times a batch gives way before its callers hear of it
_WORDS: dict[type, tuple[str, ...]] = {
    Message: ("text", "picked", "name", "locale"),
    Joined: ("name", "locale", "invite"),
}
_INBOX = models.Base.metadata.tables["inbox"]
_ANOTHER = (
    select(_INBOX.c.id)
    .where(_INBOX.c.address == bindparam("sender"), _INBOX.c.state == literal_column("'new'"))
    .where(_INBOX.c.event_id != bindparam("event"))
    .limit(1)
)
SWEEP = 64  # conversations looked after at a time


@dataclass(slots=True)
class _Waiting:
    event: Event
    accepted: asyncio.Future[Accepted]


class Inbox:
    """The one door for everything that comes in, on every channel."""

    def __init__(
        self,
        database: Database,
        turns: Turns,
        wakeups: Wakeups,
        gate: FloodGate,
        now: Callable[[], datetime],
    ) -> None:
        self._database, self._turns, self._wakeups, self._gate = database, turns, wakeups, gate
        self._now = now
        self._arrived: list[_Waiting] = []
        self._taken: list[Event] = []  # whose transaction is under way
        self._pump: asyncio.Task[None] | None = None
        # One thread: SQLite has one writer anyway, and batches grow while it works.
        self._thread = ThreadPoolExecutor(1, "inbox")
        self._closing = False
        self._boarding: Boarding = nobody

    def sends_by(self, boarding: Boarding) -> None:
        """Whoever sends replies at once is made after us, as channels need the inbox."""
        self._boarding = boarding

    async def accept(self, event: Event) -> Accepted:
        """Store an event and take its turn. Returns after the commit.

        Raises sqlalchemy.exc.DBAPIError when the database cannot be reached: nothing was kept,
        the platform must hear that and try again.
        """
        verdict = self._gate.knock(event.sender) if isinstance(event, Message) else "welcome"
        if verdict != "welcome":
            return await self._slow_down(event, verdict == "notice")
        if not isinstance(event, Left):
            event = _cleaned(event)
        waiting = _Waiting(event, asyncio.get_running_loop().create_future())
        self._arrived.append(waiting)
        if self._pump is None or self._pump.done():
            self._pump = asyncio.create_task(self._work())
        return await waiting.accepted

    async def in_work(self, event: Event) -> bool:
        """Whether another event of this sender has come and its turn is not over yet."""
        # Memory before the database: whatever has left the one stands in the other by then.
        arrived = [*self._taken, *(waiting.event for waiting in self._arrived)]
        if any(one.sender == event.sender and one.id != event.id for one in arrived):
            return True
        return await asyncio.to_thread(self._has_another, event)

    async def spoken(self, at: Address) -> str | None:
        """The language of the talk there; None where that is not known, or cannot be looked up."""
        try:
            return await asyncio.to_thread(self._spoken, at)
        except DATABASE_DOWN:
            return None

    async def sweep(self) -> int:
        """Take up turns that wait: after an error, a crash, or a conversation that was busy.

        All of them, SWEEP conversations a transaction: a look a second would leave a process that
        could do more waiting. Gives how many replies there are.
        """
        replies = 0
        while True:
            moved = await self._in_thread(self._sweep)
            replies += len(moved.added.deliveries)
            if not moved.added.deliveries or self._closing:
                return replies

    async def bury(self, channel: str, event_id: str, why: str) -> None:
        """Note that something came which nobody can read: a dead row, for staff to see.

        What it was is not kept: whose words they are is not known, so they could never be given
        out or deleted. Raises sqlalchemy.exc.DBAPIError without a database.
        """
        await asyncio.to_thread(self._bury, channel, event_id, why)

    async def close(self) -> None:
        """Finish what has arrived, then stop."""
        self._closing = True
        while self._pump is not None and not self._pump.done():
            await asyncio.wait([self._pump])
        self._thread.shutdown(wait=True)

    async def _slow_down(self, event: Event, say_so: bool) -> Accepted:
        spoken = await self.spoken(event.sender) if say_so else None
        notice = self._turns.too_fast(event, spoken) if say_so else None
        after = timedelta(seconds=self._gate.wait(event.sender))
        return Accepted("slow_down", notice=notice, retry_after=after)

    async def _work(self) -> None:
        while self._arrived:
            # Who stands at the door comes in with them, and the answers of the last batch go out:
            # the loop and the thread of a batch hinder each other when both have work.
            await lull(lambda: len(self._arrived), BATCH, _QUIET)
            batch, self._arrived = self._arrived[:BATCH], self._arrived[BATCH:]
            events = self._taken = [waiting.event for waiting in batch]
            try:
                taken = await self._in_thread(partial(self._take, events))
            except Exception as error:  # every caller must hear it, or it would wait for ever
                _fail(batch, error)
                continue
            finally:
                self._taken = []
            for waiting, accepted in zip(batch, taken.accepted, strict=True):
                if not waiting.accepted.done():
                    waiting.accepted.set_result(accepted)

    async def _in_thread(self, work: Callable[[Aboard], Taken]) -> Taken:
        """Shielded: what a batch claims must fly, or its lease would have to lapse."""
        batch = asyncio.create_task(self._batch(work))
        try:
            return await asyncio.shield(batch)
        except asyncio.CancelledError:
            await asyncio.wait([batch])  # a second cancellation leaves it alone
            batch.exception()  # one that failed claimed nothing
            raise

    async def _batch(self, work: Callable[[Aboard], Taken]) -> Taken:
        """Delivery has it write down what was sent, and sends what it claimed."""
        with self._boarding() as aboard:
            loop = asyncio.get_running_loop()
            taken = await loop.run_in_executor(self._thread, work, aboard)
            aboard.claimed = taken.added.claimed
        if said := taken.added.deliveries:  # a turn may have queued something for others, too
            self._wakeups.wake("delivery", *{str(d.to) for d in said})
        return taken

    def _take(self, events: Sequence[Event], aboard: Aboard) -> Taken:
        return self._stubbornly(
            aboard,
            lambda connection, trouble: self._turns.take(
                connection, events, self._now(), trouble, aboard.rooms
            ),
        )

    def _has_another(self, event: Event) -> bool:
        values = {"sender": str(event.sender), "event": event.id}
        with self._database.read() as connection:
            return connection.execute(_ANOTHER, values).first() is not None

    def _spoken(self, at: Address) -> str | None:
        with self._database.read() as connection:
            return spoken_at(connection, at)

    def _bury(self, channel: str, event_id: str, why: str) -> None:
        now = self._now()
        dead = insert(models.Inbox).values(
            channel=channel,
            event_id=event_id,
            received_at=now,
            due_at=now,
            state="dead",
            attempts=1,
            error=why,
        )
        with suppress(IntegrityError), self._database.write() as connection:  # it came before
            connection.execute(dead)

    def _sweep(self, aboard: Aboard) -> Taken:
        return self._stubbornly(
            aboard,
            lambda connection, trouble: self._turns.take_waiting(
                connection, self._now(), trouble, SWEEP, aboard.rooms
            ),
        )

    def _stubbornly(self, aboard: Aboard, work: Callable[[Connection, Trouble], Taken]) -> Taken:
        """One batch, one transaction; again without a turn that raised, until the rest stands."""
        trouble = Trouble()
        while True:
            try:
                with self._database.write() as connection:
                    landing.settle(connection, aboard.landed, self._now())
                    return work(connection, trouble)
            except Failure as failure:
                trouble.failures[failure.key] = _noted(failure)
            except DBAPIError as error:
                trouble.deadlocks += 1
                if trouble.deadlocks > DEADLOCKS or not _was_victim(error):
                    raise
            except (StatementError, TypeError):
                if trouble.careful:
                    raise
                trouble.careful = True  # something cannot be stored: find out whose it is


def _was_victim(error: DBAPIError) -> bool:
    """Whether PostgreSQL picked us to give way: deadlock, or serialization failure."""
    return getattr(error.orig, "sqlstate", None) in ("40P01", "40001")


def _noted(failure: Failure) -> Failure:
    channel, event_id = failure.key
    log.error("turn_failed", channel=channel, event_id=event_id, exc_info=failure.__cause__)
    return failure


def _cleaned(event: Message | Joined) -> Message | Joined:
    """The event with every text in it cleaned; nothing in it can then fail to be stored."""
    written = {name: getattr(event, name) for name in _WORDS[type(event)]}
    fresh: dict[str, Any] = {k: clean(text) if text else text for k, text in written.items()}
    return replace(event, **fresh) if fresh != written else event


def _fail(batch: Sequence[_Waiting], error: Exception) -> None:
    for waiting in batch:
        if not waiting.accepted.done():
            waiting.accepted.set_exception(error)
