"""When the team is there and how to reach it; and what only the team can do, handed to it."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby

from bot.config import Settings
from bot.dialog import Answered, Command, Outcome, Turn
from bot.i18n import _, format_list, format_time, format_weekday, place_name
from bot.message import Reply
from bot.services.office import Hours, Office
from dialogs.handoff import contact, when_read

_MONDAY = date(2024, 1, 1)  # any


def hours(turn: Turn) -> Outcome:
    """The hours of the week, whether somebody is there now, and how else to reach the team."""
    office = turn.use(Office)
    who = turn.use(Settings).organisation
    lines = [turn.say(_("The team of {who} is behind this chat."), who=who) if who else ""]
    if office.hours:
        told = _("Office hours: {hours} ({place}).")
        place = place_name(turn.language, office.zone)
        lines += [turn.say(told, hours=_week(turn, office), place=place), when_read(turn, office)]
    else:
        lines.append(turn.say(_("The team has no fixed hours; what you leave here is read.")))
    lines += contact(turn)
    return Reply("\n\n".join(filter(None, lines)), (turn.choice("human", _("Ask a person")),))


def _week(turn: Turn, office: Office) -> str:
    """`Monday–Friday 09:00–17:00`, stretches joined as people of that language join them."""
    return format_list(turn.language, tuple(_stretches(turn, office)))


def _stretches(turn: Turn, office: Office) -> Iterator[str]:
    """Days after one another with the same hours are named by their first and last."""
    ordered = sorted(office.hours, key=lambda h: (h.begin, h.end, h.day))
    numbered = enumerate(ordered)
    runs = [
        [hours for _place, hours in run]
        for _key, run in groupby(numbered, lambda n: (n[1].begin, n[1].end, n[1].day - n[0]))
    ]
    for run in sorted(runs, key=lambda run: run[0].day):
        yield f"{_days(turn, run)} {_clock(turn, run[0])}"


def _days(turn: Turn, run: list[Hours]) -> str:
    first, last = (_weekday(turn, hours) for hours in (run[0], run[-1]))
    return first if first == last else turn.say(_("{first}–{last}"), first=first, last=last)


def _weekday(turn: Turn, hours: Hours) -> str:
    return format_weekday(turn.language, _MONDAY + timedelta(days=hours.day))


def _clock(turn: Turn, hours: Hours) -> str:
    return "–".join(format_time(turn.language, at) for at in (hours.begin, hours.end))


def organiser(turn: Turn) -> Outcome:
    """What is sent to everybody is decided by people: they are asked."""
    text = _(
        "Announcements, invitations and polls go out through the team. I pass your wish on: what, "
        "when, where, and for whom?"
    )
    return Answered((Reply(turn.say(text)),), open="human")


dialogs = (
    Command("office", hours, triggers=(_("wordings: office"),), shared=True),
    Command("organiser", organiser, triggers=(_("wordings: organiser"),)),
)
