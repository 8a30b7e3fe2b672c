"""The kiosk in a browser: a tablet that many people touch, with and without a network."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, Route, expect

from bot.config import Settings
from bot.dialog import Transaction
from bot.i18n import languages
from bot.services.keys import Keys
from bot.services.kiosk import KioskLinks
from bot.services.poll_office import PollOffice
from bot.services.poll_written import read_poll
from knowledge.library import Library
from tests.adapters.web.served import Served, served
from tests.browser.browsing import violations, watch
from tests.browser.fair import HOSTILE
from tests.dialogs.polling import one_of_each
from tests.services.polls.station import SINGLE, texts

pytestmark = pytest.mark.asyncio(loop_scope="session")
SHUFFLED = {**SINGLE, "shuffled": True, "unsure": True}


@pytest_asyncio.fixture(loop_scope="session")
async def house(sqlite_url: str, tmp_path: Path, library: Library) -> AsyncIterator[Served]:
    settings = Settings(data_dir=tmp_path, database_url=sqlite_url, secret="for tests only")
    async with served(settings, library) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def page(context: BrowserContext) -> AsyncIterator[Page]:
    """A tablet; nothing may go wrong on it by the end."""
    opened = await context.new_page()
    seen = watch(opened)
    yield opened
    assert seen == []


def kiosk(house: Served, *questions: Any, **more: Any) -> str:
    """The page of a tablet for an open poll."""
    now = datetime.now(UTC)
    plain = {
        "id": "lanes", "title": texts("Bike lanes"), "kiosk": True, "questions": list(questions),
        "closes": (now + timedelta(hours=2)).isoformat(), "next_steps": texts("We build."),
    } | more  # fmt: skip
    with house.house.database.write() as connection:
        transaction = Transaction(connection, now)
        office = PollOffice(transaction, Keys.of(house.house.settings), "staff:anna")
        office.save(read_poll(plain, now))
        office.open("lanes")
        token = KioskLinks(transaction).make("lanes", "", "staff:anna")
    return f"{house.base}/kiosk/{token}"


def voted(house: Served) -> dict[str, int]:
    """How often each option was chosen."""
    rows = house.rows("SELECT option, count(*) FROM ballot_choice GROUP BY option")
    return dict(rows)


async def vote(page: Page, option: str, language: str = "en") -> None:
    """One person, as far as the thank-you."""
    await page.locator(f"a[href='#{language}']").click()
    await page.locator(f"#{language} [value='{option}']").check()
    await page.locator(f"#{language} .cast").click()
    await expect(page.locator(f"#{language} .said")).to_be_visible()


async def test_one_after_the_other_votes_in_their_language(house: Served, page: Page) -> None:
    await page.goto(kiosk(house, SHUFFLED))
    for option, language in (("north", "en"), ("south", "de"), ("south", "zh")):
        await vote(page, option, language)
        await expect(page.locator(f"#{language} .receipt")).to_contain_text("V")
        await page.locator(f"#{language} .said a").click()
        await expect(page.locator("#start")).to_be_visible()
        await expect(page.locator(":checked")).to_have_count(0)
    assert voted(house) == {"north": 1, "south": 2}
    assert sorted(house.rows("SELECT language FROM participation")) == [("de",), ("en",), ("zh",)]
    assert await page.evaluate("history.length") <= 2  # nothing to go back to
    kept = json.loads(await page.evaluate("Object.values(localStorage)[0]"))
    assert kept["slips"] == []


async def test_without_a_network_votes_wait_and_are_sent_once(house: Served, page: Page) -> None:
    await page.clock.install()
    await page.goto(kiosk(house, SINGLE))
    answers_lost = []

    async def cut(route: Route) -> None:
        """The first time the house hears it, and its answer is lost; then nothing gets through."""
        if not answers_lost:
            answers_lost.append(await route.fetch())
        await route.abort()

    await page.route("**/slips", cut)
    for option in ("north", "south", "west"):
        await page.locator("a[href='#en']").click()
        await page.locator(f"#en [value='{option}']").check()
        await page.locator("#en .cast").click()
        await page.clock.run_for(4_000)
        await expect(page.locator("#en .receipt")).to_contain_text("kept on this tablet")
        await page.locator("#en .said a").click()
    await expect(page.locator(".waiting")).to_contain_text("3 votes wait")
    assert voted(house) == {"north": 1}
    await page.unroute("**/slips")
    await page.reload()  # also through a reload
    await expect(page.locator(".waiting")).to_be_empty()
    assert voted(house) == {"north": 1, "south": 1, "west": 1}


async def test_who_walks_away_leaves_nothing_behind(house: Served, page: Page) -> None:
    await page.clock.install()
    await page.goto(kiosk(house, SINGLE))
    await page.locator("a[href='#en']").click()
    await page.locator("#en [value=north]").check()
    await page.clock.run_for(61_000)
    await expect(page.locator("#en .still")).to_be_visible()
    await page.locator("#en .still button").click()
    await expect(page.locator("#en .still")).to_be_hidden()
    assert await page.locator("#en [value=north]").is_checked()
    await page.clock.run_for(61_000)
    await page.clock.run_for(21_000)
    await expect(page.locator("#start")).to_be_visible()
    assert await page.locator(":checked").count() == 0
    await vote(page, "south")
    await page.clock.run_for(16_000)
    await expect(page.locator("#start")).to_be_visible()
    assert voted(house) == {"south": 1}


async def test_votes_that_come_late_are_said_not_to_count(house: Served, page: Page) -> None:
    await page.goto(kiosk(house, SINGLE))
    await page.locator("a[href='#en']").click()
    await page.locator("#en [value=north]").check()
    house.change("UPDATE poll SET closes_at = '2020-01-01', opens_at = '2019-01-01'")
    house.change(f"UPDATE poll SET closes_at = '{datetime.now(UTC):%Y-%m-%d %H:%M:%S}.000000'")
    await page.locator("#en .cast").click()
    await expect(page.locator("#en .receipt")).to_contain_text("closed")
    await page.locator("#en .said a").click()
    await expect(page.locator(".waiting")).to_contain_text("do not count: 1")
    assert voted(house) == {}


async def test_a_poll_of_every_kind_goes_question_by_question(house: Served, page: Page) -> None:
    await page.goto(kiosk(house, *one_of_each()))
    await page.locator("a[href='#de']").click()
    form, forward = page.locator("#de"), page.locator("#de .next")
    await forward.click()
    await expect(form.locator(".step:visible .wrong")).to_contain_text("1 bis 2")
    await form.locator("[name='q.more.trees']").check()
    await forward.click()
    for name, place in (("trees", "2"), ("benches", "2"), ("lamps", "3")):
        await form.locator(f"[name='q.order.{name}']").select_option(place)
    await forward.click()
    await expect(form.locator(".step:visible .wrong")).not_to_be_empty()
    await form.locator("[name='q.order.benches']").select_option("1")
    await forward.click()
    await form.locator("[name='q.money.trees']").fill("70")
    await expect(form.locator(".left")).to_contain_text("30")
    await form.locator("[name='q.money.lamps']").fill("31")
    await forward.click()
    await expect(form.locator(".step:visible .wrong")).not_to_be_empty()
    await form.locator("[name='q.money.lamps']").fill("30")
    await form.locator(".back").click()
    await forward.click()
    await forward.click()
    await form.locator("[name='q.say.dark'][value='-1']").check()
    await forward.click()
    await form.locator("textarea").fill("Mehr <b>Schatten</b>")
    await form.locator(".cast").click()
    await expect(form.locator(".receipt")).to_contain_text("V")
    rows = house.rows("SELECT question, option, value, text FROM ballot_choice")
    assert sorted(rows, key=str) == [
        ("idea", "", 1, "Mehr <b>Schatten</b>"),
        ("money", "lamps", 30, None), ("money", "trees", 70, None),
        ("more", "trees", 1, None),
        ("order", "benches", 1, None), ("order", "lamps", 3, None), ("order", "trees", 2, None),
        ("say", "dark", -1, None),
    ]  # fmt: skip


async def test_i_do_not_know_and_a_mark_take_each_other_back(house: Served, page: Page) -> None:
    await page.goto(kiosk(house, one_of_each()[0]))
    await page.locator("a[href='#en']").click()
    form = page.locator("#en")
    await form.get_by_label("Trees").check()
    await form.locator(".alone input").check()
    assert not await form.get_by_label("Trees").is_checked()
    await form.get_by_label("Lamps").check()
    assert not await form.locator(".alone input").is_checked()


async def test_it_is_voted_by_keyboard_alone(house: Served, page: Page) -> None:
    await page.goto(kiosk(house, SINGLE))
    await page.locator("a[href='#en']").focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("#en legend")).to_be_focused()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Space")
    await page.keyboard.press("Enter")
    await expect(page.locator("#en .said h2")).to_be_focused()
    assert sum(voted(house).values()) == 1


async def test_without_a_script_it_is_a_form(house: Served, browser: Browser) -> None:
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(kiosk(house, SINGLE))
    await page.locator("a[href='#de']").click()
    await page.locator("#de .cast").click()
    await expect(page.locator("#de")).to_be_visible()  # nothing was chosen: the browser says so
    await page.locator("#de [value=north]").check()
    await page.locator("#de .cast").click()
    await expect(page.locator("h1")).to_contain_text("V")
    await page.reload()  # the same form, sent again
    await expect(page.locator("h1")).to_contain_text("V")
    assert voted(house) == {"north": 1}
    await context.close()


@pytest.mark.usefixtures("axe")
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing(house: Served, page: Page, scheme: Any) -> None:
    await page.emulate_media(color_scheme=scheme)
    await page.goto(kiosk(house, *one_of_each()))
    assert await violations(page) == []
    await page.locator("a[href='#zh']").click()
    await page.locator("#zh .next").click()
    await expect(page.locator("#zh .step:visible .wrong")).not_to_be_empty()
    await page.evaluate("document.querySelectorAll('#zh [hidden]').forEach(n => n.hidden = false)")
    await page.locator("#zh .still").evaluate("still => still.hidden = true")
    assert await violations(page) == []


@pytest.mark.parametrize("language", languages())
async def test_nothing_is_lost_on_a_small_screen(house: Served, page: Page, language: str) -> None:
    await page.set_viewport_size({"width": 320, "height": 480})
    await page.goto(kiosk(house, *one_of_each(), title=texts("Radverkehrsinfrastruktur " * 9)))
    assert await page.evaluate("document.documentElement.scrollWidth") <= 320
    await page.locator(f"a[href='#{language}']").click()
    assert await page.evaluate("document.documentElement.scrollWidth") <= 320


async def test_what_organisers_write_is_shown_and_never_run(house: Served, page: Page) -> None:
    options = [{"id": f"o{n}", "label": texts(word)} for n, word in enumerate(HOSTILE)]
    await page.goto(kiosk(house, {**SINGLE, "options": options}, title=texts(HOSTILE[0])))
    await vote(page, "o3")
    assert await page.evaluate("typeof hacked") == "undefined"
    assert voted(house) == {"o3": 1}
