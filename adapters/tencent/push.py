"""One push of WeChat or WeCom being read: what both write the same way.

https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Receiving_standard_messages.html
https://developer.work.weixin.qq.com/document/path/90239
"""

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from adapters.tencent.errors import BadCallback
from adapters.tencent.xml import Element
from bot.message import GEO, Address, Attachment, Joined, Left, Message

_WORD = re.compile(r"[a-z0-9._-]{1,32}")
_SECONDS = re.compile(r"[0-9]{1,11}")
_NEAR = timedelta(days=1)  # a CreateTime further from now than this is nonsense
_KINDS = {
    **{"image": "image/*", "voice": "audio/*", "video": "video/*", "shortvideo": "video/*"},
    "file": "*/*",
}


@dataclass(frozen=True, slots=True)
class Account:
    """Whose callbacks these are.

    scope   what names the account in the id of an event: `wx0123`, `ww0123:1000002`
    locale  the language people are taken to speak until they show otherwise: neither says one
    agent   WeCom's number of the app; "" at WeChat
    """

    scope: str
    locale: str
    now: Callable[[], datetime]
    agent: str = ""


def kind_of(push: Element) -> str:
    """`text`, or `event.CLICK`. Raises BadCallback for a push without one."""
    kind = push.of("MsgType").lower()
    if not kind:
        raise BadCallback("kind")
    return f"event.{push.of('Event')}" if kind == "event" else kind


class Push:
    """The fields of a push as values of ours; a subclass knows what its kinds mean.

    channel  the platform's name here
    named    the fields that together name an event which has no MsgId
    """

    channel: ClassVar[str]
    named: ClassVar[tuple[str, ...]]

    def __init__(self, push: Element, account: Account, user: str, kind: str) -> None:
        self._push, self._of, self._account, self._kind = push, push.of, account, kind
        self._sender = Address(self.channel, user)
        self.created_at = _instant(push.of("CreateTime"), account.now())

    def _message(self, text: str, *things: Attachment, picked: str | None = None) -> Message:
        return Message(
            self._id(),
            self._sender,
            text,
            self._at(),
            attachments=things,
            picked=picked,
            locale=self._account.locale,
        )

    def _joined(self, invite: str = "") -> Joined:
        locale = self._account.locale
        return Joined(self._id(), self._sender, self._at(), locale=locale, invite=invite or None)

    def _left(self) -> Left:
        return Left(self._id(), self._sender, self._at())

    def _link(self) -> Message:
        return self._message("\n".join(filter(None, map(self._of, ("Title", "Url")))))

    def _thing(self) -> Message:
        """Something that is no text: only what kind of thing it was."""
        word = self._kind if _WORD.fullmatch(self._kind) else "unknown"
        kind = _KINDS.get(word, f"application/x-{self.channel}-{word}")
        return self._message("", Attachment(kind, "", ""))

    def _place(self) -> Message:
        """Location_X is the latitude; GeoJSON has the longitude first (RFC 7946)."""
        try:
            there = [float(self._of("Location_Y")), float(self._of("Location_X"))]
            point = json.dumps({"type": "Point", "coordinates": there}, allow_nan=False)
        except ValueError:
            point = ""
        # Not the label: an address in words is more than any question of ours asks for.
        return self._message("", Attachment(GEO, point.encode(), ""))

    def _at(self) -> datetime:
        return self.created_at or self._account.now()

    def _id(self) -> str:
        """The same for every try of one push, another for any other; leads to nobody.

        Two events of one person in one second differ in event and key, or in what was marked.
        """
        if number := self._of("MsgId"):
            return f"{self._account.scope}:{number[:64]}"
        parts = "\n".join((*map(self._of, self.named), *self._marked()))
        return f"{self._account.scope}:{hashlib.sha256(parts.encode()).hexdigest()[:32]}"

    def _marked(self) -> tuple[str, ...]:
        """What was marked on a card."""
        return ()


def _instant(seconds: str, now: datetime) -> datetime | None:
    if not _SECONDS.fullmatch(seconds):
        return None
    at = datetime.fromtimestamp(int(seconds), UTC)
    return at if abs(at - now) < _NEAR else None
