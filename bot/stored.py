"""Events and replies as the JSON that inbox and outbox keep, and back.

What a newer version of the program wrote besides is passed over: during a rolling update the
older one reads its rows, and a row it cannot read would hold up everybody's.
"""

from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from bot.message import (
    Address,
    Attachment,
    Choice,
    Event,
    Joined,
    Left,
    Link,
    Message,
    Reply,
)

_COLUMNS = frozenset({"id", "sender", "sent_at"})  # not part of what is read below
_KINDS: dict[str, type[Message] | type[Joined] | type[Left]] = {
    "message": Message,
    "joined": Joined,
    "left": Left,
}


def event_to_json(event: Event) -> dict[str, Any]:
    """An event without its id, which is the row's own key."""
    stored: dict[str, Any] = {"kind": type(event).__name__.lower(), "at": event.sent_at.isoformat()}
    if isinstance(event, Message):
        stored |= _kept(text=event.text, picked=event.picked, shared=event.shared)
        stored |= _kept(attachments=[_attachment_to_json(a) for a in event.attachments])
    if isinstance(event, Joined):
        stored |= _kept(invite=event.invite)
    if not isinstance(event, Left):
        stored |= _kept(name=event.name, locale=event.locale)
    return stored


def event_from_json(event_id: str, sender: Address, stored: Mapping[str, Any]) -> Event:
    """The event as it was accepted. Raises KeyError for a kind nobody knows."""
    kind = _KINDS[stored["kind"]]
    known = {f.name for f in fields(kind)} - _COLUMNS
    values = {key: value for key, value in stored.items() if key in known}
    if kind is Message:
        values["text"] = values.get("text", "")
        values["attachments"] = tuple(
            _attachment_from_json(a) for a in values.get("attachments", ())
        )
    return kind(event_id, sender, sent_at=datetime.fromisoformat(stored["at"]), **values)


def reply_to_json(reply: Reply) -> dict[str, Any]:
    """A reply; what is empty is left out."""
    return {"text": reply.text} | _kept(
        choices=[[c.value, c.label] for c in reply.choices],
        several=[[c.value, c.label] for c in reply.several],
        links=[[link.label, link.url] for link in reply.links],
        attachments=[_attachment_to_json(a) for a in reply.attachments],
        about=reply.about,
    )


def reply_from_json(stored: Mapping[str, Any]) -> Reply:
    """The reply as it was said."""
    return Reply(
        stored["text"],
        tuple(Choice(*c[:2]) for c in stored.get("choices", ())),
        tuple(Link(*link[:2]) for link in stored.get("links", ())),
        tuple(_attachment_from_json(a) for a in stored.get("attachments", ())),
        several=tuple(Choice(*c[:2]) for c in stored.get("several", ())),
    )


def _kept(**fields: Any) -> dict[str, Any]:
    return {key: value for key, value in fields.items() if value}


def _attachment_to_json(attachment: Attachment) -> dict[str, Any]:
    where = attachment.url_or_bytes
    held = {"url": where} if isinstance(where, str) else {"base64": b64encode(where).decode()}
    named = {"kind": attachment.kind, "name": attachment.name} | held
    return named | _kept(instead=attachment.instead)


def _attachment_from_json(stored: Mapping[str, str]) -> Attachment:
    where = stored["url"] if "url" in stored else b64decode(stored["base64"])
    return Attachment(stored["kind"], where, stored["name"], stored.get("instead", ""))
