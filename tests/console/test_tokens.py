"""Tokens on their page: made with the password given again, shown once, ended at once."""

import re
from datetime import timedelta

from tests.console.office import PASSWORD, Office


async def test_a_token_is_made_shown_once_and_revoked(both: Office) -> None:
    desk = await both.joins("anna", "admin")
    assert "No program has a token yet" in (await desk.get("/console/tokens")).words
    wish = {"name": "Website", "may-ask": "1", "may-read": "1", "may-team": "1", "days": "90"}
    made = await desk.post("/console/tokens", **wish)
    (token,) = re.findall(r"citybot_\d+_[\w-]{43}", made.html)
    page = await desk.get("/console/tokens")
    assert token not in page.html
    assert "website ask, read staff:anna never" in " ".join(page.words.split())
    assert (await desk.post("/console/tokens/website")).status == 303
    assert "revoked:" in (await desk.get("/console/tokens")).words
    said = both.rows("SELECT actor, action, object FROM audit_entry WHERE action LIKE 'token.%'")
    assert said == [
        ("staff:anna", "token.make", "token:website"),
        ("staff:anna", "token.revoke", "token:website"),
    ]


async def test_what_cannot_be_is_told_and_what_was_chosen_stays(office: Office) -> None:
    desk = await office.joins("anna", "admin")
    page = await desk.post("/console/tokens", name="no good", **{"may-read": "1"})
    assert page.status == 422
    assert "A name has 1 to 40" in page.words
    assert page.fields["name"] == "no good"
    assert (await desk.post("/console/tokens", name="good")).status == 422
    assert (await desk.post("/console/tokens/nobody")).status == 422
    assert office.rows("SELECT count(*) FROM api_token") == [(0,)]


async def test_the_password_is_asked_for_again(office: Office) -> None:
    desk = await office.joins("anna", "admin")
    office.wait(timedelta(minutes=11))
    page = await desk.post("/console/tokens", name="site", **{"may-ask": "1"})
    assert (page.status, page.location) == (303, "/console/confirm?next=%2Fconsole%2Ftokens")
    await desk.get("/console/confirm")
    assert (await desk.post("/console/confirm", password=PASSWORD)).status == 303
    assert (await desk.post("/console/tokens", name="site", **{"may-ask": "1"})).status == 200
