"""The editor in a browser: what is to say follows the keys, and it all works without a script."""

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.browsing import violations, watch
from tests.browser.test_console import comes_in, office
from tests.console.office import PASSWORD, Office
from tests.console.test_editor import NEW, WRITTEN, filled, publishes
from tests.console.test_gaps import BIKE, ask, gaps
from tests.console.test_pages import HOSTILE

__all__ = ("office",)  # the fixture
pytestmark = pytest.mark.asyncio(loop_scope="session")
HERE = "/console/articles/cargo-bikes"
CORPUS = (
    HOSTILE,
    '"><svg onload=alert(1)>',
    "</textarea><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "javascript:alert(1)",
)


async def writes(page: Page, **other: str) -> None:
    for name, text in (WRITTEN | other).items():
        field = page.locator(f"[name='{name}']")
        is_list = name in ("kind", "status", "theme1")
        await (field.select_option(text) if is_list else field.fill(text))


async def test_what_is_to_say_follows_what_is_typed(office: Office, browser: Browser) -> None:
    context = await browser.new_context(locale="en")
    page = await context.new_page()
    seen = watch(page)
    await comes_in(office, page)
    await page.goto(office.base + NEW)
    await writes(page)
    await expect(page.locator("#state")).to_contain_text("It can be published")
    await page.fill("[name='answer.en']", "It costs 12 euros.")
    await expect(page.locator("#state")).to_contain_text("It cannot be published yet")
    await expect(page.locator("#looks")).to_contain_text("12 is not among the figures")
    await expect(page.locator(".bubble").first).to_be_visible()
    for mark in CORPUS:
        async with page.expect_response(lambda answer: answer.request.method == "POST"):
            for name in ("title.en", "answer.zh", "asked.de", "sources", "slug"):
                await page.fill(f"[name='{name}']", mark)
    await page.get_by_role("button", name="Look at it").click()
    await expect(page.locator("[name='answer.zh']")).to_have_value(CORPUS[-1])
    assert seen == []
    await context.close()


async def test_who_was_signed_out_loses_nothing(office: Office, browser: Browser) -> None:
    context = await browser.new_context(locale="en")
    page, other = await context.new_page(), await context.new_page()
    await comes_in(office, page)
    await page.goto(office.base + NEW)
    await other.goto(f"{office.base}/console")
    await other.get_by_role("button", name="Sign out").click()
    await expect(other).to_have_title("Sign in – Citybot")
    await writes(page)
    await expect(page.locator("#state")).to_contain_text("You are signed out")
    await other.fill("[name=name]", "anna")
    await other.fill("[name=password]", PASSWORD)
    await other.locator("main button").first.click()
    await expect(other).to_have_title("Today – Citybot")
    await page.fill("[name='city.en']", "Aachen")
    await expect(page.locator("#state")).to_contain_text("It can be published")
    await page.get_by_role("button", name="Try it").click()
    await expect(page.locator("#tried")).to_be_visible()
    await expect(page.locator("[name='answer.zh']")).to_have_value(WRITTEN["answer.zh"])
    await context.close()


async def test_from_a_gap_to_an_article_without_a_script(
    axe: None, office: Office, browser: Browser
) -> None:
    ask(office, *BIKE)
    context = await browser.new_context(locale="en", java_script_enabled=False)
    page = await context.new_page()
    await comes_in(office, page)
    await page.get_by_role("link", name="Gaps", exact=True).click()
    await page.locator("td a").first.click()
    await page.get_by_role("link", name="Write a new article").click()
    await writes(page)
    await page.get_by_role("button", name="Try it").click()
    await expect(page.locator("#tried")).to_contain_text("find it then: 3 of 3")
    await page.get_by_role("button", name="Publish").click()
    await expect(page.locator("main")).to_contain_text("answered by an article")
    assert gaps(office) == [(1, 3, "answered")]
    await context.close()


@pytest.mark.parametrize(("scheme", "width"), [("light", 360), ("dark", 1024)])
async def test_axe_finds_nothing_while_somebody_decides(
    axe: None, office: Office, browser: Browser, scheme: str, width: int
) -> None:
    zoe = await office.joins("zoe", "editor")
    await publishes(zoe, NEW, WRITTEN)
    context = await browser.new_context(
        locale="en", color_scheme=scheme, viewport={"width": width, "height": 800}
    )
    page = await context.new_page()
    seen = watch(page)
    await comes_in(office, page)
    await page.goto(office.base + HERE)
    theirs = filled(await zoe.get(HERE)) | {"title.en": "Hers", "period.de": "seit langem"}
    await publishes(zoe, HERE, theirs)
    await page.fill("[name='title.en']", "His")
    await page.click("button[value=try]")
    await expect(page.get_by_role("alert")).to_contain_text("Somebody else has published")
    assert await violations(page) == []
    await page.get_by_role("button", name="Take theirs").click()
    await expect(page.locator("[name='title.en']")).to_have_value("Hers")
    await page.fill("[name='city.en']", "Aachen")
    await page.click("button[value=try]")
    await expect(page.locator("#tried")).to_be_visible()
    assert await violations(page) == []
    await page.click("button[value=publish]")
    await page.goto(f"{office.base}{HERE}/history?edit=1")
    assert await violations(page) == []
    wider = "document.documentElement.scrollWidth > window.innerWidth"
    assert not await page.evaluate(wider)
    assert seen == []
    await context.close()
