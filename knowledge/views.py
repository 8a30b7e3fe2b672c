"""One way of looking at the articles: by words, by runs of letters, or by concepts."""

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from knowledge.layout import Layout
from knowledge.postings import Entries, Floats, Ints, Keys, Postings, per

K1 = 1.0  # how soon a repeated term stops counting
B = 0.6  # how much a long text must repeat a term for the same
FIELD_WEIGHTS = (2.0, 0.8, 1.0)  # of a term in the title, in a line of `asked`, in the body


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a question asks a view for: terms, and how much the question means each of them."""

    keys: Keys
    weights: Floats


@dataclass(frozen=True, slots=True)
class Match:
    """What a view found at first sight, in all articles.

    total     what an article would get that covers the whole question
    gains     one figure a wanted term: what covering it brings; 0 for one that no article has
    rarity    one figure a wanted term: how rare it is, however little the question means it
    unknown   the rarity of a term that no article has
    entries   where the terms stand, and `articles`: in which article each of the entries is
    terms     which of the wanted terms articles have: an entry for each pair of term and article
    owners    ... the article of each pair
    values    ... what it adds to `frequent`
    frequent  one figure an article: terms, the rarer and the more often, the better (BM25F)
    """

    total: float
    gains: Floats
    rarity: Floats
    unknown: float
    entries: Entries
    articles: Ints
    terms: Ints
    owners: Ints
    values: Floats
    frequent: Floats


@dataclass(frozen=True, slots=True)
class Look:
    """What a view found on a closer look at a few articles, which are numbered anew, 0 to n - 1.

    match     what it found at first sight
    terms, owners, values   as in Match, of these articles
    frequent  as in Match; one figure an article, as are the following
    covered   the gains of the terms it has
    window    the gains in its best two sentences, its title or its best line of `asked`
    likeness  of the question and its title or best line of `asked`, 0..1
    close     one figure a unit of these articles: the gains of its terms and of those of the
              sentence before
    starts    the place in `close` of the first unit of each article
    """

    match: Match
    terms: Ints
    owners: Ints
    values: Floats
    frequent: Floats
    covered: Floats
    window: Floats
    likeness: Floats
    close: Floats
    starts: Ints

    def terms_in(self, article: int) -> NDArray[np.bool_]:
        """Which of the wanted terms stand in an article."""
        found = np.zeros(len(self.match.gains), dtype=np.bool_)
        found[self.terms[self.owners == article]] = True
        return found


class View:
    """An index of the units of a layout by one kind of term. Read only.

    Terms of a rarity below `least` are left unread: there are many of them and they say little.
    """

    def __init__(self, layout: Layout, keys: Keys, units: Ints, least: float = 0.0) -> None:
        self._layout = layout
        self._least = least
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
        return Match(
            total, gains, rarity, self._unknown, entries, articles, terms, owners, values, frequent
        )

    def look(self, match: Match, chosen: Ints) -> Look:
        """Look closer at some articles, one at least, in ascending order."""
        place = np.full(self._size, -1)
        place[chosen] = np.arange(len(chosen))
        pair = self._within(match.owners, place)
        terms, owners = match.terms[pair], place[match.owners[pair]]
        unit, close, starts = self._units(match, chosen, place)
        first = np.maximum.reduceat
        likeness = first(unit, starts) / sqrt(max(match.total, 1e-9))
        return Look(
            match,
            terms,
            owners,
            match.values[pair],
            match.frequent[chosen],
            per(owners, match.gains[terms], len(chosen)),
            first(close, starts),
            likeness,
            close,
            starts,
        )

    def merits(self, look: Look, article: int, number: int) -> Floats:
        """One figure a paragraph of an article: what its best two sentences have, 0..1.

        The article is the one of this `number`; `article` is its number in the look.
        """
        opens = self._layout.openings_of(number)
        if not len(opens):
            return np.empty(0)
        first = look.starts[article]
        last = first + self._layout.ends[number] - self._layout.starts[number]
        opens = opens - self._layout.starts[number]
        best = np.maximum.reduceat(look.close[first:last], opens)
        return np.asarray(best / max(look.match.total, 1e-9))

    def _read(self, wanted: Wanted) -> tuple[Floats, Floats, Entries]:
        """The gain and the rarity of each wanted term, and where it stands."""
        places = self._postings.find(wanted.keys)
        known = np.flatnonzero(places >= 0)
        rarity = np.full(len(places), self._unknown)
        rarity[known] = self._rarity[places[known]]
        telling = known[rarity[known] >= self._least]
        read = telling[self._postings.rarest(places[telling])]
        gains = np.zeros(len(places))
        gains[read] = wanted.weights[read] * rarity[read]
        entries = self._postings.read(places[read])
        return gains, rarity, Entries(read[entries.slot], entries.unit, entries.count)

    def _within(self, articles: Ints, place: Ints) -> Ints | slice:
        """Which entries are of articles that have a place; all of them in a small store."""
        if len(place) and place.min() >= 0:
            return slice(None)
        return np.flatnonzero(place[articles] >= 0)

    def _units(self, match: Match, chosen: Ints, place: Ints) -> tuple[Floats, Floats, Ints]:
        """Of each unit of the chosen articles: its likeness to the question if it is a head, and
        the gains of its terms and of those of the sentence before; the first unit of each article.
        """
        layout = self._layout
        lengths = layout.ends[chosen] - layout.starts[chosen]
        starts = np.cumsum(lengths) - lengths
        shift = layout.starts[chosen] - starts
        units = np.arange(lengths.sum()) + np.repeat(shift, lengths)
        kept = self._within(match.articles, place)
        slot, at = match.entries.slot[kept], match.entries.unit[kept]
        at = at - shift[place[match.articles[kept]]]
        gained = match.gains[slot]
        unit = per(at, gained, len(units))
        again = np.flatnonzero((slot[1:] == slot[:-1]) & (at[1:] == at[:-1] + 1))
        twice = per(at[again], gained[again + 1], len(units))
        close = unit.copy()
        close[1:] += (unit[:-1] - twice[:-1]) * self._follows[units[1:]]
        return unit * self._likened[units], close, starts


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
