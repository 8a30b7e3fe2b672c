"""Terms that mean the same in our languages: the bridge to an article that is not translated."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import accumulate

import yaml

from knowledge.words import HAN, clean, is_han, pairs, stems

LATIN = ("en", "de")
_PART = 4  # letters from which the part of a German compound counts: Schulkinder, Schule, Kind
_COMPOUND = 8
_MARK = re.compile(rf"[|,\n]|[{HAN}]+|[^\W_{HAN}]+")

Meant = tuple[tuple[int, ...], tuple[int, ...]]
Words = Mapping[str, tuple[int, ...]]
Phrases = Mapping[str, tuple[tuple[list[str], int], ...]]


@dataclass(frozen=True, slots=True)
class Glossary:
    """Concepts by their terms; a concept is a line of glossary.yaml, known by its number.

    words    language -> stem -> the concepts it may stand for
    phrases  language -> first stem -> the terms of several words that start so
    han      the first one or two characters -> the Chinese terms that start so
    topics   the concepts of city making: what our articles are about, unlike words of every day
    places   the concepts that are places
    country  ISO 3166 code -> the concepts of a country: itself and the parts of the world around it
    """

    words: Mapping[str, Words]
    phrases: Mapping[str, Phrases]
    han: Mapping[str, tuple[tuple[str, int], ...]]
    topics: frozenset[int]
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

    def of_han(self, run: str) -> list[tuple[int, int, int]]:
        """The Chinese terms in a run of characters: the first character, how many, the concept."""
        known, found = self.han, []
        for start, first in enumerate((*pairs(run), run[-1:])):
            if terms := known.get(first):
                ends = ((term, concept) for term, concept in terms if run.startswith(term, start))
                found += [(start, len(term), concept) for term, concept in ends]
            if len(first) > 1 and (single := known.get(first[0])):
                found += [(start, 1, concept) for _term, concept in single]
        return found

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
    parts = yaml.load(text, Loader=yaml.CSafeLoader)  # the safe loader, in C
    codes, countries = _split_first(parts["countries"])
    regions, around = _split_last(parts["regions"])
    ordered = (parts["terms"], parts["words"], parts["cities"], countries, regions)
    numbers = list(accumulate((part.count("\n") for part in ordered), initial=0))
    rows = _rows("".join(ordered))
    latin = {lang: _latin(rows, column, lang) for column, lang in enumerate(LATIN)}
    return Glossary(
        {lang: single for lang, (single, _several) in latin.items()},
        {lang: several for lang, (_single, several) in latin.items()},
        _han(rows),
        frozenset(range(numbers[1])),
        frozenset(range(numbers[2], numbers[5])),
        _countries(codes, around, numbers[3], numbers[4]),
    )


def _split_first(part: str) -> tuple[list[str], str]:
    """The first cell of each line, and the lines without it."""
    pairs = [line.split("|", 1) for line in part.splitlines()]
    return [first.strip() for first, _rest in pairs], "".join(f"{rest}\n" for _first, rest in pairs)


def _split_last(part: str) -> tuple[str, list[str]]:
    pairs = [line.rsplit("|", 1) for line in part.splitlines()]
    return "".join(f"{rest}\n" for rest, _last in pairs), [last for _rest, last in pairs]


def _countries(
    codes: list[str], around: list[str], first_country: int, first_region: int
) -> dict[str, tuple[int, ...]]:
    found = {code: [number] for number, code in enumerate(codes, first_country)}
    for number, members in enumerate(around, first_region):
        for code in members.split():
            found[code].append(number)
    return {code: tuple(concepts) for code, concepts in found.items()}


Row = list[list[list[str]]]  # of a concept: for each language its terms, each as words


def _rows(text: str) -> list[Row]:
    """The lines of a part. Read in one go: at a few microseconds a term the program would wait."""
    row: Row = [[[]]]
    rows = [row]
    for mark in _MARK.findall(clean(text)):
        if mark == "\n":
            row = [[[]]]
            rows.append(row)
        elif mark == "|":
            row.append([[]])
        elif mark == ",":
            row[-1].append([])
        else:
            row[-1][-1].append(mark)
    return rows[:-1]


def _latin(rows: Sequence[Row], column: int, lang: str) -> tuple[Words, Phrases]:
    """The terms of one word by its stem, and those of several by the first."""
    terms = [(term, number) for number, row in enumerate(rows) for term in row[column] if term]
    flat = iter(stems([word for term, _number in terms for word in term], lang))
    single: dict[str, tuple[int, ...]] = {}
    several: dict[str, list[tuple[list[str], int]]] = defaultdict(list)
    for term, number in terms:
        first, *others = [next(flat) for _word in term]
        if others:
            several[first].append(([first, *others], number))
        elif number not in (known := single.get(first, ())):
            single[first] = (*known, number)
    return single, {first: tuple(found) for first, found in several.items()}


def _han(rows: Sequence[Row]) -> dict[str, tuple[tuple[str, int], ...]]:
    found: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for number, row in enumerate(rows):
        for term in row[len(LATIN)]:
            if len(term) == 1 and is_han(term[0]):
                found[term[0][:2]].append((term[0], number))
    return {start: tuple(terms) for start, terms in found.items()}
