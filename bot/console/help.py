"""How to work with these pages: one page, for whoever is signed in or about to be."""

from typing import Final

from aiohttp import web

from bot.console.rendering import Rendering
from bot.console.visit import Visit

HELP: Final = "/help"


class HelpPage:
    """The same for everybody; nothing of the house stands on it."""

    def __init__(self, rendering: Rendering) -> None:
        self._rendering = rendering

    async def show(self, visit: Visit) -> web.StreamResponse:
        """All of it."""
        return self._rendering.page(visit, "help.html", {})
