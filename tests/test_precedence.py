"""Who goes first where not all can go at once: answers, then reminders; and nobody waits for ever."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing

import pytest
from sqlalchemy import select

from bot import outbox
from bot.channel import Sent
from bot.database import Database
from bot.delivery import FLIGHT
from bot.message import Address, Reply
from bot.models import Outbox
from bot.pace import Pace
from tests.docs.markdown import ROOT
from tests.test_delivery import START, Clock, Delivery, Platform, ledger, queue

ANNA = Address("platform", "anna")


class Paced(Platform):
    """A platform that takes a hundred a second."""

    pace = Pace(overall=((100, 1.0),))


class Stuck(Platform):
    """A platform that never answers who writes to Anna."""

    async def send(self, to: Address, reply: Reply) -> Sent:
        if to == ANNA:
            await asyncio.sleep(60)
        return await super().send(to, reply)


def remind(database: Database, people: int) -> None:
    """So many people have a reminder that is due."""
    drafts = [
        outbox.Draft(Address("platform", f"p{n}"), Reply("remember"), kind="reminder")
        for n in range(people)
    ]
    with database.write() as connection:
        outbox.add(connection, drafts, START)


@asynccontextmanager
async def at_work(database: Database, platform: Platform) -> AsyncIterator[Delivery]:
    """A process that delivers."""
    process = Delivery(database, platform, Clock())
    working = asyncio.create_task(process.to_one.run())
    yield process
    working.cancel()
    await asyncio.wait([working])


async def until_sent(platform: Platform, number: int, seconds: float) -> None:
    async with asyncio.timeout(seconds):
        while len(platform.sent) < number:
            await asyncio.sleep(0.01)


def test_answers_are_claimed_before_reminders_that_are_due_longer(database: Database) -> None:
    remind(database, 20)
    queue(database, "hello")
    with database.write() as connection:
        claimed = outbox.claim(connection, "platform", START, 10, 4)
    assert [row.kind for row in claimed] == ["reply", *["reminder"] * 4]
    with database.write() as connection:
        assert len(outbox.claim(connection, "platform", START, 10, 0)) == 0


def test_an_answer_is_found_without_reading_the_reminders(sqlite_url: str) -> None:
    with closing(Database(sqlite_url)) as database:
        database.upgrade()
        wanted = str(outbox._ANSWERS.compile(database.engine))
        with database.read() as connection:
            values = ("platform", START.isoformat(), START.isoformat(), 10, 0)
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {wanted}", values).all()
    assert "ix_outbox_answers" in str(plan)
    assert "ix_outbox_due" not in str(plan)


async def test_an_answer_does_not_wait_for_a_thousand_reminders(database: Database) -> None:
    platform = Paced()
    remind(database, 1000)
    async with at_work(database, platform) as process:
        await until_sent(platform, 110, 10)
        queue(database, "hello")
        process.to_one._wakeups.wake("delivery")
        async with asyncio.timeout(20):
            while "anna hello" not in platform.sent:
                await asyncio.sleep(0.01)
    assert platform.sent.index("anna hello") < 500


async def test_a_backlog_waits_in_the_outbox_and_is_sent_at_the_pace(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What waited too long in a task went back, took another place, and waited longer still."""
    monkeypatch.setattr("bot.sending.WAIT", 2.5)
    platform = Paced()
    queue_for(database, 450)
    async with at_work(database, platform):
        await until_sent(platform, 450, 15)
    with database.read() as connection:
        put_back = select(Outbox.id).where(Outbox.due_at != START)
        assert connection.scalars(put_back).all() == []


def queue_for(database: Database, people: int) -> None:
    drafts = [outbox.Draft(Address("platform", f"p{n}"), Reply("hello")) for n in range(people)]
    with database.write() as connection:
        outbox.add(connection, drafts, START)


async def test_what_has_landed_is_written_down_though_one_hangs(database: Database) -> None:
    """Else all of it would be said again, as if nobody knew whether it came."""
    process = Delivery(database, Stuck(), Clock())
    queue(database, "hello")
    queue_for(database, 3)
    await process.to_one._round("platform")
    await process.to_one.land(0.2)
    assert ledger(database) == ["sending", "sent", "sent", "sent"]
    for task in process.to_one._aloft["platform"].tasks:
        task.cancel()


def test_what_is_promised_of_a_kill_is_what_may_be_on_its_way() -> None:
    promises = (ROOT / "docs" / "promises.md").read_text(encoding="utf-8")
    assert f"at most one message to an address and {FLIGHT} on a channel." in promises
