"""Which days the named days are: the end of a month, its n-th weekday, a feast, a working day."""

from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cache

from bot.services.workdays import is_working_day
from bot.understanding.dates.pieces import Feast, MonthEnd, Nth, NthWorkday, Piece, Workday

_DAY = timedelta(days=1)


def named_dates(pieces: Sequence[Piece], today: date, country: str) -> tuple[date, ...] | None:
    """The day that is named, () where there is none such; None when no day is named.

    `country`: whose working days count.
    """
    for piece in pieces:
        match piece:
            case MonthEnd():
                return tuple(_last(first) for first in _months(piece, today))[:1]
            case Nth():
                return _coming(_nths(piece, today), today)
            case NthWorkday():
                return _coming(_working_days(piece, today, country), today)
            case Feast():
                bare = replace(piece, year=None, years=None)
                days = (_day_of(bare, year) for year in _years(piece, today))
                return _coming(filter(None, days), today)
            case Workday():
                return (_working_day(today, country),)
    return None


def _years(said: Feast, today: date) -> tuple[int, ...]:
    if said.year is not None:
        return (said.year,)
    if said.years is not None:
        return (today.year + said.years,)
    return (today.year, today.year + 1)


def _coming(days: Iterable[date], today: date) -> tuple[date, ...]:
    """The first that is not over; where all are over, the last of them."""
    found = tuple(days)
    return next(((day,) for day in found if day >= today), found[-1:])


def _months(said: MonthEnd, today: date) -> Iterator[date]:
    """The first days of the months it can be: of one that is not fixed, this and the next."""
    if said.months is not None:
        yield _first(today.year, today.month + said.months)
    elif said.month is None:
        yield from (_first(today.year, today.month + ahead) for ahead in (0, 1))
    elif said.year is not None:
        yield _first(said.year, said.month)
    else:
        years = (today.year, today.year + 1)
        months = [_first(year, said.month) for year in years]
        yield from (first for first in months if _last(first) >= today)


def _nths(said: Nth, today: date) -> Iterator[date]:
    for first in _months(said.end, today):
        if said.count < 0:
            last = _last(first)
            yield last - _DAY * ((last.weekday() - said.weekday) % 7)
            continue
        day = first + _DAY * ((said.weekday - first.weekday()) % 7 + 7 * (said.count - 1))
        if day.month == first.month:
            yield day


def _working_days(said: NthWorkday, today: date, country: str) -> Iterator[date]:
    for first in _months(said.end, today):
        days = (first + _DAY * n for n in range(_last(first).day))
        working = [day for day in days if is_working_day(day, country)]
        if said.count <= len(working):
            yield working[said.count - 1 if said.count > 0 else -1]


def _first(year: int, month: int) -> date:
    years, months = divmod(month - 1, 12)
    return date(year + years, months + 1, 1)


def _last(first: date) -> date:
    return first.replace(day=monthrange(first.year, first.month)[1])


@cache
def _day_of(feast: Feast, year: int) -> date | None:
    """The day on which it begins in that year; None where no calendar says."""
    from holidays import country_holidays  # a third of a second: only who names a feast waits

    calendar = country_holidays(feast.country, years=(year,), language="en_US")
    days = [day for day, name in calendar.items() if name == feast.name and day.year == year]
    return min(days) + timedelta(days=feast.shift) if days else None


def _working_day(after: date, country: str) -> date:
    day = after + _DAY
    while not is_working_day(day, country):
        day += _DAY
    return day
