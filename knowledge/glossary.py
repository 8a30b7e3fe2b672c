"""Terms that mean the same in our languages: the bridge to an article that is not translated."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml

from knowledge.words import clean, is_han, stems, words

LATIN = ("en", "de")
_PART = 4  # letters from which the part of a German compound counts: Schulkinder, Schule, Kind
_COMPOUND = 8

Meant = tuple[tuple[int, ...], tuple[int, ...]]
Phrases = Mapping[str, tuple[tuple[list[str], int], ...]]


@dataclass(frozen=True, slots=True)
class Glossary:
    """Concepts by their terms; a concept is a line of glossary.yaml, known by its number.

    words    language -> stem -> the concepts it may stand for
    phrases  language -> first stem -> the terms of several words that start so
    han      the first one or two characters -> the Chinese terms that start so
    places   the concepts that are places
    country  ISO 3166 code -> the concepts of a country: itself and the parts of the world around it
    """

    words: Mapping[str, Mapping[str, tuple[int, ...]]]
    phrases: Mapping[str, Phrases]
    han: Mapping[str, tuple[tuple[str, int], ...]]
    places: frozenset[int]
    country: Mapping[str, tuple[int, ...]]

    def phrases_of(self, lang: str) -> Phrases:
        """First stem -> the terms of several words that start so, as the language writes them."""
        return self.phrases["de" if lang == "de" else "en"]

    def of_words(self, written: Sequence[str], lang: str, read: Sequence[str] = ()) -> list[Meant]:
        """The concepts of each word by itself, and those of the parts of a German compound.

        A word is read in its language and, when that does not know it, in the other one. `read` are
        its stems, if they are at hand.
        """
        own, other = ("de", "en") if lang == "de" else ("en", "de")
        read = read or stems(written, own)
        mine = [self.words[own].get(stem, ()) for stem in read]
        strange = [word for word, found in zip(written, mine, strict=True) if not found]
        theirs = iter(self.words[other].get(stem, ()) for stem in stems(strange, other))
        return [
            (found or next(theirs), self._parts(stem) if own == "de" else ())
            for found, stem in zip(mine, read, strict=True)
        ]

    def of_phrases(self, words: Sequence[str], lang: str) -> Iterator[tuple[int, int, int]]:
        """The terms of several words: the first word, how many words, the concept."""
        starting, read = self.phrases_of(lang), stems(words, lang)
        for first, stem in enumerate(read):
            for term, concept in starting.get(stem, ()):
                if read[first : first + len(term)] == term:
                    yield first, len(term), concept

    def of_han(self, run: str) -> Iterator[tuple[int, int, int]]:
        """The Chinese terms in a run of characters: the first character, how many, the concept."""
        for start in range(len(run)):
            pair = run[start : start + 2]
            for term, concept in self.han.get(pair, ()):
                if run.startswith(term, start):
                    yield start, len(term), concept
            if len(pair) == 2:
                for term, concept in self.han.get(pair[0], ()):
                    yield start, 1, concept

    def _parts(self, stem: str) -> tuple[int, ...]:
        if len(stem) < _COMPOUND:
            return ()
        known = self.words["de"]
        sizes = range(len(stem) - _PART + 1, _PART - 1, -1)
        first = next((known[stem[:n]] for n in sizes if stem[:n] in known), ())
        last = next((known[stem[-n:]] for n in sizes if stem[-n:] in known), ())
        return (*first, *last)


@cache
def glossary() -> Glossary:
    """The one glossary, read on first need."""
    text = resources.files("knowledge").joinpath("glossary.yaml").read_text("utf-8")
    parts = yaml.load(text, Loader=yaml.CSafeLoader)  # noqa: S506 - a safe loader, in C
    rows = {name: [_cells(line) for line in part.splitlines()] for name, part in parts.items()}
    codes = [row.pop(0)[0] for row in rows["countries"]]
    around = [row.pop() for row in rows["regions"]]
    numbered = list(enumerate(row for name in _ORDER for row in rows[name]))
    general = len(rows["terms"]) + len(rows["words"])
    first_country, first_region = general + len(rows["cities"]), len(numbered) - len(around)
    country = {code: [first_country + place] for place, code in enumerate(codes)}
    for region, members in enumerate(around, first_region):
        for code in members[0].split():
            country[code].append(region)
    return Glossary(
        *_terms(numbered),
        frozenset(range(general, len(numbered))),
        {code: tuple(concepts) for code, concepts in country.items()},
    )


_ORDER = ("terms", "words", "cities", "countries", "regions")


def _cells(line: str) -> list[list[str]]:
    return [[term.strip() for term in cell.split(",")] for cell in line.split("|")]


def _terms(
    rows: Sequence[tuple[int, list[list[str]]]],
) -> tuple[
    dict[str, dict[str, tuple[int, ...]]],
    dict[str, Phrases],
    dict[str, tuple[tuple[str, int], ...]],
]:
    singles: dict[str, dict[str, tuple[int, ...]]] = {}
    phrases: dict[str, Phrases] = {}
    for column, lang in enumerate(LATIN):
        single: dict[str, dict[int, None]] = defaultdict(dict)
        several: dict[str, list[tuple[list[str], int]]] = defaultdict(list)
        written = [(words(clean(term)), number) for number, row in rows for term in row[column]]
        flat = iter(stems([word for term, _number in written for word in term], lang))
        for term, number in written:
            stemmed = [next(flat) for _word in term]
            if len(stemmed) == 1:
                single[stemmed[0]][number] = None
            elif stemmed:
                several[stemmed[0]].append((stemmed, number))
        singles[lang] = {stem: tuple(numbers) for stem, numbers in single.items()}
        phrases[lang] = {stem: tuple(terms) for stem, terms in several.items()}
    han: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for number, row in rows:
        for term in map(clean, row[2]):
            if is_han(term):
                han[term[:2]].append((term, number))
    return singles, phrases, {start: tuple(terms) for start, terms in han.items()}
