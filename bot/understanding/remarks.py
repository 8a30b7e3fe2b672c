"""Remarks on what we said, in looser company: "your answer is totally wrong".

Heard as a whole text only: beside its wording any of the words people talk about an answer with,
but nothing of substance; then it is a question.
"""

from collections.abc import Mapping
from typing import TypeVar

from bot.i18n import _
from bot.understanding.wordings import wordings

# No word of a subject is among them, and no "not".
_AROUND = _("wordings: around a remark")
_LEAST = 5  # letters of a word that is a remark by itself; two Chinese characters are two words

Wish = TypeVar("Wish")
_Parts = tuple[str, ...]


def company(remarks: Mapping[_Parts, Wish]) -> dict[_Parts, Wish | None]:
    """The wordings of remarks that say enough by themselves, and what may stand around them."""
    around: dict[_Parts, Wish | None] = dict.fromkeys(wordings(_AROUND))
    heard = {parts: wish for parts, wish in remarks.items() if _says_enough(parts)}
    return {**around, **heard}


def _says_enough(parts: _Parts) -> bool:
    return len(parts) > 1 or len(parts[0]) >= _LEAST
