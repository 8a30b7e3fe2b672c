"""Changes the language, at any time, asked for in any of them."""

from bot.dialog import Answered, Command, Outcome, Turn
from bot.i18n import _, language_name, languages, translate
from bot.message import Choice, Reply

# What people say who want that language; one added later is found by its own name.
_WISHES = {
    "en": _("wordings: language-en"),
    "de": _("wordings: language-de"),
    "zh": _("wordings: language-zh"),
}


def ask(turn: Turn) -> Outcome:
    """Offer the languages, or change to the one that was picked."""
    if turn.argument in languages():
        return _change(turn.argument)
    choices = tuple(Choice(f"language:{code}", language_name(code)) for code in languages())
    return Reply(turn.say(_("Which language shall we speak?")), choices)


def _change(language: str) -> Outcome:
    done = translate(language, _("I will answer in English from now on."))
    return Answered((Reply(done),), language=language)


def _change_to(language: str) -> Command:
    def change(_turn: Turn) -> Outcome:
        return _change(language)

    return Command(
        f"language-{language}", change, triggers=(_WISHES.get(language, language_name(language)),)
    )


dialogs = (
    Command("language", ask, triggers=(_("wordings: language"),), menu=_("Language")),
    *(_change_to(code) for code in languages()),
)
