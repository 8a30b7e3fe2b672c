"""One broadcast in the browser, from its first word to the last decision; the house is killed."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, Page, expect

from tests import town as towns
from tests.browser.browsing import watch
from tests.console.office import PASSWORD
from tests.stack.city import eventually
from tests.town import ALL, HANGING, TEXTS, Town

# A minute in which it can be taken back, and a minute until it counts as lost what a dead process sent.
pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]
MINUTE = 90_000  # milliseconds, on a busy machine
PREVIEWED = [
    ["telegram", "at once", "Deutsch", "200"],
    ["telegram", "at once", "English", "400"],
]
CELLS = "rows => rows.map(row => [...row.cells].map(cell => cell.textContent))"


async def test_a_broadcast_is_written_held_killed_and_finished_with_an_exact_ledger(
    context: BrowserContext, tmp_path: Path
) -> None:
    async with towns.opened(tmp_path) as town:
        page = await context.new_page()
        seen = watch(page)
        await comes_in(page, await town.says("staff", "add", "olga", "--role", "organiser"))
        await writes(page)
        await looks_whom_it_reaches(page)
        await schedules_it_and_takes_it_back(page)
        await sends_it_off(page)
        assert town.got == {}
        await stands(page, "being sent")
        await pauses(page, town)
        lost = await goes_on_and_is_killed(page, town)
        await town.begin()
        await goes_on_by_itself(page)
        await is_exact(page, town, lost)
        await decides(page)
        assert (await town.status())["tally"] == {"sent": ALL}
        assert seen == []


async def comes_in(page: Page, link: str) -> None:
    await page.goto(link)
    await page.fill("#password", PASSWORD)
    await page.click("main button")
    await page.get_by_role("link", name="Later").click()
    await expect(page).to_have_title("Today – Citybot")


async def writes(page: Page) -> None:
    await page.get_by_role("link", name="Broadcasts").click()
    await page.get_by_role("link", name="New broadcast").click()
    await page.get_by_label("Name", exact=True).fill("News")
    for code, text in TEXTS.items():
        await page.fill(f"#text_{code}", text)
    await page.get_by_label("Language for all others").select_option("en")
    await page.get_by_label("At night").select_option("send")
    await saves(page, (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%dT09:00"))


async def saves(page: Page, begins: str) -> None:
    await page.get_by_label("Begins").fill(begins)
    await presses(page, "Save and see whom it reaches")
    await stands(page, "draft")


async def looks_whom_it_reaches(page: Page) -> None:
    await expect(page.get_by_text(f"People who would get it: {ALL}")).to_be_visible()
    assert sorted(await rows(page, "Whom it reaches")) == PREVIEWED
    others = "People who read the text in English, as their own is not there: 200"
    await expect(page.get_by_text(others)).to_be_visible()


async def schedules_it_and_takes_it_back(page: Page) -> None:
    """The field knows minutes and no seconds: for a morning it is scheduled, and not waited for."""
    await presses(page, "Send it")
    await stands(page, "scheduled")
    await expect(page.locator(".lead")).to_contain_text("it can be taken back until then")
    await presses(page, "Take it back")
    await stands(page, "draft")


async def sends_it_off(page: Page) -> None:
    await page.get_by_role("link", name="Change", exact=True).click()
    await saves(page, "")
    await presses(page, "Send it")
    await stands(page, "about to begin")
    await expect(page.locator(".lead")).to_contain_text("it can be taken back for")


async def pauses(page: Page, town: Town) -> None:
    """What is on its way arrives, then nothing does."""
    await eventually(lambda: town.got.total() >= 60)
    await presses(page, "Pause")
    await stands(page, "paused")

    async def is_still() -> bool:
        return (await ledger(page)).keys() == {"not sent yet", "sent"}

    await eventually(is_still)
    before = town.got
    await asyncio.sleep(3)
    await page.reload()
    sent = before.total()
    assert await ledger(page) == {"not sent yet": ALL - sent, "sent": sent}
    assert town.got == before


async def goes_on_and_is_killed(page: Page, town: Town) -> int:
    """Gives how many were on their way at that moment."""
    before = town.got.total()
    town.leave_unanswered()
    await presses(page, "Go on")
    await stands(page, "being sent")
    await eventually(lambda: town.got.total() >= before + 60)
    town.kill()
    tally = (await town.status())["tally"]
    assert sum(tally.values()) == ALL
    assert tally["queued"] > 0
    assert tally["sending"] >= HANGING
    return int(tally["sending"])


async def goes_on_by_itself(page: Page) -> None:
    """Nobody touches the page: it comes back with the house, and shows how it goes on."""
    before = (await ledger(page))["sent"]

    async def is_further() -> bool:
        return (await ledger(page))["sent"] > before

    await eventually(is_further)
    await stands(page, "finished")


async def is_exact(page: Page, town: Town, lost: int) -> None:
    assert await ledger(page) == {"sent": ALL - lost, "sent or not: unknown": lost}
    assert set(town.got.values()) == {1}
    assert ALL - lost <= len(town.got) <= ALL
    assert town.read == {"en": {TEXTS["en"]}, "de": {TEXTS["de"]}, "zh": {TEXTS["en"]}}


async def decides(page: Page) -> None:
    await presses(page, "Count them as sent")
    await expect(page.get_by_text(f"{ALL} of {ALL} have it")).to_be_visible()
    assert await ledger(page) == {"sent": ALL}
    await expect(page.get_by_text("Not known whether they got it")).to_have_count(0)
    await stands(page, "finished")


async def presses(page: Page, button: str) -> None:
    await page.get_by_role("button", name=button, exact=True).click()


async def stands(page: Page, how: str) -> None:
    """Wait until the page says so, by itself if it has to change."""
    await expect(page.locator(".lead b")).to_have_text(how, timeout=MINUTE)


async def rows(page: Page, table: str) -> list[list[str]]:
    found: list[list[str]] = (
        await page.get_by_role("region", name=table).locator("tbody tr").evaluate_all(CELLS)
    )
    return found


async def ledger(page: Page) -> dict[str, int]:
    """How many are in each state, as the page shows it."""
    return {
        state: int(count) for state, count, *_of_channel in await rows(page, "What became of it")
    }
