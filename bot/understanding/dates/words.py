"""A text as words of time: each with its kind, one letter, so that rules are patterns over kinds.

N number   A "a" as one   R ordinal   E 9.30   Y whole date   S date with slashes   C 9:30
K noon, midnight   u clock unit   U calendar unit   F half   q quarter   & and
D days from today   W weekday   w its short form   M month   k weekend   P part of a day
y part of a day, only behind a day   G months from this one   Z years from this one
a at   o on   i in   t the   f of   n next   s this   c coming   g from   b before   e after
l later   z minutes past   v minutes to   h o'clock   m am   p pm   j 年   H 月   r 日
L day before   O same day   J every   , comma   x anything else
V named day   Q named day that needs no company   B end of   d last
X says a day that no rule knows   @ says another clock
"""

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import regex

Words = Mapping[str, tuple[tuple[str, Any], ...]]
Numeral = Callable[[str], int | None]
READ = 500  # characters looked at: a wish is short, and hostile texts are long
_UMLAUTS = (("ä", "ae"), ("ö", "oe"), ("ü", "ue"))
# Not \d: it holds figures of scripts that are too young for int().
_FIGURES = r"""
    (?P<iso>(?<![0-9-])[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?![0-9-]))
  | (?P<dots>(?<![0-9.])[0-9]{1,2}\.\s?[0-9]{1,2}\.(?:\s?[0-9]{4}|[0-9]{2})?(?![0-9]|\.[0-9]))
  | (?P<slash>(?<![0-9/])(?:[0-9]{4}/[0-9]{1,2}/[0-9]{1,2}
      |[0-9]{1,2}/[0-9]{1,2}(?:/(?:[0-9]{4}|[0-9]{2}))?)(?![0-9/]))
  | (?P<clock>(?<![0-9:])(?:[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?|[0-9]{1,2}h[0-9]{2})(?![0-9:]))
  | (?P<pair>(?<![0-9.,])[0-9]{1,3}[.,][0-9]{1,2}(?![0-9]|[.,][0-9]))
  | (?P<ordinal>(?<![0-9])[0-9]{1,2}(?:st|nd|rd|th|\.(?![0-9]))(?!\p{L}))
  | (?P<figure>[0-9]+)
"""


@dataclass(frozen=True, slots=True)
class Token:
    """A word, where it stands, and what it says."""

    kind: str
    value: Any
    start: int
    end: int
    is_spelt: bool = False  # the figures are written as a clock shows them: 14h30


def folded(text: str) -> str:
    """Lower case, full width as half width, of the same length as the text."""
    return "".join(map(_folded, text))


def _folded(character: str) -> str:
    plain = unicodedata.normalize("NFKC", character).lower()
    return plain if len(plain) == 1 else character


def known_as(kind: str, value: object, several: str) -> Words:
    """Words, separated by `|`, that are of one kind and say the same."""
    return dict.fromkeys(several.split("|"), ((kind, value),))


def counted(kind: str, several: str, start: int = 0) -> Words:
    """Words, separated by blanks, that are of one kind and count up."""
    return {word: ((kind, n),) for n, word in enumerate(several.split(), start)}


class Vocabulary:
    """The words of a language; `numeral` reads numbers that are written in its own script."""

    def __init__(
        self, words: Words, numerals: str = "", numeral: Numeral | None = None, bound: bool = True
    ) -> None:
        spelt = dict(words)
        for word, meaning in words.items():
            plain = word
            for umlaut, spelling in _UMLAUTS:
                plain = plain.replace(umlaut, spelling)
            spelt.setdefault(plain, meaning)
            spelt.setdefault(word.replace("ß", "ss"), meaning)
        self._words, self._numeral = spelt, numeral
        longest = sorted(spelt, key=len, reverse=True)
        every = "|".join(regex.escape(word).replace(r"\ ", r"\s+") for word in longest)
        # Latin words stand alone, but for figures before them (9am); Chinese ones anywhere.
        word = rf"(?<!\p{{L}})(?:{every})(?![\p{{L}}\d])" if bound else rf"(?:{every})"
        numbers = rf"| (?P<numeral>{numerals})" if numerals else ""
        other = r"| (?P<other>[^\s0-9\p{P}\p{Han}]+|\S)"
        pattern = rf"{_FIGURES} | (?P<word>{word}) {numbers} {other}"
        self._pattern = regex.compile(pattern, regex.VERBOSE)

    def tokens(self, text: str) -> list[Token]:
        """The words of a text, in order; of a long one its beginning."""
        return [
            token
            for found in self._pattern.finditer(folded(text[:READ]))
            for token in self._read(found)
        ]

    def _read(self, found: Any) -> Iterator[Token]:
        start, end = found.span()
        kind, said = found.lastgroup, found.group()
        if kind == "word":
            for letter, value in self._words[" ".join(said.split())]:
                yield Token(letter, value, start, end)
            return
        letter, value = self._figures(kind, said)
        yield Token(letter, value, start, end, is_spelt=kind == "clock" and "h" in said)

    def _figures(self, kind: str, said: str) -> tuple[str, Any]:
        match kind:
            case "iso":
                return "Y", (*map(int, said.split("-")), False)
            case "dots":
                day, month, year = "".join(said.split()).split(".")
                if not year and int(month) > 12:  # "um 9.30." at the end of a sentence
                    return "E", (day, month)
                return "Y", (_full(year), int(month), int(day), False)
            case "slash":
                return "S", _slashed(said)
            case "clock":
                return "C", tuple(said.replace("h", ":").split(":"))
            case "pair":
                return "E", tuple(said.replace(",", ".").split("."))
            case "ordinal":
                return "R", int(said.rstrip("stndrh."))
            case "figure":
                return "N", int(said[:12])
            case "numeral":
                number = self._numeral(said) if self._numeral else None
                return ("x", said) if number is None else ("N", number)
        return (",", said) if said in ",、()" else ("x", said)


def _full(year: str) -> int | None:
    if not year:
        return None
    return int(year) if len(year) > 2 else 2000 + int(year)


def _slashed(said: str) -> tuple[int | None, int, int, bool]:
    """`2027/5/3` is clear, `3/5` is the third of May to some and the fifth of March to others."""
    parts = said.split("/")
    if len(parts[0]) == 4:
        return int(parts[0]), int(parts[1]), int(parts[2]), False
    first, second = int(parts[0]), int(parts[1])
    year = _full(parts[2]) if len(parts) > 2 else None
    if second > 12:
        return year, first, second, False
    return year, second, first, first <= 12 and first != second
