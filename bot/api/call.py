"""One request of a program: who makes it, what the address asks for, and what the body says."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from aiohttp import web

from bot.api.problems import NO_SCOPE, bad_field
from bot.i18n import languages
from bot.services.api_tokens import Token
from bot.web.problem import Problem

PAGE: Final = 50
MOST: Final = 100
_NUMBER = 17  # digits: what fits into the database
Listed = TypeVar("Listed")


@dataclass(frozen=True, slots=True)
class Call:
    """What a room gets. `key`: the Idempotency-Key of what changes something."""

    request: web.Request
    language: str
    token: Token
    sent: Mapping[str, Any] = field(default_factory=dict)
    key: str = ""

    def part(self, name: str) -> str:
        """A part of the address."""
        return self.request.match_info[name]

    @property
    def number(self) -> int:
        """The number in the address."""
        return int(self.part("id"))

    def needs(self, scope: str) -> None:
        """Raises Problem unless the token has this scope too."""
        if scope not in self.token.scopes:
            raise Problem(NO_SCOPE, scope=scope)

    def asked(self, name: str, known: Collection[str], otherwise: str = "") -> str:
        """What the address asks for, one of the known words. Raises Problem."""
        value = self.request.query.get(name, otherwise)
        if value != otherwise and value not in known:
            raise bad_field(name)
        return value

    def asked_number(self, name: str, otherwise: int, most: int = 10**_NUMBER) -> int:
        """A number that the address asks for, from 0. Raises Problem."""
        value = self.request.query.get(name)
        if value is None:
            return otherwise
        if not (value.isascii() and value.isdecimal() and len(value) <= _NUMBER):
            raise bad_field(name)
        if (number := int(value)) > most:
            raise bad_field(name)
        return number

    @property
    def limit(self) -> int:
        """How many of a list are wanted."""
        return self.asked_number("limit", PAGE, MOST) or 1

    @property
    def spoken(self) -> str:
        """The language the address asks for, else the caller's."""
        return self.asked("language", languages(), self.language)

    def text(self, name: str, longest: int) -> str:
        """A text of the body. Raises Problem."""
        value = self.sent.get(name)
        if not isinstance(value, str) or not value.strip() or len(value) > longest:
            raise bad_field(name)
        return value

    def word(self, name: str, known: Collection[str]) -> str:
        """A text of the body, one of the known words. Raises Problem."""
        value = self.sent.get(name)
        if not isinstance(value, str) or value not in known:
            raise bad_field(name)
        return value

    def only(self, *names: str) -> None:
        """Raises Problem for what the body says besides: a misspelt wish is not passed over."""
        for name in self.sent:
            if name not in names:
                raise bad_field(name[:40])


def page(items: Sequence[Any], limit: int, key: str) -> dict[str, Any]:
    """A page of plain items, of which one more than `limit` was looked for if there is one."""
    more = len(items) > limit
    shown = items[:limit]
    return {"items": shown, "next": str(shown[-1][key]) if more and shown else None}


def after(items: Sequence[Listed], named: Sequence[str], call: Call) -> Sequence[Listed]:
    """Those whose name comes behind the one the address names, in the order of names."""
    last = call.request.query.get("after", "")
    ordered = sorted(zip(named, range(len(items)), strict=True))
    return [items[place] for name, place in ordered if name > last][: call.limit + 1]
