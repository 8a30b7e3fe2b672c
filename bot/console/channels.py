"""How each channel is: what was sent, what waits, what does not work, and what to do about it."""

from collections.abc import Iterator
from dataclasses import dataclass

from aiohttp import web

from bot.console.desk import Desk
from bot.console.download import csv_answer
from bot.console.rendering import Rendering
from bot.console.visit import Visit
from bot.i18n import _, translate
from bot.services.channels import Channels, Health, Pause, in_words

CHANNELS = "/console/channels"
_STATES = ("queued", "sending", "parked", "sent", "failed", "expired", "cancelled", "unsure")
_COLUMNS = ("channel", "state", *_STATES, "since", "reason")


@dataclass(frozen=True, slots=True)
class Trouble:
    """What does not work, since when, why, and what to do; `step` is "" if we do not know."""

    what: str
    pause: Pause
    reason: str
    step: str


class ChannelPages:
    """One page for all of them, and its file."""

    def __init__(self, desk: Desk, rendering: Rendering) -> None:
        self._desk, self._rendering = desk, rendering

    async def list(self, visit: Visit) -> web.StreamResponse:
        """Every channel there is: open, closed, or with something to say."""
        health = await self._health()
        shown = [
            {
                "name": name,
                "is_open": name in self._desk.channels,
                "held": one.held,
                "rows": one.rows,
                "troubles": tuple(troubles(self._desk, visit, name, one)),
            }
            for name, one in health.items()
        ]
        return self._rendering.page(visit, "channels.html", {"channels": shown})

    async def file(self, _visit: Visit) -> web.StreamResponse:
        """The same as CSV."""
        health = await self._health()
        rows = (
            {
                "channel": name,
                "state": self._state(name, one),
                **{state: one.rows.get(state, 0) for state in _STATES},
                **_why(one),
            }
            for name, one in health.items()
        )
        return await csv_answer("channels.csv", _COLUMNS, rows)

    async def _health(self) -> dict[str, Health]:
        health = await self._desk.look(lambda t: Channels(t).health())
        names = sorted({*self._desk.channels, *self._desk.guides, *health})
        return {name: health.get(name, Health()) for name in names}

    def _state(self, name: str, health: Health) -> str:
        if name not in self._desk.channels:
            return "closed"
        if health.held:
            return "paused"
        return "in trouble" if any(_wrong(health)) else "open"


def _wrong(health: Health) -> tuple[Pause | None, ...]:
    return health.pause, health.deaf, health.mute, health.unlisted


def _why(health: Health) -> dict[str, object]:
    cause = next(filter(None, (health.held, *_wrong(health))), None)
    return {"since": cause.since, "reason": cause.reason} if cause else {}


def troubles(desk: Desk, visit: Visit, name: str, health: Health) -> Iterator[Trouble]:
    """What does not work on a channel."""
    told = (
        (_("Nothing is sent"), health.pause),
        (_("Nothing is heard"), health.deaf),
        (_("People are not told that something waits for them"), health.mute),
        (_("No mass messages are sent"), health.unlisted),
    )
    for what, pause in told:
        if pause is not None:
            step = desk.remedy(name, pause.reason)
            yield Trouble(
                translate(visit.language, what),
                pause,
                in_words(visit.language, pause.reason),
                translate(visit.language, step) if step else "",
            )
