"""The scripts and styles of the chat page, and the script other sites embed."""

from pathlib import Path
from typing import Final

import orjson
from aiohttp import web

from bot.i18n import _, languages, translate
from bot.web.assets import SHARED, Shelf, asset_answer, asset_of

_FOLDER = Path(__file__).parent / "static"
_WIDGET = _FOLDER / "widget.js"
_MINUTES = "public, max-age=600"

# What the launcher says on another site's page; the chat in its frame has texts of its own.
_LAUNCHER: Final = {
    "open": _("Open the chat"),
    "close": _("Close the chat"),
    "unread": _("New message in the chat"),
    "refused": _("The chat cannot be shown on this page. It works in a window of its own."),
    "elsewhere": _("Open the chat in its own window"),
}


class Assets(Shelf):
    """All of `static/`, read once."""

    def __init__(self) -> None:
        super().__init__((*(path for path in _FOLDER.iterdir() if path != _WIDGET), *SHARED))
        self._widget = asset_of(_WIDGET, _launcher_texts())

    async def widget(self, request: web.Request) -> web.Response:
        """The script other sites embed: its address stays, so it is asked for again soon."""
        return asset_answer(request, self._widget, _MINUTES, "cross-origin")


def _launcher_texts() -> bytes:
    texts = {
        code: {name: translate(code, msgid) for name, msgid in _LAUNCHER.items()}
        for code in languages()
    }
    return orjson.dumps(texts)
