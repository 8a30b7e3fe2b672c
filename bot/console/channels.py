"""How each channel is: what was sent, what waits, what does not work, and what to do about it."""

from collections.abc import Iterator
from dataclasses import dataclass

from aiohttp import web

from bot.console.desk import Desk
from bot.console.rendering import Rendering
from bot.console.visit import Visit
from bot.i18n import _, translate
from bot.services.channels import Channels, Health, Pause, in_words

CHANNELS = "/console/channels"


@dataclass(frozen=True, slots=True)
class Trouble:
    """What does not work, since when, why, and what to do; `step` is "" if we do not know."""

    what: str
    pause: Pause
    reason: str
    step: str


class ChannelPages:
    """One page for all of them."""

    def __init__(self, desk: Desk, rendering: Rendering) -> None:
        self._desk, self._rendering = desk, rendering

    async def list(self, visit: Visit) -> web.StreamResponse:
        """Every channel that is open or has something to say."""
        health = await self._desk.look(lambda t: Channels(t).health())
        names = sorted({*self._desk.channels, *health})
        shown = [
            {
                "name": name,
                "is_open": name in self._desk.channels,
                "rows": health.get(name, Health()).rows,
                "troubles": tuple(self._troubles(visit, name, health.get(name, Health()))),
            }
            for name in names
        ]
        return self._rendering.page(visit, "channels.html", {"channels": shown})

    def _troubles(self, visit: Visit, name: str, health: Health) -> Iterator[Trouble]:
        told = (
            (_("Nothing is sent"), health.pause),
            (_("Nothing is heard"), health.deaf),
            (_("People are not told that something waits for them"), health.mute),
        )
        for what, pause in told:
            if pause is not None:
                step = self._desk.remedy(name, pause.reason)
                yield Trouble(
                    translate(visit.language, what),
                    pause,
                    in_words(visit.language, pause.reason),
                    translate(visit.language, step) if step else "",
                )
