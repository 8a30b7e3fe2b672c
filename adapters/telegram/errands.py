"""Small things done beside a turn: tried again for a while, then let go; nobody waits for them."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from telegram.error import TelegramError

from adapters import errands
from adapters.telegram.errors import is_done, is_too_late, is_worth_another_try
from adapters.telegram.request import Declined

log = structlog.get_logger()
_PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)


class Errands(errands.Errands):
    """Those of Telegram, which says how long to wait."""

    def run(
        self, what: str, once: Callable[[], Awaitable[object]], seconds: float, tries: int = 7
    ) -> None:
        """Do it in the background; not begun anew later than so many seconds from now."""
        self.begin(what, lambda: self._stubbornly(what, once, seconds, tries))

    async def _stubbornly(
        self, what: str, once: Callable[[], Awaitable[object]], seconds: float, tries: int
    ) -> None:
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        for pause in (*_PAUSES[: tries - 1], 0.0):
            try:
                await once()
                return
            except TelegramError as error:
                wait = _after(error) or pause
                if is_done(error) or is_too_late(error):
                    return
                if not is_worth_another_try(error) or not pause or loop.time() + wait > until:
                    log.info("errand_dropped", errand=what, reason=type(error).__name__)
                    return
            await asyncio.sleep(wait)


def _after(error: TelegramError) -> float | None:
    return float(error.after) if isinstance(error, Declined) and error.after else None
