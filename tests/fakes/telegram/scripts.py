"""What the next calls shall meet instead of a proper answer."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Refuses:
    """`ok: false`, as the Bot API says no: the call has no effect.

    https://core.telegram.org/bots/api#making-requests
    """

    code: int
    description: str
    parameters: dict[str, Any] = field(default_factory=dict)


def Throttles(seconds: int) -> Refuses:  # noqa: N802 - it stands where the classes stand
    """429, with the seconds to wait in the body and in the header."""
    return Refuses(
        429, f"Too Many Requests: retry after {seconds}", parameters={"retry_after": seconds}
    )


@dataclass(frozen=True, slots=True)
class Page:
    """Something that is not JSON, as a proxy in between would answer. The call has no effect."""

    status: int = 502
    body: bytes = b"<html><body><h1>502 Bad Gateway</h1></body></html>"
    kind: str = "text/html"


@dataclass(frozen=True, slots=True)
class Dropped:
    """The call has its effect, then the connection is cut without an answer."""


@dataclass(frozen=True, slots=True)
class Cut:
    """The connection is cut before the call has any effect."""


@dataclass(frozen=True, slots=True)
class Hangs:
    """The call has its effect, and the answer comes after this many real seconds."""

    seconds: float


Script = Refuses | Page | Dropped | Cut | Hangs
