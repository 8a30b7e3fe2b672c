"""A platform that takes a message and says nothing for ever is not waited for (C10)."""

import asyncio
from contextlib import closing

import pytest

from bot.channel import Sent
from bot.database import Database
from bot.message import Address, Reply
from bot.outgoing import Kind
from tests.broadcasting import City
from tests.faults.test_storms import told


@pytest.mark.parametrize(("kind", "state"), [("reply", "queued"), ("broadcast", "unsure")])
async def test_who_says_nothing_may_have_it_or_not(
    sqlite_url: str, kind: Kind, state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.sending.PATIENCE", 0.1)  # seconds; a house waits for 35
    with closing(Database(sqlite_url)) as database:
        city = City(database)

        async def silence(to: Address, reply: Reply) -> Sent:
            await asyncio.Event().wait()
            return Sent()

        city.post.send = silence  # type: ignore[method-assign]
        told(city, "anna", "hello", kind=kind)
        await city.to_one.deliver()
        await city.to_many.deliver()
        assert list(city.rows()) == [("post:anna", state)]
