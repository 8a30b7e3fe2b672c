"""Who knocks: only what the platform sealed gets in, once, and nobody hears an error of ours."""

import asyncio
import gzip
import time
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.adapters.wechat.conftest import World
from tests.fakes.wechat import TOKEN
from tests.fakes.wechat.crypto import signature

HELLO = {"MsgType": "text", "Content": "help", "MsgId": 7}


async def post(world: World, url: str, body: bytes, **more: Any) -> tuple[int, bytes]:
    async with world.platform.http.post(url, data=body, **more) as response:
        return response.status, await response.read()


def sealed(world: World, plain: bytes) -> tuple[str, bytes]:
    return world.platform.envelope(plain)


async def test_a_bare_signature_gets_nobody_in(small: World) -> None:
    """B02: it covers neither sender nor text; in plain mode anybody could write as anybody."""
    plain = small.phone().compose(HELLO)
    stamp = str(int(small.platform.clock().timestamp()))
    query = {"timestamp": stamp, "nonce": "1", "signature": signature(TOKEN, stamp, "1")}
    status, body = await post(small, f"{small.platform.callback}?{urlencode(query)}", plain)
    assert (status, body, small.count("inbox")) == (403, b"", 0)


async def test_a_changed_body_is_refused(small: World) -> None:
    url, body = sealed(small, small.phone().compose(HELLO))
    other = sealed(small, small.phone("oEve").compose(HELLO))[1]
    assert (await post(small, url, other))[0] == 403
    assert small.count("inbox") == 0
    assert (await post(small, url, body))[0] == 200


async def test_a_message_of_another_account_is_refused(small: World) -> None:
    small.platform.sealer._receiver = b"wx0000000000000000"
    url, body = sealed(small, small.phone().compose(HELLO))
    assert (await post(small, url, body))[0] == 403
    assert small.count("inbox") == 0


@pytest.mark.parametrize("seconds", [600, 3 * 3600, -600])
async def test_a_recording_is_worthless_later(small: World, seconds: int) -> None:
    """B09."""
    url, body = sealed(small, small.phone().compose(HELLO))
    small.platform.clock.advance(seconds=seconds)
    assert (await post(small, url, body))[0] == 403
    assert small.count("inbox") == 0


async def test_a_recording_at_once_changes_nothing(world: World) -> None:
    """It gets the same reply, sealed for who has the key, and has no effect."""
    url, body = sealed(world, world.phone().compose(HELLO))
    first, second = [await post(world, url, body) for _ in range(2)]
    shown = [
        world.platform.read_reply(reply, world.phone().openid) for _s, reply in (first, second)
    ]
    assert shown[0] == shown[1]
    assert (world.count("inbox"), world.count("outbox")) == (1, 1)


WRONG_QUERIES: dict[str, dict[str, str]] = {
    "nothing": {},
    "no signature": {"timestamp": "1795860000", "nonce": "1"},
    "another": {"timestamp": "1795860000", "nonce": "1", "msg_signature": "0" * 40},
    "beyond ASCII": {"timestamp": "1795860000", "nonce": "1", "msg_signature": "é\udcff"},
    "endless": {"timestamp": "1" * 3000, "nonce": "1" * 2000, "msg_signature": "f" * 2000},
    "NUL": {"timestamp": "\0", "nonce": "\0", "msg_signature": "\0"},
}


@pytest.mark.parametrize("query", WRONG_QUERIES.values(), ids=WRONG_QUERIES)
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_who_cannot_sign_is_told_nothing(
    small: World, query: dict[str, str], method: str
) -> None:
    url = f"{small.platform.callback}?{urlencode(query, errors='surrogateescape')}"
    async with small.platform.http.request(
        method, url, data=b"<xml/>" if method == "POST" else None
    ) as r:
        assert (r.status, await r.read()) == (403, b"")
    assert small.count("inbox") == 0


