"""The cookie a session lives in, as the way the request came allows.

Over https: `__Host-citybot`, Secure, SameSite=None and Partitioned, so that the widget works in
a frame on another site and every site has a talk of its own (RFC 6265bis section 4.1.3, CHIPS).
Over plain http browsers refuse that one: then `citybot`, SameSite=Lax. On this machine itself
(localhost) some programs take the first and some the second, so both are set.
"""

from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address

from aiohttp import web

from bot.config import Settings


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
    return (SECURE, PLAIN) if _is_loopback(request.host) else (PLAIN,)


def is_encrypted(request: web.Request, settings: Settings) -> bool:
    """Whether the browser reached us over https, perhaps through a proxy in front of us."""
    if request.secure:
        return True
    if settings.trusted_proxies and request.headers.get("X-Forwarded-Proto", "").endswith("https"):
        return True
    return settings.public_url.rstrip("/") == f"https://{request.host}"


@lru_cache(256)
def _is_loopback(host: str) -> bool:
    name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False
