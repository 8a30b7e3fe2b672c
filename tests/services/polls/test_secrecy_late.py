"""What is answered after the closing minute, or once more, is kept no more than a vote in time."""

from datetime import timedelta
from typing import Any

import pytest

from bot.config import Settings
from bot.services.closing import Closer
from bot.services.keys import Keys
from knowledge.library import Library
from tests.clock import Clock
from tests.script import Chat
from tests.services.polls.station import CLOSES, COUNTED, NOON, Station, texts
from tests.services.polls.test_secrecy import tables

# Labels that stand in no other text; the poll and what was shown of it may hold them.
OPTIONS = [{"id": "left", "label": texts("Amber")}, {"id": "right", "label": texts("Beryl")}]
QUESTION: dict[str, Any] = {
    "id": "where",
    "kind": "single",
    "ask": texts("Where first?"),
    "options": OPTIONS,
}
LATE = CLOSES + timedelta(seconds=20)
TOO_LATE = "Votes that came later do not count."


def heard(station: Station) -> list[Any]:
    """What is kept of the messages that came after the minute."""
    late = [row for row in station.rows("inbox") if row["received_at"].replace(tzinfo=None) >=
            CLOSES.replace(tzinfo=None)]  # fmt: skip
    return [row["payload"] for row in late]


def questions(station: Station) -> list[Any]:
    return [row for row in tables(station)["question"] if "mber" in str(row) or row["text"] == "2"]


@pytest.mark.parametrize("counted", [False, True], ids=["at the minute", "when it is counted"])
@pytest.mark.parametrize("voted", [False, True], ids=["first vote", "a change"])
async def test_a_choice_after_the_minute_is_nowhere(
    settings: Settings, library: Library, voted: bool, counted: bool
) -> None:
    clock = Clock(NOON)
    async with Chat.opened(settings, library, clock, ("telegram",)) as first:
        station = Station(first.house.database, settings.data_dir / "keys")
        station.open(QUESTION, level="web")
        voters = [first.another(f"voter-{said}", "telegram") for said in ("tap", "Amber", "2")]
        for voter in voters:
            await voter.say("vote")
            if voted:
                await voter.tap("Beryl")
                await voter.tap("Change my vote")
        taps = {c.label: c.value for c in voters[0].shown[0].choices}
        clock.at = COUNTED if counted else LATE
        if counted:
            Closer(station.database, Keys.of(settings)).close("lanes", COUNTED)
        clock.at = LATE
        for voter, picked in zip(voters, (taps["Amber"], None, None), strict=True):
            said = "2" if str(voter.address).endswith("2") else "Amber"
            for _again in range(3):
                await voter.say(said, picked=picked)
                assert TOO_LATE in voter.shown[0].text
                counts = "What you had answered by then counts" in voter.shown[0].text
                assert counts == voted
        assert heard(station) == [None] * 9
        assert questions(station) == []


async def test_a_choice_typed_again_after_voting_is_nowhere(
    settings: Settings, library: Library
) -> None:
    """Other words after a vote are what they are: a question is answered, and kept as one."""
    async with Chat.opened(settings, library, lambda: NOON) as anna:
        station = Station(anna.house.database, settings.data_dir / "keys")
        station.open(QUESTION, level="web")
        await anna.say("vote")
        await anna.say("Beryl")
        await anna.say("amber")
        assert "Nothing has changed by this." in anna.shown[0].text
        assert [c.label for c in anna.shown[0].choices] == ["Bike lanes"]
        await anna.say("cancel")
        assert questions(station) == []
        kept = [row["payload"] for row in station.rows("inbox")]
        assert [one is None for one in kept] == [False, True, True, False]
        await anna.say("What do other cities do about noise?")
        assert [row["text"] for row in station.rows("question")] == [
            "What do other cities do about noise?"
        ]
