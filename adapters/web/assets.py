"""Scripts and styles: under an address that changes with their content, and packed once."""

import gzip
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

import orjson
from aiohttp import web

from adapters.web.headers import ALWAYS
from bot.i18n import _, languages, translate

_FOLDER = Path(__file__).parent / "static"
_KINDS: Final = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
_YEAR = "public, max-age=31536000, immutable"
_MINUTES = "public, max-age=600"

# What the launcher says on another site's page; the chat in its frame has texts of its own.
_LAUNCHER = {
    "open": _("Open the chat"),
    "close": _("Close the chat"),
    "unread": _("New message in the chat"),
}


@dataclass(frozen=True, slots=True)
class Asset:
    """A file ready to be sent."""

    kind: str
    body: bytes
    packed: bytes
    tag: str


class Assets:
    """All of `static/`, read once."""

    def __init__(self) -> None:
        found = {path.name: path for path in sorted(_FOLDER.iterdir()) if path.suffix in _KINDS}
        self._files = {name: _asset(path) for name, path in found.items() if name != "widget.js"}
        self._widget = _asset(found["widget.js"], _launcher_texts())
        tags = "".join(asset.tag for asset in self._files.values())
        self.version = sha256(tags.encode()).hexdigest()[:12]

    async def widget(self, request: web.Request) -> web.Response:
        """The script other sites embed: its address stays, so it is asked for again soon."""
        return _answer(request, self._widget, _MINUTES, "cross-origin")

    async def fetch(self, request: web.Request) -> web.Response:
        """One file of the page. An older version's address gives today's file, kept shortly."""
        asset = self._files.get(request.match_info["name"])
        if asset is None:
            raise web.HTTPNotFound
        is_current = request.match_info["version"] == self.version
        return _answer(request, asset, _YEAR if is_current else "no-cache", "same-origin")


def _asset(path: Path, texts: bytes = b"") -> Asset:
    body = path.read_bytes().replace(b'"TEXTS"', texts)
    tag = sha256(body).hexdigest()[:16]
    return Asset(_KINDS[path.suffix], body, gzip.compress(body, 9, mtime=0), tag)


def _launcher_texts() -> bytes:
    texts = {
        code: {name: translate(code, msgid) for name, msgid in _LAUNCHER.items()}
        for code in languages()
    }
    return orjson.dumps(texts)


def _answer(request: web.Request, asset: Asset, caching: str, reach: str) -> web.Response:
    headers = {
        **ALWAYS,
        "Cache-Control": caching,
        "ETag": f'"{asset.tag}"',
        "Vary": "Accept-Encoding",
        "Cross-Origin-Resource-Policy": reach,
        "Content-Security-Policy": "default-src 'none'",
    }
    if asset.tag in request.headers.get("If-None-Match", ""):
        return web.Response(status=304, headers=headers)
    headers["Content-Type"] = f"{asset.kind}; charset=utf-8"
    if "gzip" not in request.headers.get("Accept-Encoding", ""):
        return web.Response(body=asset.body, headers=headers)
    return web.Response(body=asset.packed, headers=headers | {"Content-Encoding": "gzip"})
