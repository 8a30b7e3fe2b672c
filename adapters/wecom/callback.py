"""The door WeCom knocks at: GET proves that we are there, POST brings what members do.

Nobody gets in without the seal. Replies go out as messages of their own, at any time: what is
answered here is empty, and says only that it was taken.
https://developer.work.weixin.qq.com/document/path/90930
"""

from datetime import timedelta

import structlog
from aiohttp import web

from adapters.away import AGAIN, Away
from adapters.tencent import xml
from adapters.tencent.crypto import Stamp
from adapters.tencent.door import Door, taken
from adapters.tencent.errors import BadCallback
from adapters.wecom.heard import ANOTHER_APP, CHANNEL, Heard, heard
from adapters.wecom.reception import Reception

log = structlog.get_logger()


class Callback:
    """Two handlers for one address."""

    def __init__(self, door: Door, reception: Reception) -> None:
        self._door, self._reception = door, reception

    async def verify(self, request: web.Request) -> web.Response:
        """The platform tries the address: it wants what is sealed in `echostr`, byte for byte."""
        # A plus that was not escaped in the address arrives as a blank.
        sealed = request.query.get("echostr", "").replace(" ", "+")
        try:
            return taken(self._door.seal.open(Stamp.of(request.query), sealed))
        except BadCallback as bad:
            return self._door.refused(bad)

    async def hear(self, request: web.Request) -> web.Response:
        """A push. What is not sealed is refused; what is, is acknowledged once it is stored."""
        stamp = Stamp.of(request.query)
        try:
            plain = await self._door.opened(request, stamp)
        except BadCallback as bad:
            return self._door.refused(bad)
        try:
            push = heard(xml.read(plain), self._door.account)
        except BadCallback as bad:
            await self._unreadable(plain, bad.reason)
            return taken()
        log.debug("callback", channel=CHANNEL, kind=push.kind)
        try:
            await self._reception.take(push, _age(push, stamp))
        except Away:
            return web.Response(status=503, headers={"Retry-After": AGAIN})
        return taken()

    async def _unreadable(self, plain: bytes, reason: str) -> None:
        if reason == ANOTHER_APP:  # it was read, and is none of ours
            log.warning("callback_unreadable", channel=CHANNEL, reason=reason)
        else:
            await self._door.buried(plain, reason)


def _age(push: Heard, stamp: Stamp) -> timedelta:
    """How long after it happened this try was signed, by the platform's own clock."""
    if push.created_at is None:
        return timedelta(0)
    return timedelta(seconds=int(stamp.timestamp) - int(push.created_at.timestamp()))
