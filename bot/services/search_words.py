"""The words a conversation is found by, in every language, Chinese in pairs of characters.

Chinese has no blanks: 城市规划 is kept as 城市 市规 规划 划. So words of two
characters, as most are, and longer ones are found, and single ones as the beginning of a pair.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby, pairwise
from typing import Final

from bot.understanding.wordings import READ, is_han, words

_MOST: Final = 8  # words looked for at once
_BEGUN: Final = 3  # letters from which the beginning of a word is enough: "Schul"


def indexed(text: str) -> str:
    """The words to keep of a text, each once, with blanks between them."""
    return " ".join(dict.fromkeys(_kept(text)))


def sought(query: str) -> tuple[tuple[str, bool], ...]:
    """The words to look for, all of them; True: its beginning is enough."""
    found = dict.fromkeys(_asked(query))
    return tuple(found)[:_MOST]


def _kept(text: str) -> Iterator[str]:
    for chinese, run in _runs(text):
        yield from (*_pairs(run), run[-1]) if chinese else run


def _asked(text: str) -> Iterator[tuple[str, bool]]:
    for chinese, run in _runs(text):
        if not chinese:
            yield from ((word, len(word) >= _BEGUN) for word in run)
        elif len(run) == 1:
            yield run[0], True
        else:
            yield from ((pair, False) for pair in _pairs(run))


def _runs(text: str) -> Iterator[tuple[bool, list[str]]]:
    said = (word.replace("'", "") for piece in _pieces(text) for word in words(piece))
    for chinese, run in groupby(said, key=is_han):
        yield chinese, list(run)


def _pieces(text: str) -> Iterable[str]:
    """What `words` reads at once."""
    return (
        line[start : start + READ]
        for line in text.splitlines()
        for start in range(0, len(line), READ)
    )


def _pairs(run: list[str]) -> Iterator[str]:
    return (one + next_ for one, next_ in pairwise(run))
