"""Whatever arrives at the door: a kind sentence, the right status, never a 500."""

import asyncio
import gzip
import json
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event

from bot.config import Settings
from bot.text import MESSAGE_LIMIT
from knowledge.library import Library
from tests.adapters.web.served import Served, Visitor, served, visiting

MESSAGES = "/chat/api/messages"
JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def _said(text: str) -> bytes:
    return json.dumps({"id": "message-1", "text": text}).encode()


def _with(**fields: object) -> bytes:
    return json.dumps({"id": "message-1", "text": "hello", **fields}).encode()


BODIES: dict[str, tuple[bytes, int, str]] = {
    "nothing": (b"", 400, "unreadable"),
    "no words": (_said(""), 400, "empty"),
    "only blanks": (_said(" \n\t "), 400, "empty"),
    "only what nobody sees": (_said("\u200b\u202e"), 400, "empty"),
    "NUL": (_said("a\0b"), 400, "unreadable"),
    "a lone surrogate": (_said("\ud800"), 400, "unreadable"),
    "no JSON": (b"{text:", 400, "unreadable"),
    "NaN": (b'{"id": "message-1", "text": "a", "after": NaN}', 400, "unreadable"),
    "a key twice": (b'{"id": "message-1", "text": "a", "text": "b"}', 400, "unreadable"),
    "nested too deep": (b"[" * 8000 + b"]" * 8000, 400, "unreadable"),
    "a list": (b"[]", 400, "unreadable"),
    "a string": (b'"hello"', 400, "unreadable"),
    "null": (b"null", 400, "unreadable"),
    "a number of 5000 digits": (_with(after=0)[:-2] + b"9" * 5000 + b"}", 400, "unreadable"),
    "UTF-16": ('{"id": "message-1", "text": "a"}'.encode("utf-16"), 400, "unreadable"),
    "a byte order mark": (b"\xef\xbb\xbf" + _said("a"), 400, "unreadable"),
    "not UTF-8": (b'{"id": "message-1", "text": "\xff"}', 400, "unreadable"),
    "no id": (b'{"text": "a"}', 400, "unreadable"),
    "an id too short": (_with(id="1"), 400, "unreadable"),
    "an id too long": (_with(id="i" * 65), 400, "unreadable"),
    "an id with blanks": (_with(id="message 1"), 400, "unreadable"),
    "an id that is a number": (_with(id=12345678), 400, "unreadable"),
    "text that is a list": (_with(text=["a"]), 400, "unreadable"),
    "a tap that is a number": (_with(picked=1), 400, "unreadable"),
    "an empty tap": (_with(picked=""), 400, "unreadable"),
    "a tap too long": (_with(picked="p" * 301), 400, "unreadable"),
    "a negative cursor": (_with(after=-1), 400, "unreadable"),
    "a cursor that is true": (_with(after=True), 400, "unreadable"),
    "a cursor beyond the database": (_with(after=2**63), 400, "unreadable"),
    "a word too much": (_said("a" * (MESSAGE_LIMIT + 1)), 413, "too_long"),
    "a body too much": (_said(" " * 48 * 1024), 413, "too_long"),
    "a megabyte": (_said("a" * 1_000_000), 413, "too_long"),
}


@pytest.mark.parametrize("what", BODIES)
async def test_a_body_that_cannot_be_taken_is_refused_kindly(visitor: Visitor, what: str) -> None:
    body, status, code = BODIES[what]
    async with visitor.http.post(visitor.at(MESSAGES), data=body, headers=JSON) as answer:
        error = await answer.json()
        assert (answer.status, error["error"]) == (status, code)
        assert error["message"].endswith((".", "。"))
    assert visitor.served.rows("SELECT count(*) FROM inbox") == [(0,)]


