"""Who we are on Telegram."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Us:
    """Our number, which stands in the token, and our @name, which Telegram knows."""

    id: int
    username: str
