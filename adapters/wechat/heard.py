"""What a person did, read from the XML of a callback.

Messages: https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Receiving_standard_messages.html
Events: https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Receiving_event_pushes.html
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from adapters.tencent.errors import BadCallback
from adapters.tencent.push import Account, Push, kind_of
from adapters.tencent.xml import Element
from bot.mass_reports import Report
from bot.message import Event
from bot.text import clean, shorten

CHANNEL: Final = "wechat"
_OPENID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_NUMBER = re.compile(r"[0-9]{1,20}")
_SCENE = "qrscene_"
_FINISHED = "EVENT.MASSSENDJOBFINISH"


@dataclass(frozen=True, slots=True)
class Heard:
    """One push: who did it, by which name they know us, and what is to be taken up.

    created_at  when the platform says that it happened; None when it says nonsense
    event       None for what nobody has to react to
    report      what became of a mass message
    kind        the platform's word for it, for the log: `text`, `event.CLICK`
    """

    openid: str
    ours: str
    created_at: datetime | None
    event: Event | None
    kind: str
    report: Report | None = None


def heard(push: Element, account: Account) -> Heard:
    """Read a push. Raises BadCallback for one without sender or kind."""
    openid = push.of("FromUserName")
    if not _OPENID.fullmatch(openid):
        raise BadCallback("sender")
    kind = kind_of(push)
    reader = _Push(push, account, openid, kind)
    told = _report(push) if kind.upper() == _FINISHED else None
    ours = push.of("ToUserName")
    return Heard(openid, ours, reader.created_at, reader.event(), kind[:64], told)


def _report(push: Element) -> Report | None:
    """What became of a mass message: https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Batch_Sends_and_Originality_Checks.html

    TotalCount are on the list; FilterCount what is left without those who refuse messages or have
    had four this month; SentCount got it, about: it is told shortly before all are through.
    """
    ref = push.of("MsgID")
    if not _NUMBER.fullmatch(ref):
        return None
    people, sent = (_count(push.of(name)) for name in ("TotalCount", "SentCount"))
    # `send success`, `send fail`, or `err(10001)`: it did not get through the platform's review.
    status = shorten(clean(push.of("Status")), 100)
    return Report(ref, people, sent, "" if status == "send success" else status or "send fail")


def _count(written: str) -> int:
    return int(written) if _NUMBER.fullmatch(written) else 0


class _Push(Push):
    channel = CHANNEL
    named = ("FromUserName", "CreateTime", "MsgType", "Event", "EventKey", "MsgID")

    def event(self) -> Event | None:
        match self._kind:
            case "text":
                # Of a tapped `msgmenu`: the id that was set for the entry.
                return self._message(self._of("Content"), picked=self._of("bizmsgmenuid") or None)
            case "voice":
                # Only where the account has speech recognition switched on.
                return replace(self._thing(), text=self._of("Recognition"))
            case "location":
                return self._place()
            case "link":
                return self._link()
            case kind if kind.startswith("event."):
                return self._happened(kind.removeprefix("event."))
        return self._thing()

    def _happened(self, name: str) -> Event | None:
        """An event; VIEW, LOCATION, TEMPLATESENDJOBFINISH and the like need no reaction."""
        key = self._of("EventKey")
        match name.lower():
            case "subscribe":
                return self._joined(key.removeprefix(_SCENE))
            case "scan":
                return self._joined(key)
            case "unsubscribe":
                return self._left()
            case "click":
                return self._message("", picked=key or None)
        return None
