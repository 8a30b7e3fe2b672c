"""The database's host has vanished: no platform is kept waiting, and nothing is taken for kept."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.config import Settings
from knowledge.library import Library
from tests.adapters.telegram.living import living, on_telegram
from tests.adapters.telegram.test_webhook import HELP, kept, push
from tests.adapters.wechat import conftest as wechat
from tests.adapters.wecom import conftest as wecom
from tests.blackhole import Line
from tests.fakes.telegram import FakeTelegram
from tests.fakes.wechat import FakeWeChat
from tests.fakes.wecom import FakeWeCom

AGAIN = "I cannot take anything in at the moment. Please send it again in a few minutes."


@pytest.fixture
def line(postgres_url: str) -> Iterator[Line]:
    made = Line(postgres_url)
    yield made
    made.close()


@pytest.fixture
def settings(line: Line, tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, database_url=line.url, secret="for tests only")


@pytest.fixture(autouse=True)
def _back_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """When it is there again, the next who asks finds out."""
    monkeypatch.setattr("bot.breaker.PAUSE", 1.0)


async def test_telegram_hears_when_to_come_again(
    line: Line, settings: Settings, library: Library
) -> None:
    async with (
        FakeTelegram() as telegram,
        living(on_telegram(settings, telegram, "webhook"), telegram, library) as alive,
    ):
        telegram.person(42)
        with line.cut():
            assert [await push(alive, HELP) for _try in range(3)] == [(503, "5")] * 3
        while await push(alive, HELP) != (200, None):
            await asyncio.sleep(0.1)
        assert kept(alive) == [("7000000001:900", "done", None)]


@pytest.mark.parametrize("text", ["What is a community garden?", "1", "."])
async def test_wechat_says_that_nothing_was_kept_and_never_that_we_are_broken(
    line: Line, settings: Settings, library: Library, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    """Three tries of five seconds each, of which no look into the database may take longer."""
    wechat.within(monkeypatch, wechat.PATIENCE)
    monkeypatch.setattr("bot.breaker.PAUSE", 60.0)
    async with (
        FakeWeChat().running() as platform,
        wechat.opened(platform, settings, library) as world,
    ):
        phone = world.phone()
        with line.cut():
            assert await phone.says(text) == [AGAIN]
        assert platform.pushes[-1].answers == ("cut", "cut", "200")


async def test_wecom_is_asked_to_offer_it_again(
    line: Line, settings: Settings, library: Library
) -> None:
    async with (
        FakeWeCom().running() as platform,
        wecom.opened(platform, settings, library) as world,
    ):
        phone = world.phone()
        with line.cut():
            said = await phone.says("language")
        assert said.answers == ("503",) * 3
        while (await phone.push(said.body)).answers[-1] != "200":
            await asyncio.sleep(0.1)
        await world.deliver()
        assert phone.lines == ["Which language shall we speak? [Deutsch] [English] [中文]"]
