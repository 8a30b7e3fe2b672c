"""A town on Telegram and its house: the program itself, which is killed in a broadcast's middle."""

import asyncio
import json
import signal
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

from sqlalchemy import update

from bot.cli.bench.seeding import people_on_telegram
from bot.config import Settings
from bot.database import Database
from bot.models import Conversation
from tests.fakes.telegram import FakeTelegram, Hangs
from tests.stack.machines import free_port
from tests.test_run import Running, begin

TEXTS = {"en": "Good news.", "de": "Gute Nachrichten."}
SPEAK = {"en": 200, "de": 200, "zh": 200}  # people; at Telegram's pace all are told in 24 seconds
ALL = sum(SPEAK.values())
HANGING = 5  # of Telegram's answers, which do not come before the house is killed
_FIRST = 5000  # the number of the first chat; the others follow


class Town:
    """People who have written to the house, what they got, and the house's process."""

    def __init__(self, folder: Path, telegram: FakeTelegram) -> None:
        self._folder, self._telegram = folder, telegram
        self._log = (folder / "log").open("a", encoding="utf-8")
        self._house: Running | None = None
        self._settings = {
            "PORT": str(free_port()),  # the same after a restart: a page that is open comes back
            "CITYBOT_BROADCAST_LIMIT": "0",
            "CITYBOT_TELEGRAM_TOKEN": telegram.token,
            "CITYBOT_TELEGRAM_API": telegram.api,
        }
        spoken = [code for code, count in SPEAK.items() for _one in range(count)]
        self._speaks = dict(enumerate(spoken, _FIRST))
        for number in self._speaks:
            telegram.person(number, f"P{number}")
        self._settle()

    # -- the house -----------------------------------------------------------------------------

    async def begin(self) -> None:
        """It is at work, on the database it had."""
        process = begin(self._folder, self._log, "run", **self._settings)
        self._house = await asyncio.to_thread(Running, process, self._folder / "log")

    def kill(self) -> None:
        """kill -9."""
        house, self._house = self._house, None
        assert house
        assert house.end(signal.SIGKILL) == -signal.SIGKILL
        house.process.communicate()

    async def says(self, *words: str) -> str:
        """What a command of `citybot` prints, beside the house or without it."""
        process = begin(self._folder, self._log, *words, **self._settings)
        told, _nothing = await asyncio.to_thread(process.communicate)
        assert process.returncode == 0, self.log[-3000:]
        return told.strip()

    async def status(self) -> Any:
        """What a command tells of the first broadcast."""
        return json.loads(await self.says("broadcast", "status", "1", "-o", "json"))

    @property
    def log(self) -> str:
        """What the house and all commands complained of."""
        return (self._folder / "log").read_text(encoding="utf-8")

    def close(self) -> None:
        if self._house:
            self.kill()
        self._log.close()

    # -- the people ----------------------------------------------------------------------------

    def leave_unanswered(self) -> None:
        """What is sent next arrives, and the house does not hear so."""
        self._telegram.script("sendMessage", *[Hangs(60)] * HANGING)

    @property
    def got(self) -> Counter[int]:
        """How many messages are in each chat that has any."""
        chats = {number: len(self._telegram.chats[number].texts) for number in self._speaks}
        return +Counter(chats)

    @property
    def read(self) -> dict[str, set[str]]:
        """By the language of the people, all that was written to any of them."""
        told: dict[str, set[str]] = {code: set() for code in SPEAK}
        for number, code in self._speaks.items():
            told[code].update(self._telegram.chats[number].texts)
        return told

    def _settle(self) -> None:
        """They have written, a moment ago."""
        (self._folder / "data").mkdir()
        with closing(Database(Settings(data_dir=self._folder / "data").database())) as database:
            database.upgrade()
            people_on_telegram(database, ALL, _FIRST)
            with database.write() as connection:
                for code in SPEAK:
                    theirs = [
                        f"telegram:{n}" for n, spoken in self._speaks.items() if spoken == code
                    ]
                    talks = update(Conversation).where(Conversation.address.in_(theirs))
                    connection.execute(talks.values(language=code))


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Town]:
    """A town whose house is at work; by the end, nothing has gone wrong in it."""
    async with FakeTelegram() as telegram:
        town = Town(folder, telegram)
        try:
            await town.begin()
            yield town
        finally:
            town.close()
    assert '"level": "error"' not in town.log
    assert "Traceback" not in town.log
