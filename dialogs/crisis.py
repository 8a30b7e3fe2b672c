"""Somebody may be in danger: people who can help, at once. Nothing of it is kept as a question."""

from bot.dialog import Command, Outcome, Turn
from bot.i18n import _
from bot.message import Reply


def help_now(turn: Turn) -> Outcome:
    """Who answers day and night; each catalogue names those of its language's countries."""
    return Reply(
        turn.say(
            _(
                "I am a program and cannot help with this, but people can, right now. If there is "
                "danger, call 112 in Europe, or the emergency number where you are. On "
                "findahelpline.com you find somebody to talk to in your country, free and "
                "confidential. You do not have to be alone with this."
            )
        )
    )


dialog = Command(name="crisis", answer=help_now, triggers=(_("wordings: crisis"),))
