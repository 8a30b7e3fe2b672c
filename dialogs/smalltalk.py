"""Small talk, kept short."""

from bot.config import Settings
from bot.dialog import Answered, Command, Outcome, Turn
from bot.i18n import _, sentences
from bot.message import Reply
from dialogs.handoff import contact
from dialogs.places import waiting_offer


def thanks(turn: Turn) -> Outcome:
    """You are welcome."""
    return Reply(turn.say(_("You are welcome. Is there anything else you would like to know?")))


def goodbye(turn: Turn) -> Outcome:
    """Goodbye."""
    return Reply(turn.say(_("Goodbye, and good luck with your city!")))


def noted(turn: Turn) -> Outcome:
    """An "ok" is no question; where a seat is on offer, it may be meant for that, so we ask."""
    return waiting_offer(turn) or Reply(turn.say(_("All right. What would you like to know?")))


def about(turn: Turn) -> Outcome:
    """Nobody should take us for a person; and who is behind us, where that is set."""
    text = turn.say(
        _(
            "I am a program, not a person. I search a collection of good practices from cities "
            "and quote what I find."
        )
    )
    who = turn.use(Settings).organisation
    behind = turn.say(_("The team of {who} is behind this chat."), who=who) if who else ""
    lines = filter(None, (sentences(text, behind), *contact(turn)))
    return Reply("\n\n".join(lines), (turn.choice("human", _("Ask a person")),))


def debug(turn: Turn) -> Outcome:
    """Switch the explanation under each answer on or off; `debug:on` only on."""
    on = turn.argument == "on" or not turn.talk.memory.get("debug")
    text = _("I will show why I chose each answer.") if on else _("No more explanations.")
    return Answered((Reply(turn.say(text)),), memory={"debug": on or None})


dialogs = (
    Command("thanks", thanks, triggers=(_("wordings: thanks"),), shared=True),
    Command("noted", noted, triggers=(_("wordings: noted"),), shared=True, nod=True),
    Command("goodbye", goodbye, triggers=(_("wordings: goodbye"),), shared=True),
    # In a form "nothing more" is an answer.
    Command(
        "nothing-more",
        goodbye,
        triggers=(_("wordings: nothing more"),),
        shared=True,
        remark=True,
    ),
    Command("smalltalk", about, triggers=(_("wordings: about"),), shared=True),
    Command("debug", debug, triggers=("debug",)),
)
