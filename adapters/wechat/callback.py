"""The door WeChat knocks at: GET proves that we are there, POST brings what people do.

Nobody gets in without the seal; who is in hears `success` or a sealed reply, never an error.
https://developers.weixin.qq.com/doc/offiaccount/Basic_Information/Access_Overview.html
"""

import asyncio
from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Final

import structlog
from aiohttp import web

from adapters.tencent import xml
from adapters.tencent.crypto import Stamp
from adapters.tencent.door import Door, taken
from adapters.tencent.errors import BadCallback
from adapters.wechat.heard import CHANNEL, Heard, heard
from adapters.wechat.passive import NotYet, Passive
from adapters.wechat.wording import plain
from bot.database import DATABASE_DOWN
from bot.mass_reports import Reports
from bot.message import Reply

log = structlog.get_logger()
_TAKEN: Final = b"success"  # nothing to say; anything else that is no XML shows as an error
_HELD: Final = 0.7  # seconds beyond our time, in which the platform hangs up
_REMEMBERED = 10_000  # pushes whose first try this process has seen


class Callback:
    """Two handlers for one address."""

    def __init__(self, door: Door, passive: Passive, reports: Reports) -> None:
        self._door, self._passive, self._reports = door, passive, reports
        self._first_seen: OrderedDict[str, datetime] = OrderedDict()

    async def verify(self, request: web.Request) -> web.Response:
        """The platform tries the address: it wants `echostr` back, byte for byte."""
        try:
            self._door.seal.check(Stamp.of(request.query, "signature"))
        except BadCallback as bad:
            return self._door.refused(bad)
        return taken(request.query.get("echostr", "").encode("utf-8", "replace"))

    async def hear(self, request: web.Request) -> web.Response:
        """A push. What is not sealed is refused; what is, is acknowledged or answered."""
        stamp = Stamp.of(request.query)
        try:
            plain = await self._door.opened(request, stamp)
        except BadCallback as bad:
            return self._door.refused(bad)
        try:
            push = heard(xml.read(plain), self._door.account)
        except BadCallback as bad:
            await self._door.buried(plain, bad.reason)
            return taken(_TAKEN)
        log.debug("callback", channel=CHANNEL, kind=push.kind)
        return await self._answered(push, stamp)

    async def _answered(self, push: Heard, stamp: Stamp) -> web.Response:
        if push.event is None:
            return await self._noted(push)
        try:
            reply = await self._passive.reply(push.event, self._age(push, stamp))
        except NotYet:
            return await _ask_again()
        return self._sealed(push, reply) if reply else taken(_TAKEN)

    async def _noted(self, push: Heard) -> web.Response:
        """Nobody has to be answered; what became of a mass message is written down first."""
        _note(push)
        if push.report is not None:
            try:
                await self._reports.keep(CHANNEL, push.report)
            except DATABASE_DOWN as error:
                log.warning("database_unreachable", error=type(error).__name__)
                return await _ask_again()
        return taken(_TAKEN)

    def _age(self, push: Heard, stamp: Stamp) -> timedelta:
        """How long the platform has been trying, by its own clock, or by what we saw of it."""
        now = self._door.account.now()
        seen = self._first_seen.setdefault(push.event.id if push.event else "", now)
        while len(self._first_seen) > _REMEMBERED:
            self._first_seen.popitem(last=False)
        if push.created_at is None:
            return now - seen
        by_stamp = int(stamp.timestamp) - int(push.created_at.timestamp())
        return max(timedelta(seconds=by_stamp), now - seen)

    def _sealed(self, push: Heard, reply: Reply) -> web.Response:
        answer = xml.write(
            {
                "ToUserName": push.openid,
                "FromUserName": push.ours,
                "CreateTime": int(self._door.account.now().timestamp()),
                "MsgType": "text",
                "Content": plain(reply.text),
            }
        )
        sealed = self._door.seal.close(answer).encode()
        return web.Response(body=sealed, content_type="application/xml", charset="utf-8")


async def _ask_again() -> web.Response:
    """Only who gets no answer at all asks again; an error of ours would be shown."""
    await asyncio.sleep(_HELD)
    return web.Response(status=503)


def _note(push: Heard) -> None:
    """What became of a notice or of a message to all; the rest is nobody's business."""
    if push.kind.upper().endswith("SENDJOBFINISH"):
        log.info("send_job_finished", channel=CHANNEL, kind=push.kind)
