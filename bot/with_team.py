"""While a person of the team talks with somebody, the assistant is silent: how a talk says so."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from bot.dialog import Json

WITH_TEAM: Final = "with_team"
"""The key in a talk's memory: until when somebody of the team talks there, as ISO 8601."""

BACK: Final = "assistant"
"""The dialog that brings the assistant back."""

BESIDE_TEAM: Final = frozenset(
    {BACK, "privacy", "privacy-export", "privacy-erase", "unsubscribe", "language"}
)
"""What people may ask of us at any time, also while a person talks with them."""


def is_with_team(memory: Mapping[str, Json], now: datetime) -> bool:
    """Whether a person of the team talks with them now."""
    until = memory.get(WITH_TEAM)
    return isinstance(until, str) and datetime.fromisoformat(until) > now
