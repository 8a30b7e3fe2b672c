"""A question as the articles of one language are asked it: what each view wants of each piece."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from knowledge.glossary import glossary
from knowledge.grams import sizes, weighted_keys
from knowledge.pieces import Piece, cut
from knowledge.postings import KEY_BITS
from knowledge.views import Wanted
from knowledge.words import is_han, pairs, spellings, stems

_SMALL = 0.6  # what a small word counts among articles of its own language
_SMALL_ABROAD = 0.0  # ... and among those of another
_TRANSLATED = 0.5  # what the letters of a word count abroad when the glossary knows it
_PART = 0.5  # what one part of a compound counts
_CHARACTER = 0.3  # ... one character out of a Chinese word
_NOWHERE = 2**KEY_BITS - 1  # the key of a term that no article has

Number = Callable[[str], int | None]
Near = Callable[[str], Sequence[tuple[str, float]]]


@dataclass(frozen=True, slots=True)
class Asked:
    """A piece, and the places of its terms in what the views want.

    guessed   whether the terms are of words it was probably meant to be
    meanings  of concepts it stands for as a whole
    parts     of concepts a part of it stands for: Steuer in Grundsteuer
    places    those of `meanings` that are places: a town, a country, a part of the world
    topics    those of `meanings` and `parts` that are of city making
    """

    piece: Piece
    terms: tuple[int, ...]
    guessed: bool
    meanings: tuple[int, ...]
    parts: tuple[int, ...]
    places: tuple[int, ...]
    topics: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of the views of one language; `concepts` has their numbers as keys."""

    asked: tuple[Asked, ...]
    words: Wanted
    letters: Wanted
    concepts: Wanted


