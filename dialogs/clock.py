"""When a person is to be written to: by which city's clock, and in which hours of the night not."""

from datetime import timedelta

from bot.dialog import Answers, Form, Invalid, Json, Outcome, Slot, Slots, Turn
from bot.i18n import _, format_moment, place_name
from bot.message import Choice, Reply
from bot.quiet import Quiet
from bot.services.preferences import Preferences
from bot.services.reminders import Reminder, Reminders
from bot.text import shorten
from bot.understanding.places import zone_of
from bot.understanding.wordings import is_han, words
from bot.zones import zone_named
from dialogs.reminder import zone_slot
from dialogs.reminders import line, what_of
from dialogs.reminding.asked import is_at_night
from dialogs.reminding.hours import hours_in, length

_LONG_NIGHT = timedelta(hours=14)  # more than that is asked about
_LONGEST = 5  # words of a place
_NIGHTLY = 3  # reminders named that a new zone moves into the night
_LABEL = 30  # characters of what one of them is about
_NIGHTS = ("22:00-08:00", "20:00-09:00", "23:00-07:00")


# -- time zone -------------------------------------------------------------------------------


def place_in(text: str) -> str:
    """The place a sentence ends with: "my time zone is New York"; "" when we know none."""
    said = text.split()
    tails = [" ".join(said[-size:]) for size in range(min(_LONGEST, len(said)), 0, -1)]
    han = "".join(word for word in words(text) if is_han(word))
    tails += [han[-size:] for size in range(min(_LONGEST, len(han)), 1, -1)]
    return next((tail for tail in tails if zone_of(tail.strip(".,!?。！"))), "").strip(".,!?。！")


def _zone_slots(turn: Turn, _answers: Answers) -> Slots:
    return (zone_slot(turn),)


def _said(turn: Turn) -> Answers:
    zone = zone_of(turn.argument or place_in(turn.text))
    return {"zone": str(zone)} if zone else {}


def _set_zone(turn: Turn, answers: Answers) -> Outcome:
    zone = zone_named(str(answers["zone"]))
    if zone is None:
        return Reply(turn.say(_("That did not work. Please name your city once more.")))
    turn.use(Preferences).set_zone(turn.talk.person_id, zone)
    lines = [
        turn.say(
            _("From now on I read and tell times by the clock of {place}. There it is {moment}."),
            place=place_name(turn.language, zone),
            moment=format_moment(turn.language, turn.now, zone),
        )
    ]
    waiting = turn.use(Reminders).waiting(turn.talk.person_id)
    if waiting:
        lines.append(turn.say(_("Reminders that you have set already keep their moment.")))
    at_night = [r for r in waiting if r.rule_id is None and is_at_night(turn, r.due_at)]
    if at_night:
        lines.append(turn.say(_("By your clock these now come at night:")))
        lines[-1] = "\n".join((lines[-1], *(f"• {line(turn, r)}" for r in at_night[:_NIGHTLY])))
    others = tuple(_another_time(turn, r) for r in at_night[:_NIGHTLY])
    return Reply("\n\n".join(lines), (*others, turn.choice("reminders", _("My reminders"))))


def _another_time(turn: Turn, own: Reminder) -> Choice:
    label = turn.say(_("Another time: {what}"), what=shorten(what_of(turn, own), _LABEL))
    return Choice(f"remind:again={own.id}", label)


# -- quiet hours -----------------------------------------------------------------------------


def _nights(turn: Turn) -> tuple[Choice, ...]:
    shown = tuple(Choice(hours, hours.replace("-", "–")) for hours in _NIGHTS)
    return (*shown, turn.choice("none", _("No quiet hours")))


def _read_hours(text: str) -> Json:
    hours = hours_in(text)
    if hours is None:
        raise Invalid(_("Please write two times, for example 22:00 to 8:00."))
    return str(hours)


def _hours_said(turn: Turn) -> Answers:
    """Those named with the wish: "quiet hours from 10 pm to 7"."""
    hours = hours_in(turn.text)
    return {"hours": str(hours)} if hours else {}


def _hours_slots(_turn: Turn, answers: Answers) -> Slots:
    hours = Quiet.read("" if answers.get("hours") == "none" else str(answers.get("hours", "")))
    return (_HOURS_SLOT, _LONG_SLOT) if length(hours) > _LONG_NIGHT else (_HOURS_SLOT,)


def _ask_long(turn: Turn, answers: Answers) -> str:
    hours = Quiet.read(str(answers["hours"]))
    ask = _("From {begin} to {end} is most of the day. Shall I be quiet for so long?")
    return turn.say(ask, begin=f"{hours.begin:%H:%M}", end=f"{hours.end:%H:%M}")


_HOURS_SLOT = Slot(
    "hours",
    _(
        "In which hours shall I keep reminders of events back? What you ask for yourself comes at "
        "its time all the same."
    ),
    _read_hours,
    _nights,
    free=True,
)


_LONG_SLOT = Slot(
    *("long", _ask_long),
    choices=(Choice("yes", _("Yes, for so long")), Choice("no", _("No, other hours"))),
    reopens=lambda value: ("hours", "long") if value == "no" else (),
)


def _set_hours(turn: Turn, answers: Answers) -> Outcome:
    quiet = Quiet.read("" if answers["hours"] == "none" else str(answers["hours"]))
    turn.use(Preferences).set_quiet(turn.talk.person_id, quiet)
    if not str(quiet):
        return Reply(turn.say(_("Good: reminders of events may come at any hour.")))
    kept = _("Good: from {begin} to {end} I keep reminders of events back.")
    return Reply(turn.say(kept, begin=f"{quiet.begin:%H:%M}", end=f"{quiet.end:%H:%M}"))


dialogs = (
    Form(
        *("timezone", _zone_slots, _set_zone),
        triggers=(_("wordings: timezone"),),
        title=_("your time zone"),
        begin=_said,
    ),
    Form(
        *("quiet-hours", _hours_slots, _set_hours),
        triggers=(_("wordings: quiet-hours"),),
        title=_("your quiet hours"),
        begin=_hours_said,
    ),
)
