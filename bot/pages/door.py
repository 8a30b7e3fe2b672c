"""Stands before every public page: where it comes from, in which language; and its headers."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from aiohttp import web

from bot.config import Settings
from bot.i18n import _
from bot.pages.rendering import Rendering
from bot.services.weblinks import POLLS
from bot.web.headers import ALWAYS, CONTENT
from bot.web.language import asked_for, language_of
from bot.web.mishap import mishaps_told
from bot.web.origin import is_ours
from bot.web.problem import ELSEWHERE, NOT_FOUND, WRONG_METHOD, Kind, Problem

NO_LINK: Final = Kind(
    404,
    "no_link",
    _("This link does not work, or no longer. Please ask for a new one in the chat."),
)
PUBLIC: Final = "public, max-age=30"
PRIVATE: Final = "no-store"
_CAMERA = "camera=(self), geolocation=(), microphone=()"


@dataclass(frozen=True, slots=True)
class Visit:
    """One request: what it is, in which language it is answered, and when it came."""

    request: web.Request
    language: str
    now: datetime

    def part(self, name: str) -> str:
        """A part of the address."""
        return self.request.match_info[name]

    def of(self, known: str) -> "Visit":
        """The same for somebody whose language we know: only what the address says goes before."""
        return replace(self, language=asked_for(self.request) or known)


Room = Callable[[Visit], Awaitable[web.StreamResponse]]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Door:
    """Turns a room (a handler that gets a Visit) into what aiohttp calls."""

    def __init__(
        self, settings: Settings, rendering: Rendering, now: Callable[[], datetime]
    ) -> None:
        self._settings, self._rendering, self._now = settings, rendering, now

    def to(self, room: Room, caching: str = PRIVATE, camera: bool = False) -> Handler:
        """Open a room. `caching`: whether anybody may keep its answers."""

        async def enter(request: web.Request) -> web.StreamResponse:
            language = language_of(request) or self._settings.language
            visit = Visit(request, language, self._now())
            try:
                self._check_origin(request)
                with mishaps_told():
                    response = await room(visit)
            except Problem as problem:
                response = self._sorry(visit, problem)
            dress(response, caching if response.status == 200 else PRIVATE)
            if camera:
                response.headers["Permissions-Policy"] = _CAMERA
            return response

        return enter

    def _check_origin(self, request: web.Request) -> None:
        if request.method not in ("GET", "HEAD") and not is_ours(request, self._settings):
            raise Problem(ELSEWHERE)

    def _sorry(self, visit: Visit, problem: Problem) -> web.Response:
        if visit.request.headers.get("Accept", "") == "application/json":
            error = {"error": problem.kind.code, "message": problem.told(visit.language)}
            response = web.json_response(error, status=problem.kind.status)
        else:
            notice = problem.told(visit.language)
            of_polls = visit.request.path.startswith(POLLS)
            response = self._rendering.page(
                "sorry.html", visit.language, notice=notice, of_polls=of_polls
            )
            response.set_status(problem.kind.status)
        response.headers.update(problem.headers)
        return response


def refuse(*methods: str) -> Room:
    """The room behind a method that an address does not know; without any: behind no address."""

    async def no(_visit: Visit) -> web.StreamResponse:
        if methods:
            raise Problem(WRONG_METHOD, headers={"Allow": ", ".join(methods)})
        raise Problem(NOT_FOUND)

    return no


def dress(response: web.StreamResponse, caching: str) -> None:
    """Give an answer our headers, which a stream needs before it begins; those it has stay."""
    headers = {
        **ALWAYS,
        "Content-Security-Policy": f"{CONTENT}; frame-ancestors 'none'",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cache-Control": caching,
        "Vary": "Accept-Language",
    }
    if caching == PRIVATE:
        headers["X-Robots-Tag"] = "noindex"
    for name, value in headers.items():
        response.headers.setdefault(name, value)
