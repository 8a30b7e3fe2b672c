"""Who comes to the door: our own page or another site, a session that is ours, a crowd."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from adapters.web.session import Sessions
from bot.config import Settings
from knowledge.library import Library
from tests.adapters.web.served import Served, Visitor, served, visiting

MESSAGES = "/chat/api/messages"
JSON = {"Content-Type": "application/json"}
HELLO = json.dumps({"id": "message-1", "text": "hello"}).encode()

FOREIGN: dict[str, dict[str, str]] = {
    "a page elsewhere": {"Sec-Fetch-Site": "cross-site"},
    "another host of the same city": {"Sec-Fetch-Site": "same-site"},
    "an old browser elsewhere": {"Origin": "https://evil.example"},
    "an old browser that hides where": {"Origin": "null"},
    "one that lies in half": {"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"},
}


@pytest.mark.parametrize("whose", FOREIGN)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", MESSAGES),
        ("POST", "/chat"),
        ("POST", "/chat/end"),
        ("POST", "/chat/api/session"),
        ("DELETE", "/chat/api/session"),
        ("GET", f"{MESSAGES}?after=9"),
        ("GET", "/chat/received?after=9"),
    ],
)
async def test_another_site_cannot_act_for_a_person(
    house: Served, visitor: Visitor, whose: str, method: str, path: str
) -> None:
    await visitor.say("hello")
    body = HELLO if path == MESSAGES and method == "POST" else None
    headers = {**FOREIGN[whose], **(JSON if body else {})}
    async with visitor.http.request(method, visitor.at(path), data=body, headers=headers) as answer:
        assert answer.status == 403
        assert "Set-Cookie" not in answer.headers
    assert house.rows("SELECT count(*) FROM inbox") == [(1,)]
    assert house.rows("SELECT state FROM outbox") == [("queued",)]


@pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Site": "same-origin", "Origin": "null"}])
async def test_our_own_page_may_always_speak(visitor: Visitor, headers: dict[str, str]) -> None:
    async with visitor.http.post(
        visitor.at(MESSAGES), data=HELLO, headers={**JSON, **headers}
    ) as answer:
        assert answer.status == 200


async def test_a_link_from_elsewhere_may_lead_to_the_page(visitor: Visitor) -> None:
    page = await visitor.page("/chat", headers={"Sec-Fetch-Site": "cross-site"})
    assert page.status == 200


def _token(age: timedelta, secret: str = "for tests only") -> dict[str, str]:
    sessions = Sessions(secret)
    return {"Cookie": f"citybot={sessions.token(sessions.begin(datetime.now(UTC) - age))}"}


@pytest.mark.parametrize(
    "headers",
    [
        _token(timedelta(0), "a secret that is not ours"),
        _token(timedelta(days=31)),
        {"Cookie": "citybot=nonsense"},
        {"Cookie": 'citybot=""'},
    ],
)
async def test_a_session_that_is_not_ours_any_more_ends_kindly(
    visitor: Visitor, headers: dict[str, str]
) -> None:
    async with visitor.http.get(visitor.at(f"{MESSAGES}?lang=de"), headers=headers) as answer:
        assert answer.status == 401
        assert (await answer.json())["error"] == "ended"
        removed = answer.headers.getall("Set-Cookie")
        assert all("Max-Age=0" in cookie for cookie in removed)
        assert {cookie.partition("=")[0] for cookie in removed} == {"citybot", "__Host-citybot"}
    page = await visitor.page("/chat", headers=headers)
    assert (page.status, len(page.words)) == (401, 1)


async def test_a_session_in_use_is_issued_anew_after_a_day(visitor: Visitor) -> None:
    headers = _token(timedelta(days=2))
    async with visitor.http.get(visitor.at(MESSAGES), headers=headers) as answer:
        assert "Max-Age=2592000" in answer.headers["Set-Cookie"]
    async with visitor.http.get(visitor.at(MESSAGES), headers=_token(timedelta(hours=1))) as answer:
        assert "Set-Cookie" not in answer.headers


async def test_newcomers_from_one_network_are_slowed_down(
    web_settings: Settings, library: Library
) -> None:
    settings = replace(web_settings, trusted_proxies=1)
    async with served(settings, library) as house, visiting(house) as visitor:
        begun = [await _begin(visitor, "10.9.9.9, 203.0.113.7") for _ in range(520)]
        assert begun[:500] == [204] * 500
        assert 429 in begun  # five more are let in a second, and a busy machine takes its time
        assert await _begin(visitor, "198.51.100.4") == 204  # from another network


async def _begin(visitor: Visitor, forwarded: str) -> int:
    visitor.http.cookie_jar.clear()
    headers = {"X-Forwarded-For": forwarded}
    async with visitor.http.post(visitor.at("/chat/api/session"), headers=headers) as answer:
        return answer.status
