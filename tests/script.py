"""Plays conversations as they are spoken, through the real inbox, engine, outbox and fit.

    > 2                      the person types
    > [Read more]            the person taps that choice
    > (joins)                the person opens the chat
    < Hello! … [Help] [Language]

A reply is written on one line: its paragraphs are joined by blanks, files stand in braces and
choices in brackets. `…` stands for any text. Lines that begin with # are remarks.
"""

import asyncio
import itertools
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot import app
from bot.channel import Accepted, Channel, Desk, Sent
from bot.config import Settings
from bot.message import Address, Capabilities, Joined, Message, Reply
from bot.render import fit
from knowledge.library import Library

_ROOMY = Capabilities(
    choices=20, choice_length=500, text_limit=20_000, attachments=("*",), links=True
)


class ScriptChannel(Channel):
    """A real channel whose platform is a list."""

    name = "script"
    can = _ROOMY

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.sent: list[tuple[Address, Reply]] = []

    async def send(self, to: Address, reply: Reply) -> Sent:
        self.sent.append((to, reply))
        return Sent(str(len(self.sent)))


class Chat:
    """One person talking to one house."""

    def __init__(self, house: app.House, channel: ScriptChannel, user: str) -> None:
        self.house, self.channel = house, channel
        self.address = Address(channel.name, user)
        self.shown: list[Reply] = []
        self._ids = itertools.count(1)

    @classmethod
    @asynccontextmanager
    async def opened(
        cls,
        settings: Settings,
        library: Library | None = None,
        clock: Callable[[], datetime] = app.now,
        also: tuple[str, ...] = (),
    ) -> AsyncIterator["Chat"]:
        """A house on these settings, with nobody in it but this person; `also`: more channels."""
        channels: dict[str, Any] = {"script": ScriptChannel}
        channels |= {name: type(name, (ScriptChannel,), {"name": name}) for name in also}
        house = app.build(settings, tuple(channels), clock, library, channels)
        yield cls(house, house.channels["script"], "anna")  # type: ignore[arg-type]
        await house.inbox.close()
        house.database.close()

    def another(self, user: str, channel: str = "script") -> "Chat":
        """Somebody else in the same house."""
        there = self.house.channels[channel]
        assert isinstance(there, ScriptChannel)
        return Chat(self.house, there, user)

    async def say(self, text: str, **fields: Any) -> Accepted:
        """Say something; what comes back is in `shown`."""
        return await self._accept(replace(self.message(text), **fields))

    def message(self, text: str) -> Message:
        """What this person would say, not said yet."""
        return Message(f"{self.address.user}-{next(self._ids)}", self.address, text, _now())

    async def join(self, **fields: Any) -> Accepted:
        """Open the chat."""
        event = Joined(f"{self.address.user}-{next(self._ids)}", self.address, _now())
        return await self._accept(replace(event, **fields))

    async def tap(self, label: str) -> Accepted:
        """Tap the choice with that label, among those shown last."""
        offered = {plain(c.label): c.value for r in self.shown for c in r.choices}
        assert label in offered, f"{label!r} is not offered: {sorted(offered)}"
        return await self.say(label, picked=offered[label])

    async def play(self, script: str) -> None:
        """Play a script; fails at the first line that is not as written."""
        waiting: list[Reply] = []
        for line in filter(None, (part.strip() for part in script.splitlines())):
            mark, _blank, rest = line.partition(" ")
            if mark == ">":
                assert not waiting, f"said but not in the script: {as_line(waiting[0])}"
                await self._speak(rest.strip())
                waiting = list(self.shown)
            elif mark == "<":
                assert waiting, f"expected, but nothing was said: {rest}"
                assert_line(as_line(waiting.pop(0)), rest.strip())
            else:
                assert mark == "#", f"not a line of a script: {line}"
        assert not waiting, f"said but not in the script: {as_line(waiting[0])}"

    async def _speak(self, said: str) -> None:
        if said == "(joins)":
            await self.join()
        elif said.startswith("[") and said.endswith("]"):
            await self.tap(said[1:-1])
        else:
            await self.say(said)

    async def _accept(self, event: Message | Joined) -> Accepted:
        before = len(self.channel.sent)
        accepted = await self.house.inbox.accept(event)
        while await self.house.deliverer.deliver() + await self.house.bulk.deliver():
            await asyncio.sleep(0)
        self.shown = [reply for to, reply in self.channel.sent[before:] if to == self.address]
        return accepted


def _now() -> datetime:
    return datetime.now(UTC)


def as_line(reply: Reply) -> str:
    """A reply as a script writes it."""
    fitted = fit(reply, _ROOMY).parts[-1]
    words = plain(fitted.text)
    files = (f"{{{file.name}}}" for file in reply.attachments)
    return " ".join([words, *files, *(f"[{plain(choice.label)}]" for choice in reply.choices)])


def plain(text: str) -> str:
    """Single blanks only: a time holds one that does not break."""
    return " ".join(text.split())


def assert_line(actual: str, expected: str) -> None:
    """Equal, where `…` may stand for any text."""
    parts = (re.escape(part) for part in expected.split("…"))
    pattern = "(?:.*)".join(parts)
    assert re.fullmatch(pattern, actual, re.DOTALL), f"\n  said: {actual}\n  want: {expected}"
