"""A platform we did not write: node pushes sealed messages to the channel and reads its replies."""

from urllib.parse import urlencode

import pytest

from tests.adapters.wechat.conftest import World
from tests.fakes.wechat import AES_KEY, APP_ID, TOKEN
from tests.fakes.wechat.crypto import signature
from tests.peers.tencent import LIBRARIES, peer


@pytest.mark.parametrize("implementation", LIBRARIES)
async def test_other_peoples_platform_verifies_pushes_and_reads(
    small: World, implementation: str
) -> None:
    phone, stamp = small.phone(), str(int(small.platform.clock().timestamp()))
    query = {"timestamp": stamp, "nonce": "1", "echostr": "5921473096283946"}
    query["signature"] = signature(TOKEN, stamp, "1")
    async with peer(TOKEN, AES_KEY, APP_ID) as theirs:
        url = f"{small.platform.callback}?{urlencode(query)}"
        verified = await theirs(implementation, "get", url=url)
        assert verified == {"status": 200, "body": "5921473096283946"}
        small.platform.account.open_window(phone.openid, tapped=False)  # node keeps no windows
        for number, (text, begins) in enumerate(TALK):
            message = phone.compose({"MsgType": "text", "Content": text, "MsgId": 900 + number})
            read = await theirs(
                implementation,
                "push",
                url=small.platform.callback,
                timestamp=stamp,
                message=message.decode(),
            )
            assert (read["status"], read["signed"], read["id"]) == (200, True, APP_ID)
            assert read["content"].startswith(begins)
            assert f"<ToUserName><![CDATA[{phone.openid}]]></ToUserName>" in read["message"]
            await small.deliver()
    assert small.rows("outbox", "state") == ["sent"] * len(TALK)


# Long and short, in two scripts: every length of padding occurs sooner or later.
TALK = [
    ("help", "Ask me anything"),
    ("What did Zurich do with the tram depot at Kalkbreite?", "The Kalkbreite is"),
    ("1", "Kalkbreite, Zurich"),
    ("语言", "您想用哪种语言"),
    ("3", ""),
    ("你好 🌱", ""),
]


@pytest.mark.parametrize("implementation", LIBRARIES)
async def test_what_another_key_sealed_is_refused(small: World, implementation: str) -> None:
    other = "b" * 43
    async with peer(TOKEN, other, APP_ID) as theirs:
        read = await theirs(
            implementation,
            "push",
            url=small.platform.callback,
            timestamp=str(int(small.platform.clock().timestamp())),
            message="<xml></xml>",
        )
    assert read == {"status": 403, "body": ""}
    assert small.count("inbox") == 0
