"""The widget on another site's page, under the strictest policy that page may have."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext, Page, Route, expect

from bot.message import Reply
from tests.adapters.web.served import Served
from tests.browser.browsing import Tab, another_site, violations, watch

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session")
async def site(house: Served, context: BrowserContext) -> AsyncIterator[Page]:
    """A page of the city's website."""
    async with another_site(house.base, title="Fragen Sie uns", position="left") as address:
        page = await context.new_page()
        seen = watch(page)
        await page.goto(address)
        yield page
        assert seen == []


async def _open(page: Page) -> Tab:
    await page.get_by_role("button", name="Fragen Sie uns").click()
    frame = page.locator("iframe")
    await frame.wait_for()
    inner = (await frame.element_handle()).content_frame()
    found = await inner
    assert found is not None
    tab = Tab(found)
    await expect(tab.field).to_be_focused()
    return tab


async def test_nothing_is_loaded_before_the_button_is_pressed(
    house: Served, context: BrowserContext
) -> None:
    asked: list[str] = []
    async with another_site(house.base) as address:
        page = await context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        await page.goto(address)
        await (
            page.get_by_role("button", name="Chat öffnen")
            .or_(page.get_by_role("button", name="Open the chat"))
            .wait_for()
        )
        assert sorted(asked) == sorted([f"{address}/", f"{house.base}/widget.js"])
        assert await context.cookies() == []


async def test_a_talk_in_the_frame(house: Served, site: Page, context: BrowserContext) -> None:
    tab = await _open(site)
    await tab.ask("hello")
    await tab.ask("help")
    assert len(await tab.read()) == 4
    assert house.rows("SELECT count(*) FROM conversation") == [(1,)]
    kept = {c["name"]: c.get("partitionKey") for c in await context.cookies()}
    assert kept["__Host-citybot"] == "http://127.0.0.1"  # of the embedding site, by itself
    assert await site.evaluate("document.cookie.length + localStorage.length") == 0


async def test_a_site_of_another_domain_has_a_talk_too(
    house: Served, context: BrowserContext
) -> None:
    """`localhost` and `127.0.0.1` are two sites: only the partitioned cookie reaches the frame."""
    chat = house.base.replace("127.0.0.1", "localhost")
    async with another_site(chat, title="Fragen Sie uns") as address:
        page = await context.new_page()
        await page.goto(address)
        tab = await _open(page)
        await tab.ask("hello")
        await tab.ask("help")
        assert [c["name"] for c in await context.cookies()] == ["__Host-citybot"]
    assert house.rows("SELECT count(*) FROM conversation") == [(1,)]


async def test_a_browser_without_cookies_in_frames_is_told_the_way_out(
    house: Served, context: BrowserContext
) -> None:
    chat = house.base.replace("127.0.0.1", "localhost")
    async with another_site(chat, title="Fragen Sie uns", lang="en") as address:
        page = await context.new_page()

        async def forget(route: Route) -> None:
            await context.clear_cookies()
            await route.continue_()

        await page.route("**/chat/api/**", forget)
        await page.goto(address)
        tab = await _open(page)
        await tab.say("hello")
        await expect(tab.view.get_by_text("Open the chat in its own window")).to_be_visible()
        own = tab.view.get_by_role("link", name="Own window")
        assert await own.get_attribute("href") == "/chat?lang=en"


async def test_the_keyboard_opens_and_closes_it(site: Page) -> None:
    keyboard = site.keyboard
    launcher = site.get_by_role("button", name="Fragen Sie uns")
    await launcher.focus()
    assert await launcher.get_attribute("aria-expanded") == "false"
    await keyboard.press("Enter")
    frame = site.frame_locator("iframe")
    await expect(frame.locator("#text")).to_be_focused()
    await keyboard.type("hello")
    await keyboard.press("Enter")
    await expect(frame.locator(".line.citybot")).to_have_count(1)
    await keyboard.press("Escape")
    await expect(site.locator("iframe")).to_be_hidden()
    await expect(launcher).to_be_focused()
    await keyboard.press("Enter")
    await expect(frame.locator("#text")).to_be_focused()
    await expect(frame.locator(".line.citybot")).to_have_count(1)
    await (
        frame.get_by_role("button", name="Close the chat")
        .or_(frame.get_by_role("button", name="Chat schließen"))
        .click()
    )
    await expect(launcher).to_be_focused()


