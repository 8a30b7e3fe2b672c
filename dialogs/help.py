"""What we can do, in one screen."""

from bot.dialog import Command, Outcome, Turn
from bot.i18n import _
from bot.message import Reply


def help_(turn: Turn) -> Outcome:
    """A list of what one can ask for, each with the word that does it."""
    text = turn.say(
        _(
            "Ask me anything about making cities in your own words, in English, German or "
            "Chinese.\n\n"
            "You can also write:\n"
            "events: what is coming, and register\n"
            "my registrations: see, change or cancel them\n"
            "remind me tomorrow at 9 to call Anna; my reminders: see them\n"
            "human: leave a question for the team\n"
            "language: change the language\n"
            "privacy: see what is kept, get it or delete it\n"
            "stop: no messages from our side\n"
            "cancel or back: inside a form"
        )
    )
    return Reply(
        text,
        (
            turn.choice("events", _("See all events")),
            turn.choice("human", _("Ask a person")),
            turn.choice("language", _("Change the language")),
            turn.choice("privacy", _("What is kept about me")),
        ),
    )


dialog = Command(
    name="help",
    answer=help_,
    menu=_("Help"),
    triggers=(_("wordings: help"),),
    shared=True,
)
