"""What a process does and leaves out, by its roles."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from bot import app
from bot.channel import Channel, Desk, Sent
from bot.config import Settings
from bot.message import Address, Capabilities, Reply
from bot.processes import EVERY_ROLE, ROLES, read_roles
from knowledge.library import Library
from tests.test_house import message, until


class Platform(Channel):
    """A platform that is asked what there is."""

    name = "script"
    can = Capabilities()
    listens_alone = True

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.listens, self.said = False, list[str]()

    async def listen(self) -> None:
        self.listens = True
        try:
            await asyncio.Event().wait()
        finally:
            self.listens = False

    async def send(self, to: Address, reply: Reply) -> Sent:
        self.said.append(reply.text)
        return Sent("ok")


Built = Callable[[str], app.House]


@pytest.fixture
def built(postgres_url: str, tmp_path: Path, library: Library) -> Built:
    """A house with these roles; several on one database are several processes."""
    settings = Settings(data_dir=tmp_path, database_url=postgres_url, secret="for tests only")

    def build(roles: str) -> app.House:
        chosen = replace(settings, roles=roles)
        return app.build(chosen, ["script"], library=library, known={"script": Platform})

    return build


def platform(house: app.House) -> Platform:
    (channel,) = house.channels.values()
    assert isinstance(channel, Platform)
    return channel


@pytest.mark.parametrize(
    ("written", "roles"),
    [
        ("web", {"web"}),
        ("web,worker", {"web", "worker"}),
        (" clock   delivery,", {"clock", "delivery"}),
        ("web web", {"web"}),
        (EVERY_ROLE, set(ROLES)),
    ],
)
def test_roles_are_written_with_blanks_or_commas(written: str, roles: set[str]) -> None:
    assert read_roles(written) == roles


@pytest.mark.parametrize("written", ["", " ", ",", "all", "Web", "web;worker"])
def test_what_is_no_role_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="not roles"):
        read_roles(written)


async def test_only_a_delivery_sends_and_only_a_web_listens(built: Built) -> None:
    """What one hears, another says; the clock and the worker beside them do neither."""
    houses = {role: built(role) for role in ROLES}
    async with AsyncExitStack() as city:
        for house in houses.values():
            await city.enter_async_context(app.running(house))
        await until(lambda: platform(houses["web"]).listens)
        await houses["web"].inbox.accept(message(1))
        await until(lambda: platform(houses["delivery"]).said)
        for role in ("web", "worker", "clock"):
            assert platform(houses[role]).said == []
        for role in ("worker", "delivery", "clock"):
            assert not platform(houses[role]).listens


async def test_where_a_platform_is_asked_one_process_asks_at_a_time(built: Built) -> None:
    one, two = built("web"), built("web")
    async with AsyncExitStack() as ends_first, AsyncExitStack() as city:
        await ends_first.enter_async_context(app.running(one))
        await until(lambda: platform(one).listens)
        await city.enter_async_context(app.running(two))
        await asyncio.sleep(0.3)
        assert not platform(two).listens
        await ends_first.aclose()
        await until(lambda: platform(two).listens)
