"""The house at work: what was left undone is taken up, and ending loses nothing."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from bot import app, running
from bot.channel import Channel, Desk, Sent, Throttled
from bot.config import Settings
from bot.conversation import Conversation
from bot.database import Database
from bot.dialog import Transaction
from bot.engine import Result
from bot.message import Address, Capabilities, Event, Message, Reply
from bot.models import Base, Inbox, Outbox
from bot.turns import Turns
from knowledge.library import Library

ANNA = Address("script", "anna")


class Platform(Channel):
    """A channel whose platform is a list; `before` is what happens before it takes a message."""

    name = "script"
    can = Capabilities()

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.taken: list[str] = []
        self.begun = asyncio.Event()
        self.listened = 0
        self.closed = False
        self.before: Callable[[Reply], Any] = nothing

    async def listen(self) -> None:
        self.listened += 1

    async def send(self, to: Address, reply: Reply) -> Sent:
        self.begun.set()
        await self.before(reply)
        self.taken.append(reply.text)
        return Sent("ok")

    async def close(self) -> None:
        self.closed = True


async def nothing(_reply: Reply) -> None:
    return None


@pytest.fixture
def small(sqlite_url: str, tmp_path: Path) -> Settings:
    """A house on SQLite, where the kind of database makes no difference."""
    return Settings(data_dir=tmp_path, database_url=sqlite_url, secret="for tests only")


def built(
    settings: Settings, library: Library, kind: type[Platform] = Platform
) -> tuple[app.House, Platform]:
    house = app.build(settings, ["script"], library=library, known={"script": kind})
    channel = house.channels["script"]
    assert isinstance(channel, Platform)
    return house, channel


@asynccontextmanager
async def at_work(
    settings: Settings, library: Library, kind: type[Platform] = Platform
) -> AsyncIterator[tuple[app.House, Platform]]:
    house, channel = built(settings, library, kind)
    async with app.running(house):
        yield house, channel


def message(number: int, text: str = "help") -> Message:
    return Message(f"m{number}", ANNA, text, datetime.now(UTC))


def rows(house: app.House, table: type[Base]) -> list[Any]:
    """As another process sees them; the house may have closed its database."""
    with closing(Database(house.settings.database())) as database, database.read() as connection:
        return list(connection.execute(select(Base.metadata.tables[table.__tablename__])))


def queue(house: app.House, text: str, **values: Any) -> None:
    """Something in the outbox, as a house that ended suddenly left it."""
    now = datetime.now(UTC)
    row = {"channel": "script", "address": str(ANNA), "kind": "reply", "body": {"text": text}}
    row |= {"created_at": now, "due_at": now, "state": "queued", "attempts": 0, **values}
    with house.database.write() as connection:
        connection.execute(insert(Base.metadata.tables["outbox"]).values(row))


def lapse(house: app.House) -> None:
    """A minute later, as far as leases are concerned."""
    table = Base.metadata.tables["outbox"]
    over = datetime.now(UTC) - timedelta(seconds=1)
    with closing(Database(house.settings.database())) as database, database.write() as connection:
        connection.execute(update(table).values(lease_until=over))


async def until(condition: Callable[[], Any], seconds: float = 10) -> None:
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.01)


async def test_a_message_is_answered_and_sent(settings: Settings, library: Library) -> None:
    async with at_work(settings, library) as (house, channel):
        accepted = await house.inbox.accept(message(1))
        await until(lambda: channel.taken)
    (said,) = accepted.deliveries
    assert [text.startswith(said.reply.text) for text in channel.taken] == [True]
    assert [row.state for row in rows(house, Outbox)] == ["sent"] * len(channel.taken)
    assert channel.closed


class BreaksOnce:
    """A brain that raises the first time it hears anything."""

    def __init__(self) -> None:
        self.heard = 0

    def take_turn(self, talk: Conversation, event: Event, transaction: Transaction) -> Result:
        self.heard += 1
        if self.heard == 1:
            raise RuntimeError("this turn breaks")
        assert isinstance(event, Message)
        return Result(talk, (Reply(f"heard {event.text}"),))


async def test_a_turn_that_broke_is_swept_up_and_what_waited_behind_it_follows(
    small: Settings, library: Library
) -> None:
    house, channel = built(small, library)
    house.inbox._turns = Turns(BreaksOnce(), "en")
    async with app.running(house):
        for number, text in enumerate(("one", "two")):
            assert (await house.inbox.accept(message(number, text))).deliveries == ()
        await until(lambda: len(channel.taken) == 2)
    assert channel.taken == ["heard one", "heard two"]
    assert [(row.state, row.attempts) for row in rows(house, Inbox)] == [("done", 1), ("done", 0)]


async def test_what_a_killed_house_left_is_taken_up_at_once(
    settings: Settings, library: Library
) -> None:
    """An event nobody answered, a reply nobody sent, one that was being sent, a broadcast."""
    long_ago = datetime.now(UTC) - timedelta(minutes=5)
    house, channel = built(settings, library)
    with house.database.write() as connection:
        payload = {"kind": "message", "at": long_ago.isoformat(), "text": "help"}
        row = {"channel": "script", "event_id": "m1", "address": "script:bert", "payload": payload}
        row |= {"received_at": long_ago, "state": "new", "attempts": 0, "due_at": long_ago}
        connection.execute(insert(Base.metadata.tables["inbox"]).values(row))
    queue(house, "being sent", state="sending", lease_until=long_ago, attempts=1)
    queue(house, "waiting")
    queue(
        house,
        "news",
        address="script:cleo",
        kind="broadcast",
        state="sending",
        lease_until=long_ago,
        attempts=1,
    )
    async with app.running(house):
        await until(lambda: "waiting" in channel.taken and rows(house, Inbox)[0].state == "done")
    lines = [text.partition("\n")[0] for text in channel.taken]
    assert [line for line in lines if line in ("being sent", "waiting")] == [
        "being sent",
        "waiting",
    ]
    states = {row.body["text"]: row.state for row in rows(house, Outbox)}
    assert (states["being sent"], states["waiting"]) == ("sent", "sent")
    assert states["news"] == "unsure"  # said at most once: staff decide
    assert "news" not in channel.taken


async def test_what_is_old_is_shredded_when_a_house_opens(
    small: Settings, library: Library
) -> None:
    house, _channel = built(small, library)
    old = datetime.now(UTC) - timedelta(days=4)
    queue(house, "old", state="sent", created_at=old, due_at=old)
    async with app.running(house):
        await until(lambda: rows(house, Outbox)[0].body is None)


async def test_a_lease_that_still_runs_is_left_to_its_owner(
    small: Settings, library: Library
) -> None:
    house, channel = built(small, library)
    soon = datetime.now(UTC) + timedelta(minutes=1)
    queue(house, "theirs", state="sending", lease_until=soon, attempts=1)
    queue(house, "ours", address="script:bert")
    async with app.running(house):
        await until(lambda: channel.taken)
        await asyncio.sleep(0.1)
    assert channel.taken == ["ours"]


async def test_ending_while_a_message_is_sent_waits_for_it(
    small: Settings, library: Library
) -> None:
    async def slow(_reply: Reply) -> None:
        await asyncio.sleep(0.3)

    async with at_work(small, library) as (house, channel):
        channel.before = slow
        queue(house, "on its way")
        await until(channel.begun.is_set)
    assert channel.taken == ["on its way"]
    assert [row.state for row in rows(house, Outbox)] == ["sent"]


async def test_ending_while_a_platform_hangs_does_not_hang(
    small: Settings, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The row stays claimed; when its lease lapses, the next house sends it."""
    monkeypatch.setattr(running, "LANDING", 0.2)

    async def hang(_reply: Reply) -> None:
        await asyncio.sleep(60)

    house, channel = built(small, library)
    begun = 0.0
    async with app.running(house):
        channel.before = hang
        queue(house, "stuck")
        await until(channel.begun.is_set)
        begun = time.monotonic()
    assert time.monotonic() - begun < 5
    assert channel.closed
    assert [row.state for row in rows(house, Outbox)] == ["sending"]
    lapse(house)
    async with at_work(small, library) as (_again, other):
        await until(lambda: other.taken)
    assert [text.partition("\n")[0] for text in other.taken] == ["stuck"]


