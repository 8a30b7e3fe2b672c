"""Wall time in a zone, and the instant it means.

A wall time in the gap of a change to summer time means the first instant after the gap; one that
comes twice in autumn means the first of the two.
"""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

_SECOND = timedelta(seconds=1)


@lru_cache(256)
def zone_named(name: str) -> ZoneInfo | None:
    """The zone with that IANA name; None when there is none, however odd the name is."""
    try:
        return ZoneInfo(name)
    except (KeyError, OSError, ValueError):  # unknown, a folder of zones, no name at all
        return None


def instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """The moment, in UTC, at which the clocks of that zone show this (naive) wall time."""
    first = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if first.astimezone(zone).replace(tzinfo=None) == wall:
        return first
    return _end_of_gap(wall.replace(tzinfo=zone, fold=1).astimezone(UTC), first, zone)


def _end_of_gap(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The moment at which the clocks jump, which lies between the two readings of a wall time."""
    old = before.astimezone(zone).utcoffset()
    while after - before > _SECOND:
        middle = before + timedelta(seconds=(after - before) // _SECOND // 2)
        if middle.astimezone(zone).utcoffset() == old:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)


def wall_of(at: datetime, zone: ZoneInfo) -> datetime:
    """What the clocks of that zone show at that moment, naive."""
    return at.astimezone(zone).replace(tzinfo=None, fold=0)


def place_of(zone: ZoneInfo) -> str:
    """The place a zone is named after, as people write it: `New York`, `UTC+8`."""
    place = str(zone).rpartition("/")[2].replace("_", " ")
    if place.startswith("GMT") and place != "GMT":  # there the sign is the other way round
        return place.replace("GMT", "UTC").translate(str.maketrans("+-", "-+"))
    return place
