"""What a figure counts, as filters in an address: weeks, an hour of them, a topic, an article."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from bot.console.visit import Visit
from bot.i18n import _, format_day, format_weekday, translate
from bot.services.subjects import Subject
from bot.services.weeks import WEEK, begins

QUESTIONS = "/console/questions"
_MOST = 105  # weeks
_A_MONDAY = date(2024, 1, 1)
_FIRST, _LAST = date(2000, 1, 1), date(2200, 1, 1)


def questions(**filters: str) -> str:
    """The address of these questions."""
    return f"{QUESTIONS}?{urlencode({name: value for name, value in filters.items() if value})}"


def spans_of(visit: Visit, zone: ZoneInfo) -> tuple[tuple[datetime, datetime], ...]:
    """The times an address speaks of, days by the clock of the office; none where it says none."""
    since, until = _day(visit.asked("since")), _day(visit.asked("until"))
    if since is None or until is None or not timedelta(0) <= until - since < _MOST * WEEK:
        return ()
    if (at := _hour(visit.asked("hour"))) is None:
        return ((begins(since, zone), begins(until + timedelta(days=1), zone)),)
    first = since + timedelta(days=(at[0] - since.weekday()) % 7)
    days = [first + n * WEEK for n in range((until - first).days // 7 + 1)]
    hours = ((begins(day, zone, at[1]), begins(day, zone, at[1])) for day in days)
    return tuple((begin, end + timedelta(hours=1)) for begin, end in hours)


def articles_of(visit: Visit, subjects: Mapping[str, Subject]) -> tuple[str, ...]:
    """The articles an address asks for: one, or all on a topic; what nobody knows finds nothing."""
    if article := visit.asked("article"):
        return (article,)
    if topic := visit.asked("topic"):
        return tuple(slug for slug, one in subjects.items() if one.theme == topic) or (topic,)
    return ()


def narrowed(visit: Visit, subjects: Mapping[str, Subject]) -> tuple[str, ...]:
    """What of that the form on the page does not say, in words."""
    said, language = list[str](), visit.language
    since, until = _day(visit.asked("since")), _day(visit.asked("until"))
    if since and until:
        days = {"since": format_day(language, since), "until": format_day(language, until)}
        said.append(translate(language, _("{since} to {until}"), **days))
    if at := _hour(visit.asked("hour")):
        said.append(hour_name(language, *at))
    if (slug := visit.asked("article")) in subjects:
        said.append(subjects[slug].title)
    if topic := visit.asked("topic"):  # an article may have none
        said += list(dict.fromkeys(one.topic for one in subjects.values() if one.theme == topic))
    if visit.asked("undecided"):
        said.append(translate(language, _("on no matter that was decided")))
    return (*said, *filter(None, [visit.asked("channel")]))


def hour_name(language: str, day: int, hour: int) -> str:
    """An hour of the week in words: Monday, 14:00–15:00."""
    weekday = format_weekday(language, _A_MONDAY + timedelta(days=day))
    hours = {"begin": f"{hour}:00", "end": f"{hour + 1}:00"}
    return translate(language, _("{weekday}, {begin}–{end}"), weekday=weekday, **hours)


def _day(text: str) -> date | None:
    with suppress(ValueError):
        day = date.fromisoformat(text)
        return day if _FIRST <= day <= _LAST else None
    return None


def _hour(text: str) -> tuple[int, int] | None:
    day, _dash, hour = text.partition("-")
    if not (day.isdecimal() and hour.isdecimal() and len(text) < 5):
        return None
    at = int(day), int(hour)
    return at if at[0] < 7 and at[1] < 24 else None
