"""Talking in a browser: three languages, the keyboard alone, two tabs, bad lines, no script."""

import asyncio

import pytest
from playwright.async_api import Browser, BrowserContext, expect

from adapters.web.rendering import EXAMPLES
from bot.i18n import languages, translate
from bot.message import Choice, Link, Reply
from tests.adapters.web.served import Served
from tests.browser.browsing import Tab, watch

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize("language", languages())
async def test_a_resident_asks_taps_and_reads(house: Served, tab: Tab, language: str) -> None:
    await tab.page.goto(f"{house.base}/chat?lang={language}")
    example = translate(language, EXAMPLES[0])
    await tab.page.get_by_role("button", name=example).click()
    await expect(tab.replies).to_have_count(1)
    assert (await tab.read())[0] == ("you", example)
    source = tab.replies.first.locator(".links a").first
    assert (await source.get_attribute("href") or "").startswith("https://")
    assert await source.get_attribute("rel") == "noopener noreferrer"
    label = await tab.replies.first.locator(".choices button").first.text_content()
    await tab.replies.first.locator(".choices button").first.click()
    await expect(tab.replies).to_have_count(2)
    assert (await tab.mine()) == [example, label]


async def test_nothing_is_stored_before_the_first_message(
    tab: Tab, context: BrowserContext
) -> None:
    await tab.field.fill("only typed")
    await asyncio.sleep(0.3)
    stored = "Object.keys(localStorage).length + Object.keys(sessionStorage).length"
    assert await tab.page.evaluate(stored) == 0
    assert await context.cookies() == []
    await tab.ask("hello")
    assert {cookie["name"] for cookie in await context.cookies()} == {"citybot", "__Host-citybot"}
    assert await tab.page.evaluate(stored) == 0


async def test_the_keyboard_alone_is_enough(house: Served, tab: Tab) -> None:
    keyboard = tab.page.keyboard
    await keyboard.press("Tab")
    await expect(tab.page.get_by_role("link", name="Skip to the message field")).to_be_focused()
    await keyboard.press("Enter")
    await expect(tab.field).to_be_focused()
    await keyboard.type("one")
    await keyboard.press("Shift+Enter")
    await keyboard.type("two")
    await keyboard.press("Enter")
    await expect(tab.replies).to_have_count(1)
    assert (await tab.mine()) == ["one\ntwo"]
    await expect(tab.field).to_be_focused()  # nothing took the focus away

    house.tell(house.only_address(), Reply("Which?", (Choice("help", "Show me"),)))
    await expect(tab.replies).to_have_count(2)
    await expect(tab.field).to_be_focused()
    await keyboard.press("Shift+Tab")
    await expect(tab.page.get_by_role("button", name="Show me")).to_be_focused()
    await keyboard.press("Space")
    await expect(tab.replies).to_have_count(3)
    assert (await tab.mine())[-1] == "Show me"
    await expect(tab.page.get_by_role("button", name="Show me")).to_be_focused()


async def test_enter_belongs_to_the_input_method_while_it_composes(tab: Tab) -> None:
    await tab.field.fill("ni hao")
    await tab.field.dispatch_event("keydown", {"key": "Enter", "isComposing": True})
    await asyncio.sleep(0.2)
    assert await tab.lines.count() == 0


async def test_a_double_tap_says_it_once(house: Served, tab: Tab) -> None:
    await tab.ask("hello")
    house.tell(house.only_address(), Reply("Which?", (Choice("help", "Show me"),)))
    await tab.page.get_by_role("button", name="Show me").dblclick()
    await expect(tab.replies).to_have_count(3)
    await tab.ask("what can you do?")  # whatever the taps began has been said by now
    assert (await tab.mine()) == ["hello", "Show me", "what can you do?"]


async def test_an_example_hands_the_focus_to_the_field(tab: Tab) -> None:
    await tab.page.get_by_role("button", name=EXAMPLES[0]).press("Enter")
    await expect(tab.field).to_be_focused()
    await expect(tab.page.locator(".examples")).to_have_count(0)


async def test_a_reload_keeps_the_talk(tab: Tab) -> None:
    await tab.ask("hello")
    await tab.ask("help")
    before = await tab.read()
    await tab.page.reload()
    assert await tab.read() == before
    await tab.ask("privacy")
    assert len(await tab.read()) == 6


async def test_every_reply_shown_is_settled(house: Served, tab: Tab) -> None:
    await tab.ask("hello")
    await tab.ask("help")
    for _ in range(40):
        states = house.rows("SELECT state FROM outbox")
        if states == [("sent",), ("sent",)]:
            break
        await asyncio.sleep(0.1)
    assert states == [("sent",), ("sent",)]


async def test_a_reminder_appears_by_itself(house: Served, tab: Tab) -> None:
    await tab.ask("hello")
    house.tell(house.only_address(), Reply("The workshop begins in an hour."))
    await expect(tab.replies.last).to_contain_text("The workshop begins in an hour.", timeout=2000)


async def test_an_ended_session_begins_anew_with_the_same_words(
    house: Served, tab: Tab, context: BrowserContext
) -> None:
    await tab.ask("hello")
    await context.clear_cookies()
    await context.add_cookies([{"name": "citybot", "value": "forged", "url": house.base}])
    await tab.ask("help")
    assert house.rows("SELECT count(*) FROM conversation") == [(2,)]


