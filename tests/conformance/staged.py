"""A chat whose every word goes through a messenger and back.

What the dialogs said is read from the outbox; what the platform shows must be that, as the
channel's capabilities say: nothing more, nothing less, in this order.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import select

from bot import app
from bot.config import Settings
from bot.message import GEO, Address, Message, Reply
from bot.models import Outbox
from bot.stored import reply_from_json
from knowledge.library import Library
from tests.conformance.looks import as_anywhere, buttons, looks, words
from tests.conformance.stage import Impossible, Stage, StageClock
from tests.script import Chat, plain

Opener = Callable[[Settings, Library, StageClock], AbstractAsyncContextManager[Stage]]
_SAID = ("sent", "sending", "unsure")


class Ledger:
    """In place of a script's channel: what was sent, and to whom."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self.name = next(iter(stage.house.channels))
        self.can = stage.can
        # Where people come and fetch, nothing is sent to them.
        fetches = stage.house.channels[self.name].fetches
        self._said = (*_SAID, "queued") if fetches else _SAID

    @property
    def sent(self) -> list[tuple[Address, Reply]]:
        """As a script's channel tells it."""
        return [(Address.parse(to), as_anywhere(reply)) for _id, to, reply in self.rows()]

    def rows(self) -> list[tuple[int, str, Reply]]:
        """All that was said, oldest first."""
        wanted = (
            select(Outbox.id, Outbox.address, Outbox.body)
            .where(Outbox.state.in_(self._said), Outbox.body.is_not(None))
            .order_by(Outbox.id)
        )
        with self._stage.house.database.read() as connection:
            return [(i, to, reply_from_json(body)) for i, to, body in connection.execute(wanted)]


class StagedChat(Chat):
    """One person at a messenger, who plays what is written for a script."""

    def __init__(self, stage: Stage, name: str) -> None:
        self.house, self.channel = stage.house, Ledger(stage)  # type: ignore[assignment]
        self.shown: list[Reply] = []
        self._stage, self._actor = stage, stage.actor(name)
        self._told: set[int] = set()  # rows of the outbox that were compared
        self._all: list[Reply] = []
        self.seen: list[str] = []  # all that the messenger showed

    @property
    def address(self) -> Address:  # type: ignore[override]
        return self._actor.address

    def another(self, user: str, channel: str = "script") -> Chat:
        if channel != "script":
            raise Impossible("a stage has one messenger")
        return StagedChat(self._stage, user)

    def message(self, text: str) -> Message:
        raise Impossible("nobody holds a message that is not sent yet")

    async def say(self, text: str, **fields: Any) -> Any:
        picked, files = fields.pop("picked", None), fields.pop("attachments", ())
        if fields:
            raise Impossible(f"nobody says {', '.join(fields)}")
        if picked is not None:
            await self._tap(*self._offer(lambda choice: choice.value == picked))
        elif files:
            (file,) = files
            if file.kind != GEO:
                raise Impossible("what kind of file came is for the tests of each channel")
            longitude, latitude = orjson.loads(file.url_or_bytes)["coordinates"]
            await self._through(self._actor.send_place(latitude, longitude))
        else:
            await self._through(self._actor.type(text))

    async def join(self, locale: str | None = None) -> Any:  # type: ignore[override]
        await self._through(self._actor.join(locale))

    async def tap(self, label: str) -> Any:
        await self._tap(*self._offer(lambda choice: plain(choice.label) == label))

    async def finish(self) -> None:
        """What came last, by itself, is looked at too."""
        if self._all or self.shown:
            await self.look(asked=False)

    def _offer(self, fits: Callable[[Any], bool]) -> tuple[int, int]:
        """Which reply offers that, and as which of its choices."""
        for number in range(len(self._all) - 1, -1, -1):
            for place, choice in enumerate(self._all[number].choices):
                if fits(choice):
                    return number, place
        raise Impossible("nobody was offered that")

    async def _tap(self, number: int, place: int) -> None:
        reply, can = self._all[number], self._stage.can
        labels = buttons(reply, can)
        if not labels or (can.several and reply.several):
            # Where one choice alone cannot be tapped, it is written; then it is the newest.
            if any(later.choices for later in self._all[number + 1 :]):
                raise Impossible("a number means the newest list")
            await self._through(self._actor.type(str(place + 1)))
            return
        later = sum(labels[place] in buttons(r, can) for r in self._all[number + 1 :])
        await self._through(self._actor.tap(labels[place], later))

    async def _through(self, doing: Any) -> None:
        try:
            if self._all:
                await self.look(asked=False)
        except BaseException:
            doing.close()
            raise
        await doing
        self.shown = await self.look(asked=True)

    async def look(self, *, asked: bool) -> list[Reply]:
        """What came since the last time is what was said since."""
        await self._stage.settle()
        news = await self._actor.news()
        self.seen += news
        mine = str(self.address)
        rows = [(i, reply) for i, to, reply in self.channel.rows() if to == mine]  # type: ignore[attr-defined]
        fresh = [reply for i, reply in rows if i not in self._told]
        self._told.update(i for i, _reply in rows)
        now, said = words(news), words(looks(fresh, self._stage.can, asked=asked))
        assert now == said, f"\n  shown: {' '.join(now)}\n  said:  {' '.join(said)}"
        heard = [as_anywhere(reply) for reply in fresh]
        self._all += heard
        return heard


class Theatre:
    """Opens houses of one channel, in place of `Chat.opened`."""

    def __init__(self, channel: str, opener: Opener) -> None:
        self._channel, self._opener = channel, opener
        self.houses = 0  # that were opened

    @asynccontextmanager
    async def opened(
        self, settings: Settings, library: Library, clock: Callable[[], datetime] = app.now
    ) -> AsyncIterator[StagedChat]:
        """The same house, beside that platform's fake, and Anna in it."""
        self.houses += 1
        async with self._opener(self._for(settings), library, StageClock(clock)) as stage:
            chat = StagedChat(stage, "anna")
            yield chat
            await chat.finish()

    def _for(self, settings: Settings) -> Settings:
        """Where the script's channel is our own, this one is."""
        ours = "script" in settings.own_channels.split()
        return replace(settings, own_channels=self._channel if ours else "", flood_messages=1000)
