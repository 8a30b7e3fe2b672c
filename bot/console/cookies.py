"""The cookies of the console: session, the mark of a known browser, language, a recent change.

Over https `__Host-` names, Secure; over plain http (this machine, a test) browsers refuse those.
The session is SameSite=Strict: no link from elsewhere arrives signed in (RFC 6265bis, 4.1.2.7).
"""

from collections.abc import Mapping
from typing import Final

from aiohttp import web

from bot.config import Settings
from bot.web.origin import is_encrypted

SESSION: Final = "citybot-staff"
BROWSER: Final = "citybot-browser"
LANGUAGE: Final = "citybot-staff-language"
WROTE: Final = "citybot-staff-wrote"
"""There for a while after something was changed, so that every process knows of it."""
_YEAR = 365 * 24 * 3600
_AGES: Final[Mapping[str, int | None]] = {SESSION: None, WROTE: 10}  # seconds


def read(request: web.Request, settings: Settings, name: str) -> str:
    """What the browser sent under a name; "" for nothing."""
    return request.cookies.get(_named(request, settings, name), "")[:200]


def keep(
    response: web.StreamResponse, request: web.Request, settings: Settings, name: str, value: str
) -> None:
    """Have the browser keep a value; the session goes when the browser is closed."""
    response.set_cookie(
        _named(request, settings, name),
        value,
        path="/",
        max_age=_AGES.get(name, _YEAR),
        secure=is_encrypted(request, settings),
        httponly=True,
        samesite="Strict" if name == SESSION else "Lax",
    )


def drop(response: web.StreamResponse, request: web.Request, settings: Settings, name: str) -> None:
    """Have the browser forget it."""
    response.del_cookie(
        _named(request, settings, name),
        path="/",
        secure=is_encrypted(request, settings),
        httponly=True,
    )


def _named(request: web.Request, settings: Settings, name: str) -> str:
    return f"__Host-{name}" if is_encrypted(request, settings) else name
