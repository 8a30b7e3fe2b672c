"""Choices as a template card: buttons for up to six, else a list to mark one in, or several.

https://developer.work.weixin.qq.com/document/path/90236#按钮交互型
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from adapters.taps import Tap, token
from bot.i18n import _, translate
from bot.message import Choice, Reply
from bot.numbering import lines_of
from bot.text import columns, shorten

Card = dict[str, Any]
BUTTONS: Final = 6
# Columns, a Chinese character takes two. The document gives advice, not limits, and not the same
# everywhere (26 to 36 characters of a title); what is longer is cut off on a telephone.
_BUTTON, _TITLE, _BELOW_BUTTONS, _BELOW_LIST = 20, 52, 224, 60
_NUMBERED = re.compile(r"[0-9]{1,3}\. ")
_CHOOSE = _("Please choose")
_SEND = _("button: Send")


@dataclass(frozen=True, slots=True)
class OnACard:
    """A reply with choices: the card, and a text before it where the card is too small."""

    text: str
    card: Card


def on_a_card(reply: Reply, language: str) -> OnACard:
    """`language`: of the few words on a card that are not the reply's."""
    taps = () if reply.several else _as_buttons(reply.choices)
    form = _buttons(taps, reply.ref) if taps else _list(reply, language)
    head = _head(reply.text, _BELOW_BUTTONS if taps else _BELOW_LIST)
    title, below = head or (translate(language, _CHOOSE), "")
    words = {"sub_title_text": below} if taps and below else {}
    main: Card = {"title": title} | ({"desc": below} if below and not taps else {})
    # A task id may be used once in the life of an app.
    card = {"main_title": main, **words, "task_id": reply.key or f"{reply.ref}", **form}
    return OnACard("" if head else reply.text, card)


def listed(choices: Sequence[Choice]) -> str:
    """The same choices in words: a number is as good as a tap. Empty where the text has them."""
    if all(_NUMBERED.match(choice.label) for choice in choices):
        return ""
    return "\n".join(lines_of(choices))


def _as_buttons(choices: Sequence[Choice]) -> tuple[Choice, ...]:
    """With labels as a button shows them; none when there are too many or one is too long."""
    # Those with a number stand in full in the text above.
    labels = [
        shorten(c.label, _BUTTON, columns) if _NUMBERED.match(c.label) else c.label for c in choices
    ]
    if len(choices) > BUTTONS or max(map(columns, labels)) > _BUTTON:
        return ()
    return tuple(Choice(c.value, label) for c, label in zip(choices, labels, strict=True))


def _buttons(taps: Sequence[Choice], ref: int) -> Card:
    buttons = [
        {"text": choice.label, "style": 1, "key": token(Tap(ref, place))}
        for place, choice in enumerate(taps)
    ]
    return {"card_type": "button_interaction", "button_list": buttons}


def _list(reply: Reply, language: str) -> Card:
    """Up to twenty: https://developer.work.weixin.qq.com/document/path/90236#投票选择型"""
    several, key = bool(reply.several), f"{reply.ref}"
    options = [
        {"id": token(Tap(reply.ref, place, several)), "text": choice.label}
        for place, choice in enumerate(reply.several or reply.choices)
    ]
    send = translate(language, _SEND).removeprefix("button: ")
    return {
        "card_type": "vote_interaction",
        "checkbox": {"question_key": key, "mode": int(several), "option_list": options},
        "submit_button": {"text": send, "key": key},
    }


def _head(text: str, room_below: int) -> tuple[str, str] | None:
    """Title and words below it; None when the text has no room on a card."""
    title, _line_end, rest = text.strip().partition("\n")
    below = rest.strip()
    fits = 0 < columns(title) <= _TITLE and columns(below) <= room_below
    return (title, below) if fits else None
