"""Somebody may be in danger: people who can help, at once. Nothing of it is kept as a question."""

from bot.dialog import Command, Outcome, Turn
from bot.i18n import _
from bot.message import Reply
from bot.understanding.danger import Danger, dangers

# Each catalogue names who answers in its language's countries; see docs/operations.md.
_HELP = {
    Danger.VIOLENCE: _(
        "If somebody hurts or threatens you: go where you are safe, and call the police: 112 in "
        "Europe (110 in Germany), 110 in China. In Germany the violence against women support "
        "line 116 016 is there day and night, free, in many languages. It is not your fault."
    ),
    Danger.EMERGENCY: _(
        "Please call 112 now in Europe; in China 119 for a fire, 120 for an ambulance, 110 for the "
        "police. Elsewhere call your own emergency number. If it burns, get out first."
    ),
    Danger.CRISIS: _(
        "If there is danger to your life, call 112 in Europe, or the emergency number where you "
        "are. On findahelpline.com you find somebody to talk to in your country, free and "
        "confidential."
    ),
}


def help_now(turn: Turn) -> Outcome:
    """Who answers day and night, for what was heard."""
    opening = _("I am a program and cannot help with this, but people can, right now.")
    heard = dangers(turn.text) or (Danger.CRISIS,)
    closing = _("You do not have to be alone with this.")
    paragraphs = (opening, *(_HELP[danger] for danger in heard), closing)
    return Reply("\n\n".join(turn.say(text) for text in paragraphs))


dialog = Command(
    name="crisis",
    answer=help_now,
    triggers=(_("wordings: crisis"),),
    urgent=lambda text: bool(dangers(text)),
    shared=True,
)
