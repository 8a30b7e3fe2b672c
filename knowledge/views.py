"""One way of looking at the articles: by words, by runs of letters, or by concepts."""

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from knowledge.layout import Layout
from knowledge.postings import Entries, Floats, Ints, Keys, Postings, per

K1 = 1.2  # how soon a repeated term stops counting
B = 0.6  # how much a long text must repeat a term for the same
FIELD_WEIGHTS = (2.0, 1.0, 1.0)  # of a term in the title, in a line of `asked`, in the body


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a question asks a view for: terms, and how much the question means each of them."""

    keys: Keys
    weights: Floats


@dataclass(frozen=True, slots=True)
class Match:
    """What a view found.

    total     what an article would have that covers the whole question
    gains     one figure a wanted term: what covering it brings; 0 for one that no article has
    rarity    one figure a wanted term: how rare it is, however little the question means it
    frequent  one figure an article: terms, the rarer and the more often, the better (BM25F)
    covered   one figure an article: the gains of the terms it has
    window    one figure an article: the gains in its best two sentences, title or line of `asked`
    likeness  one figure an article: of the question and its title or best line of `asked`, 0..1
    terms     which of the wanted terms articles have: an entry for each pair of term and article
    owners    ... the article of each pair
    values    ... what each pair adds to `frequent`
    close     one figure a unit: the gains of its terms and of those of the sentence before
    unknown   the rarity of a term that no article has
    """

    total: float
    gains: Floats
    rarity: Floats
    frequent: Floats
    covered: Floats
    window: Floats
    likeness: Floats
    terms: Ints
    owners: Ints
    values: Floats
    close: Floats
    unknown: float

    def terms_in(self, article: int) -> NDArray[np.bool_]:
        """Which of the wanted terms stand in an article."""
        found = np.zeros(len(self.gains), dtype=np.bool_)
        found[self.terms[self.owners == article]] = True
        return found

    @property
    def known(self) -> NDArray[np.bool_]:
        """Which of the wanted terms stand in any article."""
        return self.gains > 0


class View:
    """An index of the units of a layout by one kind of term. Read only."""

    def __init__(self, layout: Layout, keys: Keys, units: Ints) -> None:
        self._layout = layout
        self._postings = Postings.build(keys, units)
        self._size = len(layout.starts)
        counts, placed = self._postings.counts, self._postings.units.astype(np.int64)
        slots = np.repeat(np.arange(len(self._postings.keys)), np.diff(self._postings.starts))
        once = slots[_changes(slots, layout.article[placed])]
        self._rarity = _rarity(np.bincount(once, minlength=len(self._postings.keys)), self._size)
        self._unknown = float(_rarity(np.zeros(1, np.int64), self._size)[0])
        units_all = len(layout.texts)
        mass = per(placed, self._rarity[slots], units_all)
        self._likened = np.where(layout.head, 1 / np.sqrt(np.maximum(mass, 1e-9)), 0.0)
        self._follows = layout.follows
        self._worth = _worth(layout, per(placed, counts.astype(np.float64), units_all))

    def match(self, wanted: Wanted) -> Match:
        """Look for the terms of a question in all articles."""
        gains, rarity, entries = self._read(wanted)
        total = float((wanted.weights * rarity).sum())
        articles = self._layout.article[entries.unit]
        first = np.flatnonzero(_changes(entries.slot, articles))
        often = _sums(entries.count * self._worth[entries.unit], first)
        terms, owners = entries.slot[first], articles[first]
        values = gains[terms] * often * (K1 + 1) / (often + K1)
        frequent = per(owners, values, self._size)
        covered = per(owners, gains[terms], self._size)
        unit, close = self._close(entries, gains)
        starts = self._layout.starts
        window = np.maximum.reduceat(close, starts)
        likeness = np.maximum.reduceat(self._likeness(unit, total), starts)
        return Match(
            total,
            gains,
            rarity,
            frequent,
            covered,
            window,
            likeness,
            terms,
            owners,
            values,
            close,
            self._unknown,
        )

    def merits(self, match: Match) -> Floats:
        """One figure a paragraph: what its best two sentences have of the question, 0..1."""
        layout = self._layout
        if not len(layout.opens):
            return np.empty(0)
        best = np.maximum.reduceat(match.close[layout.body], layout.opens)
        return np.asarray(best / max(match.total, 1e-9))

    def _read(self, wanted: Wanted) -> tuple[Floats, Floats, Entries]:
        """The gain and the rarity of each wanted term, and where it stands."""
        places = self._postings.find(wanted.keys)
        known = np.flatnonzero(places >= 0)
        rarity = np.full(len(places), self._unknown)
        rarity[known] = self._rarity[places[known]]
        read = known[self._postings.rarest(places[known])]
        gains = np.zeros(len(places))
        gains[read] = wanted.weights[read] * rarity[read]
        entries = self._postings.read(places[read])
        return gains, rarity, Entries(read[entries.slot], entries.unit, entries.count)

    def _close(self, entries: Entries, gains: Floats) -> tuple[Floats, Floats]:
        """The gains of the terms of each unit, and of each together with the one before."""
        units, gained = len(self._layout.texts), gains[entries.slot]
        unit = per(entries.unit, gained, units)
        again = np.flatnonzero(
            (entries.slot[1:] == entries.slot[:-1]) & (entries.unit[1:] == entries.unit[:-1] + 1)
        )
        twice = per(entries.unit[again], gained[again + 1], units)
        close = unit.copy()
        close[1:] += (unit[:-1] - twice[:-1]) * self._follows[1:]
        return unit, close

    def _likeness(self, unit: Floats, total: float) -> Floats:
        """How alike the question and each title or line of `asked` are; 0 for other units."""
        return np.asarray(unit * self._likened / sqrt(max(total, 1e-9)))


def _sums(values: Floats, first: Ints) -> Floats:
    return np.add.reduceat(values, first) if len(first) else np.empty(0)


def _rarity(frequency: Ints, size: int) -> Floats:
    """What a term says that stands in so many of the articles (the idf of BM25)."""
    return np.asarray(np.log1p((size - frequency + 0.5) / (frequency + 0.5)), dtype=np.float64)


def _worth(layout: Layout, lengths: Floats) -> Floats:
    """What one occurrence of a term counts in each unit: by field, and less in a long article."""
    size = len(layout.starts)
    worth = np.array(FIELD_WEIGHTS)[layout.field]
    for part in (layout.head, ~layout.head):
        length = np.bincount(layout.article, lengths * part, size)
        norm = 1 - B + B * length / max(float(length.mean()), 1e-9)
        worth[part] /= norm[layout.article[part]]
    return worth


def _changes(slots: Ints, groups: Ints) -> NDArray[np.bool_]:
    """True at the first entry of each term in each group."""
    changes = np.ones(len(slots), dtype=np.bool_)
    changes[1:] = (slots[1:] != slots[:-1]) | (groups[1:] != groups[:-1])
    return changes
