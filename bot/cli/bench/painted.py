"""How soon a browser shows something of a page, where there is one.

It takes Chromium, and playwright, which comes with what developers install (`.[dev]`).
"""

import shutil
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Final

from aiohttp.abc import AbstractCookieJar

from bot.cli.bench.peers import Broken

if TYPE_CHECKING:
    from playwright.async_api import Browser

PAGES: Final = ("/console", "/console/conversations", "/console/radar?weeks=52")
_BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome", "chromium-headless-shell")
_QUIET: Final = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
# https://www.w3.org/TR/paint-timing/
_FIRST_PAINT: Final = """() => new Promise(done => new PerformanceObserver(
    list => list.getEntriesByName("first-contentful-paint").forEach(one => done(one.startTime))
).observe({type: "paint", buffered: true}))"""


@dataclass(frozen=True, slots=True)
class Painted:
    """A page. Seconds from its address to the first text or picture of it that can be seen."""

    address: str
    p50: float
    longest: float


async def painted(base: str, jar: AbstractCookieJar, rounds: int) -> tuple[Painted, ...]:
    """Some pages as somebody sees them who is signed in; none without a browser."""
    try:
        from playwright.async_api import async_playwright
    except ImportError:
        return ()
    chromium = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if chromium is None:
        return ()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=list(_QUIET))
        found = []
        for address in PAGES:
            took = [await _paint(browser, base + address, jar) for _again in range(rounds)]
            found.append(Painted(address, median(took), max(took)))
        await browser.close()
    return tuple(found)


async def _paint(browser: "Browser", address: str, jar: AbstractCookieJar) -> float:
    context = await browser.new_context()  # with an empty cache
    await context.add_cookies([{"name": c.key, "value": c.value, "url": address} for c in jar])
    page = await context.new_page()
    await page.goto(address)
    if page.url != address:
        raise Broken(f"{address}: {page.url}")
    milliseconds: float = await page.evaluate(_FIRST_PAINT)
    await context.close()
    return milliseconds / 1e3
