"""The pages of polls in a browser: nothing runs that people wrote, everybody can use them."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, expect
from sqlalchemy import insert

from bot import app
from bot.config import Settings
from bot.dialog import Talk, Transaction
from bot.i18n import languages
from bot.message import Address
from bot.models import Person
from bot.services.weblinks import OF_BALLOT, WebLinks
from knowledge.library import Library
from tests.adapters.web.served import Served, served
from tests.browser.browsing import violations, watch
from tests.browser.fair import HOSTILE
from tests.pages.hall import CHOICES, Hall, fill, hostile, mild
from tests.services.polls.station import Station

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session")
async def house(sqlite_url: str, tmp_path: Path, library: Library) -> AsyncIterator[Served]:
    settings = Settings(data_dir=tmp_path, database_url=sqlite_url, secret="for tests only")
    async with served(settings, library) as opened:
        yield opened


@pytest.fixture
def hall(house: Served, tmp_path: Path) -> Hall:
    return Hall(Station(house.house.database, tmp_path / "keys"), app.now())


@pytest_asyncio.fixture(loop_scope="session")
async def page(context: BrowserContext) -> AsyncIterator[Page]:
    """A page; nothing may go wrong in it by the end."""
    opened = await context.new_page()
    seen = watch(opened)
    yield opened
    assert seen == []


def at(house: Served, path: str, language: str = "en") -> str:
    return f"{house.base}{path}?lang={language}"


async def test_what_people_write_is_shown_and_never_run(
    house: Served, page: Page, hall: Hall
) -> None:
    for path in fill(hall, hostile(HOSTILE)).values():
        for language in languages():
            await page.goto(at(house, path, language))
            assert await page.evaluate("typeof hacked") == "undefined", path
            assert await page.locator("main h1").count() == 1, path
            assert page.url.startswith(house.base)


def ballot(hall: Hall) -> str:
    """Where somebody's own ballot lies that no messenger may see."""
    hall.open("secret", mild, CHOICES, mode="web-secret")
    talk = Talk("p1", Address("telegram", "42"), "en")
    with hall.station.database.write() as connection:
        connection.execute(insert(Person).values(id="p1", created_at=hall.now))
        links = WebLinks(Transaction(connection, hall.now))
        return f"/ballot/{links.make(talk, OF_BALLOT, {'poll': 'secret'})}"


@pytest.mark.usefixtures("axe")
async def test_axe_finds_nothing(house: Served, page: Page, hall: Hall) -> None:
    pages = fill(hall) | {"ballot": ballot(hall)}
    looks: list[tuple[str, Any]] = [("en", "light"), ("de", "dark"), ("zh", "light")]
    for language, scheme in looks:
        await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        for path in pages.values():
            await page.goto(at(house, path, language))
            assert await violations(page) == [], (path, language, scheme)
    await page.goto(at(house, pages["receipt"]))
    await page.locator("#receipt").fill("nothing")
    await page.locator("form button").click()
    await expect(page.locator("#receipt")).to_be_focused()
    assert await violations(page) == []


async def test_nothing_is_lost_on_a_small_screen(house: Served, page: Page, hall: Hall) -> None:
    """320 x 256 pixels is a desktop at 400 % (WCAG 1.4.10); a label in a chart is cut nowhere."""
    await page.set_viewport_size({"width": 320, "height": 256})
    small = (
        "[...document.querySelectorAll('button, .button, nav a, footer a, .question input, summary,"
        " .links a, .more a, .file')].filter(n => n.getBoundingClientRect().height < 43.9)"
        ".map(n => n.outerHTML)"
    )
    cut = (
        "[...document.querySelectorAll('.bars text')].filter(n =>"
        " n.getBoundingClientRect().right > 320).map(n => n.textContent)"
    )
    for path in fill(hall).values():
        for language in languages():
            await page.goto(at(house, path, language))
            assert await page.evaluate("document.documentElement.scrollWidth") <= 320, path
            assert await page.evaluate(small) == [], path
            assert await page.evaluate(cut) == [], path


async def test_a_chart_grows_with_the_letters_of_who_reads(
    house: Served, page: Page, hall: Hall
) -> None:
    await page.goto(at(house, fill(hall)["lanes"]))
    chart = page.locator(".bars").first
    before = (await chart.bounding_box() or {})["height"]
    await page.evaluate("document.documentElement.style.fontSize = '200%'")
    after = (await chart.bounding_box() or {})["height"]
    assert after > 1.9 * before


async def test_a_receipt_is_checked_by_the_keyboard_and_without_a_script(
    house: Served, browser: Browser, hall: Hall
) -> None:
    fill(hall)
    receipt = hall.station.mark("zoe", {"market": 1}, hall.now, question="first", poll="open",
                                channel="web").receipt  # fmt: skip
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(at(house, "/polls/receipt"))
    await page.locator("#receipt").fill(receipt.lower())
    await page.locator("#receipt").press("Enter")
    await expect(page.get_by_role("status")).to_contain_text(f"{receipt} is a vote in")
    assert receipt not in page.url
    await context.close()


async def test_on_paper_the_result_is_all_there_is(house: Served, page: Page, hall: Hall) -> None:
    await page.goto(at(house, fill(hall)["lanes"]))
    await page.emulate_media(media="print")
    for hidden in ("header nav", "footer"):
        await expect(page.locator(hidden)).to_be_hidden()
    await expect(page.locator(".bars").first).to_be_visible()
    await expect(page.locator(".sha")).to_be_visible()
