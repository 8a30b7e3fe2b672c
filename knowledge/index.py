"""Finds the articles that answer a question: the one door to everything below.

An Index never changes; when articles do, build another and put it in its place.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np

from knowledge.article import Article
from knowledge.confidence import confidence, signs
from knowledge.evidence import Sighting
from knowledge.grounds import grounds, matched
from knowledge.postings import Floats
from knowledge.shelf import Shelf
from knowledge.words import clean, words

READ = 1000  # characters of a question that are read; nobody types more into a chat
_ABROAD = 0.8  # what an article counts that had to be found in another language
_FOREIGN = 0.5  # below this share of known words a question is also taken to the other languages


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that was found.

    lang      the language of the article: that of the question if there is one
    score     0 for nothing, about 1 when it has all of the question
    passages  the paragraphs that answer best, best first, in plain text
    matched   the words of the question it has or means, those that say most first
    evidence  the score of each kind of evidence
    """

    slug: str
    lang: str
    score: float
    passages: tuple[str, ...]
    matched: tuple[str, ...] = ()
    evidence: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Found(Sequence[Hit]):
    """What was found for a question, best first, one hit a slug.

    confidence  0..1, how likely the best hit answers the question
    signs       what speaks for and against it, by name
    """

    hits: tuple[Hit, ...] = ()
    confidence: float = 0.0
    signs: tuple[tuple[str, float], ...] = ()

    @overload
    def __getitem__(self, place: int) -> Hit: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Hit, ...]: ...
    def __getitem__(self, place: int | slice) -> Hit | tuple[Hit, ...]:
        return self.hits[place]

    def __len__(self) -> int:
        return len(self.hits)


@dataclass(frozen=True, slots=True)
class _Candidate:
    score: float
    shelf: Shelf
    sighting: Sighting
    article: int


@dataclass(frozen=True, slots=True)
class Index:
    """The articles of all languages, ready to be asked. Read only: any number of threads may ask."""

    shelves: dict[str, Shelf]
    slugs: dict[str, dict[str, int]]

    @classmethod
    def build(cls, articles: Iterable[Article]) -> "Index":
        """Index articles; of two with the same slug and language the later counts.

        240 short articles take some 0.1 s.
        """
        kept = {(article.lang, article.slug): article for article in articles}
        by_lang: dict[str, list[Article]] = {}
        for (lang, _slug), article in kept.items():
            by_lang.setdefault(lang, []).append(article)
        return cls(
            {lang: Shelf.of(found, lang) for lang, found in by_lang.items()},
            {lang: {a.slug: at for at, a in enumerate(found)} for lang, found in by_lang.items()},
        )

    def search(self, text: str, lang: str = "en", k: int = 5) -> Found:
        """The best `k` articles for a question asked in `lang`, one a slug, best first.

        Articles in that language come first; one that is not translated is found in another. No I/O,
        about a millisecond; any string will do, the empty one finds nothing.
        """
        written = words(clean(text[:READ]))
        if not written or k < 1:
            return Found()
        best = self._best(written, lang, max(k, 2))
        if not best:
            return Found()
        first = best[0]
        lead = 1 - (best[1].score / first.score if len(best) > 1 else 0.0)
        seen = signs(first.sighting, first.article, lead, first.shelf.articles[first.article].kind)
        hits = tuple(self._hits(best[:k], lang))
        return Found(hits, confidence(seen), seen.named())

    def _best(self, written: Sequence[str], lang: str, k: int) -> list[_Candidate]:
        by_slug: dict[str, _Candidate] = {}
        for candidate in self._candidates(written, lang, k):
            slug = candidate.shelf.articles[candidate.article].slug
            known = by_slug.get(slug)
            if known is None or candidate.score > known.score:
                by_slug[slug] = candidate
        return sorted(by_slug.values(), key=lambda c: -c.score)[:k]

    def _candidates(self, written: Sequence[str], lang: str, k: int) -> Iterator[_Candidate]:
        """The best articles of the language, and of the others those that it lacks.

        A question that the language's articles hardly know a word of may be in another language, or
        use its terms: then it is taken to the others all the same.
        """
        own, translated, lost = self.shelves.get(lang), self.slugs.get(lang, {}), True
        if own:
            sighting = own.ask(written, lang)
            lost = is_lost(sighting)
            yield from _top(own, sighting, k)
        for other, shelf in self.shelves.items():
            missing = [at for slug, at in self.slugs[other].items() if slug not in translated]
            if other != lang and (missing or lost):
                sighting = shelf.ask(written, lang)
                yield from _top(shelf, sighting, k, None if lost else missing)

    def _hits(self, candidates: Sequence[_Candidate], lang: str) -> Iterator[Hit]:
        """The hits as they are shown: in the language of the question if the article is there."""
        merits: dict[str, Floats] = {}
        for one in candidates:
            if one.shelf.lang not in merits:
                merits[one.shelf.lang] = one.shelf.merits(one.sighting)
            shelf, article, worth = one.shelf, one.article, merits[one.shelf.lang]
            slug = shelf.articles[article].slug
            here = self.slugs.get(lang, {}).get(slug)
            if here is not None and shelf.lang != lang:
                shelf, article = self.shelves[lang], here
                worth = np.zeros(len(shelf.layout.paragraphs))
            yield Hit(
                slug,
                shelf.lang,
                one.score,
                shelf.passages(worth, article),
                matched(grounds(one.sighting, one.article)),
                one.sighting.evidence.of(one.article),
            )


def is_lost(sighting: Sighting) -> bool:
    """Whether the articles know less than half of a question's words, or some of another script."""
    known = sighting.words.known
    pieces = [asked for asked in sighting.question.asked if not asked.piece.small]
    strange = [asked for asked in pieces if asked.guessed or not known[list(asked.terms)].any()]
    if sighting.lang == "zh" and any(asked.piece.text.isascii() for asked in strange):
        return True
    return len(strange) > _FOREIGN * len(pieces)


def _top(
    shelf: Shelf, sighting: Sighting, k: int, among: Sequence[int] | None = None
) -> Iterator[_Candidate]:
    scores = sighting.scores * (_ABROAD if shelf.lang != sighting.asked_in else 1.0)
    numbers = np.arange(len(scores)) if among is None else np.array(among)
    order = numbers[np.argsort(-scores[numbers], kind="stable")[:k]]
    for article in order.tolist():
        if scores[article] > 0:
            yield _Candidate(float(scores[article]), shelf, sighting, article)
