"""Whether a channel hears people, and can give notice; what keeps it from that, staff can see."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import ClassVar

import structlog
from sqlalchemy import delete, insert, select
from sqlalchemy.exc import SQLAlchemyError

from bot.database import Database
from bot.models import ChannelState

log = structlog.get_logger()


def hears(channel: str) -> str:
    """The key of what is wrong with hearing on a channel; its bare name is that of sending."""
    return f"{channel}:in"


def notifies(channel: str) -> str:
    """The key of what is wrong with its notices outside the chat."""
    return f"{channel}:notice"


def masses(channel: str) -> str:
    """The key of what is wrong with its mass messages."""
    return f"{channel}:mass"


def held(channel: str) -> str:
    """The key of its being paused by the team."""
    return f"{channel}:team"


class Standing:
    """One thing a channel does, in this process. Writes only what changed, and never raises."""

    key: ClassVar[Callable[[str], str]]

    def __init__(self, database: Database, channel: str, now: Callable[[], datetime]) -> None:
        self._database, self._key, self._now = database, type(self).key(channel), now
        self._written: str | None = "?"  # an earlier life may have left something

    async def fails(self, reason: str) -> None:
        """It does not work, because of that."""
        await self._keep(reason)

    async def works(self) -> None:
        """It works."""
        await self._keep(None)

    async def _keep(self, reason: str | None) -> None:
        if reason == self._written:
            return
        try:
            await asyncio.to_thread(self._write, reason)
        except SQLAlchemyError as error:  # hearing goes on; the next change is written again
            log.warning("standing_not_kept", channel=self._key, error=type(error).__name__)
        else:
            self._written = reason

    def _write(self, reason: str | None) -> None:
        known, now = ChannelState.channel == self._key, self._now()
        with self._database.write() as connection:
            since = connection.scalar(select(ChannelState.since).where(known))
            connection.execute(delete(ChannelState).where(known))
            if reason is not None:
                row = {"channel": self._key, "since": since or now, "paused_until": now}
                connection.execute(
                    insert(ChannelState).values(row | {"failures": 1, "reason": reason})
                )


class Hearing(Standing):
    """Whether anything comes in."""

    key = hears


class Notices(Standing):
    """Whether people can be told, outside the chat, that something waits for them there."""

    key = notifies


class MassSending(Standing):
    """Whether the platform takes mass messages."""

    key = masses
