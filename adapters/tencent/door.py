"""The door both platforms knock at: nobody gets in without the seal."""

import hashlib
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

import structlog
from aiohttp import web

from adapters.tencent import xml
from adapters.tencent.body import read_body
from adapters.tencent.crypto import Seal, Stamp
from adapters.tencent.errors import BadCallback
from adapters.tencent.push import Account
from bot.channel import Desk
from bot.config import BadSetting
from bot.database import DATABASE_DOWN
from bot.i18n import _

log = structlog.get_logger()
_TOKEN = re.compile(r"[A-Za-z0-9]{3,32}", re.ASCII)
Bury = Callable[[str, str, str], Awaitable[None]]  # see bot.channel.Desk


@dataclass(frozen=True, slots=True)
class Door:
    """One account's: the seal its callbacks bear, and where goes what nobody can read."""

    channel: str
    seal: Seal
    account: Account
    bury: Bury

    async def opened(self, request: web.Request, stamp: Stamp) -> bytes:
        """What is sealed in the body of a callback. Raises BadCallback."""
        return self.seal.open(stamp, xml.read(await read_body(request)).of("Encrypt"))

    async def buried(self, plain: bytes, reason: str) -> None:
        """Staff see that something came; what it was, and from whom, nobody can tell.

        It is from the platform, and will not get better by being sent again.
        """
        log.warning("callback_unreadable", channel=self.channel, reason=reason)
        known = hashlib.sha256(plain).hexdigest()[:32]
        with suppress(*DATABASE_DOWN):
            await self.bury(self.channel, f"{self.account.scope}:{known}", reason)

    def refused(self, bad: BadCallback) -> web.Response:
        """To whoever is not the platform."""
        log.warning("callback_refused", channel=self.channel, reason=bad.reason)
        return web.Response(status=403)


def taken(body: bytes = b"") -> web.Response:
    """It was taken; what came in an address goes out as a text, and as nothing else."""
    headers = {"X-Content-Type-Options": "nosniff"}
    return web.Response(body=body, content_type="text/plain", headers=headers)


def seal_of(desk: Desk, channel: str, receiver: str) -> Seal:
    """The seal of the settings `<channel>_token` and `<channel>_aes_key`. Raises BadSetting."""
    key, named = f"{channel}_aes_key", f"{channel}_token"
    token = getattr(desk.settings, named)
    if not _TOKEN.fullmatch(token):
        why = _("Setting {key} has to be 3 to 32 letters and digits, as the platform takes them.")
        raise BadSetting(why, key=named)
    try:
        return Seal(token, getattr(desk.settings, key), receiver, desk.now)
    except ValueError:
        raise BadSetting(
            _("Setting {key} has to be 43 letters and digits, as the platform shows it."), key=key
        ) from None
