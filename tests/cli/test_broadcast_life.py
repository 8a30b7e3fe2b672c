"""One broadcast by commands, from its file to the last decision; the house beside them is killed."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from tests import town as towns
from tests.stack.city import eventually
from tests.town import ALL, HANGING, TEXTS, Town

# A minute in which it can be taken back, and a minute until it counts as lost what a dead process sent.
pytestmark = pytest.mark.timeout(300)
SOON = timedelta(seconds=100)  # when it is sent off, that is beyond the minute for regrets
PREVIEWED = {("telegram", "now", "de", 200), ("telegram", "now", "en", 400)}


async def test_a_broadcast_is_written_held_killed_and_finished_with_an_exact_ledger(
    tmp_path: Path,
) -> None:
    async with towns.opened(tmp_path) as town:
        begins = await writes(town, tmp_path / "news.yaml")
        await looks_whom_it_reaches(town)
        await sends_it_off(town, begins)
        await eventually(lambda: town.got.total() >= 60, seconds=120)
        assert datetime.now(UTC) >= begins
        await pauses(town)
        lost = await goes_on_and_is_killed(town)
        await town.begin()
        assert "finished" in (await town.says("broadcast", "status", "1", "--follow"))
        await is_exact(town, lost)
        await decides(town, lost)


async def writes(town: Town, file: Path) -> datetime:
    """Gives the moment at which it is to begin."""
    begins = datetime.now(UTC) + SOON
    written = {"name": "News", "texts": TEXTS, "fallback": "en", "night": "send"}
    file.write_text(yaml.safe_dump(written | {"begins": begins.isoformat()}), encoding="utf-8")
    assert await town.says("broadcast", "write", str(file)) == "1"
    return begins


async def looks_whom_it_reaches(town: Town) -> None:
    seen = json.loads(await town.says("broadcast", "preview", "1", "-o", "json"))
    assert seen["people"] == ALL
    assert set(map(tuple, seen["reached"])) == PREVIEWED
    assert seen["others"] == 200


async def sends_it_off(town: Town, begins: datetime) -> None:
    """It is scheduled for that moment, and nobody has it yet."""
    told = await town.says("broadcast", "send", "1", "--staff", "olga", "--yes")
    assert told.splitlines()[-1] == "1"
    (listed,) = json.loads(await town.says("broadcast", "list", "-o", "json"))
    assert (listed["state"], datetime.fromisoformat(listed["begins"])) == ("due", begins)
    assert town.got == {}


async def pauses(town: Town) -> None:
    """What is on its way arrives, then nothing does."""
    assert await step(town, "pause") == "1  paused"
    async with asyncio.timeout(20):
        while (await tally(town)).keys() != {"queued", "sent"}:
            pass
    before = town.got
    await asyncio.sleep(3)
    assert await tally(town) == {"queued": ALL - before.total(), "sent": before.total()}
    assert town.got == before


async def goes_on_and_is_killed(town: Town) -> int:
    """Gives how many were on their way at that moment."""
    before = town.got.total()
    town.leave_unanswered()
    assert await step(town, "resume", "--yes") == "1  being sent"
    await eventually(lambda: town.got.total() >= before + 60)
    town.kill()
    left = await tally(town)
    assert sum(left.values()) == ALL
    assert left["queued"] > 0
    assert left["sending"] >= HANGING
    return left["sending"]


async def is_exact(town: Town, lost: int) -> None:
    assert await tally(town) == {"sent": ALL - lost, "unsure": lost}
    assert set(town.got.values()) == {1}
    assert ALL - lost <= len(town.got) <= ALL
    assert town.read == {"en": {TEXTS["en"]}, "de": {TEXTS["de"]}, "zh": {TEXTS["en"]}}


async def decides(town: Town, lost: int) -> None:
    told = await town.says("broadcast", "decide", "1", "sent", "--staff", "olga", "--yes")
    assert told == f"{lost} recipients."
    assert await tally(town) == {"sent": ALL}
    assert (await town.status())["state"] == "done"


async def step(town: Town, name: str, *options: str) -> str:
    return await town.says("broadcast", name, "1", "--staff", "olga", *options)


async def tally(town: Town) -> dict[str, int]:
    counted: dict[str, int] = (await town.status())["tally"]
    return counted
