"""A CSV beside each table: the same rows as its page, no formula, no secret."""

import csv
import io
import re

import pytest

from bot.dialog import Transaction
from bot.services.announcing import EVENTS, POLL, announce
from bot.services.api_tokens import ApiTokens, Wish
from bot.services.webhooks import Webhooks
from tests.console.office import Desk, Office
from tests.console.test_gaps import BIKE, ask


async def read(desk: Desk, path: str) -> list[dict[str, str]]:
    page = await desk.get(path)
    assert page.status == 200, path
    assert page.body.startswith(b"\xef\xbb\xbf"), "a spreadsheet reads the letters right"
    return list(csv.DictReader(io.StringIO(page.body.decode("utf-8-sig"))))


def called(office: Office) -> tuple[str, str]:
    """A token and a webhook that is told something; gives their secrets."""
    house = office.house
    with house.database.write() as connection:
        transaction = Transaction(connection, house.now())
        token = ApiTokens(transaction).make(Wish("website", ["ask", "read"], 90), "staff:anna")
        webhooks = Webhooks(transaction, house.settings, "staff:anna")
        _webhook, secret = webhooks.add("https://hook.example.org/x", [*EVENTS])
        announce(transaction, POLL, {"poll": "lanes"})
    return token, secret


async def test_programs_and_other_systems_without_what_opens_a_door(both: Office) -> None:
    secrets = called(both)
    desk = await both.joins("anna", "admin")
    (token,) = await read(desk, "/console/tokens.csv")
    assert (token["name"], token["scopes"], token["made_by"]) == (
        "website",
        "ask, read",
        "staff:anna",
    )
    (webhook,) = await read(desk, "/console/webhooks.csv")
    assert webhook["url"] == "https://hook.example.org/x"
    (call,) = await read(desk, "/console/webhooks/1/calls.csv")
    assert (call["state"], call["attempts"]) == ("queued", "0")
    for path in ("tokens.csv", "webhooks.csv", "webhooks/1/calls.csv"):
        text = (await desk.get(f"/console/{path}")).body.decode()
        assert not [secret for secret in secrets if secret in text]
    assert (await desk.get("/console/webhooks/7/calls.csv")).status == 404


async def test_the_team(both: Office) -> None:
    desk = await both.joins("anna", "admin")
    both.does(lambda staff: staff.add("ben", "viewer", "test"))
    rows = [(r["name"], r["role"], r["state"]) for r in await read(desk, "/console/team.csv")]
    assert rows == [("anna", "admin", "active"), ("ben", "viewer", "has not come in yet")]


async def test_gaps_as_the_page_filters_them(both: Office) -> None:
    ask(both, *BIKE)
    ask(both, ("en", "=HYPERLINK(1) how high is the town hall?"))
    desk = await both.joins("anna", "viewer")
    (shown,) = await read(desk, "/console/gaps.csv")
    assert int(shown["people"]) >= 3
    few = await read(desk, "/console/gaps.csv?few=1")
    assert [row["question"][:12] for row in few if row["question"].startswith("'=")] == [
        "'=HYPERLINK("
    ]
    assert await read(desk, "/console/gaps.csv?state=answered&few=1") == []


@pytest.mark.parametrize(
    "page", ["gaps", "team", "tokens", "webhooks", "webhooks/1", "channels", "audit", "people"]
)
async def test_each_page_leads_to_its_file(office: Office, page: str) -> None:
    called(office)
    desk = await office.joins("anna", "admin")
    html = (await desk.get(f"/console/{page}")).html
    (link,) = re.findall(r'href="(/console/[a-z0-9/]+\.csv)[^"]*">CSV', html)
    assert (await desk.get(link)).status == 200
