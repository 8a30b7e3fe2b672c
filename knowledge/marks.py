"""What a question is about, as marks that are the same whatever language it is asked in.

A mark is a concept of our glossary that it names (`c12`), or the stem of a telling word that the
glossary does not know. A mark weighs the more the fewer questions have it: those that our articles
know people ask.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from math import log, sqrt

from knowledge.article import Article
from knowledge.glossary import glossary
from knowledge.smallwords import han_small_words, small_words
from knowledge.words import clean, is_han, pairs, stems, words

_TOPIC = 1.0  # what a concept of city making weighs
_PLACE = 0.7  # ... a town or a country
_EVERYDAY = 0.4  # ... a word of every day that the glossary translates
_UNKNOWN = 0.7  # ... a word that it does not know: often a name
_PAIR = 0.3  # ... two Chinese characters of a run that it does not know
_FEW = 500  # wordings, of which too few to tell what is common count as so many

Marks = Mapping[str, float]
"""Each mark of a question with its weight."""


class Marker:
    """Marks questions. Read only once it is made: any number of threads may ask."""

    def __init__(self, articles: Iterable[Article]) -> None:
        """`articles`: whose wordings of questions tell which marks are common."""
        asked = [(line, article.lang) for article in articles for line in article.aliases]
        self._count = max(_FEW, len(asked))
        self._having = Counter(mark for line, lang in asked for mark in _marks(line, lang))

    def marks(self, text: str, lang: str) -> Marks:
        """The marks of a question in its language; none where nothing telling is said."""
        found = _marks(text, lang)
        return {mark: weight * self._rarity(mark) for mark, weight in found.items()}

    def _rarity(self, mark: str) -> float:
        return 1 - log(max(1, self._having[mark])) / log(self._count)


def _marks(text: str, lang: str) -> dict[str, float]:
    small = small_words(lang)
    written = [word for word in words(clean(text)) if word not in small]
    found: dict[str, float] = {}
    for word in filter(is_han, written):
        found |= _of_han(word)
    return found | _of_latin([word for word in written if not is_han(word)], lang)


def _of_latin(written: list[str], lang: str) -> dict[str, float]:
    known = glossary()
    found = {
        f"c{concept}": _weight(concept)
        for _first, _many, concept in known.of_phrases(written, lang)
    }
    read = stems(written, lang)
    for stem, (whole, parts) in zip(read, known.of_words(written, lang, read), strict=True):
        meant = whole or parts
        found |= {f"c{concept}": _weight(concept) / sqrt(len(meant)) for concept in meant}
        if not meant:
            found[stem] = _UNKNOWN
    return found


def _of_han(run: str) -> dict[str, float]:
    """The terms in a run of characters, and what lies between them."""
    terms = glossary().of_han(run)
    longest = [
        (start, size, concept)
        for start, size, concept in terms
        if not any(s <= start and start + size <= s + n and n > size for s, n, _c in terms)
    ]
    found = {f"c{concept}": _weight(concept) for _start, _size, concept in longest}
    covered = {at for start, size, _concept in longest for at in range(start, start + size)}
    rest = "".join(" " if at in covered else sign for at, sign in enumerate(run))
    for part in han_small_words().sub(" ", rest).split():
        found |= dict.fromkeys(pairs(part), _PAIR)
    return found


def _weight(concept: int) -> float:
    known = glossary()
    if concept in known.topics:
        return _TOPIC
    return _PLACE if concept in known.places else _EVERYDAY
