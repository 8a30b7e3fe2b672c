"""The door Telegram pushes updates to: secret, size and shape are looked at before anything else.

https://core.telegram.org/bots/api#setwebhook

What it answers is read by Telegram's server: 2xx is taken, anything else comes again (at once,
then after 2, 4, 8 ... s, or when Retry-After says), one chat's next update only after this one.
410 is never said: it would close the webhook.
"""

import asyncio
import hashlib
import hmac
import zlib
from typing import Final

import orjson
import structlog
from aiohttp import ClientPayloadError, web
from aiohttp.http_exceptions import HttpProcessingError

from adapters.away import AGAIN, Away
from adapters.telegram.reception import Reception
from bot.time_limit import TimeLimit

log = structlog.get_logger()
HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"
LIMIT: Final = 256 * 1024  # bytes; Telegram drops an update of more than 64 KiB itself
_SECONDS = 10.0  # an update that takes longer to arrive is not one
_TAKEN = 10.0  # seconds; what takes longer is offered again, and then known


class Keys:
    """What only Telegram and we know, the same after every restart."""

    def __init__(self, secret: str, token: str) -> None:
        """`secret`: what the house signs with, see secret.keep_secret."""
        self.path = f"/telegram/{_derived(secret, f'telegram path {token}')[:32]}"
        self.secret = _derived(secret, f"telegram secret {token}")

    def opens(self, request: web.BaseRequest) -> bool:
        """Whether the request carries the secret, once. As bytes: text would raise at an `é`."""
        shown = request.headers.getall(HEADER, [])
        if len(shown) != 1:
            return False
        return hmac.compare_digest(
            shown[0].encode("utf-8", "surrogateescape"), self.secret.encode()
        )


def _derived(secret: str, purpose: str) -> str:
    return hmac.new(secret.encode(), purpose.encode(), hashlib.sha256).hexdigest()


class Webhook:
    """The handler of our route."""

    def __init__(self, keys: Keys, reception: Reception) -> None:
        self._keys, self._reception = keys, reception
        self._in_time = TimeLimit(_TAKEN)

    async def hear(self, request: web.Request) -> web.Response:
        """One update; answered when it is committed."""
        if not self._keys.opens(request):
            log.warning("webhook_refused", reason="secret")
            return web.Response(status=403)
        if (request.content_length or 0) > LIMIT:
            return web.Response(status=413)
        try:
            body = await _bounded(request)
        except TimeoutError:
            return web.Response(status=408)
        except (HttpProcessingError, ClientPayloadError, zlib.error, web.RequestPayloadError):
            return web.Response(status=400)
        return web.Response(status=413) if body is None else await self._take(body)

    async def _take(self, body: bytes) -> web.Response:
        try:
            update = orjson.loads(body)
        except orjson.JSONDecodeError:
            update = None
        try:
            await self._in_time.of(
                self._reception.take(update)
                if isinstance(update, dict)
                else self._reception.bury(body)  # refused, it would come for a day
            )
        except (Away, TimeoutError):
            return web.Response(status=503, headers={"Retry-After": AGAIN})
        return web.Response()


async def _bounded(request: web.Request) -> bytes | None:
    """The body, unpacked; None for one that is too large. Raises TimeoutError."""
    if request.content.is_eof():  # it came with its head, as nearly all do
        return await _read(request)
    async with asyncio.timeout(_SECONDS):
        return await _read(request)


async def _read(request: web.Request) -> bytes | None:
    """Bounded as it is unpacked: what is small when packed may be without end."""
    body = bytearray()
    while chunk := await request.content.readany():
        body += chunk
        if len(body) > LIMIT:
            return None
    return bytes(body)
