"""Stops every message we would start ourselves; questions are answered as before."""

from bot.dialog import Answered, Command, Outcome, Turn
from bot.i18n import _
from bot.message import Reply
from bot.services.people import People


def stop(turn: Turn) -> Outcome:
    """From now on we only answer."""
    turn.use(People).stop(turn.talk.person_id)
    text = turn.say(
        _("I will not write to you first any more. If you write to me, I still answer.")
    )
    again = turn.choice("subscribe", _("Write to me again"))
    return Answered((Reply(text, (again,)),), leave=True)


def resume(turn: Turn) -> Outcome:
    """The person wants to hear from us again."""
    turn.use(People).resume(turn.talk.person_id)
    return Reply(turn.say(_("Good. I will write to you again when you ask me to.")))


dialogs = (
    Command("unsubscribe", stop, triggers=(_("wordings: unsubscribe"),)),
    Command("subscribe", resume, triggers=(_("wordings: subscribe"),)),
)
