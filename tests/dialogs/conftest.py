"""A town with events in it: a talk at a fixed time, on SQLite."""

from collections.abc import AsyncIterator
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from bot.config import Settings
from bot.database import Database
from bot.message import Reply
from bot.services.events import Event
from knowledge.library import Library
from tests.clock import Clock
from tests.eventful import NOW, held, run
from tests.script import Chat


class Town:
    """One house whose clock stands still, and who talks to it."""

    def __init__(self, chat: Chat, clock: Clock) -> None:
        self.anna, self._clock = chat, clock

    @cached_property
    def bert(self) -> Chat:
        return self.anna.another("bert")

    @property
    def database(self) -> Database:
        return self.anna.house.database

    def holds(self, event: Event, **changes: Any) -> Event:
        """The event, in its calendar."""
        return held(self.database, event, **changes)

    def now(self) -> Any:
        return self._clock.at

    def wait(self, how_long: Any) -> None:
        """Time passes; nothing happens by itself."""
        self._clock.at += how_long

    def does(self, what: Any) -> Any:
        """Something done in a transaction of its own, now."""
        return run(self.database, what, self.now())

    async def delivered(self) -> list[Reply]:
        """What the house says by itself: sent now."""
        before = len(self.anna.channel.sent)
        while await self.anna.house.deliverer.deliver():
            pass
        return [reply for _to, reply in self.anna.channel.sent[before:]]


@pytest.fixture
def town_settings(sqlite_url: str, tmp_path: Path) -> Settings:
    """The settings of a town: its own channel is this one, so that it may ask everything."""
    return Settings(
        data_dir=tmp_path,
        database_url=sqlite_url,
        secret="for tests only",
        organisation="Citymakers",
        own_channels="script",
    )


@pytest.fixture
async def town(town_settings: Settings, library: Library) -> AsyncIterator[Town]:
    """A town with its own chat."""
    clock = Clock(NOW)
    async with Chat.opened(town_settings, library, clock) as chat:
        yield Town(chat, clock)


@pytest.fixture
async def messenger(town_settings: Settings, library: Library) -> AsyncIterator[Town]:
    """A town whose chat is on somebody else's messenger."""
    clock = Clock(NOW)
    elsewhere = replace(town_settings, own_channels="web")
    async with Chat.opened(elsewhere, library, clock) as chat:
        yield Town(chat, clock)
