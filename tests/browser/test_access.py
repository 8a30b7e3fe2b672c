"""For everybody: axe finds nothing, targets are large, nothing is lost at 320 pixels."""

from collections.abc import AsyncIterator
from typing import Literal

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, expect

from bot.i18n import languages
from bot.message import Attachment, Choice, Link, Reply
from tests.adapters.web.served import Served
from tests.browser.browsing import Tab

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.usefixtures("axe")]

Scheme = Literal["light", "dark"]
in_both_schemes = pytest.mark.parametrize("scheme", ["light", "dark"])
FULL = Reply(
    "A long answer about a city far away.\n\nWith a second paragraph, and what to do next.",
    (Choice("help", "What else can you do?"), Choice("human", "Ask a person")),
    (Link("The city's own page about it, as of 2025", "https://example.org/page"),),
    (Attachment("text/calendar", b"BEGIN", "date.ics"),),
)


async def _full_talk(house: Served, tab: Tab) -> None:
    """Every part a talk can have, also a line that could not be sent."""
    await tab.ask("hello")
    house.tell(house.only_address(), FULL)
    await expect(tab.replies).to_have_count(2)
    await tab.ask("help")
    await tab.page.route("**/chat/api/messages?*", lambda route: route.abort())
    await tab.say("later")
    await expect(tab.view.get_by_text("Not sent yet.")).to_be_visible()


@pytest.fixture
def scheme() -> Scheme:
    return "light"


@pytest_asyncio.fixture(loop_scope="session")
async def context(browser: Browser, scheme: Scheme) -> AsyncIterator[BrowserContext]:
    opened = await browser.new_context(locale="en-GB", color_scheme=scheme, reduced_motion="reduce")
    opened.set_default_timeout(10_000)
    yield opened
    await opened.close()


@in_both_schemes
async def test_axe_finds_nothing_on_an_empty_page(tab: Tab) -> None:
    assert await tab.violations() == []


@in_both_schemes
async def test_axe_finds_nothing_in_a_talk(house: Served, tab: Tab) -> None:
    await _full_talk(house, tab)
    assert await tab.violations() == []


@in_both_schemes
async def test_axe_finds_nothing_in_a_frame_in_high_contrast(house: Served, tab: Tab) -> None:
    await tab.page.emulate_media(forced_colors="active")
    await tab.page.goto(f"{house.base}/chat?lang=en&embed=1")
    await _full_talk(house, tab)
    assert await tab.violations() == []


@pytest.mark.parametrize("language", languages())
async def test_nothing_is_lost_on_a_small_screen(house: Served, tab: Tab, language: str) -> None:
    """320 x 256 pixels is a desktop at 400 % (WCAG 1.4.10), and twice as far as 200 %."""
    await tab.page.set_viewport_size({"width": 320, "height": 256})
    await tab.page.goto(f"{house.base}/chat?lang={language}")
    await tab.ask("hello")
    house.tell(house.only_address(), FULL)
    await expect(tab.replies).to_have_count(2)
    await tab.page.reload()
    assert await tab.page.evaluate("document.documentElement.scrollWidth") <= 320
    beyond = (
        "[...document.querySelectorAll('button, a, textarea, h1, p')].filter(n =>"
        " n.checkVisibility() && !n.matches('.skip') &&"
        " (n.getBoundingClientRect().right > 320.5 || n.getBoundingClientRect().left < -0.5)"
        ").map(n => n.textContent)"
    )
    assert await tab.page.evaluate(beyond) == []


@pytest.mark.parametrize("width", [320, 390, 1200])
async def test_what_can_be_pressed_is_large_enough(house: Served, tab: Tab, width: int) -> None:
    await tab.page.set_viewport_size({"width": width, "height": 800})
    await _full_talk(house, tab)
    small = (
        "[...document.querySelectorAll('button, a, textarea')].filter(n => n.checkVisibility()"
        " && !n.matches('.skip')).filter(n => n.getBoundingClientRect().height < 43.9 ||"
        " n.getBoundingClientRect().width < 43.9).map(n => n.textContent)"
    )
    assert await tab.page.evaluate(small) == []


async def test_what_has_the_focus_is_never_hidden(house: Served, tab: Tab) -> None:
    """WCAG 2.4.11: neither the head nor the field lies over what the keyboard reached."""
    await tab.page.set_viewport_size({"width": 390, "height": 600})
    for _ in range(3):
        await tab.ask("hello")
    covered = (
        "(() => { const n = document.activeElement, r = n.getBoundingClientRect();"
        " const top = document.elementFromPoint(r.left + r.width / 2, r.top + r.height / 2);"
        " return top && (n.contains(top) || top.contains(n)) ? '' : n.textContent })()"
    )
    await tab.page.keyboard.press("Shift+Tab")
    for _ in range(12):
        assert await tab.page.evaluate(covered) == ""
        await tab.page.keyboard.press("Shift+Tab")


async def test_the_log_is_polite_and_names_who_speaks(house: Served, tab: Tab) -> None:
    await tab.ask("hello")
    log = tab.page.get_by_role("log", name="Conversation")
    await expect(log).to_be_visible()
    spoken = await log.locator(".line .who").all_text_contents()
    assert spoken == ["You said:", "Citybot said:"]
    await expect(log.locator("p").first).to_contain_text("automated assistant")


async def test_nothing_moves_for_who_wants_no_motion(tab: Tab) -> None:
    await tab.page.evaluate(
        "(n => { n.hidden = false; n.textContent = 'x' })(document.querySelector('.thinking'))"
    )
    name = "getComputedStyle(document.querySelector('.thinking'), '::before').animationName"
    assert await tab.page.evaluate(name) == "none"
