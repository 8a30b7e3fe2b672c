"""Stands before every handler: who comes, from where; and dresses every answer on its way out."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from adapters.web.cookies import cookies_for, cookies_in
from adapters.web.endings import Endings
from adapters.web.headers import Policy
from adapters.web.session import IDLE, Sessions, Stale
from adapters.web.visit import Visit, visit_of
from bot.config import Settings
from bot.web.mishap import mishaps_told
from bot.web.origin import is_ours
from bot.web.problem import ELSEWHERE, ENDED, Problem

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Room = Callable[[Visit], Awaitable[web.StreamResponse]]
Sorry = Callable[[Visit, Problem], Awaitable[web.StreamResponse]]


class Door:
    """Turns a room (a handler that gets a Visit) into what aiohttp calls."""

    def __init__(
        self, settings: Settings, sessions: Sessions, endings: Endings, policy: Policy
    ) -> None:
        self._settings, self._policy = settings, policy
        self._sessions, self._endings = sessions, endings

    def to(self, room: Room, sorry: Sorry, *, inner: bool = True) -> Handler:
        """Open a room. `sorry` says what went wrong; `inner`: only our own pages lead here."""

        async def enter(request: web.Request) -> web.StreamResponse:
            visit = visit_of(request, self._settings.language)
            try:
                self._check_origin(request, inner)
                self._identify(visit)
                with mishaps_told():
                    response = await room(visit)
            except Problem as problem:
                response = await sorry(visit, problem)
                response.headers.update(problem.headers)
            if not response.prepared:
                self.dress(visit, response)
            return response

        return enter

    def dress(self, visit: Visit, response: web.StreamResponse) -> None:
        """Security headers and, where the session changed, its cookie."""
        for name, value in self._policy.page(visit.embedded).items():
            response.headers.setdefault(name, value)
        if visit.cookie == "keep":
            return
        value, seconds = "", 0
        if visit.cookie == "set" and visit.session is not None:
            value = self._sessions.token(visit.session)
            seconds = int(IDLE.total_seconds())
        for cookie in cookies_for(visit.request, self._settings):
            response.headers.add("Set-Cookie", cookie.setting(value, seconds))

    def _check_origin(self, request: web.Request, inner: bool) -> None:
        unsafe = request.method not in ("GET", "HEAD")
        if (unsafe or inner) and not is_ours(request, self._settings):
            raise Problem(ELSEWHERE)

    def _identify(self, visit: Visit) -> None:
        sent = cookies_in(visit.request.headers.get("Cookie", ""))
        names = (cookie.name for cookie in cookies_for(visit.request, self._settings))
        token = next((sent[name] for name in names if name in sent), None)
        if token is None:
            return
        try:
            session = self._sessions.read(token, visit.now)
            if session in self._endings:
                raise Stale
        except Stale:
            visit.end()
            raise Problem(ENDED) from None
        visit.session = session
        if session.is_due(visit.now):
            visit.begin(self._sessions.renew(session, visit.now))
