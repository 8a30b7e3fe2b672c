"""Who gets in: what the platform sealed for us just now, and nothing else, ever."""

import gzip
import logging
from urllib.parse import quote

import pytest

from bot import logs
from tests.adapters.wecom.conftest import Open, World
from tests.fakes.wechat.crypto import Sealer
from tests.fakes.wecom import AES_KEY, CORP_ID, TOKEN, FakeWeCom


async def post(world: World, url: str, body: bytes, **headers: str) -> int:
    async with world.platform.http.post(url, data=body, headers=headers) as response:
        return response.status


def said(world: World, text: str = "hello", **fields: object) -> bytes:
    values = {"MsgType": "text", "Content": text, "MsgId": world.platform.next_id(), **fields}
    return world.phone().compose(values)


async def test_the_platform_gets_its_echo_back_byte_for_byte(world: World) -> None:
    """B01."""
    assert await world.platform.verify() == (200, b"1616140317555161061")
    assert await world.platform.verify("你好 + \" ' \n") == (200, "你好 + \" ' \n".encode())


async def test_an_echo_whose_plus_was_not_escaped_is_read(world: World) -> None:
    sealer = world.platform.sealer
    sealed = next(s for s in iter(lambda: sealer.seal(b"42"), "") if "+" in s)
    query = world.platform.signed(sealed, "echostr")
    bare = "&".join(f"{key}={quote(value, safe='+')}" for key, value in query.items())
    async with world.platform.http.get(f"{world.platform.callback}?{bare}") as response:
        assert (response.status, await response.read()) == (200, b"42")


async def test_an_address_that_was_not_signed_is_refused(world: World) -> None:
    query = world.platform.signed(world.platform.sealer.seal(b"42"), "echostr")
    forged = [query | {name: "x"} for name in query]
    short = [{k: v for k, v in query.items() if k != name} for name in query]
    for wrong in (*forged, *short):
        async with world.platform.http.get(world.platform.callback, params=wrong) as response:
            assert (response.status, await response.read()) == (403, b"")


async def test_a_push_is_answered_with_nothing_at_all(world: World) -> None:
    push = await world.phone().says("hello")
    assert push.answers == ("200",)  # and the phone saw to it that the body is empty


SEALS = {
    "another company's": lambda s: s.seal(b"<xml/>", receiver="ww0000000000000000"),
    "no receiver": lambda s: s.seal(b"<xml/>", receiver=""),
    "padding of 0": lambda s: s.encrypt(bytes(32)),
    "padding of 33": lambda s: s.encrypt(bytes([33]) * 64),
    "padding of 255": lambda s: s.encrypt(bytes([255]) * 32),
    "one random block": lambda s: s.encrypt(bytes(range(32))),
    "half a block": lambda s: s.seal(b"<xml/>")[:22],
    "fifteen bytes": lambda _s: "QUJDREVGR0hJSktMTU5P",
    "no base64": lambda _s: "!!!!",
    "nothing": lambda _s: "",
    "another key": lambda _s: Sealer(AES_KEY[::-1], CORP_ID).seal(b"<xml/>"),
}


async def test_what_cannot_be_opened_is_refused(world: World) -> None:
    """B04: signed rightly, and yet broken."""
    answers = {}
    for name, sealed in SEALS.items():
        query = world.platform.signed(sealed(world.platform.sealer))
        body = f"<xml><Encrypt>{query.pop('encrypted')}</Encrypt></xml>".encode()
        url = f"{world.platform.callback}?" + "&".join(f"{k}={v}" for k, v in query.items())
        answers[name] = await post(world, url, body)
    assert answers == dict.fromkeys(SEALS, 403)
    assert world.rows("inbox", "id") == []


BODIES = {
    "empty": b"",
    "not XML": b"hello",
    "no Encrypt": b"<xml><A>1</A></xml>",
    "Encrypt twice": b"<xml><Encrypt>a</Encrypt><Encrypt>b</Encrypt></xml>",
    "a DTD": b"<!DOCTYPE xml [<!ENTITY a 'b'>]><xml><Encrypt>&a;</Encrypt></xml>",
    "UTF-16": "<xml><Encrypt>a</Encrypt></xml>".encode("utf-16"),
    "too large": b"<xml><Encrypt>" + b"A" * 70_000 + b"</Encrypt></xml>",
}


