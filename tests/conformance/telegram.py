"""Telegram as a stage: private chats with the bot, by polling."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import count
from typing import Any

from adapters.telegram import TelegramChannel
from bot import app
from bot.config import Settings
from bot.message import Address
from bot.pace import Pace
from knowledge.library import Library
from tests.adapters.telegram.living import on_telegram
from tests.conformance.stage import StageClock, deliver, strike, until
from tests.fakes.telegram import FakeTelegram, Shown


class Hasty(TelegramChannel):
    """The same channel for a script, which does not wait a second between two replies."""

    pace = Pace()


class TelegramActor:
    """Somebody's private chat with the bot."""

    def __init__(self, telegram: FakeTelegram, number: int, name: str) -> None:
        self.address = Address("telegram", str(number))
        self._telegram, self._person = telegram, telegram.person(number, name, None)
        # A keyboard changes when it is tapped: who is late taps it as it came.
        self._came: list[tuple[Shown, dict[str, dict[str, Any]]]] = []

    async def type(self, text: str) -> None:
        self._person.says(text)

    async def tap(self, label: str, before: int) -> None:
        with_it = [(shown, keys[label]) for shown, keys in self._came if label in keys]
        self._person.press(self._person.user, *with_it[-1 - before])

    async def join(self, locale: str | None) -> None:
        if locale:
            self._person.user["language_code"] = locale
        self._person.starts()

    async def send_place(self, latitude: float, longitude: float) -> None:
        self._person.sends(location={"latitude": latitude, "longitude": longitude})

    async def news(self) -> list[str]:
        new = self._person.sees[len(self._came) :]
        for shown in new:
            self._came.append((shown, {b["text"]: dict(b) for row in shown.keyboard for b in row}))
        return [_look(shown) for shown in new]


def _look(message: Shown) -> str:
    file = f" {{{message.file[0]}}}" if message.file else ""
    labels = (label for row in message.labels for label in row)
    return message.text + file + "".join(f" [{label}]" for label in labels)


class TelegramStage:
    """A house that asks for updates."""

    can = TelegramChannel.can

    def __init__(self, house: app.House, telegram: FakeTelegram) -> None:
        self.house, self._telegram, self._numbers = house, telegram, count(42)

    def actor(self, name: str) -> TelegramActor:
        return TelegramActor(self._telegram, next(self._numbers), name.title())

    async def settle(self) -> None:
        # An update is confirmed when it is kept, and its turn was taken.
        await until(lambda: not self._telegram.pending)
        await deliver(self.house)


@asynccontextmanager
async def on_stage(
    settings: Settings, library: Library, clock: StageClock
) -> AsyncIterator[TelegramStage]:
    """A house on the fake Telegram."""
    async with FakeTelegram() as telegram:
        telegram.clock.now = clock().timestamp()
        chosen = replace(on_telegram(settings, telegram), public_url=settings.public_url)
        house = app.build(chosen, ("telegram",), clock, library, {"telegram": Hasty})
        listening = asyncio.create_task(house.channels["telegram"].listen())
        try:
            yield TelegramStage(house, telegram)
        finally:
            await strike(house, listening)