@pytest.mark.parametrize(
    "text",
    [
        "a" * MESSAGE_LIMIT,
        "汉" * MESSAGE_LIMIT,
        "𠮷" * MESSAGE_LIMIT,
        "'; DROP TABLE inbox; --",
        "{text}{0}%s%n",
    ],
)
@pytest.mark.parametrize("escaped", [True, False])
async def test_a_text_that_fits_is_taken_as_it_is(
    visitor: Visitor, text: str, escaped: bool
) -> None:
    body = json.dumps({"id": "message-1", "text": text}, ensure_ascii=escaped).encode()
    async with visitor.http.post(visitor.at(MESSAGES), data=body, headers=JSON) as answer:
        assert answer.status == 200
    assert (await visitor.look())["messages"][0]["text"] == text


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        (MESSAGES, "text/plain"),
        (MESSAGES, "application/x-www-form-urlencoded"),
        (MESSAGES, "application/json; charset=utf-16"),
        ("/chat", "application/json"),
        ("/chat", "multipart/form-data; boundary=x"),
    ],
)
async def test_another_content_type_is_refused(visitor: Visitor, path: str, kind: str) -> None:
    headers = {"Content-Type": kind}
    async with visitor.http.post(visitor.at(path), data=_said("a"), headers=headers) as answer:
        assert answer.status == 415


@pytest.mark.parametrize("path", [MESSAGES, "/chat"])
async def test_a_bomb_in_gzip_is_not_unpacked(visitor: Visitor, path: str) -> None:
    bomb = gzip.compress(b"a" * 200_000_000, 9)
    headers = {**(JSON if path == MESSAGES else FORM), "Content-Encoding": "gzip"}
    begun = time.perf_counter()
    async with visitor.http.post(visitor.at(path), data=bomb, headers=headers) as answer:
        assert answer.status == 413
    assert time.perf_counter() - begun < 5


@pytest.mark.parametrize("packing", ["foo", "gzip, gzip", "GZIP;q=1", "utf-8"])
async def test_a_packing_nobody_knows_is_not_taken_for_plain(
    visitor: Visitor, packing: str
) -> None:
    headers = {**JSON, "Content-Encoding": packing}
    async with visitor.http.post(
        visitor.at(MESSAGES), data=_said("hello"), headers=headers
    ) as answer:
        assert answer.status == 415


BROKEN = {"no": b"not packed at all", "half": gzip.compress(_said("a" * 99))[:30], "empty": b""}


@pytest.mark.parametrize("how", BROKEN)
@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
async def test_bad_compression_is_a_bad_request_and_no_error_of_ours(
    visitor: Visitor, how: str, coding: str, caplog: pytest.LogCaptureFixture
) -> None:
    headers = {**JSON, "Content-Encoding": coding}
    url = visitor.at(MESSAGES)
    async with visitor.http.post(url, data=BROKEN[how], headers=headers) as answer:
        assert answer.status == 400
    assert caplog.records == []


async def test_good_compression_is_read(visitor: Visitor) -> None:
    headers = {**JSON, "Content-Encoding": "gzip"}
    body = gzip.compress(_said("hello"))
    async with visitor.http.post(visitor.at(MESSAGES), data=body, headers=headers) as answer:
        assert answer.status == 200


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", MESSAGES, "GET, POST"),
        ("PROPFIND", MESSAGES, "GET, POST"),
        ("OPTIONS", MESSAGES, "GET, POST"),
        ("DELETE", "/chat", "GET, POST"),
        ("POST", "/chat/api/events", "GET"),
        ("GET", "/chat/end", "POST"),
    ],
)
async def test_a_method_that_is_not_known_is_refused(
    visitor: Visitor, method: str, path: str, allowed: str
) -> None:
    async with visitor.http.request(method, visitor.at(path)) as answer:
        assert (answer.status, answer.headers["Allow"]) == (405, allowed)


@pytest.mark.parametrize("path", ["/chat/api/nowhere", "/chat/nowhere", "/chat/files/1/0"])
async def test_an_address_nobody_has_is_answered_404(visitor: Visitor, path: str) -> None:
    async with visitor.http.get(visitor.at(path)) as answer:
        assert answer.status == 404


