"""Why an article was found: for each piece of the question, how well the article covers it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from knowledge.evidence import Sighting
from knowledge.grams import sizes, weighted_keys
from knowledge.pieces import Piece
from knowledge.question import Asked
from knowledge.words import is_han, spellings

COVERED = 0.5  # from here a piece counts as covered
_MEANT = 0.75  # how well a term of the same meaning covers a piece
_PARTLY = 0.4  # ... one that means a part of it
_GUESSED = 0.6  # ... the word it was probably meant to be
_SPELT = 0.6  # the share of a word's runs of letters from which they cover it
_CHANCE = 0.3  # what any two words share
_LONG = 5  # letters from which letters can tell


@dataclass(frozen=True, slots=True)
class Ground:
    """A piece of the question and what an article makes of it.

    weight    how rare it is among the articles
    covered   0..1: how well the article covers it
    places    as in Asked: the concepts of a place that it names
    is_topic  whether it stands, wholly or in part, for something of city making
    """

    piece: Piece
    weight: float
    covered: float
    places: tuple[int, ...]
    is_topic: bool


def grounds(sighting: Sighting, article: int) -> tuple[Ground, ...]:
    """What one article makes of each piece of the question, in order."""
    # Plain lists: a question has few pieces, and numpy takes its time over each single figure.
    words = sighting.words.terms_in(article).tolist()
    concepts = sighting.concepts.terms_in(article).tolist()
    rarity = sighting.words.match.rarity.tolist()
    return tuple(
        Ground(
            asked.piece,
            sighting.words.match.unknown if asked.guessed else _mean(rarity, asked.terms),
            _covered(asked, words, concepts),
            asked.places,
            bool(asked.topics),
        )
        for asked in sighting.question.asked
    )


def by_letters(sighting: Sighting, article: int, found: Sequence[Ground]) -> tuple[Ground, ...]:
    """The same, with letters having a say: other endings, and parts of compounds."""
    letters = sighting.letters.terms_in(article)
    return tuple(
        ground
        if ground.covered >= COVERED or not _is_long(ground.piece.text)
        else replace(ground, covered=max(ground.covered, _spelt(sighting, ground, letters)))
        for ground in found
    )


def matched(found: Sequence[Ground]) -> tuple[str, ...]:
    """The words of the question that an article covers, those that say most first."""
    telling = [ground for ground in found if ground.covered >= COVERED and not ground.piece.small]
    telling.sort(key=lambda ground: -ground.weight * ground.covered)
    return tuple(dict.fromkeys(ground.piece.text for ground in telling))


def _covered(asked: Asked, words: list[bool], concepts: list[bool]) -> float:
    return max(
        (_GUESSED if asked.guessed else 1.0) * _mean(words, asked.terms),
        _MEANT * any(concepts[place] for place in asked.meanings),
        _PARTLY * any(concepts[place] for place in asked.parts),
    )


def _is_long(text: str) -> bool:
    return len(text) >= _LONG and not is_han(text)


def _spelt(sighting: Sighting, ground: Ground, letters: NDArray[np.bool_]) -> float:
    """How well the letters of an article cover a word."""
    spelt = f" {spellings([ground.piece.text], sighting.lang)[0]} "
    runs, _weights = weighted_keys(spelt, np.ones(len(spelt)), sizes(sighting.lang))
    keys = sighting.question.letters.keys
    at = np.minimum(np.searchsorted(keys, runs), len(keys) - 1)
    share = float(letters[at].mean())
    return share - _CHANCE if share > _SPELT else 0.0


def _mean(figures: Sequence[float], places: Sequence[int]) -> float:
    return sum(figures[place] for place in places) / len(places) if places else 0.0
