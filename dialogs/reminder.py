"""Reminds people of what they ask for: says what it understood, and asks what is missing."""

from bot.dialog import Answers, Form, Invalid, Json, Outcome, Slot, Slots, Turn
from bot.i18n import _, place_name, sentences
from bot.message import Choice
from bot.services.preferences import Preferences
from bot.services.reminder_texts import on_the_clock
from bot.understanding.dates import Day, Several
from bot.understanding.places import home_in, zone_of
from dialogs.event.telling import label as event_label
from dialogs.reminding import telling
from dialogs.reminding.anew import anew
from dialogs.reminding.asked import (
    NOTHING,
    Wish,
    at_night,
    begin,
    clock_of,
    coming,
    counts_from_event,
    house_zone,
    key,
    morning_after,
    wish,
    zone_is_open,
)
from dialogs.reminding.home import NO_PLACE, note_home, note_known_home
from dialogs.reminding.setting import set_up


def slots(turn: Turn, answers: Answers) -> Slots:
    """What is still to be asked: as soon as a moment is understood, only what it is about."""
    found = wish(turn, answers)
    asked = [*_permission(turn)]
    if "when" in answers or found.meaning is None:
        asked.append(_when(found))
    if "zone" in answers or zone_is_open(turn, found.meaning):
        asked.append(zone_slot(turn))
    asked += _moment(turn, answers, found)
    if "night" in answers or at_night(turn, found):
        asked.append(_night(turn, found))
    if "what" in answers or (found.what is None and found.event is None):
        asked.append(_WHAT)
    return tuple(asked)


def _permission(turn: Turn) -> Slots:
    """Who asked us to write nothing first is asked before we do."""
    if not turn.use(Preferences).of(turn.talk.person_id).stopped:
        return ()
    ask = _(
        "You asked me not to write to you first, and a reminder does just that. May I write to "
        "you first again?"
    )
    choices = (Choice("yes", _("Yes, you may")), Choice("cancel", _("No, leave it")))
    return (Slot("permission", ask, choices=choices),)


def zone_slot(turn: Turn) -> Slot:
    """Whose clock is meant."""
    near = dict.fromkeys((zone_of("Shanghai"), house_zone(turn)))
    choices = tuple(Choice(str(zone), place_name(turn.language, zone)) for zone in near if zone)

    def read_place(text: str) -> Json:
        zone = zone_of(text) or home_in(text)
        if zone is None:
            raise Invalid(NO_PLACE)
        return str(zone)

    ask = _("By which city's clock shall I count? I will remember it.")
    return Slot("zone", ask, read_place, lambda _turn: choices, free=True)


def _moment(turn: Turn, answers: Answers, found: Wish) -> list[Slot]:
    """The questions that lead to one moment, each only where the answers before leave it open."""
    asked = []
    if "event" in answers or (counts_from_event(found.meaning) and found.event is None):
        asked.append(_EVENT)
    if "which" in answers or (isinstance(found.meaning, Several) and "time" not in answers):
        asked.append(_which("which", turn, found))
    if "time" in answers or isinstance(found.meaning, Day):
        asked.append(_time(found))
    if "hour" in answers or (isinstance(found.meaning, Several) and "time" in answers):
        asked.append(_which("hour", turn, found))
    return asked


def _my_events(turn: Turn) -> tuple[Choice, ...]:
    return tuple(Choice(e.id, event_label(e, turn.language)) for e in coming(turn)[:10])


_EVENT = Slot("event", _("Of which event shall I remind you?"), choices=_my_events)


def _nothing(turn: Turn) -> tuple[Choice, ...]:
    return (turn.choice(NOTHING, _("Just remind me")),)


def _ask_what(turn: Turn, answers: Answers) -> str:
    home = home_in(str(answers.get("what", "")))
    lead = telling.problem(turn, "home", home) if home else ""
    return sentences(lead, turn.say(_("What shall I remind you of?")))


_WHAT = Slot(
    *("what", _ask_what),
    choices=_nothing,
    free=True,
    fits=lambda value: home_in(str(value)) is None,
    keep=note_known_home,
)


def _night(turn: Turn, found: Wish) -> Slot:
    """A moment that another place's clock gave, and that is at night by the person's own."""
    zone, moment, morning = clock_of(turn), found.moment, morning_after(turn, found)
    at = on_the_clock(turn.language, moment.at, zone) if moment else ""
    later = on_the_clock(turn.language, morning, zone) if morning else ""

    def ask(turn: Turn, _answers: Answers) -> str:
        told = _("That would be in the night for you: {moment}. Shall I remind you then?")
        return turn.say(told, moment=at)

    def choices(turn: Turn) -> tuple[Choice, ...]:
        wait = Choice("no", turn.say(_("No, on {moment}"), moment=later))
        leave = turn.choice("cancel", _("No, leave it"))
        return (turn.choice("yes", _("Yes, at night")), wait if later else leave)

    return Slot("night", ask, choices=choices)


def _when(found: Wish) -> Slot:
    """No time is understood yet, or none that can be."""

    def ask(turn: Turn, _answers: Answers) -> str:
        why = telling.problem(turn, found.problem, found.zone) if found.problem else ""
        question = turn.say(
            _("When shall I remind you? For example: tomorrow at 9, Friday at half past two.")
        )
        return sentences(why, question)

    fits = found.meaning is not None
    return Slot("when", ask, figures=True, fits=lambda _value: fits, keep=note_home)


def _which(name: str, turn: Turn, found: Wish) -> Slot:
    """Several things can be meant: they are offered, or told in other words."""
    options = found.meaning.options if isinstance(found.meaning, Several) else ()
    choices = tuple(Choice(key(o), telling.label(turn, o, found.zone)) for o in options)

    def ask(turn: Turn, _answers: Answers) -> str:
        why = telling.problem(turn, found.problem, found.zone) if found.problem else ""
        question = turn.say(_("Which do you mean?"))
        return sentences(why, question)

    fits = not options
    return Slot(
        *(name, ask),
        choices=lambda _turn: choices,
        free=True,
        fits=lambda _value: fits,
        keep=note_home,
    )


def _time(found: Wish) -> Slot:
    """A day is known, its time is not."""
    fits = not isinstance(found.meaning, Day)

    def ask(turn: Turn, _answers: Answers) -> str:
        why = telling.problem(turn, found.problem, found.zone) if found.problem else ""
        day = telling.label(turn, found.meaning, found.zone)
        question = turn.say(
            _("At what time on {day}? For example: 9, 14:30, half past six."), day=day
        )
        return sentences(why, question)

    return Slot("time", ask, figures=True, fits=lambda _value: fits, keep=note_home)


def _submit(turn: Turn, answers: Answers) -> Outcome:
    return set_up(turn, answers, wish(turn, answers))


dialog = Form(
    name="remind",
    slots=slots,
    submit=_submit,
    triggers=(_("wordings: remind"),),
    menu=_("Remind me"),
    title=_("your reminder"),
    begin=begin,
    anew=anew,
)
