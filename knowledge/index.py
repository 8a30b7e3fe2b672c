"""Finds the articles that answer a question: the one door to everything below.

An Index never changes; when articles do, build another and put it in its place.
"""

import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np

from knowledge.article import Article
from knowledge.confidence import confidence, signs
from knowledge.evidence import Sighting
from knowledge.grounds import COVERED, by_letters, grounds, matched
from knowledge.postings import Ints
from knowledge.shelf import Shelf
from knowledge.words import clean, words

READ = 1000  # characters of a question that are read; nobody types more into a chat
_ABROAD = 0.8  # what an article counts that had to be found in another language
_FEW = 0.5  # with more unknown words than this share, a question is taken to all languages


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
    """An article of a shelf, by its place in what that shelf has sighted."""

    score: float
    shelf: Shelf
    sighting: Sighting
    place: int

    @property
    def article(self) -> Article:
        return self.shelf.articles[int(self.sighting.chosen[self.place])]


class _Shelves:
    """The shelf of each language, built when it is first asked for: most talks need only one."""

    def __init__(self, articles: dict[str, list[Article]]) -> None:
        self._articles = articles
        self._built: dict[str, Shelf] = {}
        self._building = threading.Lock()

    def get(self, lang: str) -> Shelf | None:
        """The shelf of a language, or None when there are no articles in it."""
        if lang not in self._articles:
            return None
        if lang not in self._built:
            with self._building:
                if lang not in self._built:
                    self._built[lang] = Shelf.of(self._articles[lang], lang)
        return self._built[lang]

    def __getitem__(self, lang: str) -> Shelf:
        """Raises KeyError when there are no articles in that language."""
        shelf = self.get(lang)
        if shelf is None:
            raise KeyError(lang)
        return shelf

    def __iter__(self) -> Iterator[str]:
        return iter(self._articles)


@dataclass(frozen=True, slots=True)
class Index:
    """The articles of all languages, ready to be asked. Read only: any number of threads may ask.

    shelves       the articles of each language
    numbers       language -> slug -> the number of the article on its shelf
    untranslated  (language, other language) -> the numbers of the other's articles it has not
    """

    shelves: _Shelves
    numbers: dict[str, dict[str, int]]
    untranslated: dict[tuple[str, str], Ints]

    @classmethod
    def build(cls, articles: Iterable[Article]) -> "Index":
        """Index articles; of two with the same slug and language the later counts.

        Quick: each language is made ready when it is first asked in, some 0.1 s for 80 articles.
        """
        kept = {(article.lang, article.slug): article for article in articles}
        by_lang: dict[str, list[Article]] = {}
        for article in kept.values():
            by_lang.setdefault(article.lang, []).append(article)
        numbers = {
            lang: {article.slug: number for number, article in enumerate(found)}
            for lang, found in by_lang.items()
        }
        untranslated = {
            (lang, other): np.array([at for slug, at in theirs.items() if slug not in ours], int)
            for lang, ours in numbers.items()
            for other, theirs in numbers.items()
        }
        return cls(_Shelves(by_lang), numbers, untranslated)

    def warm(self) -> None:
        """Build what would else be built at the first question in each language."""
        for lang in self.shelves:
            self.shelves.get(lang)

    def search(self, text: str, lang: str = "en", k: int = 5) -> Found:
        """The best `k` articles for a question asked in `lang`, one a slug, best first.

        Articles in that language come first; one that is not translated is found in another. No
        I/O, a millisecond or two; any string will do, the empty one finds nothing.
        """
        written = words(clean(text[:READ]))
        if not written or k < 1:
            return Found()
        best = self._best(written, lang, max(k, 2))
        if not best:
            return Found()
        first = best[0]
        lead = 1 - (best[1].score / first.score if len(best) > 1 else 0.0)
        seen = signs(first.sighting, first.place, lead, first.article)
        return Found(tuple(self._hits(best[:k], lang)), confidence(seen), seen.named())

    def within(self, slug: str, lang: str, text: str) -> tuple[str, ...]:
        """The passages of one article that answer best, best first; none where it lacks a word.

        Small words and those of the same meaning, or nearly spelt so, are not missed.
        """
        written, shelf = words(clean(text[:READ])), self.shelves.get(lang)
        number = self.numbers.get(lang, {}).get(slug)
        if not written or shelf is None or number is None:
            return ()
        sighting = shelf.ask(written, lang, np.array([number]))
        found = by_letters(sighting, 0, grounds(sighting, 0))
        if any(ground.covered < COVERED for ground in found if not ground.piece.small):
            return ()
        return shelf.passages(sighting, 0)

    def _best(self, written: Sequence[str], lang: str, k: int) -> list[_Candidate]:
        by_slug: dict[str, _Candidate] = {}
        for candidate in self._candidates(written, lang, k):
            known = by_slug.setdefault(candidate.article.slug, candidate)
            if candidate.score > known.score:
                by_slug[candidate.article.slug] = candidate
        return sorted(by_slug.values(), key=lambda candidate: -candidate.score)[:k]

    def _candidates(self, written: Sequence[str], lang: str, k: int) -> Iterator[_Candidate]:
        """The best articles of the language, and of the others those that it lacks.

        A question of which its articles hardly know a word may be in another language, or use its
        terms: that one is taken to all articles.
        """
        lost = True
        if own := self.shelves.get(lang):
            sighting = own.ask(written, lang, np.arange(len(own.articles)))
            lost = _is_lost(sighting)
            yield from _top(own, sighting, k)
        for other in self.shelves:
            everywhere = lost or (lang, other) not in self.untranslated
            among = (
                np.arange(len(self.numbers[other]))
                if everywhere
                else self.untranslated[lang, other]
            )
            if other != lang and len(among):
                shelf = self.shelves[other]
                yield from _top(shelf, shelf.ask(written, lang, among), k)

    def _hits(self, candidates: Sequence[_Candidate], lang: str) -> Iterator[Hit]:
        """The candidates as they are shown: in the language of the question if there is one."""
        for one in candidates:
            passages = one.shelf.passages(one.sighting, one.place)
            here = self.numbers.get(lang, {}).get(one.article.slug)
            if here is not None and one.shelf.lang != lang:
                passages = self.shelves[lang].opening(here)
            yield Hit(
                one.article.slug,
                one.shelf.lang if here is None else lang,
                one.score,
                passages,
                matched(grounds(one.sighting, one.place)),
                one.sighting.evidence.of(one.place),
            )


def _top(shelf: Shelf, sighting: Sighting, k: int) -> Iterator[_Candidate]:
    scores = sighting.scores * (1.0 if shelf.lang == sighting.asked_in else _ABROAD)
    for place in np.argsort(-scores, kind="stable")[:k].tolist():
        if scores[place] > 0:
            yield _Candidate(float(scores[place]), shelf, sighting, place)


def _is_lost(sighting: Sighting) -> bool:
    """Whether the articles know few of a question's words, or not those of another script."""
    known = (sighting.words.match.gains > 0).tolist()
    telling = [asked for asked in sighting.question.asked if not asked.piece.small]
    strange = [a for a in telling if a.guessed or not any(known[place] for place in a.terms)]
    if sighting.lang == "zh" and any(asked.piece.text.isascii() for asked in strange):
        return True
    return len(strange) > _FEW * len(telling)
