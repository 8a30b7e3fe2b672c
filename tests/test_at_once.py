"""Replies that are sent at once: claimed where they are added, in order, and nothing is lost."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from sqlalchemy import Executable, bindparam, event, insert, literal_column, select, update
from sqlalchemy.exc import OperationalError

from bot import at_once, landing, outbox
from bot.channel import Channel, Misconfigured, SendError, Sent
from bot.conversation import Conversation
from bot.database import Database
from bot.delivery import Deliverer
from bot.dialog import Transaction
from bot.engine import Result
from bot.flood import FloodGate
from bot.hearing import held
from bot.inbox import Inbox
from bot.message import Address, Capabilities, Event, Message, Reply
from bot.models import ChannelState, Instant, Outbox
from bot.models import Inbox as InboxRow
from bot.rows import Dialect, Spelt, insert_rows
from bot.sending import Sender
from bot.turns import Taken, Turns
from bot.wakeups import Wakeups
from tests.test_inbox import START, Clock

ANNA, BEN = Address("platform", "anna"), Address("platform", "ben")
CHEN = Address("platform", "chen")


class Words:
    """A brain that says each word it hears as a reply of its own."""

    def take_turn(self, talk: Conversation, heard: Event, transaction: Transaction) -> Result:
        assert isinstance(heard, Message)
        return Result(talk, tuple(Reply(word) for word in heard.text.split()))


class Platform(Channel):
    """A channel that takes everything, after the errors it was given."""

    name = "platform"
    can = Capabilities()

    def __init__(self, *errors: SendError) -> None:
        self.errors, self.sent = list(errors), []

    async def send(self, to: Address, reply: Reply) -> Sent:
        await asyncio.sleep(0)
        if self.errors:
            raise self.errors.pop(0)
        self.sent.append(f"{to.user} {reply.text}")
        return Sent("ref")


class House:
    """A door, and delivery in the same process; `writes` counts the transactions that wrote."""

    def __init__(self, database: Database, platform: Platform) -> None:
        self.database, self.platform, self.writes = database, platform, 0
        wakeups, clock = Wakeups(), Clock()
        sender = Sender({"platform": platform}, database, clock)
        self.deliverer = Deliverer(database, sender, wakeups, clock)
        self.inbox = Inbox(database, Turns(Words(), "en"), wakeups, FloodGate(), clock)
        self.inbox.sends_by(self.deliverer.boarding)
        event.listen(database.engine, "commit", self._count)

    def _count(self, _connection: object) -> None:
        self.writes += 1

    async def hears(self, *said: tuple[Address, str]) -> None:
        """What these people say at the same time."""
        start = self.writes + len(self.states())
        messages = [Message(f"{start}-{n}", to, text, START) for n, (to, text) in enumerate(said)]
        await asyncio.gather(*map(self.inbox.accept, messages))

    def states(self) -> list[str]:
        with self.database.read() as connection:
            return list(connection.scalars(select(Outbox.state).order_by(Outbox.id)))

    async def until(self, true: Callable[[], bool]) -> None:
        async with asyncio.timeout(5):
            while not true():
                await asyncio.sleep(0.01)


@asynccontextmanager
async def house(database: Database, *errors: SendError) -> AsyncIterator[House]:
    opened = House(database, Platform(*errors))
    work = asyncio.create_task(opened.deliverer.run())
    await opened.until(lambda: opened.deliverer._at_work == {"platform"})
    yield opened
    await opened.inbox.close()
    work.cancel()
    await asyncio.wait([work])
    await opened.deliverer.land()


def waits(database: Database, to: Address, text: str, kind: outbox.Kind = "reminder") -> None:
    with database.write() as connection:
        outbox.add(connection, [outbox.Draft(to, Reply(text), kind=kind)], START)


async def goes_on(house: House) -> None:
    """As if the pause were over, and a round had seen that there is room."""
    await house.until(lambda: bool(house.deliverer._full))  # the round that saw the pause is over
    house.deliverer._sender.pauses._until.clear()
    house.deliverer._full.clear()


async def test_a_reply_takes_one_transaction_and_is_written_down_with_the_next(
    database: Database,
) -> None:
    async with house(database) as ours:
        before = ours.writes
        await ours.hears((ANNA, "hello"))
        assert (ours.writes - before, ours.states()) == (1, ["sending"])
        await ours.until(lambda: ours.states() == ["sent"])
    assert ours.platform.sent == ["anna hello"]


async def test_several_to_one_address_come_one_after_the_other(database: Database) -> None:
    async with house(database) as ours:
        await ours.hears((ANNA, "one two three"), (BEN, "four"))
        await ours.until(lambda: ours.states() == ["sent"] * 4)
    assert [said for said in ours.platform.sent if "anna" in said] == [
        "anna one",
        "anna two",
        "anna three",
    ]


async def test_what_waits_for_an_address_is_said_first(database: Database) -> None:
    waits(database, ANNA, "remember")
    async with house(database, Misconfigured()) as ours:  # so the channel pauses
        await ours.until(lambda: not ours.platform.errors and ours.states() == ["queued"])
        await goes_on(ours)
        await ours.hears((ANNA, "hello"), (BEN, "hello"))
        await ours.until(lambda: ours.states() == ["queued", "queued", "sent"])
    assert ours.platform.sent == ["ben hello"]


async def test_without_the_look_at_what_waits_it_would_overtake(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The guard-off twin."""
    monkeypatch.setattr(at_once, "_ADD", Spelt(unguarded))
    waits(database, ANNA, "remember")
    async with house(database, Misconfigured()) as ours:
        await ours.until(lambda: not ours.platform.errors and ours.states() == ["queued"])
        await goes_on(ours)
        await ours.hears((ANNA, "hello"))
        await ours.until(lambda: ours.platform.sent == ["anna hello"])


