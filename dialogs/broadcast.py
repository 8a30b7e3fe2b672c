"""An answer to a broadcast: one of its choices tapped, or typed where they are written out."""

import re

from bot import outbox
from bot.dialog import Answered, Command, Outcome, Turn
from bot.i18n import _
from bot.message import Message, Reply
from bot.services.broadcast_replies import Replies
from bot.services.texts import in_language
from bot.understanding import picked

_NAME = "broadcast"
_CHOSEN = re.compile(r"(\d{1,9})=(\d{1,2})")  # anybody may write a value: none that no column holds
_NOTED = _("Thank you, that is noted: {answer}. Should you choose something else, that counts.")
_GONE = _("Your answer cannot be counted: this was a test, or it is from long ago.")


def answer(turn: Turn) -> Outcome:
    """What was tapped is noted; what was typed may be any choice of what we said last."""
    value = f"{_NAME}:{turn.argument}" if turn.argument else _typed(turn)
    kind, _colon, argument = (value or "").partition(":")
    if value and kind != _NAME:
        return Answered((), open=value)
    chosen = _CHOSEN.fullmatch(argument)
    if chosen is None:
        return Reply(turn.say(_GONE))
    whose = (turn.talk.person_id, str(turn.talk.address))
    label = turn.use(Replies).choose(int(chosen[1]), int(chosen[2]), *whose)
    if label is None:
        return Reply(turn.say(_GONE))
    return Reply(turn.say(_NOTED, answer=in_language(label, turn.language)))


def _typed(turn: Turn) -> str | None:
    """The words of a choice; its number is understood wherever it is typed, see bot/slots.py."""
    if not isinstance(turn.event, Message):
        return None
    last = outbox.begun_last(turn.transaction.connection, str(turn.talk.address))
    choices = last.choices if last else ()
    is_asked = any(choice.value.startswith(f"{_NAME}:") for choice in choices)
    return picked(turn.text, choices, begun=False) if is_asked else None


def _is_typed(turn: Turn) -> bool:
    return _typed(turn) is not None


dialog = Command(_NAME, answer, claims=_is_typed)
