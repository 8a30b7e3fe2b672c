"""What can go wrong at our door, each with its status, its code and a sentence for the person."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

from bot.i18n import _, translate


@dataclass(frozen=True, slots=True)
class Kind:
    """One thing that can go wrong. `sentence` is a msgid."""

    status: int
    code: str
    sentence: str


UNREADABLE = Kind(400, "unreadable", _("That could not be read. Please write it again."))
EMPTY = Kind(400, "empty", _("Please write something first."))
ENDED = Kind(401, "ended", _("Your earlier chat has ended. Just write, and we start anew."))
ELSEWHERE = Kind(403, "elsewhere", _("This came from another website, so I did not accept it."))
NOT_FOUND = Kind(404, "not_found", _("There is nothing here."))
WRONG_METHOD = Kind(405, "wrong_method", _("That is not possible here."))
TOO_SLOW = Kind(408, "too_slow", _("That took too long to arrive. Please try again."))
TOO_LONG = Kind(
    413, "too_long", _("That is too long: please write at most {limit} characters at once.")
)
WRONG_TYPE = Kind(415, "wrong_type", _("I cannot read this kind of content."))
SLOW_DOWN = Kind(429, "slow_down", _("That was a lot at once. Please wait a moment, then go on."))
UNEXPECTED = Kind(500, "unexpected", _("Something went wrong on our side. We can see it."))
UNAVAILABLE = Kind(
    503, "unavailable", _("I cannot answer just now. Please try again in a few seconds.")
)


class Problem(Exception):
    """Ends a request. `notice` is a sentence already in the person's language."""

    def __init__(
        self,
        kind: Kind,
        *,
        notice: str = "",
        headers: Mapping[str, str] | None = None,
        **values: object,
    ) -> None:
        super().__init__(kind.code)
        self.kind, self.values = kind, values
        self.notice, self.headers = notice, headers or {}

    def told(self, language: str) -> str:
        """The sentence for the person."""
        return self.notice or translate(language, self.kind.sentence, **self.values)


def later(kind: Kind, seconds: float, notice: str = "") -> Problem:
    """A problem that passes: the browser is told when to try again."""
    return Problem(kind, notice=notice, headers={"Retry-After": str(max(1, ceil(seconds)))})
