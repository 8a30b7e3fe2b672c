"""How likely the best article answers the question: when we dare to answer, and when we decline.

An article that shares some words with it is easily found for any question. What tells is how much
of the question it covers, what it lacks (a rare word, a place), and whether the question asks for
what no article can know.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from math import exp, log1p

from knowledge.article import Article
from knowledge.aspects import asked
from knowledge.cues import Cue, is_errand, is_of_home
from knowledge.evidence import Sighting
from knowledge.grounds import COVERED, Ground, by_letters, grounds
from knowledge.views import Look
from knowledge.words import is_han

ANSWERED_FROM = 0.5
"""From this confidence on we answer; below we say that we do not know."""

_TOUCHED = 0.4  # from here a topic is covered at least in part
_FAINT = 0.1  # what a small word counts here
_ASKED = 0.4  # likeness from which a question is one that an article is asked
_HAN_NAME, _LATIN_NAME = 3, 7  # signs of a name
_NEXT = 3  # so many of the best articles may have a place the question names

# Fitted by logistic regression on some 150 chat questions that the articles answer and 280 that
# they do not, most of these what residents and visitors ask of a town hall, a travel guide or a
# shop; on 140 single terms, ours and others; on the names in the titles; on the articles' own
# `asked` lines, taken out of the article first, and with the article gone; and on half of XQuAD in
# three languages, with half of its paragraphs gone. The weights of cues, of an errand and of length
# were bounded, so that no single word decides. Cross-validated: of the questions that none answers
# one in fifteen is not declined.
_BASE = -7.1
_WEIGHTS = {
    "covered": 1.7,
    "letters": 3.2,
    "meaning": 0.5,
    "asked_words": 2.9,
    "lead": 2.4,
    "length": 1.5,
    "told": 1.5,
    "topic": 2.6,
    "term": 1.2,
    "place": -1.2,
    "errand": -2.95,
    "home": -2.5,
    "strange": -1.6,
    "elsewhere": -6.5,
    "now": -9.8,
    "service": -9.8,
    "task": -7.9,
}


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for and against the best article; figures are 0..1 unless told otherwise.

    covered      of the question by the article, its rare pieces more
    letters      covered, by runs of letters only
    meaning      covered, by concepts only
    asked_words  likeness to the title or the best line of `asked`, by words
    lead         over the second best article
    length       how many pieces say something: log(1 + n)
    told         how many of them the article covers, places not counted: log(1 + n)
    topic        the share that is of city making, and covered: what we are asked for
    term         1 when nothing else is asked: a topic alone, in the words of the trade
    place        1 when a place is named with anything but a topic, and a practice was found:
                 a name brings everybody there, whatever they want
    errand       1 when somebody asks for themselves, a practice was found, and it has no topic
                 that is named: a permit, a way, a doctor
    home         1 when somebody asks when, where, who or how much, names neither a place nor the
                 practice, and the article has lines of `asked`, but none like it: they mean the
                 town they live in
    strange      the share of pieces that no article has: names of what is not ours
    elsewhere    1 when the question names a place and a practice is about another one
    now          the share of pieces that ask for the moment and that the article lacks
    service      ... that ask for a desk or a shop; of practices only, a programme may be asked so
    task         ... that ask for something to be done
    """

    covered: float
    letters: float
    meaning: float
    asked_words: float
    lead: float
    length: float
    told: float
    topic: float
    term: float
    place: float
    errand: float
    home: float
    strange: float
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


