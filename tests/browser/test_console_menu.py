"""The menu of the staff pages: on a phone it is a drawer, and needs no script."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, ViewportSize, expect

from bot.config import Settings
from knowledge.library import Library
from tests.browser.test_console import comes_in
from tests.console.office import Office, opened

pytestmark = pytest.mark.asyncio(loop_scope="session")
PHONE: ViewportSize = {"width": 360, "height": 640}
DESK: ViewportSize = {"width": 1280, "height": 800}
HEIGHT = "document.querySelector('header').offsetHeight"


@pytest_asyncio.fixture(loop_scope="session")
async def office(sqlite_url: str, tmp_path: Path, library: Library) -> AsyncIterator[Office]:
    settings = Settings(data_dir=tmp_path, database_url=sqlite_url, secret="for tests only")
    async with opened(settings, library) as at_work:
        yield at_work


async def test_it_leaves_the_page_to_its_content(office: Office, browser: Browser) -> None:
    context = await browser.new_context(locale="en", viewport=PHONE)
    page = await context.new_page()
    await comes_in(office, page)
    for size, most in ((PHONE, 60), (DESK, 110)):  # one line, two lines
        await page.set_viewport_size(size)
        for language in ("de", "en", "zh"):
            await page.goto(f"{office.base}/console?lang={language}")
            assert await page.evaluate(HEIGHT) < most, (size, language)
    await context.close()


async def test_on_a_phone_it_opens_by_keyboard_and_without_a_script(
    office: Office, browser: Browser
) -> None:
    context = await browser.new_context(locale="en", viewport=PHONE, java_script_enabled=False)
    page = await context.new_page()
    await comes_in(office, page)
    events = page.get_by_role("link", name="Events", exact=True)
    await expect(events).to_be_hidden()
    await page.get_by_role("button", name="Menu").focus()
    await page.keyboard.press("Enter")
    await events.click()
    await expect(page).to_have_title("Events – Citybot")
    await expect(events).to_be_hidden()
    await context.close()
