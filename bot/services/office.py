"""When staff are there: `Mon-Fri 09:00-17:00`, parts separated by commas, in the office's zone."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.i18n import _, clauses, format_time, format_weekday, translate

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = "|".join(_DAYS)
_A_MONDAY = date(2024, 1, 1)
_PART = re.compile(rf"({_DAY})(?:-({_DAY}))? (\d\d?:\d\d)-(\d\d?:\d\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Hours:
    """One stretch that begins on a weekday, Monday = 0; an end not after it is the next day's."""

    day: int
    begin: time
    end: time


class Office:
    """The hours of a week; "" for an office that is never open.

    Raises ValueError for hours or a zone it cannot read.
    """

    def __init__(self, hours: str, zone: str) -> None:
        try:
            self.zone = ZoneInfo(zone)
        except (KeyError, OSError) as error:  # unknown, or the name of a whole continent
            raise ValueError(f"cannot read zone: {zone!r}") from error
        parts = hours.split(",") if hours.strip() else []
        self.hours = tuple(h for part in parts for h in _parse(part.strip()))

    def told(self, language: str) -> str:
        """The hours as people of that language read them; "" for an office that is never open."""
        return clauses(language, (_told(language, *run) for run in self._runs()))

    def _runs(self) -> list[tuple[Hours, int]]:
        """Days in a row with the same hours: the first, and on which day they end."""
        found: list[tuple[Hours, int]] = []
        for one in self.hours:
            first, last = found[-1] if found else (one, -1)
            same = (first.begin, first.end) == (one.begin, one.end)
            if found and same and one.day == (last + 1) % 7:
                found[-1] = (first, one.day)
            else:
                found.append((one, one.day))
        return found

    def is_open(self, at: datetime) -> bool:
        """Whether somebody is there at that moment."""
        return any(begin <= at < end for begin, end in self._stretches(at))

    def closes(self, at: datetime) -> datetime:
        """The end of the stretch that moment lies in; the moment itself when closed."""
        return next((end for begin, end in self._stretches(at) if begin <= at < end), at)

    def opens(self, at: datetime) -> datetime:
        """The next beginning after that moment; the moment itself without any hours."""
        return min((begin for begin, _end in self._stretches(at) if begin > at), default=at)

    def _stretches(self, at: datetime) -> list[tuple[datetime, datetime]]:
        """From yesterday, whose night may last until now, to this weekday's next."""
        today = at.astimezone(self.zone).date()
        days = [today + timedelta(days=n) for n in range(-1, 8)]
        return [self._stretch(day, h) for day in days for h in self.hours if h.day == day.weekday()]

    def _stretch(self, day: date, hours: Hours) -> tuple[datetime, datetime]:
        last = day if hours.end > hours.begin else day + timedelta(days=1)
        return self._instant(day, hours.begin), self._instant(last, hours.end)

    def _instant(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, self.zone).astimezone(UTC)


def _told(language: str, first: Hours, last: int) -> str:
    begin, end = (format_time(language, at) for at in (first.begin, first.end))
    days = [format_weekday(language, _A_MONDAY + timedelta(days=day)) for day in (first.day, last)]
    if first.day == last:
        return f"{days[0]} {begin}–{end}"
    several: str = _("{first} to {last} {begin}–{end}")
    return translate(language, several, first=days[0], last=days[1], begin=begin, end=end)


def _parse(part: str) -> list[Hours]:
    found = _PART.fullmatch(part.casefold())
    if found is None:
        raise ValueError(f"cannot read office hours: {part!r}")
    first, last = _DAYS.index(found[1]), _DAYS.index(found[2] or found[1])
    count = (last - first) % 7 + 1  # Fri-Mon goes over the weekend
    return [Hours((first + n) % 7, _time(found[3]), _time(found[4])) for n in range(count)]


def _time(text: str) -> time:
    return time.fromisoformat("00:00" if text == "24:00" else text.zfill(5))
