"""kill -9 around the call of a mass message: nobody gets it twice, and the ledger says what is so."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.services.broadcast import Broadcast
from tests.adapters.wechat import mass_child
from tests.adapters.wechat.conftest import Open
from tests.adapters.wechat.massing import Newsroom
from tests.forked import played

PEOPLE = ("anna", "bert", "cleo")


@pytest.fixture
async def news(open_world: Open) -> AsyncIterator[Newsroom]:
    async with open_world(wechat_mass="yes") as world:
        yield Newsroom(world)


async def run(news: Newsroom, database_url: str, folder: Path, how: str = "") -> int:
    """Another process delivers; gives how it ended."""
    platform = news.world.platform
    return await played(mass_child.run, database_url, platform.base, folder, platform.clock(), how)


def begun(news: Newsroom) -> Broadcast:
    news.follows(*PEOPLE)
    return news.sent()


def got(news: Newsroom) -> set[int]:
    """How often each of them has it."""
    return {len(news.shown(name)) for name in PEOPLE}


@pytest.mark.parametrize("how", ["before", "after"])
async def test_a_kill_around_the_call_doubles_nothing_and_loses_nothing(
    news: Newsroom, database_url: str, tmp_path: Path, how: str
) -> None:
    broadcast = begun(news)
    assert await run(news, database_url, tmp_path, how) == -9
    assert news.tally(broadcast) == {"sending": 3}
    assert len(news.tasks) == (how == "after")
    news.world.platform.clock.advance(seconds=30)
    assert await run(news, database_url, tmp_path) == 0  # somebody may still be at it
    assert news.tally(broadcast) == {"sending": 3}
    news.world.platform.clock.advance(minutes=2)
    assert await run(news, database_url, tmp_path) == 0
    assert (news.tally(broadcast), got(news), len(news.tasks)) == ({"sent": 3}, {1}, 1)


async def test_killed_again_and_again_it_arrives_once(
    news: Newsroom, database_url: str, tmp_path: Path
) -> None:
    broadcast = begun(news)
    for how in ("before", "after", "after", "before"):
        assert await run(news, database_url, tmp_path, how) == -9
        news.world.platform.clock.advance(minutes=2)
    assert await run(news, database_url, tmp_path) == 0
    assert (news.tally(broadcast), got(news)) == ({"sent": 3}, {1})


async def test_a_day_later_it_is_not_called_for_again(
    news: Newsroom, database_url: str, tmp_path: Path
) -> None:
    """The platform has forgotten the key: whether it was taken is the team's to decide."""
    broadcast = begun(news)
    assert await run(news, database_url, tmp_path, "after") == -9
    news.world.platform.clock.advance(hours=24)
    assert await run(news, database_url, tmp_path) == 0
    assert (news.tally(broadcast), got(news), news.calls) == ({"unsure": 3}, {1}, 1)


async def test_without_the_key_they_would_have_it_twice(
    news: Newsroom, database_url: str, tmp_path: Path
) -> None:
    """The guard-off twin: the same kill, and a new key at each call."""
    begun(news)
    assert await run(news, database_url, tmp_path, "anew-after") == -9
    news.world.platform.clock.advance(minutes=2)
    assert await run(news, database_url, tmp_path, "anew") == 0
    assert got(news) == {2}
