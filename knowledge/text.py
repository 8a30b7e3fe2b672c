"""A long text as numbers: its different words, and which of them stands where."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, count

import numpy as np

from knowledge.postings import Ints, Keys
from knowledge.words import words_and_lines

_END = "\n"


@dataclass(frozen=True, slots=True)
class Text:
    """The units of a layout, one a line.

    forms  the different words, as written, and the line end
    ids    the place in `forms` of each word and line end, in order
    lines  the line each stands in; a line end counts to the next one
    """

    forms: tuple[str, ...]
    ids: Ints
    lines: Ints

    @classmethod
    def of(cls, units: Sequence[str]) -> "Text":
        """Read the units; none may hold a line end."""
        pieces = words_and_lines(_END.join(units))
        numbers: dict[str, int] = defaultdict(count().__next__)
        end = numbers[_END]
        ids = np.fromiter(map(numbers.__getitem__, pieces), np.int64, len(pieces))
        return cls(tuple(numbers), ids, np.cumsum(ids == end))

    def occurrences(self, of_forms: Sequence[Sequence[int]]) -> tuple[Keys, Ints]:
        """What each form stands for, wherever it stands: the keys, and the line of each.

        `of_forms` has an entry for each form; that of the line end is passed over.
        """
        listed = [
            () if form == _END else keys for form, keys in zip(self.forms, of_forms, strict=True)
        ]
        many = np.fromiter(map(len, listed), np.int64, len(listed))
        flat = np.fromiter(chain.from_iterable(listed), np.int64, int(many.sum()))
        begins, lengths = (np.cumsum(many) - many)[self.ids], many[self.ids]
        shift = np.repeat(begins - np.cumsum(lengths) + lengths, lengths)
        at = np.arange(len(shift)) + shift
        return flat[at].astype(np.uint64), np.repeat(self.lines, lengths)

    def rewritten(self, spelt: Sequence[str]) -> str:
        """The text with each form spelt so; words are parted by one space, as are line ends."""
        by_form = [
            _END if form == _END else new for form, new in zip(self.forms, spelt, strict=True)
        ]
        return f" {' '.join(map(by_form.__getitem__, self.ids.tolist()))} "
