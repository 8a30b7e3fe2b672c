"""A database that is away: the platform hears so, and offers again; nothing is half kept."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import text

from tests.adapters.wecom.conftest import World


def rename(world: World, old: str, new: str) -> None:
    with world.house.database.write() as connection:
        connection.execute(text(f"ALTER TABLE {old} RENAME TO {new}"))


@asynccontextmanager
async def without(world: World, table: str) -> AsyncIterator[None]:
    """The database lacks a table for a while, in which we are in a hurry."""
    rename(world, table, "gone")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("adapters.wecom.reception.SECONDS", 0.3)
        patch.setattr("adapters.wecom.reception._LOOK", 0.1)
        yield
    rename(world, "gone", table)


async def test_a_push_that_cannot_be_kept_is_offered_three_times(both: World) -> None:
    phone = both.phone()
    async with without(both, "inbox"):
        push = await phone.says("language")
    assert push.answers == ("503",) * 3
    assert (await phone.push(push.body)).answers == ("200",)
    await both.deliver()
    assert phone.lines == ["Which language shall we speak? [Deutsch] [English] [中文]"]


async def test_a_short_absence_is_waited_for(both: World) -> None:
    phone = both.phone()
    rename(both, "inbox", "gone")
    saying = asyncio.create_task(phone.says("language"))
    await asyncio.sleep(0.2)
    rename(both, "gone", "inbox")
    assert (await saying).answers == ("200",)
    assert len(both.rows("inbox", "id")) == 1


async def test_a_tap_that_cannot_be_looked_up_is_offered_again(world: World) -> None:
    phone = world.phone()
    await world.talk(phone, "language")
    body = phone.tapped("Deutsch", phone.last_card())
    async with without(world, "outbox"):
        assert (await phone.push(body)).answers == ("503",) * 3
    await phone.push(body)
    await world.deliver()
    assert phone.lines[1:] == ["Ich antworte Ihnen ab jetzt auf Deutsch."]


async def test_three_tries_at_once_have_one_effect(both: World) -> None:
    """B06."""
    phone = both.phone()
    body = phone.compose({"MsgType": "text", "Content": "language", "MsgId": 77})
    pushes = await asyncio.gather(*(phone.push(body) for _ in range(3)))
    await both.deliver()
    assert [push.answers for push in pushes] == [("200",)] * 3
    assert (len(both.rows("inbox", "id")), len(phone.shown)) == (1, 1)