async def test_ending_while_messages_come_in_answers_each_that_was_taken(
    settings: Settings, library: Library
) -> None:
    house, _channel = built(settings, library)
    async with app.running(house):
        coming = [asyncio.create_task(house.inbox.accept(message(n))) for n in range(15)]
        await asyncio.sleep(0)
    assert {(await task).status for task in coming} == {"new"}
    assert [row.state for row in rows(house, Inbox)] == ["done"] * 15
    assert len(rows(house, Outbox)) >= 15


class Breaks(Platform):
    """Its listening breaks the first time, and so does its closing."""

    async def listen(self) -> None:
        self.listened += 1
        if self.listened == 1:
            raise RuntimeError("the platform spoke nonsense")

    async def close(self) -> None:
        raise RuntimeError("cannot close")


async def test_a_part_that_breaks_is_begun_anew_and_takes_no_other_with_it(
    small: Settings, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "AGAIN", 0.01)
    async with at_work(small, library, Breaks) as (house, channel):
        await until(lambda: channel.listened == 2)
        queue(house, "still here")
        await until(lambda: channel.taken)
        await asyncio.sleep(0.05)
    assert channel.listened == 2  # done is done: it is not begun a third time
    with pytest.raises(RuntimeError):  # closed to the end: its thread takes nothing more
        await house.inbox.sweep()


async def test_a_platform_that_is_away_is_tried_again(small: Settings, library: Library) -> None:
    async with at_work(small, library) as (house, channel):
        tries = []

        async def away_twice(_reply: Reply) -> None:
            tries.append(1)
            if len(tries) < 3:
                raise Throttled(timedelta(milliseconds=50))

        channel.before = away_twice
        queue(house, "patience")
        await until(lambda: channel.taken, 20)
    assert [row.state for row in rows(house, Outbox)] == ["sent"]
    assert (len(tries), channel.taken) == (3, ["patience"])


async def test_with_redis_out_of_reach_everything_works(small: Settings, library: Library) -> None:
    alone = replace(small, redis_url="redis://127.0.0.1:1/0")
    async with at_work(alone, library) as (house, channel):
        await house.inbox.accept(message(1))
        await until(lambda: channel.taken)
    assert [row.state for row in rows(house, Outbox)] == ["sent"] * len(channel.taken)


async def test_two_houses_on_one_database_send_everything_once(
    settings: Settings, library: Library
) -> None:
    async with (
        at_work(settings, library) as (one, first),
        at_work(settings, library) as (_two, second),
    ):
        for n in range(60):
            queue(one, str(n), address=f"script:{n % 20}")
        await until(lambda: len(first.taken) + len(second.taken) >= 60, 20)
        await asyncio.sleep(0.1)
    assert sorted(map(int, first.taken + second.taken)) == list(range(60))


async def test_a_house_without_channels_opens_and_ends(small: Settings, library: Library) -> None:
    async with app.running(app.build(small, [], library=library)):
        await asyncio.sleep(0)
