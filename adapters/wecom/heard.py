"""What a member did, read from the XML of a callback.

Messages: https://developer.work.weixin.qq.com/document/path/90239
Events: https://developer.work.weixin.qq.com/document/path/90240
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from adapters.taps import Tap, read_token
from adapters.tencent.errors import BadCallback
from adapters.tencent.push import Account, Push, kind_of
from adapters.tencent.xml import Element
from bot.message import Address, Event, Joined

CHANNEL: Final = "wecom"
ANOTHER_APP: Final = "another-app"
# https://developer.work.weixin.qq.com/document/path/90195: letters, digits and _-@. , no case
_USER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}")


@dataclass(frozen=True, slots=True)
class Tapped:
    """A choice on a card was tapped, or several were marked and sent.

    taps  the choices; none for a card that is not of our making
    code  lets us change the card once, within 72 hours
    id    of this very tap
    """

    sender: Address
    taps: tuple[Tap, ...]
    code: str
    at: datetime
    id: str


@dataclass(frozen=True, slots=True)
class Entered:
    """The chat was opened: as it is for the first time, and every time after that."""

    joined: Joined


What = Event | Tapped | Entered


@dataclass(frozen=True, slots=True)
class Heard:
    """One push.

    what        None for what nobody has to react to
    kind        the platform's word for it, for the log: `text`, `event.click`
    created_at  when the platform says that it happened; None when it says nonsense
    """

    what: What | None
    kind: str
    created_at: datetime | None


def heard(push: Element, account: Account) -> Heard:
    """Read a push. Raises BadCallback for one without sender or kind, or to another app."""
    kind = kind_of(push).lower()
    if push.of("AgentID") not in ("", account.agent):
        raise BadCallback(ANOTHER_APP)
    user = push.of("FromUserName")
    if not _USER.fullmatch(user):
        raise BadCallback("sender")
    reader = _Push(push, account, user.lower(), kind)
    return Heard(reader.what(), kind[:64], reader.created_at)


class _Push(Push):
    channel = CHANNEL
    named = ("FromUserName", "CreateTime", "MsgType", "Event", "EventKey", "TaskId")

    def what(self) -> What | None:
        match self._kind:
            case "text":
                return self._message(self._of("Content"))
            case "link":
                return self._link()
            case "location":
                return self._place()
            case kind if kind.startswith("event."):
                return self._happened(kind.removeprefix("event."))
        return self._thing()

    def _happened(self, name: str) -> What | None:
        """An event; view, location, change_contact and the like need no reaction."""
        match name:
            case "subscribe":
                return self._joined()
            case "enter_agent":
                return Entered(self._joined())
            case "unsubscribe":
                return self._left()
            case "click" if key := self._of("EventKey"):
                return self._message("", picked=key)
            case "template_card_event" | "template_card_menu_event":
                return self._tapped()
        return None

    def _tapped(self) -> Tapped:
        found = [read_token(word) for word in self._marked() or (self._of("EventKey"),)]
        taps = tuple(tap for tap in found if tap)
        ours = taps if len(taps) == len(found) and len({tap.ref for tap in taps}) == 1 else ()
        return Tapped(self._sender, ours, self._of("ResponseCode"), self._at(), self._id())

    def _marked(self) -> tuple[str, ...]:
        """What was marked on a card with options; a button has none.

        https://developer.work.weixin.qq.com/document/path/90240#模板卡片事件推送
        """
        path = ("SelectedItems", "SelectedItem", "OptionIds", "OptionId")
        return tuple(option.text for option in self._push.all(*path))
