"""A poll on a large screen: the question, a code to scan, how many have voted; at last the result.

It shows nothing that is not open to all. The count comes as server-sent events (HTML Living
Standard, section 9.2), by asking now and then where those do not get through, and by loading the
page anew where no script runs.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final, Generic, TypeVar

import orjson
from aiohttp import web
from markupsafe import Markup

from bot.database import DATABASE_DOWN
from bot.dialog import Transaction
from bot.i18n import _, format_number, translate
from bot.pages.desk import Desk
from bot.pages.door import PRIVATE, Visit, dress
from bot.pages.rendering import Rendering
from bot.services.poll_texts import asks, too_few, until, who_may_vote
from bot.services.polls import Poll, Polls
from bot.services.poster import Way, takes_votes
from bot.services.results import result
from bot.services.turnout import Turnout, turnout
from bot.services.weblinks import Pages
from bot.web.ending import ENDING
from bot.web.polls.figures import Figures, figures
from bot.web.problem import NOT_FOUND, Problem
from bot.web.ways import Ways

SOURCE: Final = "screen"
_LOOK: Final = 1.0  # seconds between two looks of a stream
_KEPT: Final = 1.0  # seconds: so old may a count be
_COUNTED: Final = 5.0  # likewise figures so far, for which all ballots are read
_LIFE: Final = 15 * 60.0  # seconds; then the browser comes again
_BEAT: Final = 15.0  # seconds between two signs of life
_WRITE: Final = 20.0  # a browser that takes no bytes for so long is gone
_MOST: Final = 500  # screens of this process; others ask now and then
_PHASES: Final = {
    "early": _("This poll is not open yet."),
    "open": "",
    "counting": _("Voting is over. The votes are being counted."),
    "over": _("Voting is over."),
    "cancelled": _("This poll was cancelled; the votes are deleted."),
}
# What the page says by itself once its script runs.
_LIVE: Final = {
    "days": _("{days} d {hours} h"),
    "hours": _("{hours} h {minutes} min"),
    "minutes": _("{minutes} min {seconds} s"),
}

Got = TypeVar("Got")


class Fresh(Generic[Got]):
    """What was looked up not long ago, by name: many screens cost no more than one."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._kept: dict[str, tuple[float, Got]] = {}
        self._lock = asyncio.Lock()

    async def get(self, name: str, look: Callable[[], Awaitable[Got]]) -> Got:
        """As it was at most so many seconds ago."""
        async with self._lock:
            now = time.monotonic()
            self._kept = {n: k for n, k in self._kept.items() if now - k[0] < self._seconds}
            if name not in self._kept:
                self._kept[name] = (now, await look())
            return self._kept[name][1]