def signs(sighting: Sighting, article: int, lead: float, about: Article) -> Signs:
    """What there is to see of the best article, `about`; `lead` as in Signs."""
    found = by_letters(sighting, article, grounds(sighting, article))
    weights = [ground.weight * (_FAINT if ground.piece.small else 1.0) for ground in found]
    telling = [ground for ground in found if not ground.piece.small]
    named = [ground for ground in telling if not ground.places]
    like = float(sighting.words.likeness[article])
    practice = about.kind == "practice"
    errand = practice and is_errand(_written(found, sighting), sighting.asked_in)
    asks = _asks(found, errand)
    return Signs(
        covered=_covered(found, weights),
        letters=_share(sighting.letters, article),
        meaning=_share(sighting.concepts, article),
        asked_words=like,
        lead=lead,
        length=log1p(len(telling)),
        told=log1p(sum(ground.covered for ground in named)),
        topic=_topic(named),
        term=float(bool(named) and all(g.is_topic and g.covered >= _TOUCHED for g in named)),
        place=float(practice and len(named) < len(telling) and _is_off_topic(named)),
        errand=float(errand and _is_off_topic(named)),
        home=float(bool(about.aliases) and like < _ASKED and _is_of_home(found, sighting, about)),
        strange=_strange(named, sighting) / max(len(telling), 1),
        elsewhere=float(practice and _elsewhere(sighting, article, found)),
        now=asks.count(Cue.NOW) / max(len(telling), 1),
        service=asks.count(Cue.SERVICE) / max(len(telling), 1) * practice,
        task=asks.count(Cue.TASK) / max(len(telling), 1),
    )


def _is_of_home(found: Sequence[Ground], sighting: Sighting, about: Article) -> bool:
    title = about.title.casefold()
    return (
        is_of_home(_written(found, sighting), about.kind == "practice")
        and not any(ground.places for ground in found)
        and not any(_is_name(ground, title) for ground in found)
    )


def _is_name(ground: Ground, title: str) -> bool:
    """Whether a piece is what a practice is called, by a word that means nothing else."""
    text = ground.piece.text
    long = len(text) >= (_HAN_NAME if is_han(text) else _LATIN_NAME)
    return long and not ground.is_topic and ground.covered >= COVERED and text in title


def _asks(found: Sequence[Ground], errand: bool) -> list[Cue | None]:
    """What the words give away that the article lacks; on an errand a task stays one all the same.

    An article that has a word for permits does not issue any.
    """
    return [
        ground.piece.cue
        for ground in found
        if ground.covered < COVERED or (errand and ground.piece.cue is Cue.TASK)
    ]


def _covered(found: Sequence[Ground], weights: Sequence[float]) -> float:
    had = sum(weight * ground.covered for weight, ground in zip(weights, found, strict=True))
    return had / max(sum(weights), 1e-9)


def _topic(named: Sequence[Ground]) -> float:
    mass = sum(ground.weight for ground in named)
    return sum(g.weight * g.covered for g in named if g.is_topic) / mass if mass else 0.0


def _is_off_topic(named: Sequence[Ground]) -> bool:
    """Whether something is asked for, and the article has no topic of it."""
    return bool(named) and not any(g.is_topic and g.covered >= _TOUCHED for g in named)


def _strange(named: Sequence[Ground], sighting: Sighting) -> int:
    """How many pieces no article has, whatever it calls them; "costs" or "founded" are none."""
    unknown, aspects = sighting.words.match.unknown, asked(sighting.asked_in).values()
    return sum(
        ground.weight >= unknown
        and ground.covered < _TOUCHED
        and not any(aspect.fullmatch(ground.piece.text) for aspect in aspects)
        for ground in named
    )


def _written(found: Sequence[Ground], sighting: Sighting) -> str:
    """The question again: Chinese is written without blanks."""
    return ("" if sighting.asked_in == "zh" else " ").join(ground.piece.text for ground in found)


def _share(look: Look, article: int) -> float:
    return float(look.covered[article]) / look.match.total if look.match.total else 0.5


def _elsewhere(sighting: Sighting, article: int, found: Sequence[Ground]) -> bool:
    """Whether the question names a place that neither this article nor the next best have.

    The next best count when they are as much on its topic: who compares two towns names both.
    """
    named = [g.places for g in found if g.places and g.covered < COVERED]
    if not named:
        return False
    best = (-sighting.scores).argsort(kind="stable")[:_NEXT].tolist()
    concepts = [set(sighting.concepts.terms_in(n).nonzero()[0].tolist()) for n in (article, *best)]
    topics = {meant for asked in sighting.question.asked for meant in asked.topics}
    least = len(concepts[0] & topics)
    has = set().union(*(had for had in concepts if len(had & topics) >= least))
    return any(has.isdisjoint(places) for places in named)
