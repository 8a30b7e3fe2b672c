"""What the door turns away: forged and ended tokens, floods, other sites, bodies that are none."""

import gzip
import logging
from datetime import timedelta

import pytest

from bot.services.api_tokens import ApiTokens
from tests.api.programs import Served, served

AT_ASK = {"question": "2 + 2 = 4?"}


def forged(token: str) -> list[str]:
    word, number, secret = token.split("_", 2)
    return [
        "x",
        f"{word}_{number}_{'x' * 43}",
        f"{word}_{int(number) + 1}_{secret}",
        f"{word}_{'9' * 17}_{secret}",
        f"{word}_{number}_{secret[:-1]}",
        f"{word}_{number}_{secret}x",
        f"{word}_0{number}_{secret}_",
        f"{word}_-{number}_{secret}",
        f"{word}_{number}_{'0' * 64}",
        f"{token} {token}",
        "' OR 1=1 --",
        "x" * 5000,
    ]


async def test_a_forged_token_opens_nothing(both: Served) -> None:
    token = both.token("read")
    good = await both.with_token(token)
    assert (await good.get("/token")).said["name"] == "site"
    for other in forged(token):
        answer = await (await both.with_token(other)).get("/token")
        assert (answer.status, answer.code) == (401, "bad_token"), other
        assert answer.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'
    assert (await good.call("GET", "/token", headers={"Authorization": "Basic x"})).status == 401
    assert (await good.get("/token")).status == 200, "who guesses keeps nobody else waiting"


async def test_who_guesses_is_slowed_down_and_a_good_token_is_not(house: Served) -> None:
    guesser, good = await house.with_token("x"), await house.program("read")
    codes = [(await guesser.get("/token")).code for _ in range(31)]
    assert codes == ["bad_token"] * 30 + ["too_many"]
    assert (await good.get("/token")).status == 200


async def test_a_token_ends_by_time_and_by_hand_at_once(both: Served) -> None:
    short = await both.program("read", name="short", days=1)
    long = await both.program("read", name="long")
    both.wait(timedelta(days=1))
    assert ((await short.get("/token")).status, (await long.get("/token")).status) == (401, 200)
    both.changes(lambda t: ApiTokens(t).revoke("long", "test"))
    assert (await long.get("/token")).status == 401
    assert both.trail("token:long") == [
        ("test", "token.make", "token:long"),
        ("test", "token.revoke", "token:long"),
    ]


