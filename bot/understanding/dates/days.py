"""Which days the pieces of an expression can be, seen from today."""

from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TypeVar

from bot.understanding.dates.meaning import Impossible
from bot.understanding.dates.named import named_dates
from bot.understanding.dates.pieces import Calendar, Distance, FromToday, Piece, Week, Weekday

DAY = timedelta(days=1)
_YEARS = 5  # after so many every day of a month has been every weekday, the 29th to 31st too
Kind = TypeVar("Kind", bound=Piece)


class Refused(Exception):
    """It is understood, and not possible."""

    def __init__(self, why: Impossible) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Days:
    """The days it can be. `today`: it was said to be today. `open`: no day was said."""

    dates: tuple[date, ...]
    today: bool = False
    open: bool = False


def first(pieces: Iterable[Piece], kind: type[Kind]) -> Kind | None:
    """The first piece of that kind."""
    return next((piece for piece in pieces if isinstance(piece, kind)), None)


def days_of(pieces: Sequence[Piece], today: date, country: str = "DE") -> Days | None:
    """The days it can be; None when no day was said. `country`: whose working days count."""
    weekday, distance = first(pieces, Weekday), first(pieces, Distance)
    calendar, from_today = first(pieces, Calendar), first(pieces, FromToday)
    if calendar:
        if distance and calendar.month is None:  # "in three months on the 3rd"
            calendar = replace(calendar, months=distance.months)
        return Days(tuple(_dates(calendar, weekday, today)))
    named = named_dates(pieces, today, country)
    if named is not None:
        if not named:
            raise Refused(Impossible("no-such-day"))
        return Days(named)
    if from_today:
        day = today + timedelta(days=from_today.days)
        if weekday and not distance and day.weekday() != weekday.day:
            raise Refused(Impossible("another-weekday", day))
        return Days((ahead(day, distance or Distance()),), today=not from_today.days)
    if distance:
        return Days((ahead(today, distance),))
    if weekday:
        return Days(tuple(_weekdays(weekday, today)))
    week = first(pieces, Week)
    return Days(tuple(_week(week, today))) if week else None


def _monday(today: date, week: int) -> date:
    return today - timedelta(days=today.weekday()) + timedelta(weeks=week)


def _weekdays(said: Weekday, today: date) -> Iterator[date]:
    """The days a weekday can be; on a Friday "Friday" is today or in a week."""
    if said.week is not None:
        yield _monday(today, said.week) + timedelta(days=said.day)
        return
    coming = today + timedelta(days=(said.day - today.weekday()) % 7)
    if said.later:
        yield (coming if coming > today else coming + 7 * DAY) + timedelta(weeks=said.later)
        return
    if said.next:
        coming = coming if coming > today else coming + 7 * DAY
        yield coming
        if coming < _monday(today, 1):
            yield coming + 7 * DAY
        return
    yield coming
    if coming == today:
        yield coming + 7 * DAY


def _week(said: Week, today: date) -> Iterator[date]:
    monday = _monday(today, said.week)
    wanted = (5, 6) if said.weekend else range(5)
    yield from (day for n in wanted if (day := monday + timedelta(days=n)) >= today)


def _dates(said: Calendar, weekday: Weekday | None, today: date) -> Iterator[date]:
    """The dates it can be; what is named without its year or month is the next one."""
    if weekday and (said.month, said.months, said.years, said.year) == (None,) * 4:
        yield _weekday_with_day(weekday.day, said.day, today)
        return
    found = [_date(said, today)]
    if said.swapped and said.month is not None and said.month <= 12:
        other = Calendar(said.month, said.day, said.year, said.months, said.years)
        found.append(_date(other, today))
    if weekday:
        fitting = [day for day in found if day.weekday() == weekday.day]
        if not fitting:
            raise Refused(Impossible("another-weekday", found[0]))
        found = fitting
    yield from sorted(found) if said.swapped else found


def _weekday_with_day(weekday: int, day: int, today: date) -> date:
    """`Friday the 13th`: the next month in which that day of the month is that weekday."""
    months = (ahead(today.replace(day=1), Distance(months=n)) for n in range(_YEARS * 12))
    days = (_maybe(month.year, month.month, day) for month in months)
    found = next((d for d in days if d and d >= today and d.weekday() == weekday), None)
    if found is None:
        raise Refused(Impossible("no-such-day"))
    return found


def _date(said: Calendar, today: date) -> date:
    if said.months is not None:
        base = ahead(today.replace(day=1), Distance(months=said.months))
        return existing(base.year, base.month, said.day)
    if said.years is not None or said.year is not None:
        year = said.year if said.year is not None else today.year + (said.years or 0)
        return existing(year, said.month or today.month, said.day)
    if said.month is not None:
        this_year = _maybe(today.year, said.month, said.day)
        if this_year and this_year >= today:
            return this_year
        return existing(today.year + 1, said.month, said.day)
    months = (ahead(today.replace(day=1), Distance(months=n)) for n in range(3))
    days = (_maybe(m.year, m.month, said.day) for m in months)
    found = next((day for day in days if day and day >= today), None)
    return found or existing(today.year, today.month, said.day)


def _maybe(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def existing(year: int, month: int, day: int) -> date:
    found = _maybe(year, month, day)
    if found is None:
        raise Refused(Impossible("no-such-day"))
    return found


def ahead(day: date, distance: Distance) -> date:
    """So many months and days later; the 31st becomes the last day of a shorter month."""
    months = day.year * 12 + day.month - 1 + distance.months
    year, month = divmod(months, 12)
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last)) + timedelta(days=distance.days)
