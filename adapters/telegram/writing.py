"""Shows "is writing" to who waits more than a moment for a turn.

https://core.telegram.org/bots/api#sendchataction
"""

import asyncio
from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

from telegram import Bot
from telegram.error import TelegramError

from adapters.telegram.places import spot_of
from bot.message import Address
from bot.time_limit import Overdue

Result = TypeVar("Result")
SOON = 0.5  # seconds; most turns are done by then, and cost nothing here
_AGAIN = 4.5  # Telegram shows it for five seconds
_MOST = 12  # times; whatever takes longer is not being written


@dataclass(eq=False, slots=True)
class _Sign:
    """One of them, perhaps shown."""

    at: Address
    shown: asyncio.Task[None] | None = None


class Writing:
    """The sign beside our name."""

    def __init__(self, bot: Bot) -> None:
        self._bot, self._late = bot, Overdue[_Sign](SOON, self._begin)

    async def during(self, work: Awaitable[Result], at: Address) -> Result:
        """What comes of this work; the sign is shown there only if it takes long."""
        sign = _Sign(at)
        self._late.enter(sign)
        try:
            return await work
        finally:
            self._late.leave(sign)
            if sign.shown:
                sign.shown.cancel()

    def _begin(self, sign: _Sign) -> None:
        sign.shown = asyncio.create_task(self._show(sign.at))

    async def _show(self, address: Address) -> None:
        spot = spot_of(address)
        with suppress(TelegramError):  # a nicety: without it people only wait without a sign
            for _time in range(_MOST):
                await self._bot.send_chat_action(spot.chat, "typing", message_thread_id=spot.thread)
                await asyncio.sleep(_AGAIN)
