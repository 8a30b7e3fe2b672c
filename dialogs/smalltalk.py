"""Small talk, kept short."""

from bot.dialog import Answered, Command, Outcome, Turn
from bot.i18n import _
from bot.message import Reply


def thanks(turn: Turn) -> Outcome:
    """You are welcome."""
    return Reply(turn.say(_("You are welcome. Is there anything else you would like to know?")))


def goodbye(turn: Turn) -> Outcome:
    """Goodbye."""
    return Reply(turn.say(_("Goodbye, and good luck with your city!")))


def noted(turn: Turn) -> Outcome:
    """An "ok" is no question."""
    return Reply(turn.say(_("All right. What would you like to know?")))


def about(turn: Turn) -> Outcome:
    """Nobody should take us for a person."""
    return Reply(
        turn.say(
            _(
                "I am a program, not a person. I search a collection of good practices from cities "
                "and quote what I find."
            )
        ),
        (turn.choice("human", _("Ask a person")),),
    )


def debug(turn: Turn) -> Outcome:
    """Switch the explanation under each answer on or off; `debug:on` only on."""
    on = turn.argument == "on" or not turn.talk.memory.get("debug")
    text = _("I will show why I chose each answer.") if on else _("No more explanations.")
    return Answered((Reply(turn.say(text)),), memory={"debug": on or None})


dialogs = (
    Command("thanks", thanks, triggers=(_("wordings: thanks"),)),
    Command("noted", noted, triggers=(_("wordings: noted"),)),
    Command("goodbye", goodbye, triggers=(_("wordings: goodbye"),)),
    Command("smalltalk", about, triggers=(_("wordings: about"),)),
    Command("debug", debug, triggers=("debug",)),
)
