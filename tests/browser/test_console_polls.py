"""The staff pages of polls in a browser: axe finds nothing, nothing runs, no script is needed."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from bot.config import Settings
from bot.dialog import Transaction
from bot.services.kiosk import KioskLinks
from bot.services.paper import Paper
from knowledge.library import Library
from tests.browser.browsing import violations, watch
from tests.browser.fair import HOSTILE
from tests.browser.test_console import comes_in
from tests.console.office import NOW, Office, opened
from tests.console.talking import CHANNELS
from tests.pages.hall import CHOICES, VIEWS, Hall, hostile
from tests.services.polls.station import Station

pytestmark = pytest.mark.asyncio(loop_scope="session")
POLLS = "/console/polls"
PAGES = (
    *(POLLS, f"{POLLS}?q=nothing", f"{POLLS}/codes", f"{POLLS}/tablet", f"{POLLS}/tablet/kiosk"),
    *(f"{POLLS}/codes/{name}" for name in ("edit", "close", "cancel", "extend", "agree")),
    *(f"{POLLS}/codes/{name}" for name in ("say", "codes", "ways", "paper", "sheet")),
    *(f"{POLLS}/lanes/say", f"{POLLS}/lanes/results?recount=1", f"{POLLS}/views/written"),
)


@pytest_asyncio.fixture(loop_scope="session")
async def office(sqlite_url: str, tmp_path: Path, library: Library) -> AsyncIterator[Office]:
    settings = Settings(data_dir=tmp_path, database_url=sqlite_url, secret="for tests only")
    async with opened(settings, library, CHANNELS) as at_work:
        yield at_work


def polled(office: Office) -> None:
    """Polls in every state, with something hostile in every text of theirs."""
    station = Station(office.house.database, Path(office.house.settings.data_dir) / "keys")
    hall, word = Hall(station, NOW), hostile(HOSTILE)
    of_codes: dict[str, Any] = {"level": "code"}
    for name, kinds, more in (
        ("lanes", CHOICES, {}),
        ("views", VIEWS, {}),
        ("codes", ("single", "scale"), of_codes),
        ("tablet", ("multiple",), {"kiosk": True}),
    ):
        hall.open(name, word, kinds, **more)
    for name, kinds in (("lanes", CHOICES), ("views", VIEWS)):
        hall.vote(name, 12, kinds)
        hall.close(name)
    with station.office("staff:ben", NOW) as desk:
        desk.ask_extension("codes", NOW + timedelta(days=1), word("", "", ""))
        desk.invite("codes", 3)
    with station.database.write() as connection:
        transaction = Transaction(connection, NOW)
        KioskLinks(transaction).make("tablet", HOSTILE[0], "staff:ben")
        Paper(transaction).enter("codes", HOSTILE[1], {"first": {"market": 7}}, 8, "staff:ben")


@pytest.mark.parametrize(
    ("language", "scheme", "width"), [("zh", "dark", 360), ("de", "light", 1280)]
)
async def test_axe_finds_nothing_and_nothing_runs(
    axe: None, office: Office, browser: Browser, *, language: str, scheme: str, width: int
) -> None:
    context = await browser.new_context(
        locale="en", color_scheme=scheme, viewport={"width": width, "height": 800}
    )
    page = await context.new_page()
    seen = watch(page)
    polled(office)
    await comes_in(office, page)
    for path in PAGES:
        await page.goto(f"{office.base}{path}{'&' if '?' in path else '?'}lang={language}")
        assert await page.locator("main h1").count() == 1, path
        assert await page.evaluate("typeof hacked") == "undefined", path
        await page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert await violations(page) == [], path
        wider = "document.documentElement.scrollWidth > window.innerWidth"
        assert not await page.evaluate(wider), f"{path} is wider than {width}"
    await page.goto(f"{office.base}{POLLS}/new?lang={language}")
    await page.locator("button[value=save]").click()
    await expect(page.locator("[role=alert]")).to_be_visible()
    assert await violations(page) == []
    assert [line for line in seen if "422" not in line] == []
    await context.close()


async def test_what_is_missing_follows_what_is_typed(office: Office, browser: Browser) -> None:
    context = await browser.new_context(locale="en")
    page = await context.new_page()
    seen = watch(page)
    await comes_in(office, page)
    await page.goto(f"{office.base}{POLLS}/new")
    await page.locator("[id='title.en']").fill("Bike lanes")
    await expect(page.locator("#state")).to_have_text("It is not kept yet. To be put right: 2")
    await page.locator("#closes").fill("2026-12-24T18:00")
    await page.locator("[id='q.0.ask.en']").fill("Where first?")
    for number, text in enumerate(("North", "South")):
        await page.locator(f"[id='q.0.o.{number}.label.en']").fill(text)
    await expect(page.locator("#state")).to_have_text("It can be kept.")
    await expect(page.locator("#looks")).to_contain_text("1. North")
    assert seen == []
    await context.close()


async def test_a_poll_is_written_and_opened_without_a_script(
    office: Office, browser: Browser
) -> None:
    """From an empty form to an open poll, by buttons alone; on a phone."""
    context = await browser.new_context(
        locale="en", java_script_enabled=False, viewport={"width": 360, "height": 740}
    )
    page = await context.new_page()
    await comes_in(office, page)
    await page.get_by_role("button", name="Menu").click()
    await page.get_by_role("link", name="Polls", exact=True).first.click()
    await page.get_by_role("link", name="New poll").click()
    for field, text in (("title", "Bike lanes"), ("next_steps", "June"), ("q.0.ask", "Where?")):
        await page.locator(f"[id='{field}.en']").fill(text)
    await page.locator("#closes").fill("2026-12-24T18:00")
    await page.get_by_role("button", name="Add an answer to: Question 1").click()
    for number, text in enumerate(("North", "South", "West")):
        await page.locator(f"[id='q.0.o.{number}.label.en']").fill(text)
    await page.get_by_role("button", name="Question 1, Answer 3: further up").click()
    await expect(page.locator("[id='q.0.o.1.label.en']")).to_have_value("West")
    await page.get_by_role("button", name="Keep it").click()
    await expect(page.locator(".notice")).to_contain_text("Nobody sees it before you open it.")
    await page.get_by_role("link", name="Open this poll").click()
    await page.get_by_role("button", name="Open this poll").click()
    await expect(page.locator(".notice")).to_contain_text("The poll is open.")
    await context.close()
