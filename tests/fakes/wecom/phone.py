"""A member's phone: what they do is pushed to our server, sealed.

No 200 within 5 seconds, and the push comes again, three times in all; then it is lost.
https://developer.work.weixin.qq.com/document/path/90930
"""

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

import aiohttp

from tests.fakes.wecom.corp import Member, Shown

if TYPE_CHECKING:
    from tests.fakes.wecom import FakeWeCom

TRIES = 3


@dataclass
class Push:
    """One thing a member did, as it is pushed: the same body at every try."""

    body: bytes
    answers: tuple[str, ...] = ()  # of every try: `cut`, or the status


class Phone:
    """One member, one phone."""

    def __init__(self, platform: "FakeWeCom", userid: str) -> None:
        self.platform, self.userid = platform, userid
        self.member: Member = platform.corp.member(userid)

    @property
    def shown(self) -> list[Shown]:
        """What the phone shows of us, oldest first."""
        return self.member.shown

    @property
    def lines(self) -> list[str]:
        """The same as lines of a script."""
        return [shown.line for shown in self.shown]

    async def says(self, text: str) -> Push:
        """Types a text."""
        return await self.sends("text", Content=text)

    async def sends(self, kind: str, **fields: Any) -> Push:
        """Sends anything: `image`, `voice`, `location`, ..."""
        fields.setdefault("MsgId", self.platform.next_id())
        return await self._do({"MsgType": kind, **fields})

    async def follows(self) -> Push:
        """May see the app from now on."""
        self.member.sees_the_app = True
        return await self.event("subscribe")

    async def unfollows(self) -> Push:
        """Is gone."""
        self.member.sees_the_app = False
        return await self.event("unsubscribe")

    async def enters(self) -> Push:
        """Opens the app."""
        return await self.event("enter_agent", EventKey="")

    async def taps_menu(self, key: str) -> Push:
        """Taps an entry of the menu."""
        return await self.event("click", EventKey=key)

    async def taps(self, label: str, card: Shown | None = None) -> Push:
        """Taps a button, or marks an option and sends it: on the last card, unless told which."""
        return await self.push(self.tapped(label, card or self.last_card()))

    async def marks(self, *labels: str, card: Shown | None = None) -> Push:
        """Marks several options of a card, and sends them."""
        return await self.push(self.marked(card or self.last_card(), *labels))

    def last_card(self) -> Shown:
        """The newest card that can still be tapped."""
        return next(s for s in reversed(self.shown) if s.taps and s.done is None)

    def tapped(self, label: str, card: Shown) -> bytes:
        """The push of a tap."""
        return self.marked(card, label)

    def marked(self, card: Shown, *labels: str) -> bytes:
        """The push of what was marked and sent; of a button, of the tap."""
        inner = card.body["template_card"]
        keys = [dict(card.taps)[label] for label in labels]
        most = len(card.taps) if inner.get("checkbox", {}).get("mode") == 1 else 1
        assert len(labels) <= most, f"a telephone lets one mark {most} of them"
        is_list = "checkbox" in inner
        fields = {
            "MsgType": "event",
            "Event": "template_card_event",
            "EventKey": inner["submit_button"]["key"] if is_list else keys[0],
            "TaskId": inner["task_id"],
            "CardType": inner["card_type"],
            "ResponseCode": self.platform.corp.code_for(card),
        }
        return self.compose(fields, _marked(inner, keys) if is_list else "")

    async def event(self, name: str, **fields: Any) -> Push:
        """Any other event."""
        return await self._do({"MsgType": "event", "Event": name, **fields})

    async def _do(self, fields: dict[str, Any]) -> Push:
        return await self.push(self.compose(fields))

    def compose(self, fields: dict[str, Any], more: str = "") -> bytes:
        """The XML of what this member did, now; `more` is put behind the fields as it stands."""
        corp = self.platform.corp
        head = {
            "ToUserName": corp.corp_id,
            "FromUserName": self.userid,
            "CreateTime": int(self.platform.clock().timestamp()),
        }
        values = {**head, **fields}
        values.setdefault("AgentID", corp.agent_id)
        inner = "".join(f"<{k}>{escape(str(v))}</{k}>" for k, v in values.items())
        return f"<xml>{inner}{more}</xml>".encode()

    async def push(self, body: bytes) -> Push:
        """Push it, again when there is no 200 in time."""
        push = Push(body)
        while len(push.answers) < TRIES:
            push.answers += (await self._try(push),)
            if push.answers[-1] == "200":
                break
            # The tries lie five seconds apart, by the platform's own clock.
            self.platform.clock.advance(seconds=5)
        self.platform.pushes.append(push)
        return push

    async def _try(self, push: Push) -> str:
        url, body = self.platform.envelope(push.body)
        try:
            async with asyncio.timeout(self.platform.patience):
                async with self.platform.http.post(url, data=body) as response:
                    assert await response.read() == b""
                    return str(response.status)
        except (TimeoutError, aiohttp.ClientError):
            return "cut"


def _marked(card: dict[str, Any], options: list[str]) -> str:
    question = card["checkbox"]["question_key"]
    marked = "".join(f"<OptionId><![CDATA[{option}]]></OptionId>" for option in options)
    return (
        "<SelectedItems><SelectedItem>"
        f"<QuestionKey><![CDATA[{question}]]></QuestionKey>"
        f"<OptionIds>{marked}</OptionIds>"
        "</SelectedItem></SelectedItems>"
    )