async def test_a_reply_to_a_closed_chat_marks_the_button(house: Served, site: Page) -> None:
    tab = await _open(site)
    await tab.ask("hello")
    await site.keyboard.press("Escape")
    dot = site.locator("#citybot .dot")
    await expect(dot).to_be_hidden()
    house.tell(house.only_address(), Reply("Are you still there?"))
    await expect(dot).to_be_visible()
    await expect(site.locator("#citybot [role=status]")).not_to_be_empty()
    await site.get_by_role("button", name="Fragen Sie uns").click()
    await expect(dot).to_be_hidden()


async def test_only_our_frame_may_close_the_panel(site: Page) -> None:
    tab = await _open(site)
    await site.evaluate("postMessage({citybot: 'close'}, '*')")
    await tab.view.evaluate("parent.postMessage({citybot: 'nonsense'}, '*')")
    await asyncio.sleep(0.3)
    await expect(site.locator("iframe")).to_be_visible()


async def test_the_button_keeps_clear_of_what_has_the_focus(site: Page) -> None:
    padding = "getComputedStyle(document.documentElement).scrollPaddingBottom"
    assert await site.evaluate(padding) == "96px"


async def test_the_page_around_it_can_open_it_too(site: Page) -> None:
    await site.evaluate("citybot.open()")
    await expect(site.frame_locator("iframe").locator("#text")).to_be_focused()
    await site.evaluate("citybot.close()")
    await expect(site.locator("iframe")).to_be_hidden()


async def test_on_a_phone_it_takes_the_whole_screen(site: Page) -> None:
    await site.set_viewport_size({"width": 390, "height": 700})
    await _open(site)
    box = await site.locator("iframe").bounding_box()
    assert box == {"x": 0, "y": 0, "width": 390, "height": 700}


async def _not_named(house: Served, context: BrowserContext, address: str) -> Page:
    """The widget, opened on a site that `embed_origins` does not name."""
    page = await context.new_page()
    await page.goto(address.replace("127.0.0.1", "localhost"))
    await page.get_by_role("button", name="Fragen Sie uns").click()
    return page


async def test_a_site_that_is_not_named_is_told_the_way_out_instead_of_a_broken_frame(
    house: Served, context: BrowserContext
) -> None:
    async with another_site(house.base, title="Fragen Sie uns") as address:
        page = await _not_named(house, context, address)
        await expect(page.get_by_text("Der Chat kann auf dieser Seite nicht")).to_be_visible()
        assert await page.frame_locator("iframe").locator("#text").count() == 0
        await expect(page.locator("iframe")).to_be_hidden()
        out = page.get_by_role("link", name="Chat in eigenem Fenster öffnen")
        assert await out.get_attribute("href") == f"{house.base}/chat?lang=de"
        await page.get_by_role("button", name="Chat schließen").first.click()
        await expect(page.get_by_role("button", name="Fragen Sie uns")).to_be_focused()


@pytest.mark.usefixtures("axe")
async def test_axe_finds_nothing_in_the_way_out(house: Served, context: BrowserContext) -> None:
    async with another_site(house.base, title="Fragen Sie uns") as address:
        page = await _not_named(house, context, address)
        await page.get_by_role("link", name="Chat in eigenem Fenster öffnen").wait_for()
        assert await violations(page) == []


@pytest.mark.usefixtures("axe")
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_around_and_inside(site: Page, scheme: str) -> None:
    await site.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    assert await violations(site) == []
    tab = await _open(site)
    await tab.ask("hello")
    assert await violations(site) == []
    assert await tab.violations() == []
