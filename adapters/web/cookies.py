"""The cookie a session lives in, as the way the request came allows.

Over https: `__Host-citybot`, Secure, SameSite=None and Partitioned, so that the widget works in
a frame on another site and every site has a talk of its own (RFC 6265bis section 4.1.3, CHIPS).
Over plain http browsers refuse that one: then `citybot`, SameSite=Lax. On this machine itself
(localhost) some programs take the first and some the second, so both are set.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web

from bot.config import Settings
from bot.web.origin import is_encrypted, is_loopback


@dataclass(frozen=True, slots=True)
class Cookie:
    """A cookie's name and its attributes as they stand in `Set-Cookie`."""

    name: str
    attributes: str

    def setting(self, value: str, seconds: int) -> str:
        """The header that stores it; zero seconds remove it."""
        return f"{self.name}={value}; Max-Age={seconds}; {self.attributes}"


SECURE = Cookie("__Host-citybot", "Path=/; Secure; HttpOnly; SameSite=None; Partitioned")
PLAIN = Cookie("citybot", "Path=/; HttpOnly; SameSite=Lax")


def cookies_for(request: web.Request, settings: Settings) -> tuple[Cookie, ...]:
    """The cookies to set, to read and to remove for a request that came this way."""
    if is_encrypted(request, settings):
        return (SECURE,)
    return (SECURE, PLAIN) if is_loopback(request.host) else (PLAIN,)


def cookies_in(header: str) -> Mapping[str, str]:
    """The cookies a browser sent (RFC 6265, section 4.2.1); of two of a name the first, as sent.

    aiohttp's own reading minds every quirk of every program and takes ten times as long.
    """
    pairs = (part.strip().partition("=") for part in reversed(header.split(";")))
    return {name: value for name, equals, value in pairs if equals}
