"""Words recognised with another ending ("lösche", "löschen") or with one slip ("unsubscrbe")."""

from collections.abc import Iterable, Iterator

from rapidfuzz.distance import OSA
from rapidfuzz.process import extractOne

from bot.understanding.profile import profile
from bot.understanding.wordings import is_han

_ENDINGS = ("", "e", "n", "s", "t", "d", "en", "er", "es", "em", "et", "st", "ed", "est", "ing")
_LAST = frozenset(ending[-1] for ending in _ENDINGS[1:])
_ROOT = 4  # letters that must be left without an ending
_SLIP = 5  # letters from which one slip is forgiven


class Vocabulary:
    """A set of words; every written form of one of them is known by the same name."""

    def __init__(self, vocabulary: Iterable[str]) -> None:
        self._names: dict[str, str] = {}
        for word in sorted(set(vocabulary), key=lambda word: (len(word), word)):
            name = self.known(word, slips=False) or word
            self._names.update((root, name) for root in _roots(word) if root not in self._names)
        self._of_length: dict[int, list[str]] = {}
        for root in self._names:
            self._of_length.setdefault(len(root), []).append(root)

    def known(self, word: str, slips: bool = True) -> str | None:
        """The name of a word that has this form; None when no word has."""
        exact = next((self._names[root] for root in _roots(word) if root in self._names), None)
        if exact or not slips:
            return exact
        near = self.slipped(word)
        return self._names[near] if near else None

    def slipped(self, word: str) -> str | None:
        """The form that was meant when one letter is wrong, missing, too many or swapped."""
        if not _SLIP <= len(word) <= 40 or is_han(word) or word in profile().odds:
            return None
        for length in range(max(_SLIP, len(word) - 1), len(word) + 2):
            roots = self._of_length.get(length, ())
            if near := extractOne(word, roots, scorer=OSA.distance, score_cutoff=1):
                return near[0]
        return None


def _roots(word: str) -> Iterator[str]:
    """The word and what is left of it without an ending, longest first."""
    yield word
    if word[-1:] not in _LAST:
        return
    for ending in _ENDINGS[1:]:
        if word.endswith(ending) and len(word) - len(ending) >= _ROOT:
            yield word.removesuffix(ending)
