"""The door: once, in order, durable, and nobody suffers from somebody else's bad message."""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, insert, select, update

from bot.channel import Accepted
from bot.conversation import Conversation
from bot.database import Database
from bot.dialog import Transaction
from bot.engine import Result
from bot.flood import FloodGate
from bot.inbox import SWEEP, Inbox
from bot.message import Address, Event, Left, Message, Reply
from bot.models import Conversation as ConversationRow
from bot.models import Inbox as InboxRow
from bot.models import Outbox, Person
from bot.turns import TRIES, Trouble, Turns
from bot.wakeups import Wakeups

START = datetime(2026, 5, 4, 12, tzinfo=UTC)


class Counting:
    """A brain that counts what it hears, and breaks on the word `boom`."""

    def take_turn(self, talk: Conversation, event: Event, transaction: Transaction) -> Result:
        assert isinstance(event, Message)
        if event.text == "boom":
            raise RuntimeError("this turn breaks")
        count = int(talk.memory.get("count", 0)) + 1
        return Result(talk.remember({"count": count}), (Reply(f"{count}: {event.text}"),))


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


@asynccontextmanager
async def door(database: Database, clock: Clock | None = None) -> AsyncIterator[Inbox]:
    """An inbox with the counting brain; the flood gate stands open."""
    turns = Turns(Counting(), "en")
    inbox = Inbox(database, turns, Wakeups(), FloodGate(burst=10_000), clock or Clock())
    yield inbox
    await inbox.close()


def message(user: str, number: int, text: str = "hello") -> Message:
    return Message(f"{user}-{number}", Address("script", user), text, START)


def said(accepted: Accepted) -> list[str]:
    return [delivery.reply.text for delivery in accepted.deliveries]


def count(database: Database, table: type, **where: object) -> int:
    wanted = select(func.count()).select_from(table).filter_by(**where)
    with database.read() as connection:
        return int(connection.execute(wanted).scalar_one())


async def test_an_event_is_committed_before_the_platform_hears_ok(database: Database) -> None:
    """When accept returns, another connection sees inbox, conversation and reply."""
    async with door(database) as inbox:
        accepted = await inbox.accept(message("anna", 1))
    assert accepted.status == "new"
    assert said(accepted) == ["1: hello"]
    assert count(database, InboxRow, state="done") == 1
    assert count(database, Outbox, state="queued", address="script:anna") == 1
    assert count(database, ConversationRow) == 1


async def test_a_repeat_has_no_effect_and_gets_the_same_replies(database: Database) -> None:
    async with door(database) as inbox:
        first = await inbox.accept(message("anna", 1))
        again = await inbox.accept(message("anna", 1))
    assert again.status == "known"
    assert again.deliveries == first.deliveries
    assert count(database, InboxRow) == 1
    assert count(database, Outbox) == 1


async def test_repeats_that_arrive_together_have_one_effect(database: Database) -> None:
    async with door(database) as inbox:
        results = await asyncio.gather(*(inbox.accept(message("anna", 1)) for _ in range(20)))
    assert Counter(r.status for r in results) == {"new": 1, "known": 19}
    assert {tuple(said(r)) for r in results} == {("1: hello",)}
    assert count(database, Outbox) == 1


async def test_the_same_id_on_another_channel_is_another_event(database: Database) -> None:
    other = Message("anna-1", Address("elsewhere", "anna"), "hello", START)
    async with door(database) as inbox:
        results = [await inbox.accept(message("anna", 1)), await inbox.accept(other)]
    assert [r.status for r in results] == ["new", "new"]


async def test_a_stranger_who_guesses_an_id_does_not_see_the_replies(database: Database) -> None:
    guessed = Message("anna-1", Address("script", "mallory"), "hello", START)
    async with door(database) as inbox:
        await inbox.accept(message("anna", 1))
        assert (await inbox.accept(guessed)).deliveries == ()


async def test_each_conversation_goes_in_order_while_many_run(database: Database) -> None:
    """40 people, 5 messages each, all at once: every person's replies count 1 to 5."""
    people = [f"p{n}" for n in range(40)]
    async with door(database) as inbox:
        results = await asyncio.gather(
            *(inbox.accept(message(p, n, str(n))) for n in range(1, 6) for p in people)
        )
    answers = [text for result in results for text in said(result)]
    assert Counter(answers) == {f"{n}: {n}": 40 for n in range(1, 6)}


