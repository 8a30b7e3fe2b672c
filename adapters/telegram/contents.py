"""What people send besides words: the kind of it, never the file itself.

It is read as Telegram wrote it: of a sticker or a poll we want to know only that it is one.
https://core.telegram.org/bots/api#message
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

import orjson

from bot.message import GEO, Attachment


def _kind(kind: str) -> Callable[[Any], Attachment]:
    return lambda _content: Attachment(kind, b"", "")


def _file(kind: str) -> Callable[[Any], Attachment]:
    """A file as Telegram describes it, or else as that kind."""

    def described(content: Any) -> Attachment:
        return Attachment(content.get("mime_type") or kind, b"", content.get("file_name") or "")

    return described


def _place(where: Any) -> Attachment:
    """RFC 7946: longitude first."""
    point = {"type": "Point", "coordinates": [where["longitude"], where["latitude"]]}
    return Attachment(GEO, orjson.dumps(point), "")


def _venue(venue: Any) -> Attachment:
    """Where it is; not its name and address, which no question of ours asks for."""
    return _place(venue["location"])


# In the order they are looked for: an animation is a document as well, a venue a location.
_READ: Final[Mapping[str, Callable[[Any], Attachment]]] = {
    "photo": _kind("image/jpeg"),
    "animation": _file("video/mp4"),
    "video": _file("video/mp4"),
    "video_note": _kind("video/mp4"),
    "voice": _kind("audio/ogg"),
    "audio": _file("audio/mpeg"),
    "document": _file("application/octet-stream"),
    "sticker": _kind("application/x-sticker"),
    "contact": _kind("text/vcard"),  # somebody else's data: only that there was one
    "venue": _venue,
    "location": _place,
    "poll": _kind("application/x-poll"),
    "dice": _kind("application/x-dice"),
    "story": _kind("application/x-story"),
    "game": _kind("application/x-game"),
    "paid_media": _kind("image/*"),
    "checklist": _kind("application/x-checklist"),
}


Held = tuple[str, Any]
"""The kind and the content of what a message holds, as Telegram wrote it."""


def held_in(message: Mapping[str, Any]) -> Held | None:
    """What stands in a message besides its words."""
    if _READ.keys().isdisjoint(message):  # words alone, as nearly all are
        return None
    return next(((kind, message[kind]) for kind in _READ if message.get(kind)), None)


def attachments_of(held: Held | None) -> tuple[Attachment, ...]:
    """What is in it; nothing for words alone, and for what a chat tells about itself."""
    if held is None:
        return ()
    kind, content = held
    return (_READ[kind](content),)
