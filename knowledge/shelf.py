"""The articles of one language, indexed and ready to be asked."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import count

import numpy as np

from knowledge.article import Article
from knowledge.evidence import Sighting, promising, weigh
from knowledge.glossary import glossary
from knowledge.grams import keys_by_line, sizes
from knowledge.layout import Layout
from knowledge.postings import Ints, Keys
from knowledge.question import Reader
from knowledge.smallwords import small_words
from knowledge.spelling import Spelling
from knowledge.text import Text
from knowledge.views import View
from knowledge.words import clean, is_han, spellings, stems, terms, words

_PASSAGES = 3
_MANY = 20  # articles from which a run of letters can be in too many of them to tell anything
_TELLING = 0.4  # its least rarity then: it is in two thirds of them
_OPENING = 0.1  # what the opening paragraph, which says what it is about, has ahead of the others


@dataclass(frozen=True, slots=True)
class Shelf:
    """Articles of one language, one a slug. Read only: any number of threads may ask."""

    lang: str
    articles: tuple[Article, ...]
    words: View
    letters: View
    concepts: View
    reader: Reader
    layout: Layout

    @classmethod
    def of(cls, articles: Sequence[Article], lang: str) -> "Shelf":
        """Index these articles; there must be one at least."""
        layout = Layout.of(articles)
        text = Text.of(layout.texts)
        read = stems(text.forms, lang)
        numbers: dict[str, int] = defaultdict(count().__next__)
        numbered = [tuple(map(numbers.__getitem__, terms(stem))) for stem in read]
        spelt = text.rewritten(spellings(text.forms, lang))
        letters = keys_by_line(spelt, sizes(lang), skipping=lang == "zh")
        return cls(
            lang,
            tuple(articles),
            View(layout, *text.occurrences(numbered)),
            View(layout, *letters, least=_TELLING if len(articles) >= _MANY else 0.0),
            View(layout, *_concepts(text, read, articles, layout)),
            Reader(lang, numbers.get, Spelling.of(text.forms).near),
            layout,
        )

    def ask(self, words: Sequence[str], asked_in: str, among: Ints) -> Sighting:
        """See what some of these articles, one at least, have of a question.

        `words` are the cleaned words of the question, `asked_in` is its language.
        """
        question = self.reader.read(words, asked_in)
        matches = (
            self.words.match(question.words),
            self.letters.match(question.letters),
            self.concepts.match(question.concepts),
        )
        chosen = promising(matches, among)
        looks = (
            self.words.look(matches[0], chosen),
            self.letters.look(matches[1], chosen),
            self.concepts.look(matches[2], chosen),
        )
        return weigh((self.lang, asked_in), question, chosen, looks)

    def passages(self, sighting: Sighting, article: int) -> tuple[str, ...]:
        """The paragraphs of a sighted article that answer best, best first, as written."""
        number = int(sighting.chosen[article])
        merits = (
            self.words.merits(sighting.words, article, number)
            + self.letters.merits(sighting.letters, article, number)
            + self.concepts.merits(sighting.concepts, article, number)
        )
        merits[:1] += _OPENING
        first, _last = self.layout.paragraphs_of(number)
        best = np.argsort(-merits, kind="stable")[:_PASSAGES]
        return tuple(self.layout.paragraphs[first + place] for place in best.tolist())

    def opening(self, number: int) -> tuple[str, ...]:
        """The first paragraphs of the article of this number."""
        first, last = self.layout.paragraphs_of(number)
        return self.layout.paragraphs[first : min(last, first + _PASSAGES)]


def _concepts(
    text: Text, read: Sequence[str], articles: Sequence[Article], layout: Layout
) -> tuple[Keys, Ints]:
    """The concepts that stand in each unit; an article's labels stand in its title."""
    lang = articles[0].lang
    small, known = small_words(lang), glossary()
    meant = zip(text.forms, known.of_words(text.forms, lang, read), strict=True)
    by_form = [() if form in small else _of_form(form, *found) for form, found in meant]
    keys, units = text.occurrences(by_form)
    more = [*_phrases(text, read, lang)]
    labels = cache(_label)  # few different ones
    for article, title in zip(articles, layout.starts.tolist(), strict=True):
        more += ((concept, title) for concept in known.country.get(article.country, ()))
        for label in ((article.city, lang), *((theme, "en") for theme in article.themes)):
            more += ((concept, title) for concept in labels(*label))
    extra = np.array(more, dtype=np.int64).reshape(-1, 2)
    return np.concatenate([keys, extra[:, 0].astype(np.uint64)]), np.append(units, extra[:, 1])


def _label(label: str, lang: str) -> tuple[int, ...]:
    """What an article is about though its text may not say so: its city, one of its themes."""
    known, written = glossary(), words(clean(label))
    single = zip(written, known.of_words(written, lang), strict=True)
    found = [concept for word, (whole, _parts) in single for concept in _of_form(word, whole, ())]
    return (*found, *(concept for _at, _many, concept in known.of_phrases(written, lang)))


def _of_form(form: str, whole: tuple[int, ...], parts: tuple[int, ...]) -> tuple[int, ...]:
    if is_han(form):
        return tuple(concept for _start, _length, concept in glossary().of_han(form))
    return (*whole, *parts)


def _phrases(text: Text, read: Sequence[str], lang: str) -> Iterator[tuple[int, int]]:
    """The terms of several words: concept and unit."""
    starting = glossary().phrases_of(lang)
    opens = np.array([stem in starting for stem in read], dtype=np.bool_)
    running = list(map(read.__getitem__, text.ids.tolist()))
    for place in np.flatnonzero(opens[text.ids]).tolist():
        for term, concept in starting[running[place]]:
            if running[place : place + len(term)] == term:
                yield concept, int(text.lines[place])