async def test_a_turn_that_raises_is_taken_out_and_the_rest_committed(database: Database) -> None:
    async with door(database) as inbox:
        events = [message("anna", 1), message("bert", 1, "boom"), message("cleo", 1)]
        results = await asyncio.gather(*(inbox.accept(e) for e in events))
    assert [said(r) for r in results] == [["1: hello"], [], ["1: hello"]]
    assert count(database, InboxRow, state="done") == 2
    assert count(database, InboxRow, state="new", attempts=1) == 1


async def test_a_message_behind_a_broken_one_waits_for_it(database: Database) -> None:
    """Order holds even then: the second message is stored, not answered first."""
    async with door(database) as inbox:
        await inbox.accept(message("anna", 1, "boom"))
        second = await inbox.accept(message("anna", 2))
    assert second.status == "new"
    assert said(second) == []
    assert count(database, InboxRow, state="new") == 2


async def test_after_five_tries_there_is_one_apology_and_the_talk_goes_on(
    database: Database,
) -> None:
    clock = Clock()
    async with door(database, clock) as inbox:
        await inbox.accept(message("anna", 1, "boom"))
        await inbox.accept(message("anna", 2))
        for _ in range(TRIES + 3):
            clock.now += timedelta(seconds=30)
            await inbox.sweep()
    assert count(database, InboxRow, state="dead", attempts=TRIES) == 1
    assert count(database, InboxRow, state="done") == 1
    with database.read() as connection:
        texts = [b["text"] for b in connection.scalars(select(Outbox.body).order_by(Outbox.id))]
    assert len(texts) == 2
    assert texts[0].startswith("I am sorry")
    assert texts[1] == "1: hello"


async def test_a_retry_is_not_made_before_its_time(database: Database) -> None:
    clock = Clock()
    async with door(database, clock) as inbox:
        await inbox.accept(message("anna", 1, "boom"))
        await inbox.sweep()
        clock.now += timedelta(seconds=0.9)
        await inbox.sweep()
    assert count(database, InboxRow, attempts=1) == 1


async def test_two_doors_on_one_database_keep_one_effect_an_event(database_url: str) -> None:
    """Two processes' worth of inboxes hear the same 200 events; every event counts once."""
    doors = [Database(database_url), Database(database_url)]
    events = [message(f"p{n % 10}", n, str(n)) for n in range(200)]
    async with door(doors[0]) as one, door(doors[1]) as two:
        results = await asyncio.gather(*(d.accept(e) for e in events for d in (one, two)))
        while await one.sweep() or await two.sweep():
            pass
    assert Counter(r.status for r in results) == {"new": 200, "known": 200}
    assert count(doors[0], InboxRow, state="done") == 200
    assert count(doors[0], Outbox) == 200
    assert count(doors[0], Person) == 10
    with doors[0].read() as connection:
        counted = [s["memory"]["count"] for s in connection.scalars(select(ConversationRow.state))]
    assert counted == [20] * 10
    for database in doors:
        database.close()


async def test_without_the_unique_key_two_doors_would_count_twice(database_url: str) -> None:
    """The guard-off twin: with the key dropped, the race above has two effects."""
    doors = [Database(database_url), Database(database_url)]
    drop_the_key(doors[0])
    async with door(doors[0]) as one, door(doors[1]) as two:
        events = [message("anna", n) for n in range(20)]
        await asyncio.gather(*(d.accept(e) for e in events for d in (one, two)))
        while await one.sweep() or await two.sweep():
            pass
    assert count(doors[0], Outbox) > 20
    for database in doors:
        database.close()


async def test_one_look_takes_all_that_waits(database: Database) -> None:
    """Not so many a second: a process may be able to do more."""
    leave_waiting(database, 2 * SWEEP + 1)
    async with door(database) as inbox:
        assert await inbox.sweep() == 2 * SWEEP + 1
        assert await inbox.sweep() == 0


async def test_what_one_process_has_taken_up_leaves_work_for_another(postgres_url: str) -> None:
    """A worker that wanted the very conversations another holds would wait until it is done."""
    doors = [Database(postgres_url), Database(postgres_url)]
    leave_waiting(doors[0], 8 * SWEEP)
    async with door(doors[1]) as two:
        with doors[0].write() as connection:
            turns = Turns(Counting(), "en")
            held = turns.take_waiting(connection, START, Trouble(), SWEEP)
            taken = await two.sweep()
            assert len(held.added.deliveries) + taken > 4 * SWEEP
        while await two.sweep():
            pass
    assert count(doors[0], InboxRow, state="done") == count(doors[0], Outbox) == 8 * SWEEP
    for database in doors:
        database.close()


