"""What the buttons of a messenger carry, and what is said to one that has no effect any more.

It is an opaque token, the delivery and the place in it: `k3f.2`, and `k3f.2+` where several may be
marked. It says nothing without the outbox, which knows whom the delivery was for.
"""

import re
import string
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from bot.i18n import _

STALE: Final = _("That button does not work any more. Please write what you would like.")
TAKEN: Final = _("That question is answered already. Just write if you would like something else.")
MARK: Final = "✓ "  # before what was picked
_DIGITS = string.digits + string.ascii_lowercase
_LARGEST = 2**63 - 1  # a database takes no larger number, and raises
_TOKEN = re.compile(r"([0-9a-z]{1,13})\.([0-9a-z]{1,3})(\+?)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Tap:
    """The choice at that place (from 0) of that delivery; `several`: among those to be marked."""

    ref: int
    place: int
    several: bool = False


def token(tap: Tap) -> str:
    """At most 17 bytes: Telegram takes 64, an option of WeCom's 128."""
    return f"{_base36(tap.ref)}.{_base36(tap.place)}{'+' if tap.several else ''}"


def read_token(text: str | None) -> Tap | None:
    """The choice that was tapped; None for what we never gave out."""
    found = _TOKEN.fullmatch(text or "")
    if found is None or int(found[1], 36) > _LARGEST:
        return None
    return Tap(int(found[1], 36), int(found[2], 36), bool(found[3]))


@lru_cache(256)  # the places of all keyboards, and the delivery for each of its buttons
def _base36(number: int) -> str:
    digits = ""
    while number or not digits:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits
