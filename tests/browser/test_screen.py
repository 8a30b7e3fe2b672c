"""The large screen in a browser: it counts by itself, reveals when asked, and stays readable."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, expect

from bot.config import Settings
from bot.dialog import Transaction
from bot.i18n import languages
from bot.pages import screen
from bot.services.ballots import Ballots, Voter
from bot.services.closing import GRACE, Closer
from bot.services.keys import Keys
from bot.services.marks import Answer
from bot.services.poll_office import PollOffice
from bot.services.poll_written import read_poll
from bot.services.polls import Polls
from knowledge.library import Library
from tests.adapters.web.served import Served, served
from tests.browser.browsing import violations, watch
from tests.browser.fair import HOSTILE
from tests.services.polls.station import SINGLE, texts

pytestmark = pytest.mark.asyncio(loop_scope="session")
LONG = "Where should the city build the first of the twelve protected bike lanes? " * 4


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A count is never older than the look at it."""
    monkeypatch.setattr(screen, "_KEPT", 0.0)


@pytest_asyncio.fixture(loop_scope="session")
async def house(sqlite_url: str, tmp_path: Path, library: Library) -> AsyncIterator[Served]:
    settings = Settings(
        data_dir=tmp_path,
        database_url=sqlite_url,
        secret="for tests only",
        public_url="https://chat.example.org",
    )
    async with served(settings, library) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def page(context: BrowserContext) -> AsyncIterator[Page]:
    opened = await context.new_page()
    await opened.set_viewport_size({"width": 1920, "height": 1080})
    seen = watch(opened)
    yield opened
    assert seen == []


def poll(house: Served, *questions: Any, **more: Any) -> str:
    """The screen of an open poll."""
    now = datetime.now(UTC)
    plain = {
        "id": "lanes", "title": texts("Bike lanes"), "questions": list(questions) or [SINGLE],
        "closes": (now + timedelta(hours=2)).isoformat(), "next_steps": texts("We build."),
        "level": "web", "opens": (now - timedelta(hours=1)).isoformat(),
    } | more  # fmt: skip
    with house.house.database.write() as connection:
        office = PollOffice(
            Transaction(connection, now), Keys.of(house.house.settings), "staff:anna"
        )
        office.save(read_poll(plain, now))
        office.open("lanes")
    return f"{house.base}/screen/lanes?lang=en"


def vote(house: Served, *options: str) -> None:
    ((before,),) = house.rows("SELECT count(*) FROM participation")
    now = datetime.now(UTC)
    with house.house.database.write() as connection:
        transaction = Transaction(connection, now)
        found = Polls(transaction).get("lanes")
        assert found is not None
        ballots = Ballots(transaction, Keys.of(house.house.settings))
        for number, option in enumerate(options, before):
            voter = Voter(person_id=f"p{number}", channel="web", language="en", heard_at=now)
            ballots.cast(found, voter, found.questions[0].id, Answer({option: 1}))


def close(house: Served) -> None:
    at = datetime.now(UTC) - GRACE
    house.change(f"UPDATE poll SET closes_at = '{at:%Y-%m-%d %H:%M:%S.%f}'")
    Closer(house.house.database, Keys.of(house.house.settings)).close("lanes", datetime.now(UTC))


async def test_it_counts_by_itself_and_reveals_when_it_is_asked(house: Served, page: Page) -> None:
    await page.goto(poll(house))
    await expect(page.locator("#count")).to_have_text("0")
    await expect(page.locator(".time")).to_contain_text("Time left")
    await expect(page.locator("#left")).to_contain_text("1 h 59 min")
    await expect(page.locator("#reveal")).to_be_hidden()
    vote(house, *["north"] * 9, "south")
    await expect(page.locator("#count")).to_have_text("10")
    close(house)
    await expect(page.locator("#phase")).to_have_text("Voting is over.")
    await expect(page.locator("#vote")).to_be_hidden()
    assert await page.get_by_text("(90%)").count() == 0
    await page.locator("#reveal a").click()
    await expect(page.get_by_text("9 (90%)")).to_be_visible()


async def test_where_the_stream_does_not_get_through_it_asks(house: Served, page: Page) -> None:
    await page.clock.install()
    await page.route("**/live", lambda route: route.abort())
    await page.goto(poll(house))
    vote(house, "north")
    await page.wait_for_function("document.querySelector('#count')")
    async with page.expect_response("**/state"):
        await page.clock.run_for(6_000)
    await expect(page.locator("#count")).to_have_text("1")


async def test_open_figures_grow_on_the_screen(house: Served, page: Page) -> None:
    url = poll(house, live=True)
    vote(house, *["north"] * 10)
    await page.goto(f"{url}&result=1")
    await expect(page.get_by_text("10 (100%)")).to_be_visible()
    vote(house, *["south"] * 10)
    await expect(page.get_by_text("10 (50%)")).to_have_count(2, timeout=20_000)


async def test_without_a_script_it_loads_itself_anew(house: Served, browser: Browser) -> None:
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(poll(house))
    vote(house, "north")
    await page.reload()
    await expect(page.locator("#count")).to_have_text("1")
    assert await page.locator("meta[http-equiv=refresh]").count() == 1
    await context.close()


async def test_nothing_moves_for_who_wants_it_still(house: Served, page: Page) -> None:
    await page.emulate_media(reduced_motion="reduce")
    await page.goto(poll(house))
    vote(house, "north")
    await expect(page.locator("#count")).to_have_text("1")
    assert await page.evaluate("document.getAnimations().length") == 0


@pytest.mark.usefixtures("axe")
@pytest.mark.parametrize("language", languages())
async def test_axe_finds_nothing(house: Served, page: Page, language: str) -> None:
    url = poll(house, live=True).replace("lang=en", f"lang={language}")
    await page.goto(url)
    assert await violations(page) == []
    vote(house, *["north"] * 10)
    await page.goto(f"{url}&result=1")
    assert await violations(page) == []


@pytest.mark.parametrize("size", [(1920, 1080), (1280, 720), (320, 480)])
async def test_long_questions_stay_on_the_screen(
    house: Served, page: Page, size: tuple[int, int]
) -> None:
    """From the side nothing is cut off; below it one can scroll."""
    await page.set_viewport_size({"width": size[0], "height": size[1]})
    await page.goto(poll(house, {**SINGLE, "ask": texts(LONG[:290])}, title=texts(LONG[:290])))
    assert await page.evaluate("document.documentElement.scrollWidth") <= size[0]
    await expect(page.locator(".code")).to_have_count(1)


async def test_what_organisers_write_is_shown_and_never_run(house: Served, page: Page) -> None:
    options = [{"id": f"o{n}", "label": texts(word)} for n, word in enumerate(HOSTILE)]
    question = {**SINGLE, "options": options, "ask": texts(HOSTILE[1])}
    url = poll(house, question, title=texts(HOSTILE[0]), live=True)
    vote(house, *["o0"] * 10)
    for more in ("", "&result=1"):
        await page.goto(url + more)
        assert await page.evaluate("typeof hacked") == "undefined"
