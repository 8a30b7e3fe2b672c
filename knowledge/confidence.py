"""How likely the best article answers the question: what we dare to say, and what we decline.

An article that shares words with a question is easily found for any question. What tells is how much
of the question it covers, what it lacks (a place, a rare word), and whether the question asks for
what no article can know.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from math import exp, log1p

import numpy as np

from knowledge.cues import Cue
from knowledge.evidence import Sighting
from knowledge.grounds import COVERED, Ground, by_letters, grounds
from knowledge.views import Match

ANSWERED_FROM = 0.5
"""From this confidence we answer."""


_FAINT = 0.1  # what a small word counts here
_BASE = 0.0
_WEIGHTS: dict[str, float] = {}


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for and against the best article; figures are 0..1 unless told otherwise.

    covered       of the question by the article, rare pieces more
    missing       the rarest piece the article lacks
    words         covered, stems only
    letters       covered, runs of letters only
    meaning       covered, concepts only
    asked_words   likeness to its title or best line of `asked`, by words
    asked_letters ... by letters
    rest          covered, of what is not in its title: the title only tells what it is about
    close         of the question by the article's best two sentences, title or line of `asked`
    lead          over the second best article
    known         of the question by any article
    length        pieces that say something, log(1 + n)
    elsewhere     1 when the question names a place the article is not about
    strange       the share of its pieces that no article has and the glossary does not know
    now           ... that ask for the moment
    service       ... that ask for a desk or a shop; of practices only
    task          ... that ask for something to be done
    """

    covered: float
    missing: float
    words: float
    letters: float
    meaning: float
    asked_words: float
    asked_letters: float
    rest: float
    close: float
    lead: float
    known: float
    length: float
    elsewhere: float
    strange: float
    now: float
    service: float
    task: float

    def named(self) -> tuple[tuple[str, float], ...]:
        """Each sign by its name."""
        return tuple((sign.name, float(getattr(self, sign.name))) for sign in fields(self))


def signs(sighting: Sighting, article: int, lead: float, kind: str) -> Signs:
    """What there is to see of the best article; `lead` as in Signs, `kind` as in Article."""
    found = by_letters(sighting, article, grounds(sighting, article))
    weights = np.array([g.weight * (_FAINT if g.piece.small else 1.0) for g in found] or [1.0])
    covered = np.array([g.covered for g in found] or [0.0])
    known = np.array([g.known for g in found] or [0.0])
    titled = np.array([g.titled for g in found] or [False])
    told = kind == "practice"
    open_ = [ground for ground in found if ground.covered < COVERED]
    asks = [ground.piece.cue for ground in open_]
    many = max(sum(not ground.piece.small for ground in found), 1)
    strange = sum(g.strange for g in open_)
    return Signs(
        covered=float(weights @ covered / weights.sum()),
        missing=float((weights * (1 - covered)).max() / sighting.words.unknown),
        words=_share(sighting.words, article),
        letters=_share(sighting.letters, article),
        meaning=_share(sighting.concepts, article),
        asked_words=float(sighting.words.likeness[article]),
        asked_letters=float(sighting.letters.likeness[article]),
        rest=float(weights @ (covered * ~titled) / max(weights @ ~titled, 1e-9)) if (weights@~titled)>0 else 1.0,
        close=float(sighting.words.window[article] / max(sighting.words.total, 1e-9)),
        lead=lead,
        known=float(weights @ known / weights.sum()),
        length=log1p(sum(not ground.piece.small for ground in found)),
        elsewhere=float(told and _elsewhere(sighting, article, found)),
        strange=strange / many,
        now=asks.count(Cue.NOW) / many,
        service=asks.count(Cue.SERVICE) / many * told,
        task=asks.count(Cue.TASK) / many,
    )


def confidence(seen: Signs) -> float:
    """0..1: how likely the article answers the question."""
    strength = _BASE + sum(_WEIGHTS.get(sign,0) * figure for sign, figure in seen.named())
    return 1 / (1 + exp(-strength))


def _share(match: Match, article: int) -> float:
    return float(match.covered[article] / match.total) if match.total else 0.5


def _elsewhere(sighting: Sighting, article: int, found: Sequence[Ground]) -> bool:
    """Whether the question names a place that neither this article nor the next best have."""
    best = {article, *np.argsort(-sighting.scores, kind="stable")[:3].tolist()}
    has = np.any([sighting.concepts.terms_in(number) for number in best], axis=0)
    return any(g.place and g.covered < COVERED and not has[list(g.place)].any() for g in found)
