"""Crypto we did not write: node's `@wecom/crypto` plays the platform, and checks ours and the fake's."""

import pytest

from adapters.tencent.crypto import Seal, Stamp
from tests.adapters.wecom.conftest import World
from tests.fakes.wechat.crypto import Sealer
from tests.fakes.wecom import AES_KEY, CORP_ID, TOKEN
from tests.fakes.wecom.corp import Shown
from tests.peers.tencent import peer

LIBRARY = "@wecom/crypto"
# Every length of padding occurs sooner or later.
TEXTS = ["", "a", "你好 🌱", "x" * 13, "<xml><Content><![CDATA[]]]]><![CDATA[>]]></Content></xml>"]
TEXTS += ["长" * 700, *("p" * n for n in range(20, 60, 3))]


async def test_other_peoples_platform_verifies_and_pushes(world: World) -> None:
    phone, stamp = world.phone(), str(int(world.platform.clock().timestamp()))
    async with peer(TOKEN, AES_KEY, CORP_ID) as theirs:
        made = await theirs(LIBRARY, "encrypt", message="echo 42", timestamp=stamp, nonce="7")
        query = f"msg_signature={made['signature']}&timestamp={stamp}&nonce=7"
        sealed = made["sealed"].replace("+", "%2B").replace("/", "%2F").replace("=", "%3D")
        url = f"{world.platform.callback}?{query}&echostr={sealed}"
        assert await theirs(LIBRARY, "get", url=url) == {"status": 200, "body": "echo 42"}
        for number, text in enumerate(("语言", "3", "你好 🌱")):
            message = phone.compose({"MsgType": "text", "Content": text, "MsgId": 900 + number})
            assert await theirs(
                LIBRARY,
                "push",
                url=world.platform.callback,
                timestamp=stamp,
                message=message.decode(),
            ) == {"status": 200, "body": ""}
            await world.deliver()
    words: list[Shown] = phone.shown
    assert words[0].line == "您想用哪种语言？ [Deutsch] [English] [中文]"
    assert words[1].line == "好的，接下来我用中文回答您。"


async def test_what_another_key_sealed_is_refused(world: World) -> None:
    stamp = str(int(world.platform.clock().timestamp()))
    for token, key in ((TOKEN, "b" * 43), ("another", AES_KEY)):
        async with peer(token, key, CORP_ID) as theirs:
            pushed = await theirs(
                LIBRARY,
                "push",
                url=world.platform.callback,
                timestamp=stamp,
                message="<xml></xml>",
            )
        assert pushed == {"status": 403, "body": ""}
    assert world.rows("inbox", "id") == []


async def test_all_three_open_what_any_of_them_sealed(world: World) -> None:
    """Ours, the fake's and theirs: or two of them would merely agree with each other."""
    ours, fakes = Seal(TOKEN, AES_KEY, CORP_ID, world.platform.clock), Sealer(AES_KEY, CORP_ID)
    stamp = Stamp("", str(int(world.platform.clock().timestamp())), "1320562132")
    signed = {"timestamp": stamp.timestamp, "nonce": stamp.nonce}
    async with peer(TOKEN, AES_KEY, CORP_ID) as theirs:
        for text in TEXTS:
            made = await theirs(LIBRARY, "encrypt", message=text, **signed)
            read = Stamp(made["signature"], stamp.timestamp, stamp.nonce)
            assert ours.open(read, made["sealed"]) == fakes.open(made["sealed"]) == text.encode()
            opened = await theirs(LIBRARY, "decrypt", sealed=fakes.seal(text.encode()), **signed)
            assert (opened["message"], opened["id"]) == (text, CORP_ID)


@pytest.mark.parametrize("receiver", ["", "ww0000000000000000", f"{CORP_ID}x"])
async def test_what_they_seal_for_another_company_is_not_for_us(
    world: World, receiver: str
) -> None:
    stamp = str(int(world.platform.clock().timestamp()))
    async with peer(TOKEN, AES_KEY, receiver) as theirs:
        url = world.platform.callback
        pushed = await theirs(LIBRARY, "push", url=url, timestamp=stamp, message="<xml></xml>")
    assert pushed["status"] == 403
