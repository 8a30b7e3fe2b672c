"""WeChat as a stage."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.config import Settings
from bot.message import Address
from knowledge.library import Library
from tests.adapters.wechat.conftest import World, opened
from tests.conformance.stage import Impossible, StageClock
from tests.fakes.wechat import FakeWeChat


class WeChatActor:
    """A follower of the account."""

    def __init__(self, world: World, name: str) -> None:
        self._phone, self._seen = world.phone(f"o{name}-0123456789abcdefghijkl"), 0
        self.address = Address("wechat", self._phone.openid)

    async def type(self, text: str) -> None:
        await self._phone.says(text)

    async def tap(self, label: str, before: int) -> None:
        raise AssertionError(f"nothing can be tapped here: {label}")

    async def join(self, locale: str | None) -> None:
        if locale:
            raise Impossible("the platform does not tell us a person's language")
        await self._phone.follows()

    async def send_place(self, latitude: float, longitude: float) -> None:
        where = {"Location_X": latitude, "Location_Y": longitude, "Scale": 15, "Label": ""}
        await self._phone.sends("location", **where)

    async def news(self) -> list[str]:
        new = self._phone.shown[self._seen :]
        self._seen += len(new)
        return new


class WeChatStage:
    """A house with a verified account."""

    def __init__(self, world: World, clock: StageClock) -> None:
        self.house, self._world, self._clock = world.house, world, clock
        self.can = world.channel.can

    def actor(self, name: str) -> WeChatActor:
        return WeChatActor(self._world, name.title())

    async def settle(self) -> None:
        await self._world.deliver()
        self._clock.rewind()


@asynccontextmanager
async def on_stage(
    settings: Settings, library: Library, clock: StageClock
) -> AsyncIterator[WeChatStage]:
    """A house beside the fake WeChat."""
    platform = FakeWeChat(clock)
    async with platform.running(), opened(platform, settings, library) as world:
        yield WeChatStage(world, clock)
