"""How the words of a named day become a piece: feasts, the end of a month, its n-th Monday."""

from dataclasses import replace

from bot.understanding.dates.making import values
from bot.understanding.dates.pieces import (
    WORKDAY,
    Calendar,
    Feast,
    MonthEnd,
    Nth,
    NthWorkday,
    Piece,
    Tokens,
)

_FIGURES = len("13th")


def named_day(tokens: Tokens) -> Piece | None:
    """`New Year's Day`, `Easter Monday 2027`: the word knows its day."""
    found: Piece | None = next((t.value for t in tokens if t.kind in "VQ"), None)
    year = next((n for n in values(tokens, "N") if 1900 <= n < 2200), None)
    years = next(iter(values(tokens, "Z")), None)
    if isinstance(found, Calendar | Feast) and (year or years) is not None:
        return replace(found, year=year, years=years)
    return found if year is None else None


def christmas_day(tokens: Tokens) -> Piece | None:
    """`am 2. Weihnachtstag`."""
    (count,) = values(tokens, "R")
    return Calendar(24 + count, 12) if count in (1, 2) and tokens[-1].value is None else None


def weekday_and_day(tokens: Tokens) -> Piece | None:
    """`the 13th` behind a Friday; in words ("the first") it is most often no date."""
    found = next(token for token in tokens if token.kind == "R")
    return Calendar(int(found.value)) if found.end - found.start <= _FIGURES else None


def of_month(tokens: Tokens) -> Piece | None:
    """`the last day of the month`, `first Monday in January`, `the end of next month`."""
    *units, unit = [t.value for t in tokens if t.kind == "U"] or [None]
    ahead = next((int(t.value) for t in tokens if t.kind in "ns"), None)
    month = next(iter(values(tokens, "M")), None)
    if month is not None:
        units = [t.value for t in tokens if t.kind == "U"]
        unit = ("months", 1)
    year = next((n for n in values(tokens, "N") if 1900 <= n < 2200), None)
    if unit == ("months", 12) and year is None:
        return Calendar(31, 12, years=ahead) if _is_end(tokens, units) else None
    if unit != ("months", 1):
        return None
    end = MonthEnd(month, year, ahead)
    if _is_end(tokens, units):
        return end
    count = next((-1 if t.kind == "d" else int(t.value) for t in tokens if t.kind in "dR"), 0)
    if units == [("days", 1)]:
        return Calendar(count, month, year, months=ahead)
    return nth(tokens, count, end)


def nth(tokens: Tokens, count: int, end: MonthEnd) -> Piece | None:
    """`first Monday`, `last working day`: of that month."""
    if any(token.kind == "X" for token in tokens):
        works = all(token.value == WORKDAY for token in tokens if token.kind == "X")
        return NthWorkday(count, end) if works and count else None
    weekdays = values(tokens, "W")
    return Nth(count, weekdays[0], end) if weekdays and -1 <= count <= 5 and count else None


def _is_end(tokens: Tokens, units: list[tuple[str, int]]) -> bool:
    last = any(token.kind == "d" for token in tokens) and units == [("days", 1)]
    return last or any(token.kind == "B" for token in tokens)
