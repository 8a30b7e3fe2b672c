"""The staff pages in a browser: axe finds nothing, nothing runs, a newcomer gets to work."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect
from sqlalchemy import insert

from bot.cli.bench.painted import PAGES as PAINTED
from bot.cli.bench.painted import painted
from bot.cli.bench.peers import Broken
from bot.config import Settings
from bot.dialog import Talk, Transaction
from bot.message import Address
from bot.models import Outbox
from bot.services.announcing import EVENTS, POLL, announce
from bot.services.api_tokens import ApiTokens, Wish
from bot.services.audience import Open
from bot.services.broadcast_written import read_broadcast
from bot.services.broadcasts import Broadcasts
from bot.services.consents import Consents
from bot.services.fields import check_fields
from bot.services.topics import Topics
from bot.services.webhooks import Webhooks
from knowledge.library import Library
from tests.browser.browsing import violations, watch
from tests.console.office import PASSWORD, Office, opened
from tests.console.organising import ONE, held, registered
from tests.console.talking import CHANNELS, Visitor
from tests.console.test_gaps import BIKE, ask
from tests.console.test_pages import HOSTILE, asked
from tests.console.test_radar import LAST_TUESDAY, WEEK, count, put
from tests.eventful import SCHOOL, register

pytestmark = pytest.mark.asyncio(loop_scope="session")
SENT, DRAFT = "/console/broadcasts/1", "/console/broadcasts/2"
PAGES = (
    *("/console", "/console/questions", "/console/questions/1", "/console/team"),
    *("/console/gaps", "/console/gaps/1", "/console/channels", "/console/radar"),
    *("/console/conversations", "/console/conversations/1", "/console/conversations?q=nothing"),
    *("/console/canned", "/console/conversations/1?canned=1"),
    *("/console/articles", "/console/articles/new", "/console/articles/kalkbreite-zurich"),
    "/console/articles/kalkbreite-zurich/history",
    *("/console/events", "/console/events?q=nothing", "/console/events/new", ONE, f"{ONE}/edit"),
    *(f"{ONE}/questions", f"{ONE}/question", f"{ONE}/questions/food", f"{ONE}/people"),
    *(f"{ONE}/people/REFERENCE", f"{ONE}/reminders", "/console/programmes"),
    *("/console/polls", "/console/polls/new", "/console/topics"),
    *("/console/broadcasts", "/console/broadcasts/new", SENT, f"{SENT}?state=failed", DRAFT),
    *("/console/broadcasts/2/write",),
    *("/console/tokens", "/console/webhooks", "/console/webhooks/1"),
    *("/console/audit", "/console/audit/chain", "/console/account", "/console/factor"),
    *("/console/people", "/console/people?q=nothing", "/console/settings"),
    *("/console/channels/script", "/console/channels/wechat", "/console/channels/web"),
    *("/console/confirm", "/console/nothing", "/help"),
)


@pytest_asyncio.fixture(loop_scope="session")
async def office(sqlite_url: str, tmp_path: Path, library: Library) -> AsyncIterator[Office]:
    settings = Settings(data_dir=tmp_path, database_url=sqlite_url, secret="for tests only")
    async with opened(settings, library, CHANNELS) as at_work:
        yield at_work


def organised(office: Office) -> str:
    """An event with hostile texts, somebody who has a seat and one who waits; gives a reference."""
    texts = dict.fromkeys(("en", "de", "zh"), HOSTILE)
    options = [{"id": name, "label": texts} for name in "abc"]
    fields = [{"id": "food", "kind": "choice", "ask": texts, "options": options},
              {"id": "name", "kind": "text", "ask": texts, "personal": True, "reason": texts}]  # fmt: skip
    held(office, title=texts, summary=texts, place=HOSTILE, contact=HOSTILE, capacity=2, reserved=1,
         fields=check_fields(fields))  # fmt: skip
    registered(office, "ann", "bob", answers={"food": "a", "name": HOSTILE})
    return str(registered(office, "eve", answers={"name": HOSTILE})[0].reference)


async def comes_in(office: Office, page: Page) -> None:
    token = office.does(lambda staff: staff.invite(staff.add("anna", "admin", "test"), "test"))
    await page.goto(f"{office.base}/console/welcome/{token}")
    await page.fill("#password", PASSWORD)
    await page.click("main button")
    await page.get_by_role("link", name="Later").click()
    await expect(page).to_have_title("Today – Citybot")


async def test_how_soon_a_page_shows_something_can_be_measured(
    office: Office, browser: Browser
) -> None:
    """That it does so in time is measured by `citybot bench console`, and is no test."""
    assert browser.is_connected()
    anna, nobody = await office.joins("anna", "viewer"), await office.desk()
    found = await painted(office.base, anna.http.cookie_jar, 1)
    assert [one.address for one in found] == list(PAINTED)
    assert all(0 < one.p50 == one.longest for one in found)
    with pytest.raises(Broken, match="/console/sign-in"):
        await painted(office.base, nobody.http.cookie_jar, 1)


async def talk_about(office: Office, page: Page) -> None:
    """A conversation with everything a page may hold of one, in every field something hostile."""
    visitor = Visitor(office, "ben")
    for text in ("How do housing cooperatives keep rents low?", HOSTILE, "城市花园在哪里？"):
        await visitor.says(text)
    await page.goto(f"{office.base}/console/canned")
    await page.fill("#name-0", HOSTILE)
    for language in ("de", "en", "zh"):
        await page.fill(f"#text-0-{language}", HOSTILE)
    await page.click("button[value=keep]")
    await page.goto(f"{office.base}/console/conversations/1")
    for field, button in (("#note", "note"), ("#label", "label")):
        await page.fill(field, HOSTILE[:40])
        await page.click(f"button[value={button}]")
    await page.fill("#text", HOSTILE)
    await page.get_by_role("button", name="Send").click()
    await expect(page.locator(".talk .team")).to_contain_text("<script>alert(1)</script>")


def agreed(office: Office) -> str:
    """Ben has a place at an event, has agreed, and a message to him is stuck; gives his id."""
    ((ben,),) = office.rows("SELECT person_id FROM address WHERE id = 'script:ben'")
    register(office.house.database, ben, office.clock[0], address="script:ben")
    row = {"channel": "script", "address": "script:ben", "kind": "broadcast", "state": "unsure"}
    row |= {"body": {"text": HOSTILE}, "error": HOSTILE, "attempts": 1, "dialog": "help"}
    row |= dict.fromkeys(("created_at", "due_at", "settled_at"), office.clock[0])
    with office.house.database.write() as connection:
        transaction = Transaction(connection, office.clock[0])
        talk = Talk(ben, Address("script", "ben"), "en")
        Consents(transaction).give(talk, f"registration:{SCHOOL.id}", HOSTILE)
        connection.execute(insert(Outbox).values(row))
        connection.execute(insert(Outbox).values(row | {"state": "failed"}))
    return str(ben)


def written(office: Office) -> None:
    """A topic, a broadcast that has reached everybody somehow, and a draft."""
    audience = {"topics": ["trees"]}
    texts = {"en": HOSTILE, "de": HOSTILE}
    label = {code: text[:50] for code, text in texts.items()}
    links = [{"label": label, "url": "https://example.org/"}]
    plain = {"name": HOSTILE, "texts": texts, "links": links, "night": "send"}
    with office.house.database.write() as connection:
        transaction = Transaction(connection, office.clock[0])
        Topics(transaction).save("trees", "city", {"en": HOSTILE[:50]}, "staff:anna")
        broadcasts = Broadcasts(transaction, Open.of(office.house.channels.values()))
        sent = broadcasts.save(read_broadcast(plain, "UTC"), "staff:anna")
        broadcasts.begin(broadcasts.send(sent, "staff:anna"))
        broadcasts.save(read_broadcast(plain | {"audience": audience}, "UTC"), "staff:anna")
    office.change(
        "UPDATE outbox SET state = 'unsure', error = :why WHERE broadcast_id = 1", why=HOSTILE
    )


def called(office: Office) -> None:
    """Two tokens, one of them ended, and a webhook that is in trouble."""
    house = office.house
    with house.database.write() as connection:
        transaction = Transaction(connection, house.now())
        tokens, webhooks = ApiTokens(transaction), Webhooks(transaction, house.settings, "staff:a")
        for name in ("website", "archive"):
            tokens.make(Wish(name, ["ask", "read"], 90), "staff:anna")
        tokens.revoke("archive", "staff:anna")
        webhooks.add("https://hook.example.org/a-long-path/of/another/system", [*EVENTS])
        for poll in ("lanes", "parks"):
            announce(transaction, POLL, {"poll": poll})
    office.change(
        "UPDATE webhook_call SET state = 'failed', attempts = 19, status = 500, error = 'status' "
        "WHERE id = 1"
    )


@pytest.mark.parametrize(
    ("language", "scheme", "width"),
    [("zh", "dark", 360), ("en", "dark", 1024), ("de", "light", 1920)],
)
async def test_axe_finds_nothing(
    axe: None, office: Office, browser: Browser, *, language: str, scheme: str, width: int
) -> None:
    context = await browser.new_context(
        locale="en", color_scheme=scheme, viewport={"width": width, "height": 800}
    )
    page = await context.new_page()
    seen = watch(page)
    asked(office, HOSTILE, outcome="for_staff")
    ask(office, *BIKE)
    put(office, "a", "b", "c", "d")
    put(office, "a", "b", "c", outcome="not_meant", language="de", asked_at=LAST_TUESDAY - WEEK)
    count(office)
    called(office)
    reference = organised(office)
    await comes_in(office, page)
    await talk_about(office, page)
    ben = agreed(office)
    written(office)
    pages = (*PAGES, f"/console/people/{ben}", f"/console/people/{ben}/erase")
    for path in (path.replace("REFERENCE", reference) for path in pages):
        await page.goto(f"{office.base}{path}?lang={language}")
        await page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert await violations(page) == [], path
        wider = "document.documentElement.scrollWidth > window.innerWidth"
        assert not await page.evaluate(wider), f"{path} is wider than {width}"
    await agree(office, page)
    if width < 1024:  # the menu is in its drawer
        await page.click(".drawer")
        assert await violations(page) == []
    await page.locator("header form button").click()
    await expect(page.locator("#password")).to_be_visible()
    assert await violations(page) == []
    assert [line for line in seen if "404" not in line] == []
    await context.close()


async def agree(office: Office, page: Page) -> None:
    """What stands before something is told, and the link for the door: pages behind a button."""
    for button, shown in (("cancel", ".bubble"), ("make", ".qr")):
        await page.goto(f"{office.base}{ONE}")
        await page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        await page.click(f"button[value={button}]")
        await expect(page.locator(shown).first).to_be_attached()
        assert await violations(page) == []


async def test_a_newcomer_comes_in_without_a_script(office: Office, browser: Browser) -> None:
    context = await browser.new_context(locale="en", java_script_enabled=False)
    page = await context.new_page()
    await comes_in(office, page)
    await page.get_by_role("link", name="Team").click()
    await page.fill("#newcomer", "ben")
    await page.get_by_role("button", name="Make a link").click()
    await expect(page.locator("main")).to_contain_text("/console/welcome/")
    await page.get_by_role("button", name="Sign out").first.click()
    await expect(page).to_have_title("Sign in – Citybot")
    await context.close()


async def test_an_event_is_written_and_opened_without_a_script(
    office: Office, browser: Browser
) -> None:
    context = await browser.new_context(locale="en", java_script_enabled=False)
    page = await context.new_page()
    await comes_in(office, page)
    await page.get_by_role("link", name="Events").click()
    await page.get_by_role("link", name="New event").click()
    await page.fill("#title_en", "City walk")
    await page.fill("#starts", "2027-05-03T09:00")
    await page.fill("#ends", "2027-05-03T12:00")
    await page.get_by_role("button", name="Create it as a draft").click()
    await page.get_by_role("link", name="Say what people are asked").click()
    await page.get_by_role("link", name="Add a question").click()
    await page.fill("#ask-en", "What shall we call you?")
    await page.get_by_role("button", name="Save").click()
    await page.get_by_role("link", name="Overview").click()
    await page.get_by_role("button", name="Open: let people register").click()
    await expect(page.locator("main .notice")).to_have_text("It is open: people can register.")
    await context.close()


@pytest_asyncio.fixture(loop_scope="session")
async def at_work(office: Office, browser: Browser) -> AsyncIterator[Page]:
    """A page of somebody who is signed in; what the policy of our pages forbids fails the test."""
    context = await browser.new_context(locale="en")
    page = await context.new_page()
    seen = watch(page)
    await comes_in(office, page)
    yield page
    assert seen == []
    await context.close()


async def test_a_list_brings_itself_up_to_date(office: Office, at_work: Page) -> None:
    await at_work.goto(f"{office.base}/console/questions")
    await at_work.fill("#q", "half a wo")  # what one is writing stays
    await expect(at_work.locator("main")).to_contain_text("No question fits")
    async with at_work.expect_response(lambda answer: answer.url.endswith("/console/live")):
        await at_work.reload()
    await at_work.fill("#q", "half a wo")
    asked(office, "Who plants the trees?")
    await expect(at_work.locator("main tbody tr")).to_have_count(1, timeout=15_000)
    await expect(at_work.locator("#q")).to_have_value("half a wo")
    await expect(at_work.locator("#news")).to_have_text("The list was brought up to date.")


async def test_a_filter_works_as_soon_as_it_is_chosen(office: Office, at_work: Page) -> None:
    asked(office, "Wer pflanzt Bäume?", language="de")
    asked(office, "Who plants the trees?")
    await at_work.goto(f"{office.base}/console/questions")
    await at_work.select_option("#language", "de")
    await expect(at_work.locator("main tbody tr")).to_have_count(1)
    assert "language=de" in at_work.url
    await at_work.go_back()
    await expect(at_work.locator("main tbody tr")).to_have_count(2)


async def test_keys_lead_through_the_pages(office: Office, at_work: Page) -> None:
    asked(office, "Who plants the trees?")
    asked(office, "Who waters them?")
    await at_work.goto(f"{office.base}/console/questions")
    for key in ("j", "j", "k", "Enter"):
        await at_work.keyboard.press(key)
    await expect(at_work.locator("h1")).to_contain_text("Who waters them?")
    await at_work.keyboard.press("Control+k")
    await at_work.keyboard.type("gap")
    await at_work.keyboard.press("Enter")
    await expect(at_work).to_have_title("Gaps – Citybot")
    await at_work.keyboard.press("Control+k")
    await at_work.keyboard.type("plants")
    await at_work.keyboard.press("Enter")
    await expect(at_work.locator("main tbody tr")).to_have_count(1)
    await at_work.keyboard.press("?")
    await at_work.uncheck("#single-keys")
    await at_work.keyboard.press("Tab")
    await at_work.keyboard.press("j")  # asked not to: does nothing, here or after the next page
    await at_work.goto(f"{office.base}/console/questions")
    await at_work.keyboard.press("j")
    assert await at_work.evaluate("document.activeElement === document.body")


async def test_who_was_signed_out_meanwhile_is_asked_to_sign_in(
    office: Office, at_work: Page
) -> None:
    await at_work.goto(f"{office.base}/console/questions")
    office.change("DELETE FROM staff_session")
    await at_work.select_option("#days", "365")
    await expect(at_work).to_have_title("Sign in – Citybot")
