"""Asks Telegram for updates, and confirms them only when they are committed here.

https://core.telegram.org/bots/api#getupdates
"""

import asyncio
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

import structlog
from telegram.error import TelegramError

from adapters.away import Away
from adapters.telegram.errors import deafness
from adapters.telegram.hearing import UPDATES
from adapters.telegram.reception import Reception
from adapters.telegram.request import Declined, Request
from bot.hearing import Hearing

log = structlog.get_logger()
POLL: Final = 25  # seconds Telegram keeps a question open; 50 at most
_TORN = POLL + 10.0  # then nobody is at the other end any more: ask anew
_LONGEST = 30.0  # seconds between tries when something is wrong
_RIVAL = 300.0  # likewise when somebody else asks as well: two that insist only end each other's
_HASTE = 0.5  # seconds
_CHAT_OF = ("message", "edited_message", "my_chat_member")

Raw = Mapping[str, Any]


class Poller:
    """The long poll of one process."""

    def __init__(self, request: Request, reception: Reception, hearing: Hearing) -> None:
        self._request, self._reception, self._hearing = request, reception, hearing
        # Only while updates are waiting for their confirmation: after an idle week ids begin
        # anew, perhaps lower (bots/api#update), and would seem confirmed already.
        self._offset: int | None = None

    async def run(self) -> None:
        """Take updates until cancelled; whatever is wrong is waited out."""
        wait, freed = 0.0, False
        while True:
            try:
                freed = freed or await self._free()
                await self._once()
                await self._hearing.works()
                wait = 0.0
            except Away:
                wait = _longer(wait, _LONGEST)
            except TelegramError as error:
                wait = self._after(error, wait)
                if not _is_slowed(error):
                    await self._hearing.fails(deafness(error))
            if wait:
                await asyncio.sleep(wait)

    async def _free(self) -> bool:
        """A webhook set by an earlier life of this bot would take everything."""
        await self._request.call("deleteWebhook", drop_pending_updates=False)
        return True

    async def _once(self) -> None:
        loop = asyncio.get_running_loop()
        asked_at = loop.time()
        updates = await self._asked()
        await self._taken(updates)
        ids = [update["update_id"] for update in updates]
        self._offset = max(ids) + 1 if ids else None
        if not ids and loop.time() - asked_at < _HASTE:  # a server that keeps no question open
            await asyncio.sleep(_HASTE)

    async def _asked(self) -> Sequence[Raw]:
        offset = {} if self._offset is None else {"offset": self._offset}
        found = await self._request.call(
            "getUpdates", _TORN, timeout=POLL, allowed_updates=UPDATES, **offset
        )
        return [u for u in found if isinstance(u, dict) and isinstance(u.get("update_id"), int)]

    async def _taken(self, updates: Sequence[Raw]) -> None:
        """Chats side by side, each in its order. Raises Away when one of them must come again."""
        chats: defaultdict[object, list[Raw]] = defaultdict(list)
        for update in updates:
            chats[_chat_of(update)].append(update)
        results = await asyncio.gather(*map(self._in_order, chats.values()), return_exceptions=True)
        for failure in results:
            if isinstance(failure, BaseException):
                raise failure

    async def _in_order(self, updates: Sequence[Raw]) -> None:
        for update in updates:
            await self._reception.take(update)

    def _after(self, error: TelegramError, wait: float) -> float:
        """How long to wait, and what to tell the operator."""
        if isinstance(error, Declined) and error.after:
            return float(error.after)
        if isinstance(error, Declined) and error.code == 409:
            log.error("telegram_conflict", reason=error.description)
            return _longer(wait, _RIVAL)
        if isinstance(error, Declined) and error.code in (401, 404):
            log.error("telegram_token_refused", reason=error.description)
            return _longer(wait, _RIVAL)
        log.warning("telegram_unreachable", error=type(error).__name__, reason=str(error))
        return _longer(wait, _LONGEST)


def _chat_of(update: Raw) -> object:
    """Which updates must not overtake each other; taps come behind what was said before them."""
    query = update.get("callback_query")
    holder = query.get("message") if isinstance(query, dict) else None
    holders = (holder, *(update.get(kind) for kind in _CHAT_OF))
    chat = next((h.get("chat") for h in holders if isinstance(h, dict)), None)
    return chat.get("id") if isinstance(chat, dict) else None


def _is_slowed(error: TelegramError) -> bool:
    return isinstance(error, Declined) and bool(error.after)


def _longer(wait: float, most: float) -> float:
    """Twice as long as before, up to `most`, and never the same for two processes."""
    return min(most, max(1.0, wait * 2)) * random.uniform(0.75, 1.0)  # noqa: S311 - no secret
