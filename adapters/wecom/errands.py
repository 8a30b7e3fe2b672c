"""Small things done beside a turn: tried three times, and let go where they may be done."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from adapters import errands
from bot.channel import SendError, Unreachable

log = structlog.get_logger()
_PAUSES = (0.5, 2.0, 0.0)  # seconds between the tries


class Errands(errands.Errands):
    """Those of WeCom."""

    def run(self, what: str, once: Callable[[], Awaitable[object]]) -> None:
        """Do it in the background; again only where it is known that it was not done."""
        self.begin(what, lambda: self._stubbornly(what, once))

    async def _stubbornly(self, what: str, once: Callable[[], Awaitable[object]]) -> None:
        for pause in _PAUSES:
            try:
                await once()
                return
            except SendError as error:
                if not pause or not isinstance(error, Unreachable):
                    log.info("errand_dropped", errand=what, error=type(error).__name__)
                    return
            await asyncio.sleep(pause)
