"""Stops every message we would start ourselves; questions are answered as before."""

from bot.dialog import Answered, Command, Outcome, Turn
from bot.i18n import _, sentences
from bot.message import Choice, Reply
from bot.services.people import People
from bot.services.registrations import Registrations
from bot.services.reminders import Reminders

_OFFERED = 5  # registrations that can be cancelled beside it


def stop(turn: Turn) -> Outcome:
    """From now on we only answer."""
    turn.use(People).stop(turn.talk.person_id)
    text = turn.say(
        _("I will not write to you first any more. If you write to me, I still answer.")
    )
    waiting = turn.use(Reminders).count(turn.talk.person_id)
    if waiting:
        kept = turn.say_count(
            _("That holds for your reminder as well: it does not come while this lasts."),
            _("That holds for your {count} reminders as well: they do not come while this lasts."),
            waiting,
        )
        text = sentences(text, kept)
    again = turn.choice("subscribe", _("Write to me again"))
    places = _places(turn)
    if places:  # "abmelden" may mean either, and a seat must not stay taken by mistake
        more = turn.say(_("You stay registered. Would you like to cancel that, too?"))
        text = f"{text}\n\n{more}"
    return Answered((Reply(text, (again, *places)),), leave=True)


def _places(turn: Turn) -> tuple[Choice, ...]:
    held = turn.use(Registrations).of_person(turn.talk.person_id)
    return tuple(
        turn.choice(
            f"cancel-registration:{e.id}", _("Cancel: {event}"), event=e.name(turn.language)
        )
        for _r, e in held[:_OFFERED]
    )


def resume(turn: Turn) -> Outcome:
    """The person wants to hear from us again."""
    turn.use(People).resume(turn.talk.person_id)
    return Reply(turn.say(_("Good. I will write to you again when you ask me to.")))


dialogs = (
    Command("unsubscribe", stop, triggers=(_("wordings: unsubscribe"),)),
    Command("subscribe", resume, triggers=(_("wordings: subscribe"),)),
)