def unguarded(dialect: Dialect) -> Executable:
    table = Outbox.__table__
    return insert_rows(
        dialect,
        table,
        *outbox.DRAFTED,
        created_at=bindparam("now", type_=Instant),
        due_at=bindparam("now", type_=Instant),
        lease_until=bindparam("lease_until", type_=Instant),
        state=literal_column("'sending'"),
        attempts=literal_column("1"),
    ).returning(table.c.id, table.c.state)


class Slow(Platform):
    """A platform that answers the first message only when it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.may = asyncio.Event()

    async def send(self, to: Address, reply: Reply) -> Sent:
        await self.may.wait()
        return await super().send(to, reply)


async def crowd(database: Database) -> list[str]:
    """Anna is being told, Ben finds no room, and Chen comes when there is; who is told in turn."""
    ours = House(database, Slow())
    await ours.deliverer._looked("platform")
    for who in (ANNA, BEN):
        await ours.hears((who, "hello"))
    assert ours.states() == ["sending", "queued"]
    ours.platform.may.set()
    await ours.until(lambda: bool(ours.deliverer._aloft["platform"].landed))
    await ours.hears((CHEN, "hello"))
    while await ours.deliverer.deliver():
        pass
    await ours.inbox.close()
    return ours.platform.sent


async def test_who_found_no_room_comes_before_who_speaks_now(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.delivery.FLIGHT", 1)
    assert await crowd(database) == ["anna hello", "ben hello", "chen hello"]


async def test_who_speaks_now_would_come_first(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The guard-off twin: where many talk at once some waited for seconds."""
    monkeypatch.setattr("bot.delivery.FLIGHT", 1)
    monkeypatch.setattr(Deliverer, "_took", lambda *_: None)
    assert await crowd(database) == ["anna hello", "chen hello", "ben hello"]


async def test_on_a_channel_the_team_has_stopped_nothing_is_sent_at_once(
    database: Database,
) -> None:
    stopped = {"channel": held("platform"), "since": START, "reason": "", "failures": 0}
    with database.write() as connection:
        connection.execute(insert(ChannelState).values(stopped | {"paused_until": START}))
    async with house(database) as ours:
        await ours.hears((ANNA, "hello"))
        assert ours.states() == ["queued"]
    assert ours.platform.sent == []


async def test_before_it_has_seen_what_the_team_stopped_nothing_is_sent_at_once(
    database: Database,
) -> None:
    """Somebody writes in the very moment the house begins."""
    ours = House(database, Platform())
    work = asyncio.create_task(ours.deliverer.run())
    await asyncio.sleep(0)
    with ours.deliverer.boarding() as aboard:
        assert aboard.rooms == {}
    await ours.until(lambda: ours.deliverer._at_work == {"platform"})
    work.cancel()
    await asyncio.wait([work])


class Counted(Platform):
    """A platform that lets us send so much after somebody wrote: that is looked up with a claim."""

    can = Capabilities(reply_window=3600)


async def test_where_the_platform_counts_what_we_send_each_reply_is_looked_for(
    database: Database,
) -> None:
    ours = House(database, Counted())
    waits(database, ANNA, "hello")
    work = asyncio.create_task(ours.deliverer.run())
    await ours.until(lambda: ours.states() == ["parked"])  # she has not written yet
    with ours.deliverer.boarding() as aboard:
        assert aboard.rooms == {}
    work.cancel()
    await asyncio.wait([work])


