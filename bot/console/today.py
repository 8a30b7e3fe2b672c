"""The first page: what needs us, and how the house is."""

from functools import partial

from aiohttp import web

from bot.console.desk import Desk
from bot.console.rendering import Rendering
from bot.console.visit import Visit
from bot.services.channels import in_words
from bot.services.today import Overlook


class TodayPage:
    """One screen."""

    def __init__(self, desk: Desk, rendering: Rendering) -> None:
        self._desk, self._rendering = desk, rendering

    async def show(self, visit: Visit) -> web.StreamResponse:
        """Everything that needs somebody, and a sentence when nothing does."""
        today = await self._desk.look(lambda t: Overlook(t).today())
        values: dict[str, object] = {"today": today, "channels": self._desk.channels}
        values["in_words"] = partial(in_words, visit.language)
        return self._rendering.page(visit, "today.html", values)
