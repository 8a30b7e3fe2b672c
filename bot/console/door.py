"""Stands before every staff page: who is there, what they may do, and that they meant it.

Closed by default: a room opens to who is signed in and has its right. Whatever changes something
carries a token of the session besides coming from our own page (ASVS 5.0, 3.5).
"""

import hmac
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final
from urllib.parse import urlencode

from aiohttp import web

from bot.console import cookies
from bot.console.desk import Desk, lagging
from bot.console.rendering import Rendering
from bot.console.visit import Visit
from bot.i18n import _, negotiate
from bot.secret import keep_secret
from bot.services.roles import may
from bot.services.staff_sessions import FRESH, Session, StaffSessions
from bot.web.body import mended, read_as_typed
from bot.web.headers import ALWAYS, CONTENT
from bot.web.language import asked_for, language_of
from bot.web.mishap import mishaps_told
from bot.web.origin import is_ours
from bot.web.problem import ELSEWHERE, TOO_LONG, UNREADABLE, Kind, Problem
from bot.web.upload import read_upload

SIGN_IN: Final = "/console/sign-in"
CONFIRM: Final = "/console/confirm"
FACTOR: Final = "/console/factor"
BY_ITSELF: Final = "Citybot-Live"
"""The header of what a page asks for without a click: it does not keep anybody signed in."""
FORBIDDEN: Final = Kind(403, "forbidden", _("Your role does not allow this."))
OLD_FORM: Final = Kind(403, "old_form", _("This page was open for too long. Please try again."))
ALL_TOO_LONG: Final = Kind(
    413,
    "too_long",
    _(
        "All of it together is too long, and nothing was saved. A text may have at most {limit} "
        "characters. Going back in your browser may bring back what you wrote."
    ),
)
_BODY = 256 * 1024  # bytes of a form: an article in three languages
_FIELDS = 400
HERE: Final = "."
"""Of a room whose form stands on the same address."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Room:
    """A page and who may enter.

    right     what it takes, see bot/services/roles.py; None: nobody needs to be signed in
    confirms  whether the password must have been given a short while ago
    bare      whether it opens before the second factor is set up
    back      the page its form stands on, where one returns to with the password given
    fields    how many its form may have; its body may be as much larger
    keeps     fields that the form it came from shows again once the password is given
    lags      whether it may be read from a copy of the database, and so be a moment old
    file      bytes that a file in its form may have; 0: its form has none
    text      characters that a text of its form may have, where the room shows the form again if
              it has more, or something in it that cannot be kept; 0: it does not
    """

    answer: Callable[[Visit], Awaitable[web.StreamResponse]]
    right: str | None
    confirms: bool = False
    bare: bool = False
    back: str = ""
    fields: int = _FIELDS
    keeps: tuple[str, ...] = ()
    lags: bool = False
    file: int = 0
    text: int = 0


class Door:
    """Turns a room into what aiohttp calls."""

    def __init__(self, desk: Desk, rendering: Rendering) -> None:
        self._desk, self._rendering = desk, rendering
        self._key = hmac.digest(keep_secret(desk.settings).encode(), b"citybot form", "sha256")

    def to(self, room: Room) -> Handler:
        """Open a room."""

        async def enter(request: web.Request) -> web.StreamResponse:
            visit = Visit(request, self._language(request), self._desk.now())
            try:
                with mishaps_told():
                    visit = await self._known(visit)
                    response = self._turned_away(visit, room)
                    if response is None and _must_confirm(visit, room):
                        response = _elsewhere(CONFIRM, visit, room, await self._kept(visit, room))
                    if response is None:
                        visit = await self._meant(visit, room)
                        with lagging(room.lags and not self._has_changed(visit)):
                            response = await room.answer(visit)
            except Problem as problem:
                response = self._sorry(visit, problem)
            self._dress(request, response)
            return response

        return enter

    def _has_changed(self, visit: Visit) -> bool:
        """Whether who asks must see what was written just now: by them, or as their page heard."""
        wrote = cookies.read(visit.request, self._desk.settings, cookies.WROTE)
        return bool(wrote or visit.request.headers.get(BY_ITSELF))

    def _language(self, request: web.Request) -> str:
        kept = cookies.read(request, self._desk.settings, cookies.LANGUAGE)
        said = asked_for(request) or negotiate(kept)
        return said or language_of(request) or self._desk.settings.language

    async def _known(self, visit: Visit) -> Visit:
        token = cookies.read(visit.request, self._desk.settings, cookies.SESSION)
        session = await self._desk.look(lambda t: StaffSessions(t).find(token)) if token else None
        if session is None:
            return visit
        by_itself = visit.request.headers.get(BY_ITSELF)  # a page that nobody looks at, perhaps
        if visit.now - session.seen_at > FRESH and not by_itself:
            await self._desk.do(lambda t: StaffSessions(t).saw(session))
        csrf = hmac.digest(self._key, session.key.encode(), "sha256").hex()
        return Visit(visit.request, visit.language, visit.now, session, csrf=csrf)

    def _turned_away(self, visit: Visit, room: Room) -> web.StreamResponse | None:
        """Somewhere else to go first, or a refusal; None: come in."""
        if room.right is None:
            return None
        session = visit.session
        if session is None:
            return _elsewhere(SIGN_IN, visit, room)
        if not may(session.member.role, room.right):
            raise Problem(FORBIDDEN)
        if not room.bare and self._lacks_factor(session):
            return _elsewhere(FACTOR, visit, room)
        return None

    def _lacks_factor(self, session: Session) -> bool:
        """A second factor is needed where people reach us from outside, not on a laptop."""
        return bool(self._desk.settings.public_url) and session.member.totp is None

    async def _meant(self, visit: Visit, room: Room) -> Visit:
        """With the form that was posted, if anything was. Raises Problem."""
        if visit.request.method != "POST":  # no room changes anything by another
            return visit
        if not is_ours(visit.request, self._desk.settings):
            raise Problem(ELSEWHERE)
        typed, file = await _posted(visit.request, room)
        form, spoilt = mended(typed)
        if spoilt and not room.text:
            raise Problem(UNREADABLE)
        given = form.get("csrf", "").encode("utf-8", "replace")
        if visit.session is not None and not hmac.compare_digest(given, visit.csrf.encode()):
            raise Problem(OLD_FORM)
        return replace(visit, form=form, file=file, mended=spoilt)

    async def _kept(self, visit: Visit, room: Room) -> dict[str, str]:
        """What was typed and may stand in an address."""
        form = (await self._meant(visit, room)).form if room.keeps else {}
        return {name: form[name] for name in room.keeps if form.get(name)}

    def _sorry(self, visit: Visit, problem: Problem) -> web.StreamResponse:
        notice = problem.told(visit.language)
        response = self._rendering.page(
            visit, "sorry.html", {"notice": notice}, problem.kind.status
        )
        response.headers.update(problem.headers)
        return response

    def _dress(self, request: web.Request, response: web.StreamResponse) -> None:
        headers = {
            **ALWAYS,
            "Content-Security-Policy": f"{CONTENT}; frame-ancestors 'none'",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cache-Control": "no-store",
            "X-Robots-Tag": "noindex",
        }
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        if language := asked_for(request):
            cookies.keep(response, request, self._desk.settings, cookies.LANGUAGE, language)
        if self._desk.replica and request.method == "POST":
            cookies.keep(response, request, self._desk.settings, cookies.WROTE, "1")


def inside(path: str) -> str:
    """A path of the console to go on to; its first page when it is anything else."""
    is_one = path == "/console" or path.startswith(("/console/", "/console?"))
    return path if is_one and "\\" not in path and "\n" not in path else "/console"


def to(path: str) -> web.Response:
    """Go there, and GET it."""
    return web.Response(status=303, headers={"Location": path})


async def _posted(request: web.Request, room: Room) -> tuple[Mapping[str, str], bytes]:
    """The fields of a form and its file. Raises Problem."""
    if room.file:
        return await read_upload(request, room.file)
    try:
        return await read_as_typed(request, _BODY * room.fields // _FIELDS, room.fields), b""
    except Problem as problem:
        if problem.kind is TOO_LONG and room.text:
            raise Problem(ALL_TOO_LONG, limit=room.text) from problem
        raise


def _must_confirm(visit: Visit, room: Room) -> bool:
    session = visit.session
    return room.confirms and session is not None and not session.is_confirmed(visit.now)


def _elsewhere(
    path: str, visit: Visit, room: Room, kept: Mapping[str, str] = MappingProxyType({})
) -> web.StreamResponse:
    """To another page, which leads back here; of what was posted only `kept` is."""
    request = visit.request
    is_here = request.method in ("GET", "HEAD") or room.back == HERE
    back = request.path_qs if is_here else room.back
    back += f"?{urlencode(kept)}" if kept else ""
    return to(f"{path}?{urlencode({'next': inside(back)})}")