async def test_a_use_is_written_down_and_the_secret_never(
    house: Served, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    token = house.token("ask")
    program = await house.with_token(token)
    await program.call("POST", "/ask", json=AT_ASK)
    await (await house.with_token(token + "x")).get("/token")
    ((used_at, digest),) = house.rows("SELECT used_at, digest FROM api_token")
    assert used_at.startswith("2026-11-25 09:00")
    secret = token.split("_", 2)[2]
    assert secret not in caplog.text
    assert secret not in digest
    for table in ("api_token", "api_deed", "audit_entry"):
        assert secret not in str(house.rows(f"SELECT * FROM {table}"))


async def test_a_session_of_the_console_opens_nothing_here(house: Served) -> None:
    desk = await house.joins("anna", "admin")
    assert (await desk.ask("GET", "/api/v1/token")).status == 401


async def test_too_many_requests_wait(house: Served) -> None:
    async with served(house.house.settings, house.house.library, api_requests=3) as narrow:
        program = await narrow.program("read")
        other = await narrow.program("read", name="other")
        answers = [await program.get("/token", **{"Accept-Language": "de"}) for _ in range(4)]
        assert [a.status for a in answers] == [200, 200, 200, 429]
        assert answers[-1].headers["Retry-After"] == "20"
        assert answers[-1].said["title"] == "Zu viele Anfragen. Bitte warten Sie 20 Sekunden."
        assert (await other.get("/token")).status == 200


async def test_pages_of_other_sites_may_call_only_where_a_setting_says_so(house: Served) -> None:
    there = {"Origin": "https://example.org"}
    program = await house.program("read")
    for method in ("GET", "OPTIONS"):
        answer = await program.call(method, "/token", headers=there)
        assert [name for name in answer.headers if name.startswith("Access-Control")] == []
    settings = house.house.settings
    async with served(settings, house.house.library, api_origins="https://example.org") as wide:
        program = await wide.with_token(program.token)
        answer = await program.call("OPTIONS", "/token", headers=there)
        assert answer.headers["Access-Control-Allow-Origin"] == "https://example.org"
        assert "Authorization" in answer.headers["Access-Control-Allow-Headers"]
        assert "Access-Control-Allow-Credentials" not in answer.headers
        other = await program.get("/token", Origin="https://example.com")
        assert "Access-Control-Allow-Origin" not in other.headers


@pytest.mark.parametrize(
    ("body", "headers", "status", "code"),
    [
        (b'{"question": "' + b"x" * 1_000_000 + b'"}', {}, 413, "too_large"),
        (gzip.compress(b" " * 1_000_000), {"Content-Encoding": "gzip"}, 413, "too_large"),
        (b"question=x", {"Content-Type": "application/x-www-form-urlencoded"}, 415, "wrong_type"),
        (b"{}", {"Content-Type": "text/plain"}, 415, "wrong_type"),
        (b'{"question": "x"}', {"Content-Type": "application/json; charset=utf-16"}, 415,
         "wrong_type"),
        (b"{", {}, 400, "unreadable"),
        (b"[]", {}, 400, "unreadable"),
        (b"null", {}, 400, "unreadable"),
        (b"[" * 40_000, {}, 400, "unreadable"),
        (b'{"question": NaN}', {}, 400, "unreadable"),
        (b'{"question": "a", "question": "b"}', {}, 400, "unreadable"),
        (b'{"question": "\\ud800"}', {}, 400, "unreadable"),
        (b'{"question": "a\\u0000"}', {}, 400, "unreadable"),
        (b'{"question": 7}', {}, 422, "bad_field"),
        (b'{"question": ["x"]}', {}, 422, "bad_field"),
        (b'{"question": "  "}', {}, 422, "bad_field"),
        (b'{"question": "x", "language": "xx"}', {}, 422, "bad_field"),
        (b'{"question": "x", "language": {"a": 1}}', {}, 422, "bad_field"),
        (b'{"question": "x", "questoin": "y"}', {}, 422, "bad_field"),
        (b'{"question": "' + b"x" * 4001 + b'"}', {}, 422, "bad_field"),
        (b"", {}, 422, "bad_field"),
    ],
)  # fmt: skip
async def test_a_body_that_is_none_is_a_problem(
    house: Served, body: bytes, headers: dict[str, str], status: int, code: str
) -> None:
    program = await house.program("ask")
    headers = {"Content-Type": "application/json"} | headers
    answer = await program.call("POST", "/ask", data=body, headers=headers)
    assert (answer.status, answer.code) == (status, code)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "“question” is missing, or cannot be what it is."),
        ("de", "„question“ fehlt oder kann so nicht sein."),
        ("zh-Hans", "“question”缺失，或者不能是这样的内容。"),
    ],
)
async def test_a_problem_speaks_the_language_of_the_caller(
    house: Served, language: str, said: str
) -> None:
    program = await house.program("ask")
    answer = await program.call("POST", "/ask", json={}, headers={"Accept-Language": language})
    assert answer.said == {
        "type": "urn:citybot:problem:bad_field",
        "title": said,
        "status": 422,
        "code": "bad_field",
    }
    assert answer.headers["Content-Language"] == language.partition("-")[0]


@pytest.mark.parametrize(
    "query",
    [
        "limit=x", "limit=101", "limit=-1", "limit=1e3", "limit=99999999999999999999", "limit=%C2%B2",
        "after=x", "after=-1", "outcome=drop", "language=xx", "days=366",
    ],
)  # fmt: skip
async def test_an_address_that_asks_nonsense_is_told_so(house: Served, query: str) -> None:
    program = await house.program("read")
    answer = await program.get(f"/questions?{query}")
    assert (answer.status, answer.code) == (422, "bad_field")


async def test_what_has_not_changed_is_not_sent_again(house: Served) -> None:
    program = await house.program("ask")
    first = await program.get("/articles?limit=5")
    tag = first.headers["ETag"]
    for held in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = await program.get("/articles?limit=5", **{"If-None-Match": held})
        assert (again.status, again.body, again.headers["ETag"]) == (304, b"", tag)
    other = await program.get(
        "/articles?limit=5", **{"Accept-Language": "zh", "If-None-Match": tag}
    )
    assert other.status == 200


async def test_every_answer_carries_the_headers_of_the_house(house: Served) -> None:
    program = await house.program("ask")
    for path in ("/articles", "/nothing", "/openapi.json"):
        headers = (await program.get(path)).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert "Server" not in headers
        assert "Set-Cookie" not in headers
