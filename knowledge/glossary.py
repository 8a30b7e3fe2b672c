"""Terms that mean the same in our languages: the bridge to an article that is not translated."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import accumulate

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
                for _term, concept in self.han.get(pair[0], ()):
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
    parts = yaml.load(text, Loader=yaml.CSafeLoader)  # the safe loader, in C
    codes, countries = _split_first(parts["countries"])
    regions, around = _split_last(parts["regions"])
    ordered = (parts["terms"], parts["words"], parts["cities"], countries, regions)
    numbers = list(accumulate((part.count("\n") for part in ordered), initial=0))
    rows = _rows("".join(ordered))
    return Glossary(
        {lang: _single(rows, column, lang) for column, lang in enumerate(LATIN)},
        {lang: _phrases(rows, column, lang) for column, lang in enumerate(LATIN)},
        _han(rows),
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
    return [
        [[words(term) for term in cell.split(",")] for cell in line.split("|")]
        for line in clean(text).splitlines()
    ]


def _read(rows: Sequence[Row], column: int, lang: str) -> Iterator[tuple[list[str], int]]:
    """Each term of a language as stems, with its concept."""
    terms = [(term, number) for number, row in enumerate(rows) for term in row[column]]
    flat = iter(stems([word for term, _number in terms for word in term], lang))
    return (([next(flat) for _word in term], number) for term, number in terms)


def _single(rows: Sequence[Row], column: int, lang: str) -> dict[str, tuple[int, ...]]:
    found: dict[str, dict[int, None]] = defaultdict(dict)
    for term, number in _read(rows, column, lang):
        if len(term) == 1:
            found[term[0]][number] = None
    return {stem: tuple(numbers) for stem, numbers in found.items()}


def _phrases(rows: Sequence[Row], column: int, lang: str) -> Phrases:
    found: dict[str, list[tuple[list[str], int]]] = defaultdict(list)
    for term, number in _read(rows, column, lang):
        if len(term) > 1:
            found[term[0]].append((term, number))
    return {first: tuple(terms) for first, terms in found.items()}


def _han(rows: Sequence[Row]) -> dict[str, tuple[tuple[str, int], ...]]:
    found: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for number, row in enumerate(rows):
        for term in row[len(LATIN)]:
            if len(term) == 1 and is_han(term[0]):
                found[term[0][:2]].append((term[0], number))
    return {start: tuple(terms) for start, terms in found.items()}
