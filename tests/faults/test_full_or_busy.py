"""A database that is full, busy, held, or picks us to give way: told at once, lost is nothing."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager, closing
from typing import Any

import pytest
from sqlalchemy import event as happens
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, OperationalError

from bot import inbox as inboxes
from bot.channel import Sent
from bot.database import DATABASE_DOWN, Database
from bot.message import Address, Reply
from bot.models import Inbox as InboxRow
from tests.broadcasting import City
from tests.test_inbox import count, door, message, said

# -- no connection, no room for a while (H02) --------------------------------------------------


async def test_with_all_our_connections_in_use_a_platform_hears_so_in_time(
    postgres_url: str,
) -> None:
    """Within five seconds WeChat hangs up; what was refused is taken when it comes again."""
    with closing(Database(postgres_url)) as database:
        async with door(database) as inbox:
            with ExitStack() as crowd:
                for _place in range(20):
                    crowd.enter_context(database.engine.connect())
                begun = time.monotonic()
                with pytest.raises(DATABASE_DOWN):
                    await inbox.accept(message("anna", 1))
                assert time.monotonic() - begun < 4.5
            assert said(await inbox.accept(message("anna", 1))) == ["1: hello"]


async def test_a_slow_statement_elsewhere_does_not_hold_up_what_comes_in(postgres_url: str) -> None:
    with closing(Database(postgres_url)) as database:
        async with door(database) as inbox:
            slow = [asyncio.create_task(asyncio.to_thread(_sleeps, database)) for _n in range(12)]
            await asyncio.sleep(0.2)
            begun = time.monotonic()
            await inbox.accept(message("anna", 1))
            assert time.monotonic() - begun < 1
            await asyncio.gather(*slow)


def _sleeps(database: Database) -> None:
    with database.read() as connection:
        connection.execute(text("SELECT pg_sleep(1)"))


# -- no room at all (H04) ----------------------------------------------------------------------


@asynccontextmanager
async def full(database: Database) -> AsyncIterator[None]:
    """No row finds room until the block ends; each database says so in its own way."""
    if database.is_sqlite:
        happens.listen(database.engine, "connect", _no_room)
        database.engine.dispose()
    else:
        with database.write() as connection:
            for statement in _FULL:
                connection.execute(text(statement))
    yield
    if database.is_sqlite:
        happens.remove(database.engine, "connect", _no_room)
        database.engine.dispose()
    else:
        with database.write() as connection:
            connection.execute(text("DROP FUNCTION full_disk CASCADE"))


def _no_room(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA max_page_count = 1")  # as many as there are: no more


# 53100, disk_full: https://www.postgresql.org/docs/current/errcodes-appendix.html
_FULL = (
    """CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100';
    END $$""",
    *(
        f"CREATE TRIGGER full_{table} BEFORE INSERT OR UPDATE ON {table} "
        "EXECUTE FUNCTION full_disk()"
        for table in ("inbox", "outbox", "conversation")
    ),
)
LONG = "城市" * 1900  # needs pages of its own


async def test_on_a_full_disk_nothing_is_said_ok_to_and_all_is_well_afterwards(
    database: Database,
) -> None:
    async with door(database) as inbox:
        await inbox.accept(message("anna", 1))
        async with full(database):
            with pytest.raises(DBAPIError):
                await inbox.accept(message("bert", 1, LONG))
            assert count(database, InboxRow) == 1
        assert len(said(await inbox.accept(message("bert", 1, LONG)))) == 1
        assert count(database, InboxRow, state="done") == 2


async def test_what_was_sent_while_the_disk_was_full_is_written_down_later_and_sent_once(
    postgres_url: str,
) -> None:
    """The platform has it; we know so, and keep knowing it until there is room."""
    with closing(Database(postgres_url)) as database:
        city, gate = City(database), asyncio.Event()
        send = city.post.send

        async def slowly(to: Address, reply: Reply) -> Sent:
            await gate.wait()
            return await send(to, reply)

        city.post.send = slowly  # type: ignore[method-assign]
        for n in range(20):
            city.person(f"p{n}", "post")
        broadcast = city.sent()
        working = asyncio.create_task(city.to_many.run())
        await _until(lambda: city.tally(broadcast) == {"sending": 20})
        async with full(database):
            gate.set()
            await _until(lambda: len(city.post.sent) == 20)
            await asyncio.sleep(0.3)
            assert city.tally(broadcast) == {"sending": 20}
        await _until(lambda: city.tally(broadcast) == {"sent": 20})
        working.cancel()
        await asyncio.wait([working])
        assert len(city.post.sent) == 20


async def _until(holds: Any) -> None:
    async with asyncio.timeout(10):
        while not holds():
            await asyncio.sleep(0.02)


# -- picked to give way (H09) ------------------------------------------------------------------


async def crossing(url: str, rounds: int) -> None:
    """Two doors hear the same events in opposite order; each holds what the other waits for."""
    with closing(Database(url)) as first, closing(Database(url)) as second:
        async with door(first) as one, door(second) as two:
            for turn in range(rounds):
                events = [message(f"p{turn}-{n}", n) for n in range(60)]
                there = (one.accept(e) for e in events)
                back = (two.accept(e) for e in reversed(events))
                await asyncio.gather(*there, *back)


async def test_without_a_second_try_a_deadlock_would_be_heard(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The guard-off twin of `test_two_doors_that_hear_events_in_opposite_order_give_way`."""
    monkeypatch.setattr(inboxes, "DEADLOCKS", 0)
    with pytest.raises(OperationalError, match="deadlock"):
        await crossing(postgres_url, 400)  # the first few do, where both have a core
