"""Our own page as a stage: what its programming interface gives to a browser."""

from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from adapters.web import WebChannel
from bot.config import Settings
from bot.message import Address
from knowledge.library import Library
from tests.adapters.web.served import Served, Visitor, served, visiting
from tests.conformance.stage import Impossible, StageClock


class WebActor:
    """Somebody at the page, whose browser fetches what it does not have yet."""

    def __init__(self, stage: "WebStage") -> None:
        self._stage, self._visitor, self._address = stage, Visitor(stage.served, None), ""  # type: ignore[arg-type]
        self._cursor = 0
        self._offered: defaultdict[str, list[str]] = defaultdict(list)

    @property
    def address(self) -> Address:
        return Address.parse(self._address)

    async def type(self, text: str) -> None:
        await self._say(said=text)

    async def tap(self, label: str, before: int) -> None:
        await self._say(picked=self._offered[label][-1 - before])

    async def join(self, locale: str | None) -> None:
        if locale:
            raise Impossible("a browser tells its language with every request")
        await self._say(picked="greeting")

    async def send_place(self, latitude: float, longitude: float) -> None:
        raise Impossible("the page has no way to send a place")

    async def news(self) -> list[str]:
        found = await self._visitor.look(self._cursor)
        self._cursor = found["cursor"]
        for line in found["messages"]:
            for choice in line["choices"]:
                self._offered[choice["label"]].append(choice["value"])
        return [_look(line) for line in found["messages"]]

    async def _say(self, **what: str) -> None:
        if not self._address:
            self._visitor = await self._stage.visitor()
        await self._visitor.say(**what, after=self._cursor)
        self._address = self._address or self._stage.newcomer()


def _look(line: dict[str, Any]) -> str:
    files = "".join(f" {{{file['name']}}}" for file in line["attachments"])
    labels = (button["label"] for kind in ("choices", "links") for button in line[kind])
    return line["text"] + files + "".join(f" [{label}]" for label in labels)


class WebStage:
    """A house that serves its page."""

    can = WebChannel.can

    def __init__(self, opened: Served, browsers: AsyncExitStack) -> None:
        self.house, self.served, self._browsers = opened.house, opened, browsers
        self._known: set[str] = set()

    def actor(self, name: str) -> WebActor:
        return WebActor(self)

    async def visitor(self) -> Visitor:
        return await self._browsers.enter_async_context(visiting(self.served))

    def newcomer(self) -> str:
        """The address that was not here before."""
        rows = self.served.rows("SELECT address FROM conversation")
        (new,) = {address for (address,) in rows} - self._known
        self._known.add(new)
        return new

    async def settle(self) -> None:
        """People come and fetch."""


@asynccontextmanager
async def on_stage(
    settings: Settings, library: Library, clock: StageClock
) -> AsyncIterator[WebStage]:
    """A house that serves its page, and its visitors."""
    async with served(settings, library, clock) as opened, AsyncExitStack() as browsers:
        yield WebStage(opened, browsers)
