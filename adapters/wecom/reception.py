"""Takes pushes in: each has its effect committed, or is offered again by the platform.

Whatever but 200 within five seconds, and WeCom sends the push again, three times in all; then it
is lost. So a database that is away is given as long as there is before we say so.
https://developer.work.weixin.qq.com/document/path/90930
"""

import asyncio
from datetime import timedelta
from typing import Final

import structlog
from sqlalchemy import select

from adapters.away import Away
from adapters.wecom.heard import Entered, Heard, Tapped
from adapters.wecom.taps import Taps
from bot.channel import Accepted, Desk
from bot.database import DATABASE_DOWN
from bot.message import Address, Event
from bot.models import Conversation

log = structlog.get_logger()
SECONDS: Final = 4.0  # of the five, in which we try
_LOOK = 0.5  # seconds between tries


class Reception:
    """One push in; nothing of it is left to do in memory alone."""

    def __init__(self, desk: Desk, taps: Taps) -> None:
        self._desk, self._taps = desk, taps

    async def take(self, push: Heard, age: timedelta) -> None:
        """Returns when the effect of a push is committed, or when it has none. Raises Away.

        `age`: between what happened and this try of the platform.
        """
        until = asyncio.get_running_loop().time() + SECONDS
        while True:
            try:
                async with asyncio.timeout_at(until):
                    return await self._follow(push, age)
            except TimeoutError:
                raise Away from None  # it may be under way: then the next try is a repeat
            except DATABASE_DOWN as error:
                log.warning("database_unreachable", error=type(error).__name__)
                if asyncio.get_running_loop().time() + _LOOK > until:
                    raise Away from None
            await asyncio.sleep(_LOOK)

    async def _follow(self, push: Heard, age: timedelta) -> None:
        match push.what:
            case None:
                _note(push)
            case Tapped() as tapped:
                await self._taps.take(tapped, age, self._accept)
            case Entered(joined):
                if not await asyncio.to_thread(self._is_known, joined.sender):
                    await self._accept(joined)
            case event:
                await self._accept(event)

    async def _accept(self, event: Event) -> Accepted:
        accepted = await self._desk.accept(event)
        if accepted.notice:
            self._taps.tell(event.sender, accepted.notice.text)
        return accepted

    def _is_known(self, address: Address) -> bool:
        """Whoever has a talk with us was greeted; to greet them anew would end what they are at."""
        known = select(Conversation.address).where(Conversation.address == str(address))
        with self._desk.database.read() as connection:
            return connection.execute(known).first() is not None


def _note(push: Heard) -> None:
    """What becomes of the app itself is for staff: unused ones are put to sleep.

    https://developer.work.weixin.qq.com/document/path/90240
    """
    if "active" in push.kind:
        log.warning("wecom_app", kind=push.kind)
