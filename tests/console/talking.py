"""People who write to a house whose team reads along: their channels, and what they hear."""

import itertools
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bot.message import Address, Capabilities, Message, Reply
from bot.services.transcribing import transcribe
from tests.console.office import Office
from tests.script import ScriptChannel, as_line

_IDS = itertools.count(1)


class Windowed(ScriptChannel):
    """One that lets us write for two hours after a message, two times."""

    name = "windowed"
    can = Capabilities(text_limit=2000, reply_window=2 * 3600, push_budget=2)


CHANNELS = {"script": ScriptChannel, "windowed": Windowed}


@dataclass
class Visitor:
    """Somebody who writes."""

    office: Office
    name: str
    channel: str = "script"
    heard: list[str] = field(default_factory=list)

    @property
    def address(self) -> Address:
        return Address(self.channel, self.name)

    async def says(self, text: str, **fields: Any) -> list[str]:
        """What comes back, as a script writes it."""
        now = self.office.house.now()
        message = Message(f"m{next(_IDS)}", self.address, text, now, **fields)
        before = self._told()
        await self.office.house.inbox.accept(message)
        await self._deliver()
        transcribe(self.office.house.database, now)
        self.office.wait(timedelta(seconds=1))
        return [as_line(reply) for reply in self._told()[len(before) :]]

    async def hears(self) -> list[str]:
        """What was said to them since they last looked."""
        await self._deliver()
        transcribe(self.office.house.database, self.office.house.now())
        self.office.wait(timedelta(seconds=1))
        told = [as_line(reply) for reply in self._told()]
        new, self.heard = told[len(self.heard) :], told
        return new

    async def _deliver(self) -> None:
        house = self.office.house
        while await house.deliverer.deliver() + await house.bulk.deliver():
            pass

    def _told(self) -> list[Reply]:
        channel = self.office.house.channels[self.channel]
        assert isinstance(channel, ScriptChannel)
        return [reply for to, reply in channel.sent if to == self.address]
