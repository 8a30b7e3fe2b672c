"""Broadcasts on a phone: what a field is called stands at it, and of recipients all is seen."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Literal

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect
from sqlalchemy import insert, update

from bot.config import Settings
from bot.dialog import Transaction
from bot.models import Broadcast, Outbox
from bot.services.audience import Open
from bot.services.broadcast_written import read_broadcast
from bot.services.broadcasts import Broadcasts
from knowledge.library import Library
from tests.browser.browsing import violations
from tests.browser.test_console import comes_in
from tests.console.office import NOW, Office, opened
from tests.console.talking import CHANNELS

pytestmark = pytest.mark.asyncio(loop_scope="session")

# Each field with how far its label is above it (a hint may stand between), and whether the page is
# wider than the screen.
LOOK = """() => {
  const fields = [...document.querySelectorAll(".editor input[id], .editor textarea, .editor select")];
  const apart = fields.filter(field => field.type !== "hidden").map(field => {
    const label = document.querySelector(`label[for="${field.id}"]`).getBoundingClientRect();
    return [field.id, Math.round(field.getBoundingClientRect().top - label.bottom)];
  });
  const page = document.scrollingElement;
  return { apart, wide: page.scrollWidth > page.clientWidth };
}"""


@pytest_asyncio.fixture(loop_scope="session")
async def office(sqlite_url: str, tmp_path: Path, library: Library) -> AsyncIterator[Office]:
    settings = Settings(data_dir=tmp_path, database_url=sqlite_url, secret="for tests only")
    async with opened(settings, library, CHANNELS) as at_work:
        yield at_work


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_on_a_phone_each_label_stands_at_its_field_and_a_link_in_one_place(
    office: Office, browser: Browser, scheme: Literal["light", "dark"]
) -> None:
    context = await browser.new_context(
        locale="en", color_scheme=scheme, viewport={"width": 360, "height": 800}
    )
    try:
        page = await context.new_page()
        await comes_in(office, page)
        await page.goto(f"{office.base}/console/broadcasts/new")
        for summary in await page.locator(".editor summary").all():
            await summary.click()
        seen = await page.evaluate(LOOK)
        far = [(name, gap) for name, gap in seen["apart"] if not -1 <= gap <= 90]
        assert (far, seen["wide"]) == ([], False)
        link = page.get_by_role("group", name="Link 1", exact=True)
        assert await link.get_by_role("textbox").count() == 4  # its address, and three labels
        box = await link.bounding_box()
        assert box is not None
        assert box["height"] < 480  # all of it on one screen
    finally:
        await context.close()


# Of each cell of the recipients, whether it ends on the screen.
CELLS = """() => [...document.querySelectorAll("table.stacked td")].map(
  cell => Math.round(cell.getBoundingClientRect().right) <= document.documentElement.clientWidth
)"""


async def test_on_a_phone_all_of_a_recipient_is_on_the_screen(
    office: Office, browser: Browser
) -> None:
    context = await browser.new_context(locale="en", viewport={"width": 360, "height": 800})
    try:
        page = await context.new_page()
        await comes_in(office, page)
        _one_that_failed(office)
        await page.goto(f"{office.base}/console/broadcasts/1")
        assert await page.evaluate(CELLS) == [True] * 6
    finally:
        await context.close()


LABELS = {
    "en": ["State", "Begins", "People", "Sent", "Unknown"],
    "de": ["Stand", "Beginn", "Personen", "Gesendet", "Unklar"],
}
# Of each broadcast in the list: its cells with what they are called, and whether each is on the screen.
LISTED = """() => [...document.querySelectorAll("table.stacked td")].map(cell => [
  getComputedStyle(cell, "::before").content.replaceAll('"', "").trim(),
  Math.round(cell.getBoundingClientRect().right) <= document.documentElement.clientWidth,
])"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "de"])
async def test_on_a_phone_a_broadcast_in_the_list_is_a_card_with_all_of_it(
    axe: None, office: Office, browser: Browser, scheme: Literal["light", "dark"], language: str
) -> None:
    context = await browser.new_context(
        locale="en", color_scheme=scheme, viewport={"width": 360, "height": 800}
    )
    try:
        page = await context.new_page()
        await comes_in(office, page)
        _one_that_failed(office)
        await page.goto(f"{office.base}/console/broadcasts?lang={language}")
        seen = await page.evaluate(LISTED)
        assert seen == [[label, True] for label in ("none", *LABELS[language])]
        assert not (await page.evaluate(LOOK))["wide"]
        assert await violations(page) == []
    finally:
        await context.close()


def _one_that_failed(office: Office) -> None:
    with office.house.database.write() as connection:
        broadcasts = Broadcasts(Transaction(connection, NOW), Open({}))
        broadcasts.save(read_broadcast({"name": "News", "texts": {"en": "News."}}, "UTC"), "house")
        connection.execute(update(Broadcast).values(state="done", begun_at=NOW, ends_at=NOW))
        row = {"channel": "telegram", "address": "telegram:1", "kind": "broadcast"}
        row |= {"state": "failed", "error": "Forbidden: bot was blocked by the user"}
        at = {"created_at": NOW, "due_at": NOW, "settled_at": NOW}
        connection.execute(
            insert(Outbox).values(broadcast_id=1, attempts=1, language="en", **row, **at)
        )


async def test_on_a_phone_what_cannot_be_taken_back_is_asked_first(
    axe: None, office: Office, browser: Browser
) -> None:
    with office.house.database.write() as connection:
        ours = Broadcasts(Transaction(connection, NOW), Open({}))
        ours.save(read_broadcast({"name": "News", "texts": {"en": "Hello"}}, "UTC"), "staff:anna")
    context = await browser.new_context(
        locale="en", color_scheme="dark", viewport={"width": 360, "height": 800}
    )
    try:
        page = await context.new_page()
        await comes_in(office, page)
        await page.goto(f"{office.base}/console/broadcasts/1?lang=de")
        await page.get_by_role("button", name="Verwerfen").click()
        await expect(page.locator("h1")).to_have_text("Diesen Entwurf verwerfen?")
        assert await violations(page) == []
        assert not (await page.evaluate(LOOK))["wide"]
        await page.get_by_role("link", name="Nein").click()
        await expect(page.locator("h1")).to_have_text("News")
        await page.get_by_role("button", name="Verwerfen").click()
        await page.get_by_role("button", name="Verwerfen").click()
        await expect(page.get_by_role("button", name="Verwerfen")).to_have_count(0)
    finally:
        await context.close()
