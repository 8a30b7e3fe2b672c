"""An answer to a broadcast: one of its choices tapped, or typed where they are written out."""

import re
from collections.abc import Sequence

from bot import outbox
from bot.dialog import Command, Outcome, Turn
from bot.i18n import _, languages
from bot.message import Choice, Message, Reply
from bot.services.broadcast_replies import Replies
from bot.services.texts import Texts, in_language
from bot.understanding import picked

_NAME = "broadcast"
_CHOSEN = re.compile(r"(\d{1,9})=(\d{1,2})")  # anybody may write a value: none that no column holds
_NOTED = _("Thank you, that is noted: {answer}.")
_NOTED_OF_SEVERAL = _(
    "Thank you, that is noted: {answer}. Should you choose something else, that counts."
)
_GONE = _("Your answer cannot be counted: this was a test, or it is from long ago.")


def answer(turn: Turn) -> Outcome:
    """What was chosen is noted."""
    chosen = _CHOSEN.fullmatch(turn.argument)
    if chosen is None:
        return Reply(turn.say(_GONE))
    return _noted(turn, int(chosen[1]), int(chosen[2]))


def _noted(turn: Turn, number: int, place: int) -> Reply:
    """All are offered again, as whoever types can choose only from what was said last."""
    whose = (turn.talk.person_id, str(turn.talk.address))
    labels = turn.use(Replies).choose(number, place, *whose)
    if not labels:
        return Reply(turn.say(_GONE))
    said = in_language(labels[place], turn.language)
    if len(labels) == 1:
        return Reply(turn.say(_NOTED, answer=said))
    return Reply(turn.say(_NOTED_OF_SEVERAL, answer=said), _offered(number, labels, turn.language))


def _offered(number: int, labels: Sequence[Texts], language: str) -> tuple[Choice, ...]:
    return tuple(
        Choice(f"{_NAME}:{number}={place}", in_language(label, language))
        for place, label in enumerate(labels)
    )


def _typed(turn: Turn) -> str | None:
    """What is typed may be any choice of what we said last, also one of another dialog.

    Only by its words: its number is understood wherever it is typed, see bot/slots.py.
    """
    if not isinstance(turn.event, Message):
        return None
    last = outbox.begun_last(turn.transaction.connection, str(turn.talk.address))
    choices = last.choices if last else ()
    asked = next((c.value for c in choices if c.value.startswith(f"{_NAME}:")), None)
    if asked is None:
        return None
    return picked(turn.text, choices, begun=False) or _in_any_language(turn, asked)


def _in_any_language(turn: Turn, asked: str) -> str | None:
    """Not all read the text in the language they write."""
    number = int(asked.removeprefix(f"{_NAME}:").partition("=")[0])
    labels = turn.use(Replies).choices(number)
    return next(
        (
            value
            for code in languages()
            if (value := picked(turn.text, _offered(number, labels, code), begun=False))
        ),
        None,
    )


dialog = Command(_NAME, answer, means=_typed)