class ScreenPage:
    """What a presenter puts on the wall."""

    def __init__(self, desk: Desk, rendering: Rendering) -> None:
        self._desk, self._rendering = desk, rendering
        self._ways = Ways(desk, SOURCE)
        self._pages = Pages(desk.settings.public_url)
        self._standing: Fresh[tuple[Poll, Turnout]] = Fresh(_KEPT)
        self._figures: Fresh[tuple[Figures, ...]] = Fresh(_COUNTED)
        self._open = 0

    async def show(self, visit: Visit) -> web.Response:
        """The screen; with `?result=1` the figures, once they may be seen."""
        poll, stands = await self._now(visit)
        wanted = stands.shown and visit.request.query.get("result") == "1"
        shown = await self._shown(visit, poll) if wanted else ()
        ways = (
            await self._to_vote(poll, visit.language) if stands.phase in ("early", "open") else ()
        )
        return self._rendering.page(
            "screen.html",
            visit.language,
            poll=poll,
            here=f"/screen/{poll.id}",
            stands=stands,
            asks=asks(poll, visit.language),
            codes=[(way, _drawn(way)) for way in ways],
            count=format_number(visit.language, stands.count),
            closes=translate(
                visit.language, _("Open until {when}."), when=until(poll, visit.language)
            ),
            who=who_may_vote(poll, visit.language),
            phases=_texts(visit.language, _PHASES),
            figures=shown,
            is_wanted=wanted,
            few=_too_few(poll, stands, visit.language),
            page=self._pages.of_poll(poll.id, visit.language),
            texts=_texts(visit.language, _LIVE),
        )

    async def state(self, visit: Visit) -> web.Response:
        """How many have voted, for a page that asks now and then."""
        _poll, stands = await self._now(visit)
        return web.Response(body=orjson.dumps(stands.as_plain()), content_type="application/json")

    async def live(self, visit: Visit) -> web.StreamResponse:
        """The same, each time it changes."""
        await self._now(visit)  # a poll that is not there is told with a status
        if self._open >= _MOST or visit.request.method == "HEAD":
            return web.Response(status=204)  # tells an EventSource not to come again
        # The second is for nginx, which would keep back what we say.
        headers = {"Content-Type": "text/event-stream", "X-Accel-Buffering": "no"}
        response = web.StreamResponse(headers=headers)
        dress(response, PRIVATE)
        await response.prepare(visit.request)
        self._open += 1
        try:
            async with asyncio.timeout(_LIFE):
                await self._tell(visit, response)
        except (TimeoutError, ConnectionResetError, Problem, *DATABASE_DOWN):
            pass  # the browser comes again
        finally:
            self._open -= 1
        return response

    async def _tell(self, visit: Visit, response: web.StreamResponse) -> None:
        ending, told, since = visit.request.app[ENDING], None, time.monotonic()
        await _write(response, b"retry: 2000\n\n")
        while not ending.is_set():
            _poll, stands = await self._now(visit)
            if stands != told:
                await _write(response, b"data: %s\n\n" % orjson.dumps(stands.as_plain()))
                told, since = stands, time.monotonic()
            elif time.monotonic() - since > _BEAT:
                await _write(response, b": still here\n\n")
                since = time.monotonic()
            with suppress(TimeoutError):
                async with asyncio.timeout(_LOOK):
                    await ending.wait()

    async def _now(self, visit: Visit) -> tuple[Poll, Turnout]:
        """Raises Problem where there is no such poll, or not for people yet."""
        name = visit.part("slug")

        def look(transaction: Transaction) -> tuple[Poll, Turnout]:
            poll = Polls(transaction).get(name)
            if poll is None or poll.state == "draft":
                raise Problem(NOT_FOUND)
            return poll, turnout(transaction.connection, poll, transaction.now)

        return await self._standing.get(name, lambda: self._desk.look(look))

    async def _shown(self, visit: Visit, poll: Poll) -> tuple[Figures, ...]:
        def look(transaction: Transaction) -> tuple[Figures, ...]:
            return figures(result(transaction.connection, poll), visit.language)

        return await self._figures.get(f"{poll.id} {visit.language}", lambda: self._desk.look(look))

    async def _to_vote(self, poll: Poll, language: str) -> tuple[Way, ...]:
        """Codes to scan for each channel in which one can vote in this poll."""
        target = f"poll:{poll.id}"
        own: tuple[Way, ...] = ()
        if self._pages and takes_votes(poll, "web"):
            url = self._pages.at(self._ways.chat(target, language))
            own = (Way("web", url, (translate(language, _("Web page")),)),)
        if not takes_votes(poll, "telegram"):
            return own
        others = await self._ways.others(target, language)
        return (*own, *(Way(way.channel, way.url, (way.channel,)) for way in others))


def _too_few(poll: Poll, stands: Turnout, language: str) -> str:
    hidden = stands.phase == "over" and not stands.shown
    return too_few(poll, stands.count, language) if hidden else ""


async def _write(response: web.StreamResponse, data: bytes) -> None:
    async with asyncio.timeout(_WRITE):
        await response.write(data)


def _drawn(way: Way) -> Markup:
    svg = way.code().svg_inline(
        border=4, light="#fff", svgclass="qr", title=way.names[0], omitsize=True
    )
    return Markup(svg)  # noqa: S704 - of segno's, which escapes the title


def _texts(language: str, msgids: dict[str, str]) -> dict[str, str]:
    return {name: translate(language, msgid) for name, msgid in msgids.items()}
