"""Keeps our webhook with Telegram, and looks now and then what Telegram says of it.

https://core.telegram.org/bots/api#setwebhook
"""

import asyncio
import random
from typing import Final
from urllib.parse import urlsplit

import structlog
from telegram import WebhookInfo
from telegram.error import TelegramError

from adapters.telegram.errors import deafness
from adapters.telegram.hearing import UPDATES
from adapters.telegram.request import Request, readable
from adapters.telegram.webhook import Keys
from bot.config import BadSetting, Settings
from bot.hearing import Hearing
from bot.i18n import _

log = structlog.get_logger()
_LOOK = 300.0  # seconds
_LONGEST = 300.0  # seconds between tries to set it
_CONNECTIONS = 40  # at once: Telegram's own default; more would only wait in our queue
_PORTS: Final = (None, 80, 88, 443, 8443)


def is_wanted(settings: Settings) -> bool:
    """Whether Telegram is to push: told so, or it can. Raises BadSetting where it never could."""
    parts = urlsplit(settings.public_url)
    can = parts.scheme == "https" and bool(parts.hostname) and parts.port in _PORTS
    if settings.telegram_mode == "webhook" and not can:
        raise BadSetting(
            _(
                "Setting {key}: a webhook needs a public_url with https, "
                "on port 443, 80, 88 or 8443."
            ),
            key="telegram_mode",
        )
    return can and settings.telegram_mode != "polling"


class Hook:
    """The webhook of this bot."""

    def __init__(self, request: Request, keys: Keys, public_url: str, hearing: Hearing) -> None:
        self._request, self._keys, self._hearing = request, keys, hearing
        self._bot = request.bot()
        self.url = public_url.rstrip("/") + keys.path
        self._said = ""

    async def keep(self) -> None:
        """Set it, then watch it, until cancelled."""
        wait = 1.0
        while not await self._is_set():
            await asyncio.sleep(wait * random.uniform(0.75, 1.0))  # noqa: S311 - no secret
            wait = min(_LONGEST, wait * 2)
        while True:
            await asyncio.sleep(_LOOK)
            await self._look()

    async def set(self) -> None:
        """At every start: an earlier life may have set another. Raises TelegramError.

        Not through python-telegram-bot, which would write the secret into its log.
        """
        await self._request.call(
            "setWebhook",
            url=self.url,
            max_connections=_CONNECTIONS,
            allowed_updates=UPDATES,
            secret_token=self._keys.secret,
        )

    async def info(self) -> WebhookInfo:
        """What Telegram says of it. Raises TelegramError."""
        with readable():
            return await self._bot.get_webhook_info()

    async def _is_set(self) -> bool:
        try:
            await self.set()
        except TelegramError as error:
            log.error("webhook_not_set", error=type(error).__name__, reason=str(error))
            await self._hearing.fails(deafness(error))
            return False
        await self._hearing.works()
        log.info("webhook_set")
        return True

    async def _look(self) -> None:
        """Each new trouble is told once; a webhook that somebody took away is set again."""
        try:
            info = await self.info()
            if info.url != self.url:
                log.error("webhook_taken_away")
                await self.set()
        except TelegramError as error:
            log.warning("telegram_unreachable", error=type(error).__name__, reason=str(error))
            await self._hearing.fails(deafness(error))
            return
        await self._heed(info)

    async def _heed(self, info: WebhookInfo) -> None:
        """Telegram never takes back what it said of a failure: it is over when nothing waits."""
        said, waiting = info.last_error_message, info.pending_update_count
        trouble = f"{info.last_error_date} {said}"
        if said and trouble != self._said:
            self._said = trouble
            log.error("webhook_failing", reason=said, waiting=waiting)
        if said and waiting:
            await self._hearing.fails(said)
        else:
            await self._hearing.works()
