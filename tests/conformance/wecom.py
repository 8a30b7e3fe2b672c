"""WeCom as a stage."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import select

from adapters.wecom import WeComChannel
from bot.config import Settings
from bot.i18n import languages, translate
from bot.message import Address
from bot.models import Outbox
from bot.pace import Pace
from bot.render import fit
from bot.stored import reply_from_json
from knowledge.library import Library
from tests.adapters.wecom.conftest import World, opened
from tests.conformance.stage import Impossible, StageClock, is_open
from tests.fakes.wecom import FakeWeCom
from tests.fakes.wecom.corp import Shown

_OF_THE_CARD = {translate(language, "Please choose") for language in languages()}


class Hasty(WeComChannel):
    """The same channel for a script: what a member may get is counted, but nobody waits for it."""

    pace = Pace()


class WeComActor:
    """A member who may see the app."""

    def __init__(self, world: World, name: str) -> None:
        self.address = Address("wecom", name)
        self._house, self._phone = world.house, world.phone(name)
        self._seen = 0
        self._cards: list[tuple[Shown, dict[str, str]]] = []  # whole labels, and as they are cut

    async def type(self, text: str) -> None:
        await self._phone.says(text)

    async def tap(self, label: str, before: int) -> None:
        with_it = [(card, labels[label]) for card, labels in self._cards if label in labels]
        card, shown = with_it[-1 - before]
        await self._phone.taps(shown, card)

    async def join(self, locale: str | None) -> None:
        if locale:
            raise Impossible("the platform does not tell us a member's language")
        await self._phone.follows()

    async def send_place(self, latitude: float, longitude: float) -> None:
        where = {"Location_X": latitude, "Location_Y": longitude, "Scale": 15, "Label": ""}
        await self._phone.sends("location", **where)

    async def news(self) -> list[str]:
        new = self._phone.shown[self._seen :]
        self._seen += len(new)
        return [self._look(shown) for shown in new]

    def _look(self, shown: Shown) -> str:
        """Without the words that only a card has."""
        whole = [(self._whole(*tap), tap[0]) for tap in shown.taps]
        self._cards.append((shown, dict(whole)))
        words = "" if shown.text in _OF_THE_CARD else shown.text
        return words + "".join(f" [{label}]" for label, _cut in whole)

    def _whole(self, label: str, key: str) -> str:
        """A numbered label is cut to the width of a button, for the words hold it in full."""
        ref, place = (int(digits, 36) for digits in key.removesuffix("+").split("."))
        with self._house.database.read() as connection:
            body = connection.scalar(select(Outbox.body).where(Outbox.id == ref))
        part = fit(reply_from_json(body), WeComChannel.can).parts[-1]
        whole = (part.several or part.choices)[place].label
        cut = label.endswith("…") and whole[:1].isdigit()
        assert whole.startswith(label[:-1].rstrip()) if cut else whole == label
        return whole


class WeComStage:
    """A house with an app of the company."""

    can = WeComChannel.can

    def __init__(self, world: World, clock: StageClock) -> None:
        self.house, self._world, self._clock = world.house, world, clock

    def actor(self, name: str) -> WeComActor:
        return WeComActor(self._world, name)

    async def settle(self) -> None:
        await self._world.deliver()
        for _second in range(60):  # a member gets only so much at once
            if not is_open(self.house):
                break
            self._clock.advance(seconds=1)
            await self._world.deliver()
        self._clock.rewind()


@asynccontextmanager
async def on_stage(
    settings: Settings, library: Library, clock: StageClock
) -> AsyncIterator[WeComStage]:
    """A house beside the fake WeCom."""
    platform = FakeWeCom(clock)  # type: ignore[arg-type]
    async with platform.running(), opened(platform, settings, library, Hasty) as world:
        yield WeComStage(world, clock)
