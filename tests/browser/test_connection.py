"""Bad lines: offline, lost answers, no stream, a restart. Nothing is lost, nothing said twice."""

import asyncio

import pytest
from playwright.async_api import APIResponse, BrowserContext, Route, expect

from bot.message import Reply
from tests.adapters.web.served import Served
from tests.browser.browsing import Tab

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_what_is_written_offline_is_sent_later_in_order(
    house: Served, tab: Tab, context: BrowserContext
) -> None:
    await tab.ask("hello")
    await context.set_offline(True)
    await tab.say("first")
    await tab.say("second")
    await expect(tab.page.get_by_text("Not sent yet.")).to_have_count(2)
    await expect(tab.page.get_by_text("You are offline.")).to_be_visible()
    await context.set_offline(False)
    await expect(tab.replies).to_have_count(3)
    await expect(tab.page.get_by_text("Not sent yet.")).to_have_count(0)
    assert [who for who, _text in await tab.read()] == ["you", "citybot"] * 3
    assert (await tab.mine()) == ["hello", "first", "second"]
    assert house.rows("SELECT count(*) FROM inbox") == [(3,)]


async def test_what_could_not_be_sent_survives_a_reload(house: Served, tab: Tab) -> None:
    await tab.ask("hello")
    await tab.page.route("**/chat/api/messages?*", lambda route: route.abort())
    await tab.say("kept")
    await expect(tab.page.get_by_text("Not sent yet.")).to_be_visible()
    await tab.page.reload()
    await expect(tab.page.get_by_text("Not sent yet.")).to_be_visible()
    assert (await tab.mine()) == ["hello", "kept"]
    await tab.page.unroute("**/chat/api/messages?*")
    await tab.page.get_by_role("button", name="Try again").click()
    await expect(tab.replies).to_have_count(2)
    await tab.page.reload()
    assert (await tab.mine()) == ["hello", "kept"]
    assert house.rows("SELECT count(*) FROM inbox") == [(2,)]


async def test_an_answer_lost_on_the_way_repeats_nothing(house: Served, tab: Tab) -> None:
    lost: list[APIResponse] = []

    async def lose(route: Route) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(await route.fetch())  # the house has taken it
            await route.abort()
        else:
            await route.continue_()

    await tab.page.route("**/chat/api/messages?*", lose)
    await tab.say("only once")
    await expect(tab.replies).to_have_count(1)
    await expect(tab.page.get_by_text("Not sent yet.")).to_have_count(0)
    assert (len(lost), await tab.mine()) == (1, ["only once"])
    assert house.rows("SELECT count(*) FROM inbox") == [(1,)]


async def test_what_the_house_refuses_is_said_and_can_be_removed(tab: Tab) -> None:
    async def refuse(route: Route) -> None:
        body = {"error": "unreadable", "message": "That could not be read."}
        await route.fulfill(status=400, json=body)

    await tab.page.route("**/chat/api/messages?*", refuse)
    await tab.say("odd")
    await expect(tab.page.get_by_text("Not sent. That could not be read.")).to_be_visible()
    await tab.page.get_by_role("button", name="Remove").click()
    assert await tab.lines.count() == 0
    await expect(tab.field).to_be_focused()


async def test_a_refused_line_does_not_part_later_lines_from_their_answers(tab: Tab) -> None:
    await tab.ask("hello")
    await tab.page.evaluate("document.querySelector('#text').value = 'odd\\0'")
    await tab.page.locator("#text").press("Enter")
    await expect(tab.page.get_by_text("Not sent.")).to_be_visible()
    for count, text in enumerate(("first", "second"), start=2):
        await tab.say(text)
        await expect(tab.replies).to_have_count(count)
    assert (await tab.mine()) == ["hello", "first", "second", "odd\0"]
    assert [who for who, _text in await tab.read()] == [*["you", "citybot"] * 3, "you"]


async def test_without_a_stream_the_page_looks_by_itself(house: Served, tab: Tab) -> None:
    await tab.page.route("**/chat/api/events*", lambda route: route.abort())
    await tab.ask("hello")
    house.tell(house.only_address(), Reply("By another way."))
    await expect(tab.replies.last).to_contain_text("By another way.", timeout=8000)


async def test_a_stream_that_breaks_misses_nothing(house: Served, tab: Tab) -> None:
    await tab.ask("hello")
    await asyncio.sleep(0.5)
    await house.channel.close()  # as at a restart: all streams end, new ones get 204
    house.tell(house.only_address(), Reply("After the break."))
    await expect(tab.replies.last).to_contain_text("After the break.", timeout=8000)
