"""Chromium, a house, and a tab in it; where one is missing the tests say so and are skipped."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, async_playwright

from bot.config import Settings
from knowledge.library import Library
from tests.adapters.web.served import Served, served
from tests.browser.browsing import AXE, Tab, watch
from tests.conftest import missing

CHROMIUM = next(
    (
        found
        # Without windows it takes a third less of a machine: a context is no window with its own tabs.
        for name in ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
        if (found := shutil.which(name))
    ),
    None,
)
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    if CHROMIUM is None:
        missing("Chromium")
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield opened
        await opened.close()


@pytest.fixture
def axe() -> None:
    if not AXE.exists():
        missing("axe-core (npm ci in tests/browser)")


@pytest_asyncio.fixture(loop_scope="session")
async def house(sqlite_url: str, tmp_path: Path, library: Library) -> AsyncIterator[Served]:
    settings = Settings(
        data_dir=tmp_path,
        database_url=sqlite_url,
        secret="for tests only",
        embed_origins="http://127.0.0.1:*",
        organisation="Stadt Aachen",
        privacy_url="https://example.org/privacy",
        flood_messages=10_000,
    )
    async with served(settings, library) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def context(browser: Browser) -> AsyncIterator[BrowserContext]:
    """Somebody's browser, with nothing stored in it."""
    opened = await browser.new_context(locale="en-GB")
    opened.set_default_timeout(10_000)
    yield opened
    await opened.close()


@pytest_asyncio.fixture(loop_scope="session")
async def tab(house: Served, context: BrowserContext) -> AsyncIterator[Tab]:
    """The chat page, open; nothing may go wrong in it by the end."""
    page = await context.new_page()
    seen = watch(page)
    await page.goto(f"{house.base}/chat?lang=en")
    yield Tab(page)
    assert seen == []