@dataclass(slots=True)
class _Wants:
    """Terms on their way into a Wanted, each once."""

    places: dict[str | int, int] = field(default_factory=dict)
    keys: list[int] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)

    def place(self, term: str | int, key: int | None) -> int:
        found = self.places.setdefault(term, len(self.keys))
        if found == len(self.keys):
            self.keys.append(_NOWHERE if key is None else key)
            self.weights.append(0.0)
        return found

    def wanted(self) -> Wanted:
        return Wanted(np.array(self.keys, dtype=np.uint64), np.array(self.weights))


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads questions for the articles of one language.

    number  the number of a term these articles have, else None
    near    words these articles have that an unknown one was probably meant to be
    """

    lang: str
    number: Number
    near: Near

    def read(self, words: Sequence[str], asked_in: str) -> Question:
        """The cleaned words of a question, and the language it is asked in."""
        pieces = cut(words, asked_in)
        concepts, terms = _Wants(), _Wants()
        meant = _meant(words, pieces, asked_in, concepts)
        weights = self._weights(pieces, asked_in)
        asked = []
        for place, piece in enumerate(pieces):
            whole, parts = meant[place]
            near = () if piece.small or whole else self._near(piece)
            found = self._terms(pieces, weights, place, near, terms)
            towns = tuple(at for at in whole if concepts.keys[at] in glossary().places)
            ours = tuple(at for at in whole + parts if concepts.keys[at] in glossary().topics)
            asked.append(Asked(piece, found, bool(near), tuple(whole), tuple(parts), towns, ours))
        faint = [_TRANSLATED if asked_in != self.lang and whole else 1.0 for whole, _parts in meant]
        letters = self._letters(pieces, [w * f for w, f in zip(weights, faint, strict=True)])
        return Question(tuple(asked), terms.wanted(), letters, concepts.wanted())

    def _weights(self, pieces: Sequence[Piece], asked_in: str) -> list[float]:
        small = _SMALL if asked_in == self.lang else _SMALL_ABROAD
        return [small if piece.small else 1.0 for piece in pieces]

    def _near(self, piece: Piece) -> Sequence[tuple[str, float]]:
        """What an unknown word was probably meant to be."""
        if is_han(piece.text) or self.number(stems([piece.text], self.lang)[0]) is not None:
            return ()
        return self.near(piece.text)

    def _terms(
        self,
        pieces: Sequence[Piece],
        weights: Sequence[float],
        place: int,
        near: Sequence[tuple[str, float]],
        terms: _Wants,
    ) -> tuple[int, ...]:
        """Note what the words view is to look for; where the terms of this piece itself are."""
        text, weight = pieces[place].text, weights[place]

        def want(term: str, counts: float) -> int:
            found = terms.place(term, self.number(term))
            terms.weights[found] += counts
            return found

        if not is_han(text):
            forms = near or ((text, 1.0),)
            stemmed = stems([form for form, _likely in forms], self.lang)
            return tuple(
                want(stem, weight * likely)
                for stem, (_form, likely) in zip(stemmed, forms, strict=True)
            )
        single = tuple(want(character, weight) for character in text)
        double = tuple(want(pair, weight) for pair in pairs(text))
        if _continues(pieces, place):  # the pair across the seam belongs to neither piece alone
            want(text[-1] + pieces[place + 1].text[0], (weight + weights[place + 1]) / 2)
        return double or single

    def _letters(self, pieces: Sequence[Piece], weights: Sequence[float]) -> Wanted:
        text, salience = [" "], [1.0]
        spelled = spellings([piece.text for piece in pieces], self.lang)
        for place, weight in enumerate(weights):
            spelt = spelled[place] + ("" if _continues(pieces, place) else " ")
            text.append(spelt)
            salience += [weight] * len(spelt)
        return Wanted(*weighted_keys("".join(text), np.array(salience), sizes(self.lang)))


def _continues(pieces: Sequence[Piece], place: int) -> bool:
    """Whether the next piece is of the same run of characters."""
    return place + 1 < len(pieces) and pieces[place + 1].word == pieces[place].word


def _meant(
    words: Sequence[str], pieces: Sequence[Piece], lang: str, concepts: _Wants
) -> list[tuple[list[int], list[int]]]:
    """For each piece the places of the concepts it stands for: as a whole, and by a part."""
    meant: list[tuple[list[int], list[int]]] = [([], []) for _piece in pieces]
    for sense in _senses(words, pieces, lang):
        if all(pieces[place].small for place in sense.pieces):
            continue
        found = concepts.place(sense.concept, sense.concept)
        concepts.weights[found] = max(concepts.weights[found], sense.weight)
        for place in sense.pieces:
            meant[place][0 if sense.whole else 1].append(found)
    return meant


@dataclass(frozen=True, slots=True)
class _Sense:
    """A concept some pieces stand for; `whole`: all of their letters, and nothing else."""

    pieces: Sequence[int]
    concept: int
    weight: float
    whole: bool


def _senses(words: Sequence[str], pieces: Sequence[Piece], lang: str) -> Iterator[_Sense]:
    by_word: list[list[int]] = [[] for _word in words]
    for place, piece in enumerate(pieces):
        by_word[piece.word].append(place)
    for number, (whole, parts) in enumerate(glossary().of_words(words, lang)):
        yield from (_Sense(by_word[number], concept, 1 / len(whole), True) for concept in whole)
        yield from (_Sense(by_word[number], concept, _PART, False) for concept in parts)
        if is_han(words[number]):
            yield from _han_senses(words[number], pieces, by_word[number])
    for first, many, concept in glossary().of_phrases(words, lang):
        places = [place for number in range(first, first + many) for place in by_word[number]]
        yield _Sense(places, concept, 1.0, True)


def _han_senses(run: str, pieces: Sequence[Piece], places: Sequence[int]) -> Iterator[_Sense]:
    for start, length, concept in glossary().of_han(run):
        touched = [p for p in places if pieces[p].start < start + length and pieces[p].end > start]
        whole = sum(pieces[place].end - pieces[place].start for place in touched) == length
        weight = _CHARACTER if length == 1 and not whole else 1.0
        yield _Sense(touched, concept, weight, whole)
