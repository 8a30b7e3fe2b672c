"""Takes updates in, however they came: each has its effect committed, or is heard again."""

import asyncio
import hashlib
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

import structlog
from sqlalchemy.exc import DataError, StatementError
from telegram import Bot
from telegram.error import TelegramError

from adapters.away import Away
from adapters.telegram.errands import Errands
from adapters.telegram.hearing import Heard, Renamed, Tapped, hear, is_about_a_group
from adapters.telegram.places import sound, spot_of
from adapters.telegram.reading import Update, update_of
from adapters.telegram.request import readable
from adapters.telegram.taps import Taps
from adapters.telegram.us import Us
from adapters.telegram.writing import Writing
from bot.channel import Accepted, Desk
from bot.database import DATABASE_DOWN
from bot.message import Address, Event, Reply

log = structlog.get_logger()
_NO_JSON = "not an object"
# Telegram writes it first: https://core.telegram.org/bots/api#update
_ID = re.compile(rb'\s*\{\s*"update_id"\s*:\s*(\d{1,15})\s*[,}]')
_TRIES = 5  # of an update that fails here, as a turn has
_NOTICE = 30.0  # seconds in which saying "slower" is still worth it


class Reception:
    """One update in; nothing of it is left to do in memory alone."""

    def __init__(self, desk: Desk, bot: Bot, bot_id: int) -> None:
        self._desk, self._bot = desk, bot
        self.errands = Errands()
        self._us = Us(bot_id, "")
        self._stumbled: Counter[str] = Counter()  # updates, and how often they failed here
        self._taps = Taps(desk, bot, self.errands)
        self._writing = Writing(bot)

    async def take(self, raw: Mapping[str, Any]) -> None:
        """Returns when the update's effect is committed, or when it can have none.

        Raises Away when it is to come again. What cannot be read is written down as such, and
        taken: refused, it would hold up its chat for a day.
        """
        try:
            heard = await self._heard(raw)
        except (Away, asyncio.CancelledError):
            raise
        except Exception as error:  # whatever a malformed update does to whoever reads it
            await self._bury(raw, error)
            return
        try:
            await self._follow(heard)
        except DataError as error:
            await self._bury(raw, error)
        except DATABASE_DOWN as error:
            log.warning("database_unreachable", error=type(error).__name__)
            raise Away from error
        except StatementError as error:  # a value no database takes: it will not get better
            await self._bury(raw, error)
        except Exception as error:
            await self._stumble(raw, error)
        else:
            self._stumbled.pop(_number(raw), None)

    async def bury(self, body: bytes) -> None:
        """An update that is not even JSON: known by its number if that can be read, else by all.

        Raises Away when it is to come again.
        """
        log.error("update_unreadable", kinds=[], reason=_NO_JSON)
        found = _ID.match(body)
        await self._note(found[1].decode() if found else _digest(body), _NO_JSON)

    @property
    def username(self) -> str:
        """Our @name as far as we were told; "" before."""
        return self._us.username

    async def us(self) -> Us:
        """Who we are; asked once. Raises TelegramError."""
        if not self._us.username:
            with readable():
                me = await self._bot.get_me()
            self._us = Us(self._us.id, me.username or "")
        return self._us

    async def _stumble(self, raw: Mapping[str, Any], error: Exception) -> None:
        """Our own fault: it may come again, but not for ever, for it holds up whoever is behind."""
        log.exception("update_failed")
        number = _number(raw)
        self._stumbled[number] += 1
        if self._stumbled[number] < _TRIES:
            raise Away from error
        del self._stumbled[number]
        await self._bury(raw, error)

    async def _heard(self, raw: Mapping[str, Any]) -> Heard | None:
        update = update_of(raw)
        return hear(update, await self._known_to(update))

    async def _known_to(self, update: Update) -> Us:
        if not is_about_a_group(update):
            return self._us
        try:
            return await self.us()
        except TelegramError as error:
            raise Away from error

    async def _follow(self, heard: Heard | None) -> None:
        match heard:
            case None:
                return
            case Renamed():
                await self._desk.move(heard.old, heard.new)
            case Tapped():
                accepted = await self._taps.take(heard, self._us, self._accept)
                self._slow_down(heard.at, accepted)
            case _:
                self._slow_down(heard.sender, await self._accept(heard))

    async def _accept(self, event: Event) -> Accepted:
        return await self._writing.during(self._desk.accept(event), event.sender)

    def _slow_down(self, to: Address, accepted: Accepted | None) -> None:
        """Said once, and not kept: what we do not store we do not answer either."""
        if accepted and accepted.notice:
            self._tell(to, accepted.notice)

    def _tell(self, to: Address, notice: Reply) -> None:
        spot = spot_of(to)
        self.errands.run(
            "slow_down",
            lambda: self._bot.send_message(spot.chat, notice.text, message_thread_id=spot.thread),
            _NOTICE,
            tries=1,
        )

    async def _bury(self, raw: Mapping[str, Any], error: Exception) -> None:
        """What it was is not kept: nobody could say whose words they were."""
        kinds = sorted(str(key)[:40] for key in raw if key != "update_id")[:8]
        log.error("update_unreadable", kinds=kinds, reason=type(error).__name__)
        try:
            number = str(sound(raw.get("update_id")))
        except ValueError:  # not even a number: it is known by all it holds
            number = _digest(repr(raw).encode("utf-8", "backslashreplace"))
        await self._note(number, type(error).__name__)

    async def _note(self, number: str, why: str) -> None:
        try:
            await self._desk.bury("telegram", f"{self._us.id}:{number}", why)
        except DATABASE_DOWN as away:
            raise Away from away


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:32]


def _number(raw: Mapping[str, Any]) -> str:
    return str(raw.get("update_id"))
