"""Changes the language, at any time, asked for in any of them."""

from dataclasses import replace

from bot.dialog import Answered, Command, Outcome, Turn
from bot.i18n import _, language_name, languages, translate
from bot.message import Choice, Reply
from bot.services.people import People

# What people say who want that language; one added later is found by its own name.
_WISHES = {
    "en": _("wordings: language-en"),
    "de": _("wordings: language-de"),
    "zh": _("wordings: language-zh"),
}
# Who wants what was just said in that language.
_SAYINGS = {
    "en": _("wordings: say-en"),
    "de": _("wordings: say-de"),
    "zh": _("wordings: say-zh"),
}


def ask(turn: Turn) -> Outcome:
    """Offer the languages, or change to the one that was picked."""
    if turn.argument in languages():
        return _change(turn, turn.argument)
    choices = tuple(Choice(f"language:{code}", language_name(code)) for code in languages())
    return Reply(turn.say(_("Which language shall we speak?")), choices)


def _change(turn: Turn, language: str) -> Answered:
    turn.use(People).speak(turn.talk.person_id, language)
    done = translate(language, _("I will answer in English from now on."))
    return Answered((Reply(done),), language=language)


def _say_in(language: str) -> Command:
    def say(turn: Turn) -> Outcome:
        """What was said last once more in that language, which is spoken from then on."""
        changed = _change(turn, language)
        shown = turn.talk.memory.get("shown")
        again = f"answer:{shown}" if isinstance(shown, str) else None
        return replace(changed, open=again)

    return Command(f"say-{language}", say, triggers=(_SAYINGS[language],), shared=True)


def _change_to(language: str) -> Command:
    def change(turn: Turn) -> Outcome:
        return _change(turn, language)

    wish = _WISHES.get(language) or language_name(language)
    return Command(f"language-{language}", change, triggers=(wish,), shared=True)


dialogs = (
    Command("language", ask, triggers=(_("wordings: language"),), menu=_("Language"), shared=True),
    *(_change_to(code) for code in languages()),
    *(_say_in(code) for code in languages() if code in _SAYINGS),
)
