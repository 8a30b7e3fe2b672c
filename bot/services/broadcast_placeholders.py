"""What stands in braces in the text of a broadcast: what is known, and what is put in for it."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from bot.i18n import _
from bot.services.broadcast import BadBroadcast
from bot.services.broadcast_mistakes import Mistakes
from bot.services.texts import Texts

PLACEHOLDERS: Final[Mapping[str, tuple[str, ...]]] = {
    "event": ("event", "when", "where"),
    "poll": ("poll", "closes"),
}
"""By what it is about."""
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_BRACE = re.compile(r"\{[^{}]*\}|(?P<lone>[{}｛｝])")  # also those of a Chinese keyboard


def filled(text: str, values: Mapping[str, str]) -> str:
    """With what is known put in; what is put in is never read for placeholders again."""
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)


def check_placeholders(texts: Texts, about: str) -> None:
    """Raises BadBroadcast for every text in which something stays in braces."""
    mistakes = Mistakes()
    for code, text in texts.items():
        mistakes.of(_check, code, text, PLACEHOLDERS.get(about.partition(":")[0], ()))
    mistakes.refuse()


def _check(code: str, text: str, known: Sequence[str]) -> None:
    known_ones = ", ".join(f"{{{one}}}" for one in known) or "-"
    _refuse_lone(code, text, known_ones)
    if unknown := [name for name in _PLACEHOLDER.findall(text) if name not in known]:
        raise BadBroadcast(
            _("{language}: nothing is known to put in for {name}. Known here: {known}"),
            place=f"texts.{code}",
            language=code,
            name=f"{{{unknown[0][:60]}}}",
            known=known_ones,
        )


def _refuse_lone(code: str, text: str, known: str) -> None:
    """A brace that is none of a pair would go out as it is written."""
    lone = next((found.start() for found in _BRACE.finditer(text) if found["lone"]), None)
    if lone is not None:
        told = _(
            "{language}: “{part}” is not a whole placeholder. "
            "One begins with {opens} and ends with {closes}. Known here: {known}"
        )
        part = " ".join(text[max(lone - 10, 0) : lone + 20].split())
        at = {"place": f"texts.{code}", "language": code, "part": part}
        raise BadBroadcast(told, **at, opens="{", closes="}", known=known)
