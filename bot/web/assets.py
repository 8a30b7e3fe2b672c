"""Scripts and styles: read and packed once, under an address that changes with their content."""

import gzip
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from aiohttp import web

from bot.web.headers import ALWAYS

_KINDS: Final = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
SHARED: Final = tuple(sorted((Path(__file__).parent / "static").iterdir()))
"""Colours, type and the icon: files that all our pages load."""

_YEAR = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    """A file ready to be sent."""

    kind: str
    body: bytes
    packed: bytes
    tag: str


class Shelf:
    """Files that pages load, by name; `version` stands in their address."""

    def __init__(self, paths: Iterable[Path]) -> None:
        found = sorted((path for path in paths if path.suffix in _KINDS), key=lambda p: p.name)
        self._files = {path.name: asset_of(path) for path in found}
        tags = "".join(asset.tag for asset in self._files.values())
        self.version = sha256(tags.encode()).hexdigest()[:12]

    async def fetch(self, request: web.Request) -> web.Response:
        """One file. An older version's address gives today's file, kept shortly."""
        asset = self._files.get(request.match_info["name"])
        if asset is None:
            raise web.HTTPNotFound
        is_current = request.match_info["version"] == self.version
        return asset_answer(request, asset, _YEAR if is_current else "no-cache", "same-origin")


def asset_of(path: Path, texts: bytes = b"") -> Asset:
    """A file read; `texts`, JSON, takes the place of the script's "TEXTS"."""
    body = path.read_bytes().replace(b'"TEXTS"', texts)
    tag = sha256(body).hexdigest()[:16]
    return Asset(_KINDS[path.suffix], body, gzip.compress(body, 9, mtime=0), tag)


def asset_answer(request: web.Request, asset: Asset, caching: str, reach: str) -> web.Response:
    """The file, packed where the browser takes that; 304 when it has it. `reach`: whose pages."""
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
