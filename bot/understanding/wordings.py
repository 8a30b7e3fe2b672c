"""The words of a text, and a text read as a row of known wordings: "no thanks", "好的，谢谢"."""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import TypeVar

import regex

from bot.i18n import alternatives
from bot.understanding.traditional import TO_SIMPLIFIED

_LONGEST = 16  # words of a wording in a row of wordings
READ = 1000  # characters looked at: a wish is short, and hostile texts are long
_WORD = regex.compile(r"\p{Han}|[^\W_\p{Han}]+(?:'[^\W_\p{Han}]+)*")
_ASCII_WORD = re.compile(r"[a-z0-9]+(?:'[a-z0-9]+)*")  # the same, and many times faster
_INVISIBLE = regex.compile(r"[\p{Cf}\p{Cs}]+")
_CORE = regex.compile(r"[\p{L}\p{N}](?:.*[\p{L}\p{N}])?", flags=regex.DOTALL)
_SPELLINGS = (("ä", "ae"), ("ö", "oe"), ("ü", "ue"))

Value = TypeVar("Value")


def plain(text: str) -> str:
    """Lower case, single blanks, full-width as half-width, no signs at the ends."""
    text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text[:READ])).casefold()
    core = _CORE.search(text)
    return " ".join(core.group().replace("’", "'").split()) if core else ""


def words(text: str) -> tuple[str, ...]:
    """The words of a text as they are compared; each Chinese character is one.

    Lower case, umlauts spelt out, because half of all chat lines come without them; traditional
    characters as simplified ones.
    """
    return _words(text[:READ])


@lru_cache(1024)  # the labels we offer, turn after turn, and one text asked about many times
def _words(text: str) -> tuple[str, ...]:
    if text.isascii():  # most of what is written: nothing in it has a second spelling
        return tuple(_ASCII_WORD.findall(text.casefold()))
    text = plain(text).translate(TO_SIMPLIFIED)
    for umlaut, spelling in _SPELLINGS:
        text = text.replace(umlaut, spelling)
    return tuple(_WORD.findall(text))


def is_han(word: str) -> bool:
    """Whether a word is a Chinese character."""
    return "\u3400" <= word[:1] <= "\u9fff"


@cache
def wordings(msgid: str) -> frozenset[tuple[str, ...]]:
    """All alternatives of a msgid in all languages, as words."""
    every = {words(w) for several in alternatives(msgid).values() for w in several}
    return frozenset(every - {()})


def cover(said: tuple[str, ...], known: Mapping[tuple[str, ...], Value]) -> list[Value] | None:
    """What a text says when it consists of known wordings only, longest first; else None."""
    found: list[Value] = []
    at = 0
    while at < len(said):
        sizes = range(min(_LONGEST, len(said) - at), 0, -1)
        size = next((n for n in sizes if said[at : at + n] in known), 0)
        if not size:
            return None
        found.append(known[said[at : at + size]])
        at += size
    return found
