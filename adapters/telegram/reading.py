"""An update as python-telegram-bot reads it, with nothing in it but what we look at.

What is required of a poll, a sticker or an administrator grows with every version of the Bot API,
and python-telegram-bot raises where a field is missing. A server of one's own may be older, and
nobody's words are to be lost for that.
https://core.telegram.org/bots/api-changelog
"""

from collections.abc import Mapping
from typing import Any, Final

from telegram import Update

from adapters.telegram.contents import HELD, held_in

Raw = Mapping[str, Any]
_MESSAGE: Final = frozenset(
    {
        *("message_id", "date", "edit_date", "chat", "from", "sender_chat", "message_thread_id"),
        *("is_topic_message", "is_automatic_forward", "media_group_id", "text", "entities"),
        *("caption", "caption_entities", "migrate_to_chat_id", "migrate_from_chat_id"),
        "reply_markup",
    }
)
_ANSWERED: Final = frozenset({"message_id", "date", "chat", "from"})
_TAP: Final = frozenset({"id", "from", "chat_instance", "data", "inline_message_id"})
_CHANGE: Final = frozenset({"chat", "from", "date"})
_PRESENT: Final = frozenset({"creator", "administrator", "member"})


def update_of(raw: Raw) -> Update:
    """Raises whatever python-telegram-bot does for what is no update."""
    kept = {"update_id": raw.get("update_id")}
    kept |= {kind: pared(raw[kind]) for kind, pared in _PARED.items() if kind in raw}
    return Update.de_json(kept, None)


def _message(said: Any) -> Any:
    if not isinstance(said, dict):
        return said
    kept = {name: value for name, value in said.items() if name in _MESSAGE}
    if answered := said.get("reply_to_message"):
        kept["reply_to_message"] = _only(answered, _ANSWERED)
    if held := held_in(said):
        kept[HELD] = held
    return kept


def _tap(query: Any) -> Any:
    if not isinstance(query, dict):
        return query
    message = {"message": _message(query["message"])} if query.get("message") else {}
    return _only(query, _TAP) | message


def _change(change: Any) -> Any:
    if not isinstance(change, dict):
        return change
    members = ("old_chat_member", "new_chat_member")
    return _only(change, _CHANGE) | {name: _member(change.get(name)) for name in members}


def _member(member: Any) -> Any:
    """Whether they are in the chat; what they may do there is none of our business."""
    if not isinstance(member, dict):
        return member
    status = member.get("status")
    is_in = status in _PRESENT or (status == "restricted" and member.get("is_member") is True)
    return {"status": "member" if is_in else "left", "user": member.get("user")}


def _only(thing: Any, names: frozenset[str]) -> Any:
    if not isinstance(thing, dict):
        return thing
    return {name: value for name, value in thing.items() if name in names}


_PARED: Final = {
    "message": _message,
    "edited_message": _message,
    "callback_query": _tap,
    "my_chat_member": _change,
}
