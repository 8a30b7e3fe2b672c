"""Moments in the words of people, in English, German and Chinese: `read(text, here)`."""

from datetime import date

from bot.understanding.dates.meaning import (
    Day,
    Here,
    Impossible,
    Meaning,
    Moment,
    Past,
    Reading,
    Relative,
    Several,
)

__all__ = [
    "Day",
    "Here",
    "Impossible",
    "Meaning",
    "Moment",
    "Past",
    "Reading",
    "Relative",
    "Several",
    "read",
]


def read(text: str, here: Here, day: date | None = None) -> Reading | None:
    """What a text says about time, in whichever of our languages it says most; None: nothing.

    Some 1 ms; of a long text the beginning is read. With `day` a time alone is one on that day.
    """
    # A house starts without it: the first to name a time waits for the words, some 50 ms.
    from bot.understanding.dates.grammar import read as read_with_grammar

    return read_with_grammar(text, here, day)