async def test_each_error_is_told_in_the_persons_language(visitor: Visitor) -> None:
    told = set()
    for language in ("en", "de", "zh"):
        headers = {**JSON, "Accept-Language": f"fr, {language};q=0.8, en;q=0.1"}
        async with visitor.http.post(visitor.at(MESSAGES), data=b"", headers=headers) as by_browser:
            by_header = (await by_browser.json())["message"]
        url = visitor.at(f"{MESSAGES}?lang={language}")
        async with visitor.http.post(url, data=b"", headers=JSON) as by_page:
            assert (await by_page.json())["message"] == by_header
        told.add(by_header)
    assert len(told) == 3


@pytest.fixture
async def strict(web_settings: Settings, library: Library) -> AsyncIterator[Served]:
    """A house where a person may say three things in a minute."""
    settings = replace(web_settings, flood_messages=3, flood_seconds=60)
    async with served(settings, library) as opened:
        yield opened


async def test_a_flood_is_slowed_down(strict: Served) -> None:
    async with visiting(strict) as visitor:
        statuses = []
        for number in range(5):
            body = json.dumps({"id": f"message-{number}", "text": "hello"}).encode()
            async with visitor.http.post(visitor.at(MESSAGES), data=body, headers=JSON) as answer:
                statuses.append(answer.status)
                error = await answer.json()
        assert statuses == [200, 200, 200, 429, 429]
        assert 0 < int(answer.headers["Retry-After"]) <= 60
        assert error["error"] == "slow_down"
        page = await visitor.send(await visitor.page(), text="hello")
        assert (page.status, page.words[-1]) == (429, "hello")  # what was typed stays there
        assert [m["from"] for m in (await visitor.look())["messages"]] == ["you", "citybot"] * 3
        async with visitor.http.get(visitor.at("/chat/api/events")) as stream:
            assert stream.status == 200  # who is too fast may still hear
    assert strict.rows("SELECT count(*) FROM inbox") == [(3,)]


async def test_a_database_out_of_reach_loses_nothing(house: Served, visitor: Visitor) -> None:
    await visitor.say("hello")
    house.change("ALTER TABLE inbox RENAME TO elsewhere")
    async with visitor.http.post(visitor.at(MESSAGES), data=_said("help"), headers=JSON) as answer:
        assert (answer.status, (await answer.json())["error"]) == (503, "unavailable")
        assert answer.headers["Retry-After"] == "5"
    page = await visitor.send(await visitor.page(), text="What I wrote")
    assert (page.status, page.words[-1]) == (503, "What I wrote")
    house.change("ALTER TABLE elsewhere RENAME TO inbox")
    assert (await visitor.say("help", id="message-1"))["status"] == "known"  # of the first hello


async def test_a_full_disk_loses_nothing_and_needs_no_repair(
    house: Served, visitor: Visitor
) -> None:
    await visitor.say("hello", id="the-first-one")
    engine = house.house.database.engine

    def no_room(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA max_page_count = 1")  # as many as there are: no more

    event.listen(engine, "connect", no_room)
    engine.dispose()
    long = _said("城市" * 1900)  # needs pages of its own
    async with visitor.http.post(visitor.at(MESSAGES), data=long, headers=JSON) as answer:
        assert (answer.status, (await answer.json())["error"]) == (503, "unavailable")
    event.remove(engine, "connect", no_room)
    engine.dispose()
    async with visitor.http.post(visitor.at(MESSAGES), data=long, headers=JSON) as answer:
        assert (answer.status, (await answer.json())["status"]) == (200, "accepted")


async def test_a_trickle_is_not_waited_for(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.web.body._SECONDS", 0.2)

    async def trickle() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b" "
            await asyncio.sleep(0.1)

    async with visitor.http.post(visitor.at(MESSAGES), data=trickle(), headers=JSON) as answer:
        assert answer.status == 408
