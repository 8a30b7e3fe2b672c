"""The house at work says reminders by itself, at their time, and in every house only once."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot import app
from bot.config import Settings
from knowledge.library import Library
from tests.script import ScriptChannel
from tests.services.reminding import Town
from tests.test_house import until

SOON = timedelta(seconds=1)


@pytest.fixture
def houses(settings: Settings, library: Library) -> list[app.House]:
    """Two houses on one database, as two processes would be."""
    return [
        app.build(settings, ("script",), library=library, known={"script": ScriptChannel})
        for _number in range(2)
    ]


async def test_two_houses_say_a_reminder_once_and_in_time(houses: list[app.House]) -> None:
    town = Town(houses[0].database, datetime.now(UTC))
    due = datetime.now(UTC) + SOON
    for number in range(20):
        town.remind(town.person(f"p{number}", "script"), due, f"reminder {number}")
    sent = [house.channels["script"].sent for house in houses]  # type: ignore[attr-defined]
    async with app.running(houses[0]), app.running(houses[1]):
        await until(lambda: sum(map(len, sent)) >= 20, 20)
        seen = datetime.now(UTC)
        await asyncio.sleep(1.2)  # another look of both
    said = sorted(reply.text for several in sent for _to, reply in several)
    assert said == sorted(f"Your reminder: reminder {number}" for number in range(20))
    assert due <= seen < due + timedelta(seconds=15)
