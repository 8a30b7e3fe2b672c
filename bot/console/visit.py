"""One request to the console: who makes it, in which language, and what the form says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar
from urllib.parse import parse_qsl, urlencode

from aiohttp import web

from bot.services.staff import Member
from bot.services.staff_sessions import Session

Other = TypeVar("Other")
_DIGITS = 17  # what fits into the database


@dataclass(frozen=True, slots=True)
class Visit:
    """What a room gets.

    form  what was posted; `file`: the file in it
    mended  the fields out of which something was taken that cannot be kept, see Room.text
    csrf  what forms of this session must carry
    """

    request: web.Request
    language: str
    now: datetime
    session: Session | None = None
    form: Mapping[str, str] = field(default_factory=dict)
    csrf: str = ""
    file: bytes = b""
    mended: tuple[str, ...] = ()

    @property
    def here(self) -> Session:
        """The session; only for rooms that ask for a right, which have one. Raises LookupError."""
        if self.session is None:
            raise LookupError("nobody is signed in")
        return self.session

    @property
    def member(self) -> Member:
        """Who is signed in, likewise."""
        return self.here.member

    @property
    def browser(self) -> str:
        """How the browser calls itself, shortened."""
        return self.request.headers.get("User-Agent", "")[:160]

    def part(self, name: str) -> str:
        """A part of the address."""
        return self.request.match_info[name]

    def asked(self, name: str) -> str:
        """What the address asks for after the question mark; "" for nothing."""
        said = self.request.query.get(name, "")[:200]
        return said.replace("\0", "")  # PostgreSQL takes no text with one

    def with_query(self, **changed: str) -> str:
        """The query of this address with some things said otherwise; "" takes one out."""
        said = dict(parse_qsl(self.request.query_string)) | changed
        query = urlencode({name: value for name, value in said.items() if value})
        return f"?{query}" if query else "?"


def whole_number(said: str, otherwise: Other) -> int | Other:
    """What an address or a form says, where that is a number, from 0; else the other."""
    return int(said) if said.isdecimal() and len(said) <= _DIGITS else otherwise
