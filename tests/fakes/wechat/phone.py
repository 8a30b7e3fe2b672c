"""A person's phone: what they do is pushed to our server, sealed; what comes back is shown.

No answer in 5 seconds: the connection is cut and the push comes again, three times in all.
https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Passive_user_reply_message.html
"""

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import aiohttp

from tests.fakes.wechat.crypto import Broken, signature
from tests.fakes.wechat.server import TEXT_BYTES

if TYPE_CHECKING:
    from tests.fakes.wechat import FakeWeChat

TROUBLE = "该公众号提供的服务出现故障，请稍后再试"
TRIES = 3
KINDS = ("text", "image", "voice", "video", "music", "news")


@dataclass
class Push:
    """One thing a person did, as it is pushed: the same body at every try."""

    body: bytes
    tries: int = 0
    answers: tuple[str, ...] = ()  # of every try: `cut`, or the status


class Phone:
    """One person, one phone."""

    def __init__(self, platform: "FakeWeChat", openid: str) -> None:
        self.platform, self.openid = platform, openid
        platform.account.follower(openid)

    @property
    def shown(self) -> list[str]:
        """What the phone shows of us, oldest first."""
        return self.platform.account.followers[self.openid].shown

    async def says(self, text: str, **more: Any) -> list[str]:
        """Types a text; gives what the phone shows for it, when the pushes are over."""
        return await self.sends("text", Content=text, **more)

    async def sends(self, kind: str, **fields: Any) -> list[str]:
        """Sends anything: `image`, `voice`, `location`, ..."""
        self.platform.account.open_window(self.openid, tapped="bizmsgmenuid" in fields)
        fields.setdefault("MsgId", self.platform.next_id())
        return await self._do({"MsgType": kind, **fields})

    async def follows(self, scene: str = "") -> list[str]:
        """Follows us, perhaps by scanning a code."""
        self.platform.account.follower(self.openid).follows = True
        key = f"qrscene_{scene}" if scene else ""
        return await self._tapped("subscribe", EventKey=key)

    async def unfollows(self) -> list[str]:
        """Is gone."""
        self.platform.account.follower(self.openid).follows = False
        return await self._do({"MsgType": "event", "Event": "unsubscribe", "EventKey": ""})

    async def scans(self, scene: str) -> list[str]:
        """Scans a code, following us already."""
        return await self._tapped("SCAN", EventKey=scene, Ticket="ticket-1")

    async def taps(self, key: str) -> list[str]:
        """Taps an entry of the menu."""
        return await self._tapped("CLICK", EventKey=key)

    async def event(self, name: str, **fields: Any) -> list[str]:
        """Any other event."""
        return await self._do({"MsgType": "event", "Event": name, **fields})

    async def _tapped(self, name: str, **fields: Any) -> list[str]:
        self.platform.account.open_window(self.openid, tapped=True)
        return await self.event(name, **fields)

    async def _do(self, fields: dict[str, Any]) -> list[str]:
        before = len(self.shown)
        await self.push(self.compose(fields))
        return self.shown[before:]

    def compose(self, fields: dict[str, Any]) -> bytes:
        """The XML of what this person did, now."""
        head = {
            "ToUserName": "gh_0123456789ab",
            "FromUserName": self.openid,
            "CreateTime": int(self.platform.clock().timestamp()),
        }
        inner = "".join(f"<{k}>{escape(str(v))}</{k}>" for k, v in {**head, **fields}.items())
        return f"<xml>{inner}</xml>".encode()

    async def push(self, body: bytes) -> Push:
        """Push it, again when there is no answer in time; show what comes back."""
        push = Push(body)
        while push.tries < TRIES:
            push.tries += 1
            answered = await self._try(push)
            if answered is not None:
                self._show(answered)
                break
            # The tries lie five seconds apart, by the platform's own clock.
            self.platform.clock.advance(seconds=5)
        else:
            self.shown.append(TROUBLE)
        self.platform.pushes.append(push)
        return push

    async def _try(self, push: Push) -> bytes | None:
        url, body = self.platform.envelope(push.body)
        try:
            async with asyncio.timeout(self.platform.patience):
                async with self.platform.http.post(url, data=body) as response:
                    content = await response.read()
        except (TimeoutError, aiohttp.ClientError):
            push.answers += ("cut",)
            return None
        push.answers += (str(response.status),)
        return content if response.status == 200 else b"?"

    def _show(self, answered: bytes) -> None:
        if answered in (b"", b"success"):
            return
        try:
            self.shown.append(self.platform.read_reply(answered, self.openid))
        except (Broken, ElementTree.ParseError, ValueError, KeyError):
            self.shown.append(TROUBLE)


def text_of(root: ElementTree.Element, name: str) -> str:
    """The text of the one child of that name; ValueError if it is not one."""
    (found,) = root.findall(name)
    return found.text or ""


def shown_of(reply: ElementTree.Element, openid: str) -> str:
    """What a passive reply shows. Raises ValueError for what the platform would not take."""
    if (
        text_of(reply, "ToUserName") != openid
        or text_of(reply, "FromUserName") != "gh_0123456789ab"
    ):
        raise ValueError("for somebody else")
    int(text_of(reply, "CreateTime"))
    kind = text_of(reply, "MsgType")
    if kind not in KINDS:
        raise ValueError(kind)
    if kind != "text":
        return f"[{kind}]"
    content = text_of(reply, "Content")
    if not 0 < len(content.encode()) <= TEXT_BYTES:
        raise ValueError("length")
    return content


def check_signature(token: str, envelope: ElementTree.Element) -> None:
    """Raises Broken when a sealed reply is not signed with the token we share."""
    encrypted = text_of(envelope, "Encrypt")
    stamp, nonce = text_of(envelope, "TimeStamp"), text_of(envelope, "Nonce")
    if signature(token, stamp, nonce, encrypted) != text_of(envelope, "MsgSignature"):
        raise Broken("signature")
