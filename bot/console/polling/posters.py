"""What brings voters: a poster, and a code to scan for each channel, to be saved and printed."""

import asyncio
import io
from typing import get_args

from aiohttp import web
from markupsafe import Markup

from bot.console.desk import Desk
from bot.console.door import to
from bot.console.polling.one import known
from bot.console.polling.words import at
from bot.console.rendering import Rendering
from bot.console.visit import Visit
from bot.services.poll_texts import channel_name
from bot.services.polls import Poll
from bot.services.poster import SOURCE, Poster, Size, Way, poster
from bot.web.problem import NOT_FOUND, Problem
from bot.web.saving import saved_as
from bot.web.ways import Ways

_SIZES = get_args(Size)


class PosterPages:
    """Only where a vote counts: nothing here leads to where one is refused."""

    def __init__(self, desk: Desk, rendering: Rendering) -> None:
        self._desk, self._rendering = desk, rendering
        self._ways = Ways(desk, SOURCE)

    async def show(self, visit: Visit) -> web.StreamResponse:
        """The ways there are."""
        poll = await self._desk.look(lambda t: known(t, visit.part("slug")))
        if poll.state not in ("draft", "open"):
            return to(at(poll, ""))
        made = await self._made(poll)
        values = {
            "poll": poll,
            "name": poll.name(visit.language),
            "ways": [
                (way, channel_name(way.channel, visit.language), _drawn(way)) for way in made.ways
            ],
            "sizes": _SIZES,
            "back": at(poll, ""),
        }
        return self._rendering.page(visit, "poll_ways.html", values)

    async def pdf(self, visit: Visit) -> web.StreamResponse:
        """The poster to be printed."""
        from bot.services.poster_pdf import as_pdf  # brings fonts along

        made, size = await self._open(visit), _size(visit)
        body = await asyncio.to_thread(as_pdf, made, size)
        return _file(body, "application/pdf", f"{visit.part('slug')}-{size}.pdf")

    async def html(self, visit: Visit) -> web.StreamResponse:
        """The poster to be changed before."""
        from bot.services.poster_html import as_html

        made, size = await self._open(visit), _size(visit)
        body = await asyncio.to_thread(as_html, made, size)
        return _file(body.encode(), "text/html", f"{visit.part('slug')}-{size}.html")

    async def code(self, visit: Visit) -> web.StreamResponse:
        """One code to scan, as a drawing that can be made as large as one likes."""
        made = await self._open(visit)
        way = next((way for way in made.ways if way.channel == visit.part("name")), None)
        if way is None:
            raise Problem(NOT_FOUND)
        drawn = io.BytesIO()
        way.code().save(drawn, kind="svg", scale=10, border=4, light="#fff")
        name = f"{visit.part('slug')}-{way.channel}.svg"
        return _file(drawn.getvalue(), "image/svg+xml", name)

    async def _open(self, visit: Visit) -> Poster:
        poll = await self._desk.look(lambda t: known(t, visit.part("slug")))
        if poll.state not in ("draft", "open"):
            raise Problem(NOT_FOUND)
        return await self._made(poll)

    async def _made(self, poll: Poll) -> Poster:
        return poster(self._desk.settings, poll, await self._ways.links(f"poll:{poll.id}"))


def _drawn(way: Way) -> Markup:
    title = " · ".join(way.names)
    drawn = way.code().svg_inline(border=4, light="#fff", svgclass="qr", title=title, omitsize=True)
    return Markup(drawn)  # noqa: S704 - of segno's, which escapes the title


def _size(visit: Visit) -> Size:
    size: Size = "a3" if visit.asked("size") == "a3" else "a4"
    return size


def _file(body: bytes, kind: str, name: str) -> web.Response:
    headers = {"Content-Disposition": saved_as(name), "Content-Type": kind}
    return web.Response(body=body, headers=headers)