async def test_what_cannot_be_read_is_refused(world: World) -> None:
    url, _body = world.platform.envelope(said(world))
    answers = {name: await post(world, url, body) for name, body in BODIES.items()}
    assert answers == dict.fromkeys(BODIES, 403)


async def test_a_bomb_is_refused_unopened(world: World) -> None:
    url, _body = world.platform.envelope(said(world))
    bomb = gzip.compress(b"<xml>" + b" " * 50_000_000)
    assert await post(world, url, bomb, **{"Content-Encoding": "gzip"}) == 403
    assert await post(world, url, b"no gzip", **{"Content-Encoding": "gzip"}) == 403


async def test_a_captured_push_has_no_effect_later(world: World) -> None:
    """B09: within minutes it is a repeat, after that it is stale."""
    url, body = world.platform.envelope(said(world))
    assert await post(world, url, body) == 200
    world.platform.clock.advance(minutes=4)
    assert await post(world, url, body) == 200
    assert len(world.rows("inbox", "id")) == 1
    for later in (2, 180):
        world.platform.clock.advance(minutes=later)
        assert await post(world, url, body) == 403
    assert len(world.rows("inbox", "id")) == 1


async def test_a_body_under_another_bodys_signature_is_refused(world: World) -> None:
    url, _body = world.platform.envelope(said(world))
    _url, other = world.platform.envelope(said(world, "another"))
    assert await post(world, url, other) == 403


INNER = {
    "no kind": "<xml><FromUserName>anna</FromUserName></xml>",
    "no sender": "<xml><MsgType>text</MsgType><Content>hi</Content></xml>",
    "a sender that cannot be": "<xml><FromUserName>a:b</FromUserName><MsgType>text</MsgType></xml>",
    "two kinds": "<xml><FromUserName>a</FromUserName><MsgType>text</MsgType><MsgType>x</MsgType></xml>",
    "a kind within a kind": "<xml><FromUserName>a</FromUserName><MsgType><b/></MsgType></xml>",
    "another app": (
        "<xml><FromUserName>a</FromUserName><MsgType>text</MsgType><Content>hi</Content>"
        "<AgentID>1000009</AgentID></xml>"
    ),
    "trailing junk": "<xml></xml>junk",
    "an entity": "<!DOCTYPE a [<!ENTITY b 'c'>]><xml/>",
    "nothing": "",
}


async def test_what_the_platform_sealed_and_we_cannot_use_is_acknowledged(world: World) -> None:
    """It will not get better by being sent again: staff see that something came, not what.

    `another app` is none of ours, and leaves nothing.
    """
    envelopes = {name: world.platform.envelope(inner.encode()) for name, inner in INNER.items()}
    answers = {name: await post(world, *envelope) for name, envelope in envelopes.items()}
    assert answers == dict.fromkeys(INNER, 200)
    buried = world.rows("inbox", "state", "payload")
    assert buried == [("dead", None)] * (len(INNER) - 1)
    reasons = world.rows("inbox", "error")
    assert len([reason for reason in reasons if reason == "sender"]) >= 1
    assert "another-app" not in reasons


async def test_nothing_of_the_key_shows_anywhere(
    open_world: Open,
    platform: FakeWeCom,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """I10: a talk, refusals and errors, all of it logged at DEBUG."""
    logs.set_up("debug", "json")
    for name in {*logs.CHATTY} - {"aiohttp.access"}:  # the platform's own; ours writes none
        logging.getLogger(name).setLevel(logging.DEBUG)
    async with open_world() as world:
        phone = world.phone()
        await world.talk(phone, "language")
        await world.tap(phone, "Deutsch")
        platform.corp.kill_tokens()
        platform.api.next_answers["cgi-bin/message/send"].extend(["html", "cut", 45009, 40056])
        for text in ("hallo", "hilfe", "hallo"):
            await phone.says(text)
            await world.house.deliverer.deliver()
        url, body = platform.envelope(said(world))
        await post(world, url.replace("msg_signature=", "msg_signature=0"), body)
        await world.channel.examine()
    printed = capfd.readouterr()
    written = printed.out + printed.err
    assert "callback_refused" in written
    assert "CANARY" not in written
    assert TOKEN not in written
    assert "Deutsch" not in written


async def test_other_ways_in_are_closed(world: World) -> None:
    for method in ("PUT", "DELETE", "PATCH", "HEAD"):
        async with world.platform.http.request(method, world.platform.callback) as response:
            assert response.status == 405
