"""Words a question spells as no article does, and the words they were probably meant to be."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA

_SHORTEST = 4  # letters; below, every word is near another
_TWO_EDITS = 7  # letters from which a word may hold two slips
_MOST = 3
_HAN = "\u2e80"  # the characters of East Asia start here
_LIKELY = {1: 0.8, 2: 0.6}  # how much the meant word counts, by edits


@dataclass(frozen=True, slots=True)
class Spelling:
    """The written forms of all words of a language's articles, ready to be compared."""

    forms: tuple[str, ...]
    letters: NDArray[np.uint64]
    lengths: NDArray[np.int64]

    @classmethod
    def of(cls, forms: Sequence[str]) -> "Spelling":
        """Of words with letters only; the others have no typing slips we can tell."""
        kept = tuple(
            form for form in forms if len(form) >= _SHORTEST - 1 and form.isalpha() and form < _HAN
        )
        lengths = np.fromiter(map(len, kept), np.int64, len(kept))
        return cls(kept, _letters(kept, lengths), lengths)

    def near(self, word: str) -> list[tuple[str, float]]:
        """The nearest known forms of an unknown word, and how much each counts; often none."""
        if len(word) < _SHORTEST or not word.isalpha():
            return []
        edits = 2 if len(word) >= _TWO_EDITS else 1
        # One edit changes the set of letters by two at most: that leaves few to compare.
        letters = _letters((word,), np.array([len(word)]))
        differing = np.bitwise_count(self.letters ^ letters)
        alike = (differing <= 2 * edits) & (np.abs(self.lengths - len(word)) <= edits)
        found = [
            (OSA.distance(word, self.forms[place], score_cutoff=edits), self.forms[place])
            for place in np.flatnonzero(alike).tolist()
        ]
        nearest = min((distance for distance, _form in found), default=edits + 1)
        if nearest > edits:
            return []
        meant = [form for distance, form in found if distance == nearest][:_MOST]
        return [(form, _LIKELY[nearest] / len(meant)) for form in meant]


def _letters(words: Sequence[str], lengths: NDArray[np.int64]) -> NDArray[np.uint64]:
    """The set of each word's letters as bits; letters beyond the Latin ones share them."""
    if not words:
        return np.empty(0, np.uint64)
    codes = np.frombuffer("".join(words).encode("utf-32-le"), np.uint32).astype(np.uint64)
    bits = np.uint64(1) << (codes & np.uint64(63))
    return np.bitwise_or.reduceat(bits, np.cumsum(lengths) - lengths)