async def test_a_look_that_is_cut_off_still_sends_what_it_claimed(database: Database) -> None:
    """Else nobody would, until the lease ends: then it would come as if it were a repeat."""
    async with house(database) as ours:
        take, begun = ours.inbox._turns.take_waiting, threading.Event()

        def slow(*asked: object) -> Taken:
            begun.set()
            time.sleep(0.3)
            return take(*asked)

        await ours.hears((ANNA, "hello"))
        await ours.until(lambda: ours.states() == ["sent"])
        with database.write() as connection:
            connection.execute(update(InboxRow).values(state="new"))
        ours.inbox._turns.take_waiting = slow
        sweep = asyncio.create_task(ours.inbox.sweep())
        await ours.until(begun.is_set)
        sweep.cancel()
        await ours.until(lambda: ours.states() == ["sent", "sent"])
    assert ours.platform.sent == ["anna hello", "anna hello"]


@pytest.mark.parametrize("analysed", [False, True])
async def test_what_was_sent_long_ago_is_not_read_to_see_what_waits(
    database: Database, *, analysed: bool
) -> None:
    """SQLite took the index of all that was ever sent: four milliseconds a reply after a year."""
    asked: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, values: Any, *_more: Any) -> None:
        if "INSERT INTO outbox" in statement:
            asked.append((statement, values))

    for _year in range(50):
        waits(database, ANNA, "before")
    with database.write() as connection:
        connection.execute(update(Outbox).values(state="sent"))
    waits(database, BEN, "later")
    if analysed:
        with database.write() as connection:
            connection.exec_driver_sql("ANALYZE")
    event.listen(database.engine, "before_cursor_execute", note)
    async with house(database) as ours:
        await ours.hears((ANNA, "hello"))
        statement, values = asked[0]
        with database.read() as connection:
            if not database.is_sqlite:  # of one row PostgreSQL reads the whole table
                connection.exec_driver_sql("SET enable_seqscan = off")
            explain = "EXPLAIN QUERY PLAN" if database.is_sqlite else "EXPLAIN"
            rows = connection.exec_driver_sql(f"{explain} {statement}", values)
            plan = " ".join(str(value) for row in rows for value in row)
    assert plan.count("ix_outbox_open") == 1  # one look, whatever depends on it
    assert "ix_outbox_address" not in plan


async def test_where_another_process_delivers_it_waits_for_that(database: Database) -> None:
    ours = House(database, Platform())
    await ours.hears((ANNA, "hello"))
    assert ours.states() == ["queued"]
    await ours.inbox.close()


async def test_what_was_sent_is_written_down_although_the_first_try_fails(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database is away for a moment: what landed is not forgotten."""
    settle, failures = landing.settle, [OperationalError("", {}, Exception())]

    def away(*landed: object) -> None:
        if landed[1] and failures:
            raise failures.pop()
        settle(*landed)

    async with house(database) as ours:
        await ours.hears((ANNA, "hello"))
        monkeypatch.setattr(landing, "settle", away)
        await ours.until(lambda: ours.states() == ["sent"])
    assert (ours.platform.sent, failures) == (["anna hello"], [])


async def test_a_batch_that_fails_leaves_what_has_landed_for_the_next(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house(database) as ours:
        aloft = ours.deliverer._aloft["platform"]
        aloft.begin(claimed(database))
        await asyncio.wait(aloft.tasks)
        boarding = ours.deliverer.boarding()
        assert [one.state for one in boarding.__enter__().landed] == ["sent"]
        failed = OperationalError("", {}, Exception())
        assert not boarding.__exit__(type(failed), failed, None)
        await ours.until(lambda: ours.states() == ["sent"])


def claimed(database: Database) -> outbox.Claimed:
    waits(database, ANNA, "hello", "reply")
    with database.write() as connection:
        (row,) = outbox.claim(connection, "platform", START)
    return row


async def test_that_a_channel_works_again_is_kept_though_a_batch_wrote_down_what_landed(
    database: Database,
) -> None:
    """Staff would see it pause, while everybody hears from us."""
    paused = {"channel": "platform", "since": START, "reason": "a wrong token", "failures": 1}
    with database.write() as connection:
        connection.execute(insert(ChannelState).values(paused | {"paused_until": START}))

    def told() -> list[str]:
        with database.read() as connection:
            return list(connection.scalars(select(ChannelState.reason)))

    async with house(database) as ours:
        aloft = ours.deliverer._aloft["platform"]
        aloft.begin(claimed(database))
        await asyncio.wait(aloft.tasks)
        with ours.deliverer.boarding() as aboard, database.write() as connection:
            assert told() == ["a wrong token"]
            landing.settle(connection, aboard.landed, START)
        await ours.until(lambda: told() == [])
    assert ours.states() == ["sent"]
