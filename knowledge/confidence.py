"""How likely the best article answers the question: when we dare to answer, and when we decline.

An article that shares some words with it is easily found for any question. What tells is how much
of the question it covers, what it lacks (a rare word, a place), and whether the question asks for
what no article can know.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from math import exp, log1p

from knowledge.cues import Cue
from knowledge.evidence import Sighting
from knowledge.grounds import COVERED, Ground, by_letters, grounds
from knowledge.views import Look

ANSWERED_FROM = 0.5
"""From this confidence on we answer; below we say that we do not know."""

_FAINT = 0.1  # what a small word counts here
_NEXT = 3  # so many of the best articles may have a place the question names

# Fitted by logistic regression on some 390 chat questions that the articles answer and 200 that
# they do not; on the articles' own `asked` lines, taken out of the article first, and with the
# article gone; and on half of XQuAD in three languages, each question with and without its
# paragraph. The weights of cues and length were bounded, so that no single word decides.
# Cross-validated; with five folds, questions held out are treated right as often as those learnt.
_BASE = -6.05
_WEIGHTS = {
    "covered": 3.05,
    "missing": -0.3,
    "words": 0.85,
    "letters": 1.15,
    "meaning": 1.0,
    "asked_words": 2.95,
    "asked_letters": 1.5,
    "lead": 0.35,
    "length": 2.0,
    "elsewhere": -3.8,
    "now": -12.0,
    "service": -12.0,
    "task": -10.0,
}


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for and against the best article; figures are 0..1 unless told otherwise.

    covered        of the question by the article, its rare pieces more
    missing        the rarest piece the article lacks
    words          covered, by stems only
    letters        covered, by runs of letters only
    meaning        covered, by concepts only
    asked_words    likeness to the title or the best line of `asked`, by words
    asked_letters  ... by runs of letters
    lead           over the second best article
    length         how many pieces say something: log(1 + n)
    elsewhere      1 when the question names a place and a practice is about another one
    now            the share of pieces that ask for the moment and that the article lacks
    service        ... that ask for a desk or a shop; of practices only, a programme may be asked so
    task           ... that ask for something to be done
    """

    covered: float
    missing: float
    words: float
    letters: float
    meaning: float
    asked_words: float
    asked_letters: float
    lead: float
    length: float
    elsewhere: float
    now: float
    service: float
    task: float

    def named(self) -> tuple[tuple[str, float], ...]:
        """Each sign by its name."""
        return tuple((sign.name, float(getattr(self, sign.name))) for sign in fields(self))


def confidence(seen: Signs) -> float:
    """0..1: how likely the article answers the question."""
    strength = _BASE + sum(_WEIGHTS[sign] * figure for sign, figure in seen.named())
    return 1 / (1 + exp(-strength))


def signs(sighting: Sighting, article: int, lead: float, kind: str) -> Signs:
    """What there is to see of the best article; `lead` as in Signs, `kind` as in Article."""
    found = by_letters(sighting, article, grounds(sighting, article))
    weights = [ground.weight * (_FAINT if ground.piece.small else 1.0) for ground in found]
    had = sum(weight * ground.covered for weight, ground in zip(weights, found, strict=True))
    lacked = [weight * (1 - ground.covered) for weight, ground in zip(weights, found, strict=True)]
    telling = sum(not ground.piece.small for ground in found)
    asks = [ground.piece.cue for ground in found if ground.covered < COVERED]
    practice = kind == "practice"
    return Signs(
        covered=had / max(sum(weights), 1e-9),
        missing=max(lacked, default=0.0) / sighting.words.match.unknown,
        words=_share(sighting.words, article),
        letters=_share(sighting.letters, article),
        meaning=_share(sighting.concepts, article),
        asked_words=float(sighting.words.likeness[article]),
        asked_letters=float(sighting.letters.likeness[article]),
        lead=lead,
        length=log1p(telling),
        elsewhere=float(practice and _elsewhere(sighting, article, found)),
        now=asks.count(Cue.NOW) / max(telling, 1),
        service=asks.count(Cue.SERVICE) / max(telling, 1) * practice,
        task=asks.count(Cue.TASK) / max(telling, 1),
    )


def _share(look: Look, article: int) -> float:
    return float(look.covered[article]) / look.match.total if look.match.total else 0.5


def _elsewhere(sighting: Sighting, article: int, found: Sequence[Ground]) -> bool:
    """Whether the question names a place that neither this article nor the next best have."""
    named = [g.places for g in found if g.places and g.covered < COVERED]
    if not named:
        return False
    best = {article, *(-sighting.scores).argsort(kind="stable")[:_NEXT].tolist()}
    has = {
        place
        for number in best
        for place in sighting.concepts.terms_in(number).nonzero()[0].tolist()
    }
    return any(has.isdisjoint(places) for places in named)
