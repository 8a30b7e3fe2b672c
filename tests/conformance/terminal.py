"""The terminal as a stage: a person who writes lines and reads what is printed."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from adapters.terminal import TerminalChannel
from adapters.terminal.page import Page
from bot import app
from bot.channel import Desk
from bot.config import Settings
from bot.message import Address
from knowledge.library import Library
from tests.conformance.stage import Impossible, StageClock, is_open, strike, until

_NUMBER = re.compile(r"^\d+\. ")  # what brings a figure of its own has none
_ANOTHER = re.compile(r"-\d+(?=\.ics$)")  # a file that was there is not overwritten


class Lines:
    """What `citybot chat` speaks to: lines in, pages out. `attended`: they are greeted."""

    attended, language = False, "en"

    def __init__(self) -> None:
        self.written: asyncio.Queue[str | None] = asyncio.Queue()
        self.pages: list[Page] = []
        self.waits = asyncio.Event()  # for the next line

    async def read(self) -> str | None:
        if self.written.empty():
            self.waits.set()
        return await self.written.get()

    def show(self, page: Page) -> None:
        self.pages.append(page)

    def tell(self, text: str) -> None:
        raise AssertionError(f"the terminal itself has something to say: {text}")


class TerminalActor:
    """The one who sits there."""

    def __init__(self, channel: TerminalChannel, lines: Lines) -> None:
        self._channel, self._lines, self._seen = channel, lines, 0
        self._talk: asyncio.Task[None] | None = None

    @property
    def address(self) -> Address:
        return self._channel.address

    async def type(self, text: str) -> None:
        self._lines.waits.clear()
        self._lines.written.put_nowait(text)
        await self._hear_out()

    async def tap(self, label: str, before: int) -> None:
        offered = next(page.offered for page in reversed(self._lines.pages) if page.offered)
        if before or label not in offered:
            raise Impossible("a number means the newest list")
        await self.type(str(offered.index(label) + 1))

    async def join(self, locale: str | None) -> None:
        if locale:
            raise Impossible("a terminal is greeted in the language of its setting")
        self._lines.attended = True
        await self._hear_out()

    async def send_place(self, latitude: float, longitude: float) -> None:
        raise Impossible("a terminal knows no place")

    async def news(self) -> list[str]:
        new = self._lines.pages[self._seen :]
        self._seen += len(new)
        return [_look(page) for page in new]

    async def leave(self) -> None:
        self._lines.attended = False
        self._lines.written.put_nowait(None)
        if self._talk:
            await self._talk

    async def _hear_out(self) -> None:
        self._talk = self._talk or asyncio.create_task(self._channel.talk())
        waiting = asyncio.create_task(self._lines.waits.wait())
        await asyncio.wait({waiting, self._talk}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if self._talk.done():
            await self._talk


def _look(page: Page) -> str:
    """A choice is a line with its number, and a file one that ends with where it lies."""
    choices = (_NUMBER.sub("", choice) for choice in page.choices)
    labels = (*choices, *(link.label for link in page.links))
    names = (_ANOTHER.sub("", Path(line.split()[-1]).name) for line in page.files)
    files = "".join(f" {{{name}}}" for name in names)
    return page.text + files + "".join(f" [{label}]" for label in labels)


class TerminalStage:
    """A house with one chair."""

    can = TerminalChannel.can

    def __init__(self, house: app.House, actor: TerminalActor) -> None:
        self.house, self.sits, self._is_taken = house, actor, False

    def actor(self, name: str) -> TerminalActor:
        if self._is_taken:
            raise Impossible("one person sits at a terminal")
        self._is_taken = True
        return self.sits

    async def settle(self) -> None:
        # A line is answered before the next is read; what comes by itself is printed beside that.
        await until(lambda: not is_open(self.house))


@asynccontextmanager
async def on_stage(
    settings: Settings, library: Library, clock: StageClock
) -> AsyncIterator[TerminalStage]:
    """A house with a terminal."""
    lines = Lines()

    def opened(desk: Desk) -> TerminalChannel:
        return TerminalChannel(desk, lines)

    house = app.build(settings, ("terminal",), clock, library, {"terminal": opened})
    channel = house.channels["terminal"]
    assert isinstance(channel, TerminalChannel)
    delivery = asyncio.create_task(house.deliverer.run())
    stage = TerminalStage(house, TerminalActor(channel, lines))
    try:
        yield stage
        await stage.sits.leave()
    finally:
        await strike(house, delivery)
