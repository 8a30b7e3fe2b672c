"""What speaks for each article of one language when a question is asked, and how much it counts."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from math import sqrt

import numpy as np

from knowledge.postings import Floats, Ints, per
from knowledge.question import Question
from knowledge.views import Look, Match

LOOKED_AT = 100  # so many articles of a language get a closer look

# How much each kind of evidence counts: the same for all languages and questions. Fitted by a
# softmax over the ranking on half of XQuAD in three languages, with and without typing slips, on
# some 330 chat questions, and on the `asked` lines of the articles, each taken out of its article
# first; cross-validated by article, then rounded. A third more or less of any changes hardly a hit.
WEIGHTS = {
    "words": 1.1,
    "letters": 0.45,
    "close_words": 0.8,
    "close_letters": 0.45,
    "meaning": 1.5,
}
# In another language words and letters meet by cognates and names, and meaning does most of the
# work; between letters and characters letters say nothing. Fitted alike on the questions of XQuAD
# in one language over the texts in another.
ABROAD = {
    "words": 1.2,
    "letters": 0.85,
    "close_words": 1.0,
    "close_letters": 0.25,
    "meaning": 2.2,
}
FAR = {
    "words": 3.7,
    "letters": 0.0,
    "close_words": 2.0,
    "close_letters": 0.0,
    "meaning": 2.2,
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """One figure an article in each: what it has of what the question asks.

    words          stems, the rarer and the more often the better
    letters        runs of letters likewise: they survive endings, compounds and slips
    close_words    words within two sentences, or in the title or one line of `asked`
    close_letters  runs of letters likewise
    meaning        terms that mean the same as those of the question's words the article lacks
    """

    words: Floats
    letters: Floats
    close_words: Floats
    close_letters: Floats
    meaning: Floats

    def score(self, weights: Mapping[str, float]) -> Floats:
        """The evidence weighed and added up."""
        total: Floats = np.zeros(len(self.words))
        for kind, figures in self.named().items():
            total = total + weights[kind] * figures
        return total

    def of(self, article: int) -> tuple[tuple[str, float], ...]:
        """The evidence for one article, each kind by its name."""
        return tuple((kind, float(figures[article])) for kind, figures in self.named().items())

    def named(self) -> dict[str, Floats]:
        """Each kind of evidence by its name."""
        return {kind.name: getattr(self, kind.name) for kind in fields(self)}


@dataclass(frozen=True, slots=True)
class Sighting:
    """A question as the articles of one language answer it, the most promising of them.

    lang      the language of the articles
    asked_in  the language of the question
    chosen    the numbers of the articles looked at; everything else counts them from 0
    scores    one figure an article: 0 for nothing, about 1 for all of the question
    """

    lang: str
    asked_in: str
    question: Question
    chosen: Ints
    words: Look
    letters: Look
    concepts: Look
    evidence: Evidence
    scores: Floats


def promising(matches: tuple[Match, Match, Match], among: Ints) -> Ints:
    """The articles worth a closer look, by what words, letters and concepts say at first sight."""
    if len(among) <= LOOKED_AT:
        return among
    weights = (WEIGHTS["words"], WEIGHTS["letters"], WEIGHTS["meaning"])
    sight = sum(
        (
            weight * _rooted(m.frequent, m)[among]
            for weight, m in zip(weights, matches, strict=True)
        ),
        start=np.zeros(len(among)),
    )
    return np.sort(among[np.argpartition(-sight, LOOKED_AT)[:LOOKED_AT]])


def weigh(
    langs: tuple[str, str], question: Question, chosen: Ints, looks: tuple[Look, Look, Look]
) -> Sighting:
    """Weigh what words, letters and concepts found; `langs`: of the articles, of the question."""
    words, letters, concepts = looks
    evidence = Evidence(
        _rooted(words.frequent, words.match),
        _rooted(letters.frequent, letters.match),
        _rooted(words.window, words.match),
        _rooted(letters.window, letters.match),
        _rooted(_meaning(question, words, concepts), concepts.match),
    )
    weights = _weights(*langs)
    viewed = (words, letters, words, letters, concepts)
    most = sum(w * sqrt(look.match.total) for w, look in zip(weights.values(), viewed, strict=True))
    scores = evidence.score(weights) / max(most, 1e-9)
    return Sighting(*langs, question, chosen, *looks, evidence, scores)


def _weights(lang: str, asked_in: str) -> Mapping[str, float]:
    if lang == asked_in:
        return WEIGHTS
    return FAR if "zh" in (lang, asked_in) else ABROAD


def _rooted(figures: Floats, match: Match) -> Floats:
    # By the root: a view weighs more in which the question is long and rare, but not all the more.
    return figures / sqrt(max(match.total, 1e-9))


def _meaning(question: Question, words: Look, concepts: Look) -> Floats:
    """What articles have of the question's concepts, as far as they lack the words themselves."""
    has = np.zeros((len(words.match.gains), len(words.frequent)), dtype=np.bool_)
    has[words.terms, words.owners] = True
    lacking = np.ones((len(concepts.match.gains), len(words.frequent)))
    for asked in question.asked:
        lack = 1.0 - has[list(asked.terms)].mean(axis=0)
        for concept in {*asked.meanings, *asked.parts}:
            np.minimum(lacking[concept], lack, out=lacking[concept])
    still = concepts.values * lacking[concepts.terms, concepts.owners]
    return per(concepts.owners, still, len(words.frequent))
