"""What may be shown of small groups: nothing that tells of a single person, not by subtraction.

Below LEAST ballots no result is shown at all. Where it is told who took part, a count below CELL is
hidden, and with it the next smallest, as long as the sum would give it away. Two properties of
people are never shown together: there are counts by channel and counts by language, and no table.
"""

from collections.abc import Mapping, Set

LEAST = 10  # ballots
CELL = 5  # people in a cell


def hidden(
    counts: Mapping[str, int], least: int = CELL, gone: Set[str] = frozenset()
) -> frozenset[str]:
    """The counts that must not be shown beside their sum; a zero is nobody's, and may be.

    At least two are hidden, with `least` people or more in them together, unless there is no
    other. `gone` are those that another sum already hides.
    """
    small = {name for name, count in counts.items() if 0 < count < least or name in gone}
    others = sorted((n, name) for name, n in counts.items() if name not in small and n > 0)
    while small and others and not _are_safe(counts, small, least):
        small.add(others.pop(0)[1])
    return frozenset(small)


def _are_safe(counts: Mapping[str, int], small: set[str], least: int) -> bool:
    return len(small) >= 2 and sum(counts[name] for name in small) >= least
