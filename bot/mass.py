"""What is said to many as one message: to those a platform lets nobody write to one by one.

Who waits for a broadcast because their window is closed is put on a list, the list is written down
with its key, the platform is called once, and what became of it is written down. A crash in
between: the same list is called for again by the same key, as long as the platform knows that.

    it took it, now or before    sent
    it refused, at the first try the list is dissolved, its people wait as before
    anything else                unsure, and called for again; given up, the team decides

A refusal of a later try says nothing of the first: its quota may be what the first has used up.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Final

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot import mass_rows
from bot.bulk_texts import Texts
from bot.channel import (
    Channel,
    Misconfigured,
    SendError,
    Sent,
    Throttled,
    Unreachable,
    Unsure,
    WindowClosed,
)
from bot.database import Database
from bot.hearing import MassSending
from bot.i18n import _
from bot.mass_lists import Asked
from bot.mass_reports import Report, keep
from bot.mass_rows import Became, Fixed
from bot.message import Mass, Reply
from bot.quiet import Assumed
from bot.sending import PATIENCE, Sender
from bot.single import in_one
from bot.sole import Sole, Tell, untold

log = structlog.get_logger()
LOOK: Final = 10.0  # seconds between looks when there is nothing to do
BETWEEN: Final = 1.0  # seconds between two calls: platforms count them by the minute
AGAIN: Final = timedelta(minutes=1)  # before the same key may come again, doubled at each try
NOT_THERE: Final = timedelta(minutes=5)  # before a platform that does not answer is tried again
Count = Callable[[str, str, int], None]
_ANOTHER = _("The platform took this for another mass message that went a moment ago.")


def uncounted(_channel: str, _result: str, _people: int) -> None:
    """Nobody asked to hear of it."""


class MassDeliverer:
    """Sends mass messages on the channels of this process that have them."""

    def __init__(
        self, database: Database, sender: Sender, now: Callable[[], datetime], assumed: Assumed
    ) -> None:
        self._database, self._sender, self._now, self._assumed = database, sender, now, assumed
        self._texts = Texts()
        self._masses: dict[str, Mass] = {n: c.mass for n, c in sender.channels.items() if c.mass}
        self._standing = {name: MassSending(database, name, now) for name in self._masses}

    async def run(self, tell: Tell = untold, count: Count = uncounted) -> None:
        """Until cancelled, one process at a time: lists made at once would be small ones.

        `count` hears of each try: the channel, what became of people on a list, and of how many.
        """
        async with asyncio.TaskGroup() as channels:
            for name in self._masses:
                right = Sole(self._database, f"mass:{name}", tell)
                channels.create_task(right.run(partial(self._rounds, name, count)))

    async def deliver(self, count: Count = uncounted) -> int:
        """One message of each channel, where there is one to be sent; gives how many."""
        return sum([await self._round(name, count) for name in self._masses])

    async def _rounds(self, name: str, count: Count) -> None:
        while True:
            try:
                sent = await self._round(name, count)
            except SQLAlchemyError as error:  # the database is away: look again in a moment
                log.warning("mass_interrupted", error=type(error).__name__)
                sent = 0
            await asyncio.sleep(BETWEEN if sent else LOOK)

    async def _round(self, name: str, count: Count) -> int:
        await self._sender.look_at_pauses()
        if self._sender.pauses.holds(name):
            return 0
        fixed = await asyncio.to_thread(self._claim, name)
        if fixed is None:
            return await self._ask(name)
        # Nothing in between is shielded: cut off here, it is called for again by its key.
        ended = await self._called(self._sender.channels[name], fixed)
        became = await asyncio.to_thread(self._settle, fixed, ended)
        for state, people in became.items():
            if people:
                count(name, state, people)
        await asyncio.to_thread(self._sender.pauses.keep)
        await self._tell(name, ended)
        return 1

    def _claim(self, name: str) -> Fixed | None:
        can = self._sender.channels[name].can

        def says(connection: Connection, broadcast: int, language: str) -> Reply | None:
            return in_one(self._texts.says(connection, broadcast, language), can)

        asked = Asked(name, self._masses[name], self._now(), self._assumed, says)
        with self._database.write() as connection:
            return mass_rows.claim(connection, asked)

    async def _called(self, channel: Channel, fixed: Fixed) -> Sent | SendError:
        try:
            async with asyncio.timeout(PATIENCE):
                return await channel.send_to_many(fixed.to, fixed.reply, fixed.key)
        except TimeoutError:
            return Unsure()
        except SendError as error:
            return error
        except Exception as error:
            log.exception("mass_failed", channel=channel.name, message=fixed.id)
            return Unsure(type(error).__name__)

    async def _ask(self, name: str) -> int:
        """What became of one nobody has reported; gives whether one was asked for."""
        found = await asyncio.to_thread(self._silent, name)
        if found is None:
            return 0
        ref, people = found
        try:
            trouble = await self._sender.channels[name].became(ref)
        except SendError as error:  # it is asked again, or reports after all
            log.info("mass_not_known", channel=name, error=type(error).__name__)
            return 1
        if trouble is not None:
            await asyncio.to_thread(self._learn, name, Report(ref, people, 0, trouble))
        return 1

    def _silent(self, name: str) -> tuple[str, int] | None:
        with self._database.write() as connection:
            return mass_rows.silent(connection, name, self._now())

    def _learn(self, name: str, report: Report) -> None:
        with self._database.write() as connection:
            if report.trouble:
                keep(connection, name, report, self._now())
            else:
                mass_rows.heard_of(connection, name, report.ref)

    def _settle(self, fixed: Fixed, ended: Sent | SendError) -> Became:
        now = self._now()
        with self._database.write() as connection:
            if isinstance(ended, Sent):
                if not mass_rows.knows(connection, fixed, ended.ref):
                    return mass_rows.taken(connection, fixed, ended.ref, now)
                ended = Throttled(AGAIN, _ANOTHER)
            again_at = self._again_at(fixed, ended)
            if fixed.is_first and not isinstance(ended, Unsure):
                return mass_rows.refused(connection, fixed, str(ended), again_at, now)
            patience = now + AGAIN * 2 ** (fixed.attempts - 1)
            later = max(again_at or patience, patience)
            return mass_rows.not_known(connection, fixed, str(ended), later, now)

    def _again_at(self, fixed: Fixed, error: SendError) -> datetime | None:
        """When the platform may be called again; None where it would say the same."""
        match error:
            case Throttled():
                return self._now() + error.after
            case Unreachable():
                return self._now() + NOT_THERE
            case Misconfigured():
                return self._now() + self._sender.pauses.pause(fixed.channel, str(error))
        return None

    async def _tell(self, name: str, ended: Sent | SendError) -> None:
        """What keeps the account from it stands where the team looks, until one is taken."""
        if isinstance(ended, Sent):
            await self._standing[name].works()
        elif isinstance(ended, WindowClosed):
            await self._standing[name].fails(str(ended))
