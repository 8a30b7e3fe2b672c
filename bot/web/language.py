"""The language of a page: what its address asks for, else what the browser prefers."""

from functools import lru_cache

from aiohttp import web

from bot.i18n import negotiate


def asked_for(request: web.Request) -> str | None:
    """The language the address says, `?lang=de`; None when it says none that we speak."""
    return negotiate(request.query.get("lang", "")[:20])


def language_of(request: web.Request) -> str | None:
    """The one the address says, else the browser's; None when we speak neither."""
    return asked_for(request) or _preferred(request.headers.get("Accept-Language", "")[:500])


@lru_cache(256)  # browsers send a few such lines, with every request
def _preferred(accepted: str) -> str | None:
    """The first we speak of `Accept-Language`, best first (RFC 9110, section 12.5.4)."""
    weighed = []
    for part in accepted.split(","):
        tag, _separator, parameters = part.strip().partition(";")
        weighed.append((_weight(parameters), tag.strip()))
    return negotiate(*(tag for weight, tag in sorted(weighed, key=lambda w: -w[0]) if weight > 0))


def _weight(parameters: str) -> float:
    try:
        return float(parameters.strip().removeprefix("q=")) if parameters else 1.0
    except ValueError:
        return 0.0
