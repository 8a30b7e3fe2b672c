"""Tells open staff pages that they are no longer up to date (HTML Living Standard, section 9.2).

A stream says which page changed, never what: the page asks for itself anew, as anybody may.
"""

import asyncio
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Final

from aiohttp import web

from bot.console.desk import Desk
from bot.console.visit import Visit
from bot.database import DATABASE_DOWN
from bot.services.pulse import Pulse
from bot.web.ending import ENDING

LIVE: Final = "/console/live"
_LOOK = 3.0  # seconds between two looks, one for all that listen
_BEATS = 5  # looks between two signs of life
_WRITE = 20.0  # seconds; a browser that takes no bytes for so long is gone
_LIFE = 10 * 60.0  # seconds; then the browser comes again, and the session is looked at anew
_MOST = 200  # pages of the team that may listen


class LivePages:
    """The open streams of this process."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._open = 0
        self._marks: Mapping[str, str] = {}
        self._taken = 0.0  # on the monotonic clock
        self._lock = asyncio.Lock()

    async def listen(self, visit: Visit) -> web.StreamResponse:
        """Stay open, and name each page that changed."""
        if self._open >= _MOST or visit.request.method == "HEAD":
            return web.Response(status=204)  # tells an EventSource not to come again
        headers = {"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        response = web.StreamResponse(headers=headers | {"X-Accel-Buffering": "no"})  # nginx waits
        await response.prepare(visit.request)
        self._open += 1
        try:
            async with asyncio.timeout(_LIFE):
                await self._tell(visit, response)
        except (TimeoutError, ConnectionResetError, *DATABASE_DOWN):
            pass  # the browser comes again
        finally:
            self._open -= 1
        return response

    async def _tell(self, visit: Visit, response: web.StreamResponse) -> None:
        ending, quiet = visit.request.app[ENDING], 0
        told = await self._now()
        await _write(response, "retry: 3000\n\n")
        while not ending.is_set():
            marks = await self._now()
            changed = [page for page, mark in marks.items() if told.get(page) != mark]
            told, quiet = marks, 0 if changed else quiet + 1
            if changed:
                await _write(response, "".join(f"event: {page}\ndata:\n\n" for page in changed))
            elif quiet % _BEATS == 0:
                await _write(response, ": still here\n\n")
            with suppress(TimeoutError):
                async with asyncio.timeout(_LOOK):
                    await ending.wait()

    async def _now(self) -> Mapping[str, str]:
        async with self._lock:
            if time.monotonic() - self._taken >= _LOOK:
                self._marks = await self._desk.look(lambda t: Pulse(t).marks())
                self._taken = time.monotonic()
            return self._marks


async def _write(response: web.StreamResponse, text: str) -> None:
    async with asyncio.timeout(_WRITE):
        await response.write(text.encode())
