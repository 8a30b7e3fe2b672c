"""The numbers of choices that are written out: what somebody types is what they see.

A choice has its place as its number, unless the first ones bring figures of their own: "0 – not at
all", "1", "2 – very". Then each of those is called by its own, and the others count on from there.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import takewhile

from bot.message import Choice

_FIGURE = re.compile(r"(\d{1,3})(?: – .*)?", re.ASCII | re.DOTALL)


def numbers_of(labels: Sequence[str]) -> tuple[int, ...]:
    """The number of each, in their order; no two have the same."""
    own = _figures(labels)
    first = max(own) + 1 if own else 1
    return (*own, *range(first, first + len(labels) - len(own)))


def lines_of(choices: Iterable[Choice]) -> tuple[str, ...]:
    """The choices as lines of a list; who brings a figure is not numbered again."""
    labels = [choice.label for choice in choices]
    own = len(_figures(labels))
    numbered = zip(numbers_of(labels)[own:], labels[own:], strict=True)
    return (*labels[:own], *(f"{number}. {label}" for number, label in numbered))


def _figures(labels: Sequence[str]) -> tuple[int, ...]:
    """The figures that the first labels bring; none where two bring the same, or only one does."""
    found = takewhile(bool, map(_FIGURE.fullmatch, labels))
    figures = tuple(int(match[1]) for match in found if match)
    return figures if 1 < len(set(figures)) == len(figures) else ()
