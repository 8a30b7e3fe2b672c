"""Which times of a day a clock or a part of a day can mean."""

from dataclasses import dataclass, field
from datetime import time

from bot.understanding.dates.days import Refused
from bot.understanding.dates.meaning import Impossible
from bot.understanding.dates.pieces import Clock, Part

# What a part of a day means when nothing more is said; nobody means a certain time of the night.
DEFAULTS = {
    "morning": time(9),
    "forenoon": time(10),
    "noon": time(12),
    "afternoon": time(15),
    "evening": time(18),
    "night": time(20),
}
_EARLY = 7  # an hour below it may as well be one of the afternoon


@dataclass(frozen=True, slots=True)
class Times:
    """The times it can be, each with the days it lies behind the day that was said.

    instead  what else it may mean when those are over
    """

    at: tuple[tuple[int, time], ...]
    instead: tuple[tuple[int, time], ...] = field(default=())


def times_of(clock: Clock | None, part: Part | None) -> Times | None:
    """The times it can be; None when nothing says one."""
    if clock is None:
        at = DEFAULTS.get(part.name) if part else None
        return Times(((0, at),)) if at else None
    if not (0 <= clock.hour <= 24 and 0 <= clock.minute < 60):
        raise Refused(Impossible("no-such-time"))
    if clock.hour == 24:
        if clock.minute:
            raise Refused(Impossible("no-such-time"))
        return Times(((1, time(0)),) if not clock.sure else ((0, time(0)), (1, time(0))))
    if part and not clock.half:
        return _in_part(clock, part.name)
    return _plain(clock)


def _plain(clock: Clock) -> Times:
    """9 is nine in the morning, 3 may be 15; 15, 03:00 and 3 pm are clear."""
    if clock.half:
        if not 0 < clock.hour <= 12:
            return _at(clock.hour, clock.minute)
        return _at(clock.hour % 12 + (12 if clock.half == "pm" else 0), clock.minute)
    if clock.sure or not 1 <= clock.hour < 12:
        return _at(clock.hour, clock.minute)
    early, late = time(clock.hour, clock.minute), time(clock.hour + 12, clock.minute)
    if clock.hour < _EARLY:
        return Times(((0, early), (0, late)))
    return Times(((0, early),), instead=((0, late),))


def _at(hour: int, minute: int) -> Times:
    return Times(((0, time(hour, minute)),))


def _in_part(clock: Clock, part: str) -> Times:
    """`three in the afternoon` is 15; after midnight the night belongs to the next day."""
    hour, minute = clock.hour, clock.minute
    if hour > 12 or hour == 0:
        return _at(hour, minute)
    if part == "small":
        return _at(hour % 12, minute)
    if part in ("afternoon", "noon") and hour < 10:
        return _at(hour + 12, minute)
    if part in ("evening", "night"):
        if hour == 12:
            return Times(((1, time(0, minute)),))
        if hour >= (4 if part == "evening" else 6):
            return _at(hour + 12, minute)
        nights = ((0, time(hour, minute)), (1, time(hour, minute)))
        return Times(nights if part == "night" else nights[1:])
    return _at(hour, minute)
