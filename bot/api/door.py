"""Stands before every room of the API: whose token it is, what it may, how often, and once.

Closed by default: a room opens to a token that has its scope. Cookies count for nothing here, so no
page of another site can act for anybody.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from math import ceil
from typing import Any, Final

import orjson
from aiohttp import web

from bot.api import deeds, problems
from bot.api.call import Call
from bot.api.desk import Desk
from bot.api.origins import Origins
from bot.api.problems import BAD_TOKEN, NO_SCOPE, NO_TOKEN, TOO_LARGE, TOO_MANY
from bot.dialog import Transaction
from bot.flood import FloodGate
from bot.i18n import translate
from bot.services.api_tokens import FRESH, ApiTokens, Token
from bot.web.body import LIMIT, read_json
from bot.web.headers import ALWAYS
from bot.web.language import language_of
from bot.web.mishap import mishaps_told
from bot.web.origin import network_of
from bot.web.problem import TOO_LONG, Problem

ANY: Final = ""
"""The scope of rooms that every good token opens."""

_STRANGERS = 30  # wrong tokens from one network at once, and again in a minute
_MINUTE = 60.0
_JSON = orjson.OPT_UTC_Z | orjson.OPT_OMIT_MICROSECONDS | orjson.OPT_NON_STR_KEYS
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Room:
    """What a program may ask for.

    what     gives plain values; runs in one transaction, off the event loop
    scope    what the token must have
    changes  whether it changes something: then it happens once for each Idempotency-Key
    private  whether it may tell who somebody is: it leaves a trace, and nobody on the way keeps it
    """

    what: Callable[[Call, Transaction], Any]
    scope: str
    changes: bool = False
    private: bool = False


class Door:
    """Turns a room into what aiohttp calls."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._origins = desk, Origins(desk.settings)
        self._pace = FloodGate(desk.settings.api_requests, _MINUTE)
        self._strangers = FloodGate(_STRANGERS, _MINUTE)

    def to(self, room: Room) -> Handler:
        """Open a room."""

        async def enter(request: web.Request) -> web.StreamResponse:
            language = language_of(request) or self._desk.settings.language
            try:
                with mishaps_told():
                    call = await self._let_in(request, language, room)
                    response = await self._answered(call, room)
            except Problem as problem:
                response = problems.told(problem, language)
            return self._dressed(request, response)

        return enter

    async def preflight(self, request: web.Request) -> web.StreamResponse:
        """A browser asks whether a page of another site may call: no, unless a setting says so."""
        return self._dressed(request, self._origins.preflight(request))

    def dressed(self, request: web.Request, body: bytes) -> web.StreamResponse:
        """What everybody may read, as it leaves the house."""
        return self._dressed(request, with_tag(request, body))

    async def _let_in(self, request: web.Request, language: str, room: Room) -> Call:
        token = await self._token(request)
        if self._pace.knock(token.id) != "welcome":
            raise _wait(self._pace.wait(token.id), language)
        if room.scope != ANY and room.scope not in token.scopes:
            raise Problem(NO_SCOPE, scope=room.scope, headers=_scope_wanted(room.scope))
        if request.method != "POST":
            return Call(request, language, token)
        key = deeds.key_of(request) if room.changes else ""
        return Call(request, language, token, await _body(request), key)

    async def _token(self, request: web.Request) -> Token:
        scheme, _blank, shown = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            raise Problem(NO_TOKEN, headers={"WWW-Authenticate": "Bearer"})
        token = await self._desk.look(lambda t: ApiTokens(t).find(shown.strip()))
        if token is None:
            raise self._unknown(request)
        if token.used_at is None or self._desk.now() - token.used_at > FRESH:
            await self._desk.do(lambda t: ApiTokens(t).used(token))
        return token

    def _unknown(self, request: web.Request) -> Problem:
        """Who guesses is slowed down; whoever shows a good token never waits for them."""
        network = network_of(request, self._desk.settings) or "here"
        if self._strangers.knock(network) != "welcome":
            return _wait(self._strangers.wait(network), language_of(request) or "en")
        return Problem(BAD_TOKEN, headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})

    async def _answered(self, call: Call, room: Room) -> web.StreamResponse:
        with problems.refusals_told(call.language):
            if not room.changes:
                seen = self._desk.do if room.private else self._desk.look
                body = _as_json(await seen(partial(room.what, call)))
                return with_tag(call.request, body, room.private)
            done = await self._desk.do(partial(deeds.once, call, _in_json(room)))
        response = web.Response(text=done.answer, content_type="application/json")
        response.headers["Cache-Control"] = "no-store"
        response.headers["Idempotency-Replayed"] = "true" if done.again else "false"
        return response

    def _dressed(self, request: web.Request, response: web.StreamResponse) -> web.StreamResponse:
        headers: Mapping[str, str] = {
            **ALWAYS,
            "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
            "Cache-Control": "no-store",
            "X-Robots-Tag": "noindex",
            "Vary": "Authorization, Accept-Language, Origin",
        }
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        response.headers.update(self._origins.allowed(request))
        return response


def with_tag(request: web.Request, body: bytes, private: bool = False) -> web.Response:
    """The answer with its ETag, or 304 when the program has it already."""
    tag = deeds.tag_of(body)
    held = {part.strip().removeprefix("W/") for part in _held(request).split(",")}
    headers = {"ETag": tag, "Cache-Control": "no-store" if private else "private, no-cache"}
    if tag in held or "*" in held:
        return web.Response(status=304, headers=headers)
    return web.Response(body=body, content_type="application/json", headers=headers)


def _held(request: web.Request) -> str:
    return request.headers.get("If-None-Match", "")[:1000]


def _in_json(room: Room) -> Callable[[Call, Transaction], str]:
    return lambda call, transaction: _as_json(room.what(call, transaction)).decode()


def _as_json(value: Any) -> bytes:
    return orjson.dumps(value, option=_JSON)


async def _body(request: web.Request) -> Mapping[str, Any]:
    """What was sent; nothing at all is an empty object."""
    if not request.body_exists:
        return {}
    try:
        return await read_json(request)
    except Problem as problem:
        if problem.kind is TOO_LONG:
            raise Problem(TOO_LARGE, limit=LIMIT) from problem
        raise


def _wait(seconds: float, language: str) -> Problem:
    whole = max(1, ceil(seconds))
    notice = translate(language, TOO_MANY.sentence, seconds=whole)
    return Problem(TOO_MANY, notice=notice, headers={"Retry-After": str(whole)})


def _scope_wanted(scope: str) -> Mapping[str, str]:
    """As RFC 6750, section 3.1, has it."""
    return {"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{scope}"'}
