"""The public pages in a browser: nothing runs that people wrote, everybody can use them."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, Route, expect

from bot.config import Settings
from bot.i18n import languages
from knowledge.library import Library
from tests.adapters.web.served import Served, served
from tests.browser.browsing import violations, watch
from tests.browser.fair import HOSTILE, Fair, build

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session")
async def house(sqlite_url: str, tmp_path: Path, library: Library) -> AsyncIterator[Served]:
    settings = Settings(
        data_dir=tmp_path,
        database_url=sqlite_url,
        secret="for tests only",
        organisation="Stadt Aachen",
        cross_border="Aachen, Germany",
        contact="team@example.org",
        privacy_url="https://example.org/privacy",
    )
    async with served(settings, library) as opened:
        yield opened


@pytest.fixture
def fair(house: Served) -> Fair:
    return build(house)


@pytest_asyncio.fixture(loop_scope="session")
async def page(context: BrowserContext) -> AsyncIterator[Page]:
    """A page; nothing may go wrong in it by the end."""
    opened = await context.new_page()
    seen = watch(opened)
    yield opened
    assert seen == []


def at(house: Served, path: str, language: str = "en") -> str:
    return f"{house.base}{path}{'&' if '?' in path else '?'}lang={language}"


@pytest.mark.parametrize("language", languages())
async def test_what_people_write_is_shown_and_never_run(
    house: Served, page: Page, language: str
) -> None:
    fair = build(house, HOSTILE)
    for path in fair.pages.values():
        await page.goto(at(house, path, language))
        assert await page.evaluate("typeof hacked") == "undefined", path
        assert await page.locator("main h1").count() == 1, path
        assert page.url.startswith(house.base)
    for registration in fair.here:
        await page.goto(at(house, fair.door, language))
        await page.locator("#reference").fill(registration.reference or "")
        await page.locator("#type button").click()
        await expect(page.locator("#list li")).to_have_count(1)
        assert await page.evaluate("typeof hacked") == "undefined"


async def test_what_is_sent_back_with_an_error_is_shown_and_never_run(
    house: Served, page: Page
) -> None:
    fair = build(house, HOSTILE)
    for text in HOSTILE:
        await page.goto(at(house, fair.pages["form"]))
        for name in ("f-name", "f-phone", "f-count", "f-why"):
            await page.locator(f"#{name}").fill(text)
        await page.locator("form button").click()
        await expect(page.locator(".summary")).to_be_visible()
        assert await page.evaluate("typeof hacked") == "undefined", text


@pytest.mark.usefixtures("axe")
@pytest.mark.parametrize(
    ("language", "scheme"), [("en", "light"), ("de", "dark"), ("zh", "light"), ("zh", "dark")]
)
async def test_axe_finds_nothing(
    house: Served, page: Page, fair: Fair, language: str, scheme: Any
) -> None:
    await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    for path in fair.pages.values():
        await page.goto(at(house, path, language))
        assert await violations(page) == [], path
    await page.goto(at(house, fair.pages["form"], language))
    await page.locator("form button").click()
    assert await violations(page) == []
    await page.goto(at(house, fair.door, language))
    await page.locator("#reference").fill(fair.here[0].reference or "")
    await page.locator("#type button").click()
    await expect(page.locator("#list li")).to_have_count(1)
    assert await violations(page) == []


@pytest.mark.parametrize("language", languages())
async def test_nothing_is_lost_on_a_small_screen(
    house: Served, page: Page, fair: Fair, language: str
) -> None:
    """320 x 256 pixels is a desktop at 400 % (WCAG 1.4.10)."""
    await page.set_viewport_size({"width": 320, "height": 256})
    small = (
        "[...document.querySelectorAll('button, .button, nav a, footer a, .question input, select,"
        " textarea, summary, .option')].filter(n => n.checkVisibility() && !n.closest('.option >"
        " *')).filter(n => n.getBoundingClientRect().height < 43.9"
        " && !n.matches('[type=hidden], [type=radio], [type=checkbox]')).map(n => n.outerHTML)"
    )
    for path in fair.pages.values():
        await page.goto(at(house, path, language))
        assert await page.evaluate("document.documentElement.scrollWidth") <= 320, path
        assert await page.evaluate(small) == [], path


async def test_without_a_script_the_form_is_sent(
    house: Served, browser: Browser, fair: Fair
) -> None:
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(at(house, fair.pages["form"], "de"))
    await page.locator("#f-name").fill("Änne Müller")
    await page.locator("#f-email").fill("aenne@example.org")
    await page.locator("[name='f.role'][value=b]").check()
    await page.locator("form button").click()
    await expect(page.locator(".summary li")).to_have_count(2)  # both consents
    for box in ("registration", "cross-border"):
        await page.locator(f"#c-{box}").check()
    await page.locator("form button").click()
    await expect(page.locator("h1")).to_have_text("Vielen Dank!")
    ((answers,),) = house.rows("SELECT target FROM web_link WHERE used_at IS NOT NULL")
    assert json.loads(answers)["answers"] == {
        "name": "Änne Müller", "email": "aenne@example.org", "role": "b",
    }  # fmt: skip
    await context.close()


async def test_an_error_is_reached_by_the_keyboard(house: Served, page: Page, fair: Fair) -> None:
    await page.goto(at(house, fair.pages["form"]))
    await page.locator("form button").click()
    await expect(page.locator(".summary")).to_be_focused()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.locator("#f-name")).to_be_focused()


async def test_on_paper_the_event_is_all_there_is(house: Served, page: Page, fair: Fair) -> None:
    await page.goto(at(house, fair.pages["event"]))
    await page.emulate_media(media="print")
    for hidden in ("header nav", "footer", ".ways"):
        await expect(page.locator(hidden)).to_be_hidden()
    await expect(page.locator(".facts")).to_be_visible()


# -- the door ----------------------------------------------------------------------------------


TAKEN = "SELECT count(*) FROM check_in WHERE event_id = 'today'"


async def types(page: Page, reference: str | None) -> None:
    await page.locator("#reference").fill(reference or "")
    await page.locator("#type button").click()


async def test_what_is_scanned_offline_is_sent_later(
    house: Served, page: Page, context: BrowserContext, fair: Fair
) -> None:
    await page.goto(at(house, fair.door))
    await context.set_offline(True)
    for registration in fair.here[:2]:
        await types(page, registration.reference)
    await expect(page.locator("#waiting")).to_have_text("2 scans wait for a connection.")
    assert house.rows(TAKEN) == [(0,)]
    await context.set_offline(False)
    await expect(page.locator("#counts")).to_have_text("2 of 5 registrations are here")
    await expect(page.locator("#waiting")).to_have_text("")
    assert house.rows(TAKEN) == [(2,)]


async def test_what_was_kept_survives_a_reload_and_a_lost_answer(
    house: Served, page: Page, fair: Fair
) -> None:
    taken: list[Any] = []

    async def lose(route: Route) -> None:
        taken.append(await route.fetch())  # the house has it; the phone does not hear so
        await route.abort()

    await page.goto(at(house, fair.door))
    await page.route("**/scans?*", lose)
    await types(page, fair.here[0].reference)
    await expect(page.locator("#last")).to_be_empty()
    await page.wait_for_function("localStorage.length === 1")
    await page.reload()
    await page.unroute_all(behavior="ignoreErrors")
    await page.evaluate("dispatchEvent(new Event('online'))")
    await expect(page.locator("#list li")).to_have_count(1)
    await expect(page.locator("#counts")).to_have_text("1 of 5 registrations are here")
    assert len(taken) >= 1
    assert house.rows("SELECT what, outcome FROM check_in WHERE event_id = 'today'") == [
        ("in", "in")
    ]


async def test_a_check_in_is_undone_with_one_button(house: Served, page: Page, fair: Fair) -> None:
    await page.goto(at(house, fair.door, "de"))
    await types(page, fair.here[0].reference)
    await page.locator("#list button").click()
    await expect(page.locator("#counts")).to_have_text("0 von 5 Anmeldungen sind da")
    await expect(page.locator("#reference")).to_be_focused()


async def test_another_phone_sees_the_count(
    house: Served, page: Page, context: BrowserContext, fair: Fair
) -> None:
    other = await context.new_page()
    await other.clock.install()
    await other.goto(at(house, fair.door))
    await page.goto(at(house, fair.door))
    await types(page, fair.here[0].reference)
    await expect(page.locator("#counts")).to_have_text("1 of 5 registrations are here")
    await other.clock.run_for(11_000)
    await expect(other.locator("#counts")).to_have_text("1 of 5 registrations are here")


async def test_what_is_no_reference_is_said_at_once(house: Served, page: Page, fair: Fair) -> None:
    await page.goto(at(house, fair.door))
    await types(page, "7F3-K29")
    await expect(page.locator("#last")).to_contain_text("A reference has nine letters")
    assert house.rows(TAKEN) == [(0,)]


CAMERA = """
(reference) => {
  globalThis.BarcodeDetector = class {
    async detect() { return [{ rawValue: reference }]; }
  };
  navigator.mediaDevices.getUserMedia = async () => document.createElement("canvas").captureStream();
}
"""


async def test_where_the_browser_reads_codes_the_camera_does(
    house: Served, page: Page, fair: Fair
) -> None:
    """Chromium reads codes on telephones only, so the device is put in its place here."""
    reference = fair.here[0].reference
    await page.add_init_script(f"({CAMERA})('{reference}')")
    await page.goto(at(house, fair.door))
    await page.get_by_role("button", name="Scan with the camera").click()
    await expect(page.locator("#counts")).to_have_text("1 of 5 registrations are here")
    await page.get_by_role("button", name="Stop the camera").click()
    assert house.rows(TAKEN) == [(1,)]  # seen many times, taken once


async def test_without_a_camera_there_is_no_button(house: Served, page: Page, fair: Fair) -> None:
    await page.goto(at(house, fair.door))
    has = await page.evaluate("'BarcodeDetector' in window")
    await expect(page.locator("#camera")).to_be_visible(visible=has)


# -- the chat, by a link ---------------------------------------------------------------------------


async def test_a_link_into_the_chat_begins_with_one_tap(
    house: Served, page: Page, fair: Fair
) -> None:
    await page.goto(at(house, fair.pages["full"]))
    event = await page.locator("h1").inner_text()
    await page.locator(".ways .button").first.click()
    await expect(page.locator(".invited")).to_contain_text(f"Your link leads to “{event}”.")
    assert house.rows("SELECT count(*) FROM inbox") == [(0,)]  # nothing is kept before the tap
    assert await page.context.cookies() == []
    await page.get_by_role("button", name="Start here").click()
    await expect(page.locator(".line.citybot .text")).to_contain_text("Aachen, Germany")
    await expect(page.locator(".invited")).to_have_count(0)
    await page.reload()
    await expect(page.locator(".line.you .text")).to_have_text("Start here")
    await expect(page.locator(".invited")).to_have_count(0)


async def test_a_typed_one_follows_the_link_as_well(house: Served, page: Page, fair: Fair) -> None:
    await page.goto(at(house, fair.pages["full"]))
    await page.locator(".ways .button").first.click()
    await page.locator("#text").fill("1")
    await page.locator("#text").press("Enter")
    await expect(page.locator(".line.citybot .text")).to_contain_text("Aachen, Germany")
    await expect(page.locator(".invited")).to_have_count(0)
    assert "invite=" not in page.url