def leave_waiting(database: Database, people: int) -> None:
    """As a process does that is killed before their turns: each is known, and has said something."""
    addresses = [f"script:p{n}" for n in range(people)]
    row = {"channel": "script", "payload": _stored("hello"), "state": "new", "attempts": 0}
    row |= {"received_at": START, "due_at": START}
    talk = {"language": "en", "state": {}, "heard_at": START}
    with database.write() as connection:
        connection.execute(
            insert(ConversationRow), [talk | {"address": a, "person_id": a} for a in addresses]
        )
        connection.execute(
            insert(InboxRow), [row | {"address": a, "event_id": a} for a in addresses]
        )


def drop_the_key(database: Database) -> None:
    with database.write() as connection:
        if database.is_sqlite:
            connection.exec_driver_sql("ALTER TABLE inbox RENAME TO kept")
            connection.exec_driver_sql(
                "CREATE TABLE inbox (id INTEGER PRIMARY KEY AUTOINCREMENT, channel, event_id,"
                " address, payload, received_at, state, attempts, due_at, error)"
            )
        else:
            connection.exec_driver_sql(
                "ALTER TABLE inbox DROP CONSTRAINT uq_inbox_channel_event_id"
            )


async def test_twenty_writers_wait_for_one_who_holds_the_file(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    other = sqlite3.connect(str(database.engine.url.database), isolation_level=None)
    async with door(database) as inbox:
        other.execute("BEGIN IMMEDIATE")
        asyncio.get_running_loop().call_later(1.5, other.execute, "COMMIT")
        events = [message(f"person{number}", 1) for number in range(20)]
        accepted = await asyncio.gather(*(inbox.accept(event) for event in events))
        assert [said(one) for one in accepted] == [["1: hello"]] * 20
    other.close()
    database.close()


async def test_who_says_too_much_hears_so_once_and_others_are_not_touched(
    database: Database,
) -> None:
    turns = Turns(Counting(), "en")
    inbox = Inbox(database, turns, Wakeups(), FloodGate(burst=5, seconds=10), Clock())
    flood = [await inbox.accept(message("anna", n)) for n in range(50)]
    other = await inbox.accept(message("bert", 1))
    await inbox.close()
    assert Counter(r.status for r in flood) == {"new": 5, "slow_down": 45}
    assert len([r for r in flood if r.notice]) == 1
    assert said(other) == ["1: hello"]
    assert count(database, InboxRow) == 6


@pytest.mark.parametrize(
    ("talk", "locale", "told"),
    [
        (("zh", {"heard": 3}), "de", "消息有点多，请稍等片刻再继续。"),
        (("en", {"heard": 0}), "de", "Das war viel auf einmal."),  # begun, and nothing said yet
        (None, "zh-CN", "消息有点多，请稍等片刻再继续。"),
        (None, None, "That was a lot at once."),
    ],
    ids=["a-talk", "hardly-begun", "a-device", "nothing-known"],
)
async def test_who_is_too_fast_is_told_in_the_language_they_speak(
    database: Database, talk: tuple[str, dict[str, int]] | None, locale: str | None, told: str
) -> None:
    if talk:
        language, state = talk
        row = {"address": "script:anna", "person_id": "p", "language": language, "state": state}
        with database.write() as connection:
            connection.execute(insert(Person).values(id="p", created_at=START))
            connection.execute(insert(ConversationRow).values(heard_at=START, **row))
    gate = FloodGate(burst=1, seconds=10)
    gate.knock(Address("script", "anna"))
    inbox = Inbox(database, Turns(Counting(), "en"), Wakeups(), gate, Clock())
    refused = await inbox.accept(replace(message("anna", 1), locale=locale))
    await inbox.close()
    assert refused.notice is not None
    assert refused.notice.text.startswith(told)


async def test_who_left_gets_nothing_that_waited(database: Database) -> None:
    async with door(database) as inbox:
        await inbox.accept(message("anna", 1))
        with database.write() as connection:
            connection.execute(update(Outbox).values(state="parked"))
        goodbye = Turns(Leaving(), "en")
        inbox._turns = goodbye
        await inbox.accept(Left("anna-left", Address("script", "anna"), START))
    assert count(database, Outbox, state="cancelled") == 1


class Leaving:
    """A brain that says nothing."""

    def take_turn(self, talk: Conversation, event: Event, transaction: Transaction) -> Result:
        return Result(talk, ())


async def test_a_database_that_is_away_is_heard_by_every_caller(database: Database) -> None:
    """No acknowledgement without a commit: each caller gets the error, none waits for ever."""
    async with door(database) as inbox:
        with database.write() as connection:
            connection.exec_driver_sql("ALTER TABLE outbox RENAME TO gone")
        events = [message("anna", 1), message("bert", 1)]
        results = await asyncio.gather(*(inbox.accept(e) for e in events), return_exceptions=True)
        assert [isinstance(r, Exception) for r in results] == [True, True]
        with database.write() as connection:
            connection.exec_driver_sql("ALTER TABLE gone RENAME TO outbox")
        assert count(database, InboxRow) == 0
        assert said(await inbox.accept(message("anna", 1))) == ["1: hello"]


@pytest.mark.parametrize(
    ("text", "kept"),
    [("a\0b", "ab"), ("\ud800x", "x"), ("e\u0301", "é"), ("\u202eabc", "abc"), ("  x \r\n", "x")],
)
async def test_text_is_cleaned_at_the_door(database: Database, text: str, kept: str) -> None:
    async with door(database) as inbox:
        assert said(await inbox.accept(message("anna", 1, text))) == [f"1: {kept}"]


class Careless(Counting):
    """A brain whose state cannot be stored when it hears `unstorable`."""

    def take_turn(self, talk: Conversation, event: Event, transaction: Transaction) -> Result:
        result = super().take_turn(talk, event, transaction)
        if isinstance(event, Message) and event.text == "unstorable":
            return Result(talk.remember({"count": {1, 2}}), ())  # type: ignore[dict-item]
        return result


async def test_a_turn_that_cannot_be_stored_harms_nobody_else(database: Database) -> None:
    inbox = Inbox(database, Turns(Careless(), "en"), Wakeups(), FloodGate(), Clock())
    events = [message("anna", 1), message("bert", 1, "unstorable"), message("cleo", 1)]
    results = await asyncio.gather(*(inbox.accept(e) for e in events))
    await inbox.close()
    assert [said(r) for r in results] == [["1: hello"], [], ["1: hello"]]
    assert count(database, InboxRow, state="new", attempts=1) == 1


async def test_a_row_a_newer_version_wrote_stops_nobody(database: Database) -> None:
    clock = Clock()
    async with door(database, clock) as inbox:
        await inbox.accept(message("anna", 1, "boom"))
        await inbox.accept(message("bert", 1, "boom"))
        with database.write() as connection:
            strange = update(InboxRow).where(InboxRow.address == "script:anna")
            connection.execute(strange.values(payload={"kind": "wink", "at": "now"}))
            mended = update(InboxRow).where(InboxRow.address == "script:bert")
            connection.execute(mended.values(payload={**_stored("hello")}))
        clock.now += timedelta(seconds=30)
        assert await inbox.sweep() == 1
    assert count(database, InboxRow, state="new", attempts=2) == 1


def _stored(text: str) -> dict[str, str]:
    return {"kind": "message", "at": START.isoformat(), "text": text}


async def test_who_leaves_without_having_spoken_is_nobody(database: Database) -> None:
    async with door(database) as inbox:
        accepted = await inbox.accept(Left("left", Address("script", "anna"), START))
    assert accepted.status == "new"
    assert count(database, Person) == 0
    assert count(database, InboxRow, state="done", address=None) == 1


async def test_two_doors_that_hear_events_in_opposite_order_give_way(postgres_url: str) -> None:
    """PostgreSQL ends such a deadlock by failing one side: its batch is taken again."""
    doors = [Database(postgres_url), Database(postgres_url)]
    async with door(doors[0]) as one, door(doors[1]) as two:
        for turn in range(15):
            events = [message(f"p{turn}-{n}", n) for n in range(60)]
            there = (one.accept(e) for e in events)
            back = (two.accept(e) for e in reversed(events))
            await asyncio.gather(*there, *back)
        while await one.sweep() or await two.sweep():
            pass
    assert count(doors[0], InboxRow, state="done") == 15 * 60
    for database in doors:
        database.close()
