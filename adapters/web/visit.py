"""One request, as far as every handler needs it: who, in which language, in a frame or not."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from aiohttp import web

from adapters.web.session import Session
from bot.web.language import language_of

_INVITE = re.compile(r"[A-Za-z0-9_-]{1,200}", re.ASCII)


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

    @property
    def invite(self) -> str:
        """The code of a link that leads to a certain place in the talk; "" without one."""
        return invite_in(self.request.query)

    def begin(self, session: Session) -> None:
        """From now on this browser has this session."""
        self.session, self.cookie = session, "set"

    def end(self) -> None:
        """From now on this browser has none."""
        self.session, self.cookie = None, "clear"


def invite_in(fields: Mapping[str, object]) -> str:
    """The code of such a link among the fields of a request; "" without one."""
    code = fields.get("invite", "")
    return code if isinstance(code, str) and _INVITE.fullmatch(code) else ""


def visit_of(request: web.Request, default: str) -> Visit:
    """A visit without its session: in the language asked for, or that the browser prefers."""
    return Visit(request, language_of(request) or default, datetime.now(UTC))