BODIES: dict[str, bytes] = {
    "empty": b"",
    "json": b"{}",
    "no Encrypt": b"<xml><ToUserName>x</ToUserName></xml>",
    "Encrypt twice": b"<xml><Encrypt>x</Encrypt><Encrypt>y</Encrypt></xml>",
    "a DTD": b'<!DOCTYPE x [<!ENTITY a "b">]><xml><Encrypt>&a;</Encrypt></xml>',
    "a megabyte": b"<xml><Encrypt>" + b"A" * 1_000_000 + b"</Encrypt></xml>",
    "200,000 elements": b"<xml>" + b"<a/>" * 200_000 + b"</xml>",
    "200,000 deep": b"<xml>" + b"<a>" * 200_000,
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
async def test_a_body_that_is_none_is_refused_fast(small: World, body: bytes) -> None:
    """B04, B11."""
    url, _body = sealed(small, small.phone().compose(HELLO))
    begun = time.process_time()
    status, answer = await post(small, url, body)
    assert (status, answer) == (403, b"")
    assert time.process_time() - begun < 0.5
    assert small.count("inbox") == 0


async def test_a_compressed_bomb_is_not_held(small: World) -> None:
    url, _body = sealed(small, small.phone().compose(HELLO))
    bomb = gzip.compress(b"<xml>" + b" " * 10_000_000)
    for body in (bomb, bomb[: len(bomb) // 2], b"no gzip at all"):
        status, _ = await post(small, url, body, headers={"Content-Encoding": "gzip"})
        assert status in (400, 403)
    assert small.count("inbox") == 0


INSIDE: dict[str, bytes] = {
    "nothing": b"",
    "another root": b"<html/>",
    "no kind": b"<xml><FromUserName>oAnna</FromUserName></xml>",
    "nested": b"<xml><FromUserName>oAnna</FromUserName><MsgType><a/></MsgType></xml>",
    "broken CDATA": b"<xml><FromUserName><![CDATA[oAnna</FromUserName></xml>",
    "UTF-16": "<xml/>".encode("utf-16"),
    "NUL": b"<xml><FromUserName>o\0</FromUserName></xml>",
    "too deep": b"<xml>" + b"<a>" * 100 + b"</a>" * 100 + b"</xml>",
    "padding only": b" " * 1000,
}


@pytest.mark.parametrize("plain", INSIDE.values(), ids=INSIDE)
async def test_what_the_platform_sealed_and_nobody_can_read_is_acknowledged(
    small: World, plain: bytes
) -> None:
    """It will not get better by coming again, and the person must not read that we are broken."""
    for _time in range(2):
        assert await post(small, *sealed(small, plain)) == (200, b"success")
    assert small.rows("inbox", "state", "payload", "address") == [("dead", None, None)]


async def test_pushes_that_come_together_have_one_effect(world: World) -> None:
    """B06: three tries that overlap."""
    plain = world.phone().compose(HELLO)
    tries = [post(world, *sealed(world, plain)) for _ in range(3)]
    answers = await asyncio.gather(*tries)
    shown = {world.platform.read_reply(body, world.phone().openid) for _status, body in answers}
    assert len(shown) == 1
    await world.deliver()
    assert world.platform.api.sent == []
    assert (world.count("inbox"), world.rows("outbox", "state")) == (1, ["sent"])


async def test_two_events_of_one_second_are_both_taken_up(world: World) -> None:
    """B07."""
    phone = world.phone()
    await phone.follows("answer.x")
    await phone.scans("answer.x")
    assert world.count("inbox") == 2


async def test_an_event_that_comes_twice_is_taken_up_once(world: World) -> None:
    """B08."""
    phone = world.phone()
    one, other = await phone.follows(), await phone.follows()
    assert one == other
    assert world.count("inbox") == 1


@pytest.mark.parametrize(
    "name", ["VIEW", "LOCATION", "TEMPLATESENDJOBFINISH", "MASSSENDJOBFINISH", "x"]
)
async def test_what_needs_no_reaction_gets_none(small: World, name: str) -> None:
    assert await small.phone().event(name, EventKey="https://example.org") == []
    assert small.count("inbox") == 0


@pytest.mark.parametrize("kind", ["image", "voice", "video", "location", "file", "hologram"])
async def test_what_is_no_text_is_answered_politely(small: World, kind: str) -> None:
    (shown,) = await small.phone().sends(kind)
    assert shown.strip()
    assert small.rows("inbox", "state") == ["done"]


async def test_a_text_that_is_too_long_is_told_so(small: World) -> None:
    (shown,) = await small.phone().says("long " * 1000)
    assert shown == "That is too long: please write at most 4000 characters at once."
    assert small.count("inbox") == 0


HOSTILE = [
    "]]>",
    "<a href='https://evil.example'>x</a>",
    "\u202eabc",
    "'; DROP TABLE inbox;--",
    "{{7*7}} %s",
]


@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_text_comes_back_as_text_or_not_at_all(small: World, text: str) -> None:
    phone = small.phone()
    await phone.says("human")
    shown = await phone.says(f"My question {text}?")
    assert shown
    assert all("<a href" not in line for line in shown)
    assert "故障" not in "".join(shown)


async def test_another_method_is_no_address(small: World) -> None:
    async with small.platform.http.put(small.platform.callback, data=b"x") as response:
        assert response.status == 405


async def test_a_body_that_never_ends_is_given_up(
    small: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.tencent.body._SECONDS", 0.3)

    async def drip() -> AsyncIterator[bytes]:
        yield b"<xml>"
        await asyncio.sleep(30)

    url, _body = sealed(small, small.phone().compose(HELLO))
    async with asyncio.timeout(5):
        async with small.platform.http.post(url, data=drip()) as response:
            assert response.status == 403
