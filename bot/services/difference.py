"""How one text becomes another, in words: what stays, what goes out, what comes in."""

import difflib
import re
from collections.abc import Iterator
from typing import Final, Literal

_WORDS: Final = re.compile(r"\s+|[\u3400-\u9fff]|[^\s\u3400-\u9fff]+")
_MANY: Final = 4000  # words, above which a difference is looked for line by line
Step = Literal["same", "out", "in"]


def difference(old: str, new: str) -> tuple[tuple[Step, str], ...]:
    """How one text becomes another, word by word: what stays, goes out, comes in."""
    one, other = _WORDS.findall(old), _WORDS.findall(new)
    if len(one) + len(other) > _MANY:
        one, other = old.splitlines(True), new.splitlines(True)
    return tuple((step, text) for step, text in _steps(one, other) if text)


def _steps(one: list[str], other: list[str]) -> Iterator[tuple[Step, str]]:
    matched = difflib.SequenceMatcher(None, one, other, autojunk=len(one) > _MANY)
    for kind, a, b, c, d in matched.get_opcodes():
        if kind == "equal":
            yield "same", "".join(one[a:b])
        else:
            yield "out", "".join(one[a:b])
            yield "in", "".join(other[c:d])
