"""Which term stands in which sentence, as sorted arrays: a few numpy steps answer a question."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.uint64]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

KEY_BITS = 42  # of a term's key; the other 22 bits of a word of memory hold the unit while sorting
MOST = 25_000  # entries read for one question: the most frequent terms beyond are left unread


@dataclass(frozen=True, slots=True)
class Entries:
    """Where the terms of a question stand: term `slot` of the question in `unit`, `count` times.

    Sorted by slot, then unit.
    """

    slot: Ints
    unit: Ints
    count: Floats


@dataclass(frozen=True, slots=True)
class Postings:
    """For each term, in order of `keys`, the units it stands in: `starts[i]` to `starts[i + 1]`."""

    keys: Keys
    starts: Ints
    units: NDArray[np.int32]
    counts: NDArray[np.uint8]

    @classmethod
    def build(cls, keys: Keys, units: Ints) -> Self:
        """From one pair of key (below 2 ** KEY_BITS) and unit for each occurrence of a term."""
        bits = np.uint64(64 - KEY_BITS)
        packed = np.sort(keys << bits | units.astype(np.uint64))
        first = np.flatnonzero(_changes(packed))
        counts = np.diff(first, append=len(packed))
        packed = packed[first]
        sorted_keys = packed >> bits
        starts = np.flatnonzero(_changes(sorted_keys))
        return cls(
            sorted_keys[starts],
            np.append(starts, len(packed)),
            (packed & ((np.uint64(1) << bits) - np.uint64(1))).astype(np.int32),
            np.minimum(counts, 255).astype(np.uint8),
        )

    def find(self, keys: Keys) -> Ints:
        """The place of each key, -1 for an unknown one."""
        if not len(self.keys):
            return np.full(len(keys), -1)
        places = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.where(self.keys[places] == keys, places, -1)

    def read(self, places: Ints) -> Entries:
        """The entries of these terms; `slot` counts the places given."""
        begins = self.starts[places]
        lengths = self.starts[places + 1] - begins
        slot = np.repeat(np.arange(len(places)), lengths)
        shift = begins - np.cumsum(lengths) + lengths
        at = np.arange(len(slot)) + shift[slot]
        return Entries(slot, self.units[at].astype(np.int64), self.counts[at].astype(np.float64))

    def rarest(self, places: Ints) -> NDArray[np.bool_]:
        """Which of these terms to read so that a question stays quick in a large store."""
        lengths = self.starts[places + 1] - self.starts[places]
        if int(lengths.sum()) <= MOST:
            return np.ones(len(places), dtype=np.bool_)
        order = np.argsort(lengths, kind="stable")
        kept = np.zeros(len(places), dtype=np.bool_)
        kept[order[np.cumsum(lengths[order]) <= MOST]] = True
        return kept


def per(owners: Ints, values: Floats, size: int) -> Floats:
    """The sum of the values of each owner. (bincount alone counts in integers when it has none.)"""
    return np.asarray(np.bincount(owners, values, size), dtype=np.float64)


def _changes(values: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """True where a value differs from the one before, and at the start."""
    changes = np.ones(len(values), dtype=np.bool_)
    np.not_equal(values[1:], values[:-1], out=changes[1:])
    return changes
