"""Shows "is writing" to who waits more than a moment for a turn.

https://core.telegram.org/bots/api#sendchataction
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from telegram import Bot
from telegram.error import TelegramError

from adapters.telegram.places import spot_of
from bot.message import Address

SOON = 0.5  # seconds; most turns are done by then, and cost nothing here
_AGAIN = 4.5  # Telegram shows it for five seconds
_MOST = 12  # times; whatever takes longer is not being written


class Writing:
    """The sign beside our name."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    @contextmanager
    def to(self, address: Address) -> Iterator[None]:
        """While the block runs, and only if it runs long."""
        shown: list[asyncio.Task[None]] = []

        def show() -> None:
            shown.append(asyncio.create_task(self._show(address)))

        timer = asyncio.get_running_loop().call_later(SOON, show)
        try:
            yield
        finally:
            timer.cancel()
            for task in shown:
                task.cancel()

    async def _show(self, address: Address) -> None:
        spot = spot_of(address)
        with suppress(TelegramError):  # a nicety: without it people only wait without a sign
            for _time in range(_MOST):
                await self._bot.send_chat_action(spot.chat, "typing", message_thread_id=spot.thread)
                await asyncio.sleep(_AGAIN)
