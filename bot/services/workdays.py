"""Working days of Germany and China: weekends, public holidays, and weekends worked instead."""

from datetime import date, timedelta
from functools import cache
from typing import Any

COUNTRIES = ("DE", "CN")


def is_working_day(day: date, country: str) -> bool:
    """Whether offices work on that day. `country`: DE (what is a holiday everywhere) or CN."""
    return bool(_calendar(country).is_working_day(day))


def working_day_before(day: date, country: str) -> date:
    """The day itself when it is a working day, else the last one before it."""
    while not is_working_day(day, country):
        day -= timedelta(days=1)
    return day


@cache
def _calendar(country: str) -> Any:
    if country not in COUNTRIES:
        raise ValueError(f"no calendar for {country!r}")
    from holidays import country_holidays  # a third of a second: only where a rule asks for it

    return country_holidays(country)
