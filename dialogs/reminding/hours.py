"""The quiet hours that a text names: "from 10 pm to 7", "von elf bis sieben"."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import regex

from bot.quiet import Quiet
from bot.understanding.dates import Here, Moment, Several, read

_READ = 120  # characters
_BETWEEN = regex.compile(
    r"\s{0,3}(?:\b(?:to|until|till|and|bis|und)\b|到|至|[-–—~～])\s{0,3}", regex.IGNORECASE
)
_FIGURES = regex.compile(r"(?<![\d:.])([012]\d)([0-5]\d)(?![\d:.])")  # 2230
_LEAD = regex.compile(
    r"\A(?:.*?\b)??(?:from|between|von|zwischen|ab)\s+|\A.*?[从從]", regex.IGNORECASE
)
_TWELVE = regex.compile(r"12|12:00")
_TO_FIGURES = regex.compile(r"\A[^\d]*(?=\d)")
_ZONE = ZoneInfo("UTC")
# Any day will do. "At 9" is the morning at midnight, and at half past twelve the evening as well.
_LOOKS = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, 12, 30, tzinfo=UTC))
_NIGHT = time(3)


def hours_in(text: str) -> Quiet | None:
    """The two times, each read as the time of a reminder is; None where there are not two.

    Of a time that may be two ("10", "eleven") the one is meant that makes a night.
    """
    text = _FIGURES.sub(r"\1:\2", text[:_READ])
    for found in _BETWEEN.finditer(text):
        begins, ends = _times(text[: found.start()]), _times(text[found.end() :])
        spans = [Quiet(*pair) for pair in product(begins, ends) if pair[0] != pair[1]]
        if spans:
            nights = [span for span in spans if span.covers(_NIGHT)]
            return min(nights, key=length) if nights else spans[0]
    return None


def length(hours: Quiet) -> timedelta:
    """How long they last."""
    begin, end = (datetime.combine(_LOOKS[0], at) for at in (hours.begin, hours.end))
    return (end - begin) % timedelta(days=1)


def _times(said: str) -> tuple[time, ...]:
    """The times of day a text can mean; () for none."""
    said = _LEAD.sub("", said).strip()
    times = [at for now in _LOOKS for at in _seen_at(said, now)]
    if not times and (figures := _TO_FIGURES.sub("", said)) != said:  # "quiet hours 22"
        times = [at for now in _LOOKS for at in _seen_at(figures, now)]
    if times == [time(12)] * len(times) and _TWELVE.fullmatch(said):
        times.append(time(0))
    return tuple(dict.fromkeys(times))


def _seen_at(said: str, now: datetime) -> Iterator[time]:
    """What it means at that moment, in the language that leaves the least of it unread."""
    readings = (
        # A number alone is a time only behind such a word.
        read(lead + said, Here(now, _ZONE, language))
        for lead, language in product(("", "at ", "um "), ("en", "de", "zh"))
    )
    best = min(filter(None, readings), key=lambda reading: len(reading.rest), default=None)
    if best is None or any(map(str.isdecimal, best.rest)):  # of "11 abends" half is no time
        return
    meaning = best.meaning
    for option in meaning.options if isinstance(meaning, Several) else (meaning,):
        if isinstance(option, Moment) and option.wall:
            yield option.wall.time()
