"""Webhooks on their pages: added with a secret shown once, a log, sent once more, switched off."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.config import Settings
from bot.dialog import Transaction
from bot.services.announcing import POLL, announce
from knowledge.library import Library
from tests.console.office import Desk, Office, opened
from tests.console.test_pages import HOSTILE

URL = "https://hook.example.org/citybot"


@pytest.fixture
async def office(sqlite_url: str, tmp_path: Path, library: Library) -> AsyncIterator[Office]:
    settings = Settings(data_dir=tmp_path, database_url=sqlite_url, secret="for tests only")
    async with opened(settings, library) as at_work:
        yield at_work


async def added(office: Office) -> Desk:
    desk = await office.joins("anna", "admin")
    page = await desk.post("/console/webhooks", url=URL, **{POLL: "1"})
    assert page.status == 200
    return desk


def happens(office: Office) -> None:
    with office.house.database.write() as connection:
        announce(Transaction(connection, office.clock[0]), POLL, {"poll": "lanes"})


async def test_a_webhook_is_added_and_its_secret_shown_once(both: Office) -> None:
    desk = await both.joins("anna", "admin")
    assert "Nobody is called yet" in (await desk.get("/console/webhooks")).words
    made = await desk.post("/console/webhooks", url=URL, **{POLL: "1"})
    (secret,) = re.findall(r"whsec_[\w+/=]{44}", made.html)
    page = await desk.get("/console/webhooks/1")
    assert secret not in page.html
    assert "Nothing happened yet" in page.words
    renewed = await desk.post("/console/webhooks/1", do="renew")
    assert re.findall(r"whsec_[\w+/=]{44}", renewed.html) != [secret]
    (kept,) = both.rows("SELECT secret, old_secret FROM webhook")
    assert secret.removeprefix("whsec_") not in str(kept)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("http://hook.example.org", "must begin with https://"),
        ("https://127.0.0.1/x", "one of the public internet"),
        ("https://anna:pw@example.org", "may hold no name, password"),
        (f"https://{HOSTILE}", "not an address I can call"),
        ("", "not an address I can call"),
    ],
)
async def test_an_address_we_would_not_call_is_told_so(office: Office, url: str, told: str) -> None:
    desk = await office.joins("anna", "admin")
    page = await desk.post("/console/webhooks", url=url, **{POLL: "1"})
    assert page.status == 422
    assert told in page.words
    assert "<script>alert" not in page.html
    assert office.rows("SELECT count(*) FROM webhook") == [(0,)]


async def test_the_log_shows_what_was_said_and_a_call_is_sent_once_more(office: Office) -> None:
    desk = await added(office)
    happens(office)
    assert "waits for its turn" in (await desk.get("/console/webhooks/1")).words
    assert (await desk.post("/console/webhooks/1/resend", call="1")).status == 422
    office.change(
        "UPDATE webhook_call SET state = 'failed', attempts = 19, status = 500, error = 'status'"
    )
    page = await desk.get("/console/webhooks/1")
    assert "given up 19 500 answered otherwise" in " ".join(page.words.split())
    assert "lanes" in page.words
    for wrong in ("2", "x", "", "9" * 30):
        assert (await desk.post("/console/webhooks/1/resend", call=wrong)).status == 422
    assert (await desk.post("/console/webhooks/1/resend", call="1")).status == 303
    assert office.rows("SELECT state FROM webhook_call") == [("queued",)]
    assert (await desk.post("/console/webhooks/1", do="test")).status == 303
    assert office.rows("SELECT type FROM webhook_call ORDER BY id") == [(POLL,), ("webhook.test",)]


async def test_older_calls_are_a_page_away(office: Office) -> None:
    desk = await added(office)
    for _ in range(51):
        happens(office)
    (older,) = [link for link in (await desk.get("/console/webhooks/1")).links if "before" in link]
    assert (await desk.get(f"/console/webhooks/1{older}")).html.count("msg_") == 1


async def test_one_is_switched_off_and_on_and_removed(both: Office) -> None:
    desk = await added(both)
    for do, off in [("disable", True), ("enable", False)]:
        assert (await desk.post("/console/webhooks/1", do=do)).status == 303
        page = await desk.get("/console/webhooks")
        assert ("switched off:" in page.words) == off
    assert (await desk.post("/console/webhooks/1", do="drop")).status == 404
    assert (await desk.post("/console/webhooks/1", do="remove")).location == "/console/webhooks"
    assert (await desk.get("/console/webhooks/1")).status == 404
    assert (await desk.post("/console/webhooks/1", do="test")).status == 404
    done = both.rows("SELECT action FROM audit_entry WHERE object = 'webhook:1' ORDER BY id")
    assert [action for (action,) in done] == [
        *("webhook.add", "webhook.disable", "webhook.enable", "webhook.remove"),
    ]


async def test_today_tells_of_one_that_was_switched_off_by_itself(office: Office) -> None:
    desk = await added(office)
    office.change(
        "UPDATE webhook SET disabled_at = :now, disabled_why = 'failing'",
        now=office.clock[0].replace(tzinfo=None),
    )
    page = await desk.get("/console")
    assert "switched off since" in page.words
    assert URL in page.words
    assert "nothing arrived for five days" in (await desk.get("/console/webhooks/1")).words


async def test_the_password_is_asked_for_again(office: Office) -> None:
    desk = await added(office)
    office.wait(timedelta(minutes=11))
    page = await desk.post("/console/webhooks", url=URL, **{POLL: "1"})
    assert page.location == "/console/confirm?next=%2Fconsole%2Fwebhooks"
