"""Changes the language, at any time, asked for in any of them."""

from bot.dialog import Answered, Command, Outcome, Turn
from bot.i18n import _, languages
from bot.message import Choice, Reply

_NAMES = {"en": "English", "de": "Deutsch", "zh": "中文"}
# What people say who want that language; a language added later is found by its name alone.
_WISHES = {
    "en": (_("english|in english|speak english|switch to english|answer in english"),),
    "de": (_("german|in german|speak german|switch to german|answer in german"),),
    "zh": (_("chinese|in chinese|speak chinese|switch to chinese|answer in chinese"),),
}


def _change_to(language: str) -> Command:
    def change(turn: Turn) -> Outcome:
        done = Turn(turn.event, turn.talk, turn.transaction, turn.services)
        text = _in(language, done, _("I will answer in English from now on."))
        return Answered((Reply(text),), language=language)

    return Command(f"language-{language}", change, triggers=_WISHES.get(language, ()))


def _in(language: str, turn: Turn, msgid: str) -> str:
    from bot.i18n import translate

    return translate(language, msgid)


def ask(turn: Turn) -> Outcome:
    """Offer the languages, or change to the one that was picked."""
    if turn.argument in languages():
        return _change_to(turn.argument).answer(turn)
    choices = tuple(Choice(f"language:{code}", _NAMES.get(code, code)) for code in languages())
    return Reply(turn.say(_("Which language shall we speak?")), choices)


dialogs = (
    Command(
        "language",
        ask,
        triggers=(_("language|change language|change the language"),),
        menu=_("Language"),
    ),
    *(_change_to(code) for code in languages()),
)
