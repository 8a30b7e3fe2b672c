"""One look at the radar: which questions, for whom, and how figures and links are said."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.console.narrowing import questions
from bot.console.visit import Visit
from bot.dialog import Transaction
from bot.i18n import (
    _,
    format_day,
    format_number,
    format_share,
    language_name,
    languages,
    translate,
    translate_plural,
)
from bot.services.demand import Demand, Scope
from bot.services.subjects import Subject
from bot.services.weeks import WEEK, week_of

PERIODS: Final[Mapping[str, str]] = {
    "now": _("this week so far"),
    "1": _("the last week"),
    "4": _("the last 4 weeks"),
    "12": _("the last 12 weeks"),
    "52": _("the last 52 weeks"),
}
_USUAL = "4"
_CHANNELS: Final[Mapping[str, str]] = {
    "telegram": "Telegram",
    "wechat": _("WeChat"),
    "wecom": _("WeCom"),
    "web": _("the web page"),
    "terminal": _("the terminal"),
}


@dataclass(frozen=True, slots=True)
class Look:
    """What somebody looks at. `period`: one of PERIODS; `subjects`: the articles, by slug."""

    language: str
    zone: ZoneInfo
    period: str
    scope: Scope
    subjects: Mapping[str, Subject]
    transaction: Transaction

    @property
    def demand(self) -> Demand:
        """The figures."""
        return Demand(self.transaction)

    @property
    def today(self) -> date:
        """By the clock of the office."""
        return self.transaction.now.astimezone(self.zone).date()

    def say(self, msgid: str, **values: object) -> str:
        """A text in the reader's language."""
        return translate(self.language, msgid, **values)

    def plural(self, one: str, many: str, count: int, **values: object) -> str:
        """A text that changes with a count."""
        return translate_plural(self.language, one, many, count, **values)

    def number(self, value: float) -> str:
        """A number as the reader writes it."""
        return format_number(self.language, value)

    def share(self, part: int, whole: int) -> str:
        """A share as the reader writes it; a dash of nothing."""
        return format_share(self.language, part / whole) if whole else "–"

    def channel(self, name: str) -> str:
        """A channel as people call it."""
        return self.say(_CHANNELS[name]) if name in _CHANNELS else name

    def spoken(self, language: str) -> str:
        """A language as it calls itself."""
        return language_name(language) if language in languages() else language

    def topic(self, key: str) -> str:
        """A topic in words."""
        found = (one.topic for one in self.subjects.values() if one.theme == key)
        return next(found, "") or (self.say(_("no good answer")) if key == "-" else key)

    def title(self, slug: str) -> str:
        """An article's title; its slug where there is none any more."""
        return self.subjects[slug].title if slug in self.subjects else slug

    def questions(self, scope: Scope | None = None, **filters: str) -> str:
        """The address of the questions behind a figure."""
        scope = scope or self.scope
        days = {"since": scope.first.isoformat(), "until": _sunday(scope.last).isoformat()}
        within = {"language": scope.language, "channel": scope.channel}
        return questions(**({"outcome": "all"} | days | within | filters))

    def days(self, scope: Scope) -> str:
        """From when to when, in words."""
        ends = (
            format_day(self.language, scope.first),
            format_day(self.language, _sunday(scope.last)),
        )
        return self.say(_("{since} to {until}"), since=ends[0], until=ends[1])


def look_of(
    visit: Visit, transaction: Transaction, zone: ZoneInfo, subjects: Mapping[str, Subject]
) -> Look:
    """What the address asks for; nonsense is as good as nothing."""
    demand, this = Demand(transaction), week_of(transaction.now, zone)
    asked, language = visit.asked("weeks"), visit.asked("language")
    period = asked if asked in PERIODS else _usual(demand.first_week(), this)
    channel = visit.asked("channel") if visit.asked("channel") in demand.channels() else ""
    first, last = _weeks(period, this)
    scope = Scope(first, last, language if language in languages() else "", channel)
    return Look(visit.language, zone, period, scope, subjects, transaction)


def _usual(first: date | None, this: date) -> str:
    """A house that is younger than a week has this one only."""
    return _USUAL if first and first < this else "now"


def _weeks(period: str, this: date) -> tuple[date, date]:
    """Whole weeks, so that they compare; the one under way is looked at by itself."""
    return (this, this) if period == "now" else (this - int(period) * WEEK, this - WEEK)


def _sunday(monday: date) -> date:
    return monday + timedelta(days=6)
