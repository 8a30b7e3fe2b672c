"""An update as values, with nothing in it but what we look at.

Marks and keyboards are python-telegram-bot's, the rest is our own. Of a message python-telegram-bot
sets two hundred attributes, which costs as much as a turn, and it raises where a poll or a sticker
lacks what a newer Bot API requires. Nobody's words are to be lost for that.
https://core.telegram.org/bots/api#update
https://core.telegram.org/bots/api-changelog
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from telegram import InlineKeyboardMarkup, MessageEntity

from adapters.telegram.contents import Held, held_in

Raw = Mapping[str, Any]
_PRESENT: Final = frozenset({"creator", "administrator", "member"})


@dataclass(frozen=True, slots=True)
class Person:
    """https://core.telegram.org/bots/api#user"""

    id: Any
    is_bot: bool
    first_name: Any
    language_code: Any


@dataclass(frozen=True, slots=True)
class Chat:
    """https://core.telegram.org/bots/api#chat"""

    id: Any
    type: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A message: https://core.telegram.org/bots/api#message

    at         when it was written, or last edited
    thread     the topic of the group it stands in
    answers    who wrote the message it replies to
    became     the number of the chat from now on; `was`: the one until now
    held       what is in it besides words, as Telegram wrote it
    is_passed  it came here from the channel of the group by itself
    """

    id: int
    chat: Chat
    at: datetime
    by: Person | None = None
    by_chat: Chat | None = None
    text: str = ""
    marks: tuple[MessageEntity, ...] = ()
    held: Held | None = None
    keyboard: InlineKeyboardMarkup | None = None
    thread: Any = None
    answers: Person | None = None
    album: Any = None
    became: Any = None
    was: Any = None
    is_edited: bool = False
    is_passed: bool = False


@dataclass(frozen=True, slots=True)
class Tap:
    """A tapped button, and the message it stands on; that is None when Telegram has forgotten it.

    https://core.telegram.org/bots/api#callbackquery
    """

    id: Any
    by: Person
    data: Any
    chat: Chat | None
    message: Said | None


@dataclass(frozen=True, slots=True)
class Change:
    """Whether we are in a chat, before and now: for a private one, whether we are not blocked.

    https://core.telegram.org/bots/api#chatmemberupdated
    """

    chat: Chat
    by: Person
    at: datetime
    was_in: bool
    is_in: bool


@dataclass(frozen=True, slots=True)
class Update:
    """What Telegram tells us: one of these."""

    id: Any
    message: Said | None = None
    tap: Tap | None = None
    change: Change | None = None


def update_of(raw: Raw) -> Update:
    """Raises whatever comes of reading what is no update."""
    number = raw.get("update_id")
    if "callback_query" in raw:
        return Update(number, tap=_tap(raw["callback_query"]))
    if "my_chat_member" in raw:
        return Update(number, change=_change(raw["my_chat_member"]))
    kind = next((kind for kind in ("message", "edited_message") if kind in raw), None)
    return Update(number, message=_said(raw[kind]) if kind else None)


def _said(raw: Raw) -> Said:
    answered, edited = raw.get("reply_to_message"), raw.get("edit_date")
    text = raw.get("text")
    marks = raw.get("entities") if text else raw.get("caption_entities")
    return Said(
        id=raw["message_id"],
        chat=_chat(raw["chat"]),
        at=moment(edited or raw["date"]),
        by=_person(raw["from"]) if raw.get("from") else None,
        by_chat=_chat(raw["sender_chat"]) if raw.get("sender_chat") else None,
        text=text or raw.get("caption") or "",
        marks=MessageEntity.de_list(marks, None) if marks else (),
        held=held_in(raw),
        keyboard=_keyboard(raw.get("reply_markup")),
        thread=raw.get("message_thread_id") if raw.get("is_topic_message") else None,
        answers=_person(answered["from"]) if answered and answered.get("from") else None,
        album=raw.get("media_group_id"),
        became=raw.get("migrate_to_chat_id"),
        was=raw.get("migrate_from_chat_id"),
        is_edited=bool(edited),
        is_passed=bool(raw.get("is_automatic_forward")),
    )


def _person(raw: Raw) -> Person:
    name, language = raw["first_name"], raw.get("language_code")
    return Person(raw["id"], bool(raw["is_bot"]), name, language)


def _chat(raw: Raw) -> Chat:
    return Chat(raw["id"], raw["type"])


def _keyboard(raw: Any) -> InlineKeyboardMarkup | None:
    return InlineKeyboardMarkup.de_json(raw, None) if raw else None


def moment(seconds: object) -> datetime:
    """A moment as Telegram counts it. Raises ValueError for what is none."""
    if not isinstance(seconds, int) or isinstance(seconds, bool):
        raise ValueError("not a moment")
    return datetime.fromtimestamp(seconds, UTC)


def _tap(raw: Raw) -> Tap:
    """https://core.telegram.org/bots/api#inaccessiblemessage: a date of 0, and no more than that"""
    on = raw.get("message")
    message = _said(on) if on and on["date"] else None
    chat = _chat(on["chat"]) if on else None
    return Tap(raw["id"], _person(raw["from"]), raw.get("data"), chat, message)


def _change(raw: Raw) -> Change:
    return Change(
        chat=_chat(raw["chat"]),
        by=_person(raw["from"]),
        at=moment(raw["date"]),
        was_in=_is_in(raw["old_chat_member"]),
        is_in=_is_in(raw["new_chat_member"]),
    )


def _is_in(member: Raw) -> bool:
    """What they may do there is none of our business."""
    status = member["status"]
    return status in _PRESENT or (status == "restricted" and member.get("is_member") is True)
