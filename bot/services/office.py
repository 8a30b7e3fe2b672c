"""When staff are there: `Mon-Fri 09:00-17:00`, parts separated by commas, in the office's zone."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_PART = re.compile(r"(\w{3})(?:-(\w{3}))? (\d\d?:\d\d)-(\d\d?:\d\d)")


@dataclass(frozen=True, slots=True)
class Hours:
    """One stretch of a weekday, Monday = 0."""

    day: int
    begin: time
    end: time


class Office:
    """The hours of a week. Raises ValueError for hours it cannot read."""

    def __init__(self, hours: str, zone: str) -> None:
        self.zone = ZoneInfo(zone)
        self._hours = tuple(h for part in hours.split(",") for h in _parse(part.strip()))

    def is_open(self, at: datetime) -> bool:
        """Whether somebody is there at that moment."""
        return any(begin <= at < end for begin, end in self._stretches(at))

    def closes(self, at: datetime) -> datetime:
        """The end of the stretch that moment lies in; the moment itself when closed."""
        return next((end for begin, end in self._stretches(at) if begin <= at < end), at)

    def opens(self, at: datetime) -> datetime:
        """The next beginning after that moment; the moment itself without any hours."""
        return next((begin for begin, _end in self._stretches(at) if begin > at), at)

    def _stretches(self, at: datetime) -> list[tuple[datetime, datetime]]:
        today = at.astimezone(self.zone).date()
        days = [today + timedelta(days=n) for n in range(9)]
        return [
            (self._instant(day, h.begin), self._instant(day, h.end))
            for day in days
            for h in self._hours
            if h.day == day.weekday()
        ]

    def _instant(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, self.zone).astimezone(UTC)


def _parse(part: str) -> list[Hours]:
    found = _PART.fullmatch(part.casefold())
    if found is None:
        raise ValueError(f"cannot read office hours: {part!r}")
    first, last = found[1], found[2] or found[1]
    begin, end = time.fromisoformat(found[3].zfill(5)), time.fromisoformat(found[4].zfill(5))
    days = range(_DAYS.index(first), _DAYS.index(last) + 1)
    return [Hours(day, begin, end) for day in days]