async def test_two_tabs_show_the_same_talk(
    house: Served, tab: Tab, context: BrowserContext
) -> None:
    page = await context.new_page()
    await page.goto(f"{house.base}/chat?lang=en")
    other = Tab(page)
    await tab.ask("hello")
    await expect(other.lines).to_have_count(2)
    await other.ask("help")
    await expect(tab.lines).to_have_count(4)
    house.tell(house.only_address(), Reply("To both."))
    await expect(tab.lines).to_have_count(5)
    await expect(other.lines).to_have_count(5)
    assert await tab.read() == await other.read()
    assert [who for who, _text in await tab.read()] == ["you", "citybot"] * 2 + ["citybot"]
    assert house.rows("SELECT count(*) FROM conversation") == [(1,)]


async def test_deleting_ones_data_empties_the_page(house: Served, tab: Tab) -> None:
    await tab.ask("hello")
    await tab.page.get_by_role("button", name="Delete my data").first.click()
    await expect(tab.replies).to_have_count(2)
    await tab.replies.last.locator(".choices button").first.click()
    await expect(tab.lines).to_have_count(1)
    assert [who for who, _text in await tab.read()] == ["citybot"]


async def test_the_language_of_page_and_talk_change_together(house: Served, tab: Tab) -> None:
    await tab.ask("help")
    await tab.page.get_by_role("link", name="中文").click()
    await expect(tab.page.locator("html")).to_have_attribute("lang", "zh")
    assert house.rows("SELECT language FROM conversation") == [("zh",)]
    assert (await tab.mine()) == ["help", "中文"]


async def test_ending_the_chat_leaves_a_fresh_page_in_every_tab(
    house: Served, tab: Tab, context: BrowserContext
) -> None:
    await tab.ask("hello")
    other = Tab(await context.new_page())
    await other.page.goto(f"{house.base}/chat?lang=en")
    await expect(other.lines).to_have_count(2)
    await tab.page.route("**/chat/api/messages?*", lambda route: route.abort())
    await tab.say("never sent")
    await tab.page.get_by_role("button", name="End this chat").click()
    await expect(tab.page.locator(".examples")).to_be_visible()
    await expect(other.page.locator(".examples")).to_be_visible()
    assert (await tab.read(), await other.read()) == ([], [])
    assert await context.cookies() == []
    assert await tab.page.evaluate("sessionStorage.length") == 0


async def test_without_javascript_it_is_the_same_talk(house: Served, browser: Browser) -> None:
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    seen = watch(page)
    await page.goto(f"{house.base}/chat?lang=en")
    await page.get_by_role("button", name=EXAMPLES[0]).click()
    assert page.url == f"{house.base}/chat?lang=en#end"
    assert await page.locator(".line").count() == 2
    label = await page.locator(".choices button").first.text_content()
    await page.locator(".choices button").first.click()
    assert await page.locator(".line").count() == 4
    assert await page.locator(".line.you .text").last.text_content() == label
    await page.locator("#text").fill("<b>no markup</b>")
    await page.get_by_role("button", name="Send").click()
    assert await page.locator(".line.you .text").last.text_content() == "<b>no markup</b>"
    await page.get_by_role("button", name="Deutsch").click()
    assert await page.locator("html").get_attribute("lang") == "de"
    assert house.rows("SELECT language FROM conversation") == [("de",)]
    await page.wait_for_load_state("networkidle")
    assert {state for (state,) in house.rows("SELECT state FROM outbox")} == {"sent"}
    assert seen == []
    await context.close()


HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "javascript:alert(1)",
    "{{constructor.constructor('alert(1)')()}}",
)


@pytest.mark.parametrize("text", HOSTILE)
async def test_what_people_write_is_shown_and_never_run(house: Served, tab: Tab, text: str) -> None:
    await tab.ask(text)
    link = Link(text, "https://example.org/" + text)
    house.tell(house.only_address(), Reply(text, (Choice(text, text),), (link,)))
    await expect(tab.replies).to_have_count(2)
    live = await tab.read()
    assert (live[0], live[-1]) == (("you", text), ("citybot", text))
    await tab.page.reload()
    assert await tab.read() == live
    assert await tab.page.locator(".line img, .line script, .line b").count() == 0


async def test_a_text_that_runs_the_other_way_stays_in_its_line(tab: Tab) -> None:
    await tab.ask("\u202eevil\u202c مرحبا")
    text = tab.lines.first.locator(".text > p")
    assert await text.get_attribute("dir") == "auto"
    assert await text.evaluate("p => getComputedStyle(p).unicodeBidi") == "isolate"
    footer = tab.page.locator("footer button").first
    assert await footer.evaluate("b => getComputedStyle(b).direction") == "ltr"


async def test_ten_thousand_emoji_are_kept_in_the_field_with_a_reason(tab: Tab) -> None:
    emoji = "🌳" * 10_000
    await tab.say(emoji)
    await expect(tab.page.locator("#room")).to_have_text(
        "That is too long: please write at most 4000 characters at once."
    )
    assert await tab.field.input_value() == emoji
    await tab.field.fill("🌳" * 3_900)
    await expect(tab.page.locator("#room")).to_have_text("100 characters left")
    await tab.field.press("Enter")
    await expect(tab.replies).to_have_count(1)
    assert (await tab.mine()) == ["🌳" * 3_900]
    width = await tab.page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert width <= 0
