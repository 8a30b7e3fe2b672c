"""Statements of a poll, one at a time: agree, disagree, pass."""

from bot.dialog import Json, Turn
from bot.i18n import _
from bot.message import Choice
from bot.services.marks import Answer, Marks
from bot.services.poll_texts import not_translated, quoted
from bot.services.polls import Option
from bot.services.texts import in_language
from dialogs.polling.asking import AGAIN, DONE, MORE, Asking, cast
from dialogs.polling.tokens import AGREE, DISAGREE, ENOUGH, NEITHER, VALUES

OPINIONS = (_("Agree"), _("Disagree"), _("Pass"))


def statement(asking: Asking) -> str:
    """The statement to be judged now, with its place among them; "" when none is left."""
    at = next_statement(asking)
    if at is None:
        return ""
    place = asking.options().index(at) + 1
    number = asking.turn.say(
        _("Statement {number} of {count}:"), number=place, count=len(asking.question.options)
    )
    language = asking.turn.language
    said = quoted(in_language(at.label, language), language)
    return "\n".join(filter(None, (number, said, not_translated(at.label, language))))


def opinions(asking: Asking) -> tuple[Choice, ...]:
    """What one may say to it."""
    at, turn = next_statement(asking), asking.turn
    signs = () if at is None else zip((AGREE, DISAGREE, NEITHER), OPINIONS, strict=True)
    found = [Choice(asking.value(f"{at.id}{s}"), turn.say(text)) for s, text in signs if at]
    return (*found, Choice(asking.value(ENOUGH), turn.say(_("Enough for now"))))


def judge(asking: Asking, turn: Turn, tapped: str) -> Json:
    """One statement; the others stay as they were."""
    if tapped == ENOUGH:
        return DONE
    before, judged = asking.so_far(), tapped[:-1]
    after = {**before, judged: VALUES[tapped[-1]]}
    refused = cast(asking, turn, Answer(after))
    options = [o.id for o in asking.options()]
    if refused:
        return refused
    if _is_again(asking, before):
        place = options.index(judged) + 1
        return f"{AGAIN} {place}" if place < len(options) else DONE
    return MORE if set(options) - set(after) else DONE


def _is_again(asking: Asking, marks: Marks) -> bool:
    """Whether all were judged before this round: then each is asked once more."""
    begun = asking.begun
    everything = {o.id for o in asking.question.options} <= set(marks)
    return begun.startswith(AGAIN) or (not begun and everything)


def next_statement(asking: Asking) -> Option | None:
    """The statement to be judged now; None when there is none left."""
    options, marks = asking.options(), asking.so_far()
    if _is_again(asking, marks):
        place = asking.begun.partition(" ")[2]
        return options[int(place or 0)] if int(place or 0) < len(options) else None
    return next((o for o in options if o.id not in marks), None)
