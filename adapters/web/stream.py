"""Replies as they come, over server-sent events (HTML Living Standard, section 9.2)."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import orjson
from aiohttp import web

from adapters.web.door import Door
from adapters.web.endings import Endings
from adapters.web.lines import Line, replies
from adapters.web.session import Session
from adapters.web.utterance import number
from adapters.web.visit import Visit
from bot.channel import Desk
from bot.database import DATABASE_DOWN
from bot.message import Address
from bot.wakeups import Bell

LOOK_SECONDS = 5.0  # a wake-up may be lost: so often we look by ourselves
_BEATS = 3  # looks between two signs of life
_WRITE_SECONDS = 20.0  # a browser that takes no bytes for so long is gone
_MOST = 12  # tabs of one talk that may listen
_LIFE_SECONDS = 15 * 60.0  # then the browser comes again, and the session is looked at anew


class Stream:
    """The open streams of this process, and how they end."""

    def __init__(self, desk: Desk, door: Door, endings: Endings) -> None:
        self._desk, self._door, self._endings = desk, door, endings
        self._listening: Counter[Address] = Counter()
        self._bells: set[Bell] = set()
        self._closing = False

    def close(self) -> None:
        """End all streams; browsers come again by themselves."""
        self._closing = True
        for bell in self._bells:
            bell.ring()

    async def listen(self, visit: Visit) -> web.StreamResponse:
        """Stay open and send each new reply, its `id:` the cursor to go on from."""
        session = visit.session
        if session is None or visit.request.method == "HEAD" or self._is_full(session.address):
            return web.Response(status=204)  # tells an EventSource not to come again
        after = _cursor(visit.request)
        await self._desk.mailbox.fetched(session.address, after)
        response = web.StreamResponse(
            # The second is for nginx, which would keep back what we say.
            headers={"Content-Type": "text/event-stream", "X-Accel-Buffering": "no"}
        )
        self._door.dress(visit, response)
        await response.prepare(visit.request)
        with self._bell(session.address) as bell:
            try:
                async with asyncio.timeout(_LIFE_SECONDS):
                    await self._tell(response, session, bell, after)
            except (TimeoutError, ConnectionResetError, *DATABASE_DOWN):
                pass  # nothing is lost: the browser comes again with its cursor
        return response

    def _is_full(self, address: Address) -> bool:
        return self._closing or self._listening[address] >= _MOST

    async def _tell(
        self, response: web.StreamResponse, session: Session, bell: Bell, after: int
    ) -> None:
        await _write(response, b"retry: 2000\n\n")
        quiet = 0
        while not self._closing and session not in self._endings:
            lines = replies(await self._desk.mailbox.since(session.address, after))
            quiet = 0 if lines else quiet + 1
            if lines:
                await _write(response, _events(lines))
                after = lines[-1]["id"]
            elif quiet % _BEATS == 0:
                await _write(response, b": still here\n\n")
            await bell.wait(LOOK_SECONDS)

    @contextmanager
    def _bell(self, address: Address) -> Iterator[Bell]:
        with self._desk.wakeups.listen(str(address)) as bell:
            self._bells.add(bell)
            self._listening[address] += 1
            try:
                yield bell
            finally:
                self._bells.discard(bell)
                self._listening[address] -= 1
                self._listening += Counter()  # drops addresses nobody listens at


def _cursor(request: web.Request) -> int:
    """Where to go on: a browser that comes again knows better than the address it came with."""
    last = request.headers.get("Last-Event-ID") or request.query.get("after", "0")
    return number(last)


def _events(lines: Sequence[Line]) -> bytes:
    return b"".join(
        b"id: %d\nevent: message\ndata: %s\n\n" % (line["id"], orjson.dumps(line)) for line in lines
    )


async def _write(response: web.StreamResponse, data: bytes) -> None:
    async with asyncio.timeout(_WRITE_SECONDS):
        await response.write(data)
