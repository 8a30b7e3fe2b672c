"""Which days a question for a list is about: "in May 2027", "nächstes Jahr", "下个月", "weekend".

`parts()` are the words that say so, each with what it says; `spans()` puts together what was said.
"""

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Final, Literal

import regex

from bot.i18n import _, month_names
from bot.understanding.wordings import wordings, words

Unit = Literal["year", "month", "week", "weekend", "season"]


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that is said of a time.

    number  the year itself, the month (1 to 12), the season (0: spring) or, where it is counted
            `from_now`, how many units from the one that is going on
    """

    unit: Unit
    number: int
    from_now: bool = False


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From one day to another, both are in it."""

    first: date
    last: date

    def holds(self, first: date, last: date) -> bool:
        """Whether something that takes from one day to another is on some day of it."""
        return first <= self.last and last >= self.first


_FROM_NOW: Final = (
    (_("wordings: last year"), Part("year", -1, from_now=True)),
    (_("wordings: this year"), Part("year", 0, from_now=True)),
    (_("wordings: next year"), Part("year", 1, from_now=True)),
    (_("wordings: the year after next"), Part("year", 2, from_now=True)),
    (_("wordings: last month"), Part("month", -1, from_now=True)),
    (_("wordings: this month"), Part("month", 0, from_now=True)),
    (_("wordings: next month"), Part("month", 1, from_now=True)),
    (_("wordings: this week"), Part("week", 0, from_now=True)),
    (_("wordings: next week"), Part("week", 1, from_now=True)),
    (_("wordings: this weekend"), Part("weekend", 0, from_now=True)),
    (_("wordings: next weekend"), Part("weekend", 1, from_now=True)),
)
_SEASONS: Final = (
    _("wordings: spring"),
    _("wordings: summer"),
    _("wordings: autumn"),
    _("wordings: winter"),
)
_YEARS = range(2000, 2100)
_HAN = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")
_IN_A_SEASON = 3  # months; spring begins in the third of the year
# A year or a month in Chinese: "2027年", "5月", "十二月"; a day behind it makes it a date.
_HAN_PART = regex.compile(
    r"(?<!\d)(?P<year>20\d\d)\s*年(?:份)?"
    r"|(?<![\d一二三四五六七八九十])(?P<month>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])\s*月份?"
    r"(?!\s*[\d一二三四五六七八九十])"
)


@cache
def parts() -> Mapping[tuple[str, ...], Part]:
    """All words that say a year, month, week, weekend or season, in all languages."""
    known = {said: part for msgid, part in _FROM_NOW for said in wordings(msgid)}
    known |= {words(name): Part("month", number) for name, number in month_names().items()}
    known |= {(str(year),): Part("year", year) for year in _YEARS}
    for number, msgid in enumerate(_SEASONS):
        known |= dict.fromkeys(wordings(msgid), Part("season", number))
    return known


def han_parts(text: str) -> tuple[tuple[Part, ...], str]:
    """What is said in Chinese figures, and the text without it."""
    found = tuple(
        Part("year", int(match["year"])) if match["year"] else Part("month", _month(match["month"]))
        for match in _HAN_PART.finditer(text)
    )
    return found, _HAN_PART.sub(" ", text)


def _month(written: str) -> int:
    return int(written) if written.isdecimal() else _HAN.index(written) + 1


def spans(said: Iterable[Part], today: date) -> tuple[Span, ...]:
    """The days that all this means; a month without its year is the next one."""
    said = tuple(said)
    years = [today.year * part.from_now + part.number for part in said if part.unit == "year"]
    months = [part.number for part in said if part.unit == "month" and not part.from_now]
    named = [(month, 1) for month in months]
    named += [
        (_IN_A_SEASON * (part.number + 1), _IN_A_SEASON) for part in said if part.unit == "season"
    ]
    if named:
        found = [
            _months(first, count, year, today)
            for first, count in named
            for year in years or (None,)
        ]
    else:
        found = [Span(date(year, 1, 1), date(year, 12, 31)) for year in years]
    found += [_counted(part, today) for part in said if part.from_now and part.unit != "year"]
    return tuple(sorted(set(found)))


def _months(first: int, count: int, year: int | None, today: date) -> Span:
    """So many months from that one on, in that year or the next time they come."""
    span = _from_month(year or today.year, first, count)
    return span if year or span.last >= today else _from_month(today.year + 1, first, count)


def _from_month(year: int, first: int, count: int = 1) -> Span:
    later, last = divmod(first + count - 2, 12)
    end = (year + later, last + 1)
    return Span(date(year, first, 1), date(*end, monthrange(*end)[1]))


def _counted(part: Part, today: date) -> Span:
    if part.unit == "month":
        later, month = divmod(today.month - 1 + part.number, 12)
        return _from_month(today.year + later, month + 1)
    monday = today + timedelta(days=7 * part.number - today.weekday())
    first = monday + timedelta(days=5 if part.unit == "weekend" else 0)
    return Span(first, monday + timedelta(days=6))
