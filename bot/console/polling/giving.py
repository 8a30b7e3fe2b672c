"""What is given out for a poll and shown once: invitation codes, and links of tablets."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from aiohttp import web

from bot.console.desk import Desk
from bot.console.polling.filled import number_of
from bot.console.polling.one import known
from bot.console.polling.words import at
from bot.console.rendering import Rendering
from bot.console.visit import Visit
from bot.dialog import Transaction
from bot.i18n import _, translate
from bot.services.keys import Keys
from bot.services.kiosk import KioskLinks
from bot.services.poll_office import PollOffice
from bot.services.poll_standing import codes_made, tablets
from bot.services.poll_texts import until
from bot.services.poll_written import BadPoll
from bot.services.polls import Poll, Polls
from bot.services.weblinks import KIOSK
from bot.text import clean
from bot.web.problem import NOT_FOUND, Problem
from bot.web.saving import saved_as

_MOST: Final = 100_000  # codes at once, as on the command line
_SHOWN: Final = 500  # codes on a page; more only in a file
_PLACE: Final = 80  # characters


@dataclass(frozen=True, slots=True)
class _Out:
    """What was given out so far."""

    poll: Poll
    codes: int
    tablets: Sequence[tuple[str, datetime]]


class GivingPages:
    """Each is made once, shown once, and kept as a hash alone."""

    def __init__(self, desk: Desk, rendering: Rendering) -> None:
        self._desk, self._rendering = desk, rendering
        self._keys = Keys.of(desk.settings)

    async def codes(self, visit: Visit) -> web.StreamResponse:
        """How many codes there are, and a form for more."""
        return await self._page(visit, "poll_codes.html")

    async def invite(self, visit: Visit) -> web.StreamResponse:
        """New codes: on the page, or as a file, and nowhere else ever again."""
        as_file = visit.form.get("do") == "file"
        most = _MOST if as_file else _SHOWN

        def make(transaction: Transaction) -> tuple[str, ...]:
            poll, count = _locked(transaction, visit), number_of(visit.form.get("count", ""))
            if count is None or not 1 <= count <= most:
                raise BadPoll(_("Please say how many: 1 to {most}."), most=most)
            if visit.form.get("had") != str(codes_made(transaction.connection, poll.id)):
                raise BadPoll(
                    _("Codes were made meanwhile. Look how many there are now, and go on.")
                )
            office = PollOffice(transaction, self._keys, visit.member.actor)
            return office.invite(poll.id, count)

        try:
            made = await self._desk.do(make)
        except BadPoll as bad:
            return await self._page(visit, "poll_codes.html", bad)
        if as_file:
            name = f"{visit.part('slug')}-codes.txt"
            headers = {"Content-Disposition": saved_as(name)}
            return web.Response(text="\n".join((*made, "")), headers=headers)
        return await self._page(visit, "poll_codes.html", made=made)

    async def kiosk(self, visit: Visit) -> web.StreamResponse:
        """Which places have a tablet, and a form for another."""
        return await self._page(visit, "poll_kiosk.html")

    async def tablet(self, visit: Visit) -> web.StreamResponse:
        """A link for a place, shown once; or the links there are made useless."""
        deed = _void if visit.form.get("do") == "void" else _made
        try:
            token = await self._desk.do(lambda t: deed(KioskLinks(t), _locked(t, visit), visit))
        except BadPoll as bad:
            return await self._page(visit, "poll_kiosk.html", bad)
        made = (f"{self._base(visit)}{KIOSK}{token}",) if token else ()
        return await self._page(visit, "poll_kiosk.html", made=made)

    def _base(self, visit: Visit) -> str:
        return self._desk.settings.public_url.rstrip("/") or str(visit.request.url.origin())

    async def _page(
        self, visit: Visit, template: str, bad: BadPoll | None = None, made: Sequence[str] = ()
    ) -> web.StreamResponse:
        out = await self._desk.look(lambda t: _out(t, visit.part("slug")))
        values = {
            "poll": out.poll,
            "name": out.poll.name(visit.language),
            "out": out,
            "made": made,
            "given": visit.form if bad else {},
            "until": until(out.poll, visit.language),
            "shown": _SHOWN,
            "most": _MOST,
            "back": at(out.poll, ""),
            "error": translate(visit.language, bad.why, **bad.values) if bad else "",
        }
        return self._rendering.page(visit, template, values, 422 if bad else 200)


def _out(transaction: Transaction, slug: str) -> _Out:
    poll, connection = known(transaction, slug), transaction.connection
    return _Out(poll, codes_made(connection, poll.id), tablets(connection, poll.id))


def _locked(transaction: Transaction, visit: Visit) -> Poll:
    poll = Polls(transaction).lock(visit.part("slug"))
    if poll is None:
        raise Problem(NOT_FOUND)
    return poll


def _made(links: KioskLinks, poll: Poll, visit: Visit) -> str:
    place = " ".join(clean(visit.form.get("place", "")).split())
    if not 0 < len(place) <= _PLACE:
        text = _("Please say where it stands, in at most {most} characters: library.")
        raise BadPoll(text, most=_PLACE)
    return links.make(poll.id, place, visit.member.actor)


def _void(links: KioskLinks, poll: Poll, visit: Visit) -> str:
    """Of the place that was named; a name that has none makes nothing useless."""
    if place := visit.form.get("place", ""):
        links.void(poll.id, place, visit.member.actor)
    return ""
