"""A reply as the messages it is sent as, each recognised by the platform when it comes twice.

https://developer.work.weixin.qq.com/document/path/90236
"""

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from adapters.capabilities import WECOM
from adapters.wecom import cards
from bot.message import Reply
from bot.render import can_tap

Body = dict[str, Any]
# The same JSON is shown once within duplicate_check_interval, at most 4 hours. What it is that is
# compared the document does not say closer. So two replies with the same words differ twice: in a
# field that nobody reads, and in one that every reader of this interface knows, the interval.
_LONGEST, _SPREAD = 14_400, 3_600
KEYED: Final = timedelta(seconds=_LONGEST - _SPREAD)
# `<a href=...>` makes a link of any text, also of one that somebody else wrote. Of the same length,
# for the text is cut to measure already.
_LINK = re.compile(r"<(?=\s*a\b)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Piece:
    """One message: its kind, and what stands below that name.

    `in_words`: of a card, what to say where the platform does not take it; empty: it is said.
    """

    kind: str
    content: Body
    in_words: str = ""

    def keyed(self, key: str, place: int) -> Body:
        """The message with what makes it this one and no other; without a key it is just sent."""
        said: Body = {"msgtype": self.kind, self.kind: self.content}
        if not key:
            return said
        named = f"{key}-{place}"
        spread = zlib.crc32(named.encode()) % _SPREAD
        check = {"enable_duplicate_check": 1, "duplicate_check_interval": _LONGEST - spread}
        return said | check | {"key": named}


def pieces(reply: Reply, files: Sequence[Piece], language: str) -> tuple[Piece, ...]:
    """Words first, then files, then what can be tapped, so that it stands at the bottom.

    `language`: of the few words on a card that are not the reply's.
    """
    if not (reply.several or (reply.choices and can_tap(reply.choices, WECOM))):
        return (*_text(reply.text), *files)
    shown = cards.on_a_card(reply, language)
    head = "" if shown.text else reply.text
    in_words = "\n\n".join(filter(None, (head, cards.listed(reply.choices))))
    return (*_text(shown.text), *files, Piece("template_card", shown.card, in_words))


def text(words: str) -> Piece:
    """A text message."""
    return Piece("text", {"content": _LINK.sub("[", words)})


def file(media_id: str, kind: str = "file") -> Piece:
    """What was uploaded before: an `image`, or a `file`."""
    return Piece(kind, {"media_id": media_id})


def _text(words: str) -> tuple[Piece, ...]:
    return (text(words),) if words.strip() else ()
