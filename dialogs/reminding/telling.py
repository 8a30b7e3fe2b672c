"""How moments, and what cannot be, are told in a talk."""

from zoneinfo import ZoneInfo

from bot.dialog import Turn
from bot.i18n import _, format_day, format_moment, format_time, format_weekday, place_name
from bot.services.reminder_texts import on_the_clock
from bot.text import shorten
from bot.understanding.dates import Day, Impossible, Meaning, Moment, Relative
from dialogs.reminding.asked import Problem

_WORDS = 60  # characters of what was not understood
_IMPOSSIBLE = {
    "no-such-day": _("There is no such day."),
    "no-such-time": _("There is no such time of day."),
    "again-and-again": _("I can remind you once at a time, not again and again."),
    "too-far": _("That is too far away for me: five years at most."),
    "unread": _("I did not find a time in that."),
    "no event": _("I have no event of yours in my calendar that I could count from."),
}


def label(turn: Turn, option: Meaning | None, zone: ZoneInfo) -> str:
    """One of several meanings, as a choice."""
    match option:
        case Moment():
            return format_moment(turn.language, option.at, zone)
        case Day():
            weekday = format_weekday(turn.language, option.on)
            day = format_day(turn.language, option.on)
            return turn.say(_("{weekday}, {day}"), weekday=weekday, day=day)
        case Relative() if option.at:
            return format_time(turn.language, option.at)
    return ""


def problem(turn: Turn, why: Problem, zone: ZoneInfo) -> str:
    """Why what was said cannot be."""
    if why == "home":
        told = _("From now on I count by the clock of {place}.")
        return turn.say(told, place=place_name(turn.language, zone))
    if isinstance(why, str):
        return turn.say(_IMPOSSIBLE[why])
    if isinstance(why, Impossible):
        if why.why == "half-read":
            words = shorten(why.words, _WORDS)
            return turn.say(_("I do not understand “{words}” here."), words=words)
        if why.why != "another-weekday" or why.on is None:
            return turn.say(_IMPOSSIBLE[why.why])
        day, weekday = format_day(turn.language, why.on), format_weekday(turn.language, why.on)
        return turn.say(_("{day} is a {weekday}."), day=day, weekday=weekday)
    over = why.moment
    told = (
        on_the_clock(turn.language, over.at, zone)
        if isinstance(over, Moment)
        else format_day(turn.language, over.on)
    )
    return turn.say(_("{moment} is over already."), moment=told)
