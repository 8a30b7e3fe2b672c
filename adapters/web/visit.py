"""One request, as far as every handler needs it: who, in which language, in a frame or not."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from aiohttp import web

from adapters.web.session import Session
from bot.i18n import negotiate


@dataclass(slots=True)
class Visit:
    """What a handler is given. It may begin or end the session; the door sets the cookie."""

    request: web.Request
    language: str
    now: datetime
    session: Session | None = None
    cookie: Literal["keep", "set", "clear"] = "keep"

    @property
    def embedded(self) -> bool:
        """Whether the page is shown in a frame."""
        return self.request.query.get("embed") == "1"

    def begin(self, session: Session) -> None:
        """From now on this browser has this session."""
        self.session, self.cookie = session, "set"

    def end(self) -> None:
        """From now on this browser has none."""
        self.session, self.cookie = None, "clear"


def visit_of(request: web.Request, default: str) -> Visit:
    """A visit without its session: in the language asked for, or that the browser prefers."""
    asked = request.query.get("lang", "")[:20]
    language = negotiate(asked, *_preferred(request)) or default
    return Visit(request, language, datetime.now(UTC))


def _preferred(request: web.Request) -> list[str]:
    """The languages of `Accept-Language`, best first (RFC 9110, section 12.5.4)."""
    weighed = []
    for part in request.headers.get("Accept-Language", "")[:500].split(","):
        tag, _separator, parameters = part.strip().partition(";")
        weighed.append((_weight(parameters), tag.strip()))
    return [tag for weight, tag in sorted(weighed, key=lambda w: -w[0]) if weight > 0]


def _weight(parameters: str) -> float:
    try:
        return float(parameters.strip().removeprefix("q=")) if parameters else 1.0
    except ValueError:
        return 0.0
