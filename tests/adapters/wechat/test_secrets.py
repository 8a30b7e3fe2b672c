"""K10: at DEBUG, whatever goes wrong, no secret, no token, no openid and no word of a person."""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from bot import logs
from bot.channel import SendError
from bot.message import Address, Reply
from tests.adapters.wechat.conftest import World
from tests.fakes.wechat import AES_KEY, SECRET, TOKEN

OPENID = "oCANARY-person-0123456789abc"
SEND, STABLE = "cgi-bin/message/custom/send", "cgi-bin/stable_token"
TROUBLE = ("html", "502", "cut", "accept-then-cut", "huge", 40001, 45009, 48002, 99999)


@pytest.fixture
def at_debug() -> Iterator[None]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    logs.set_up("debug", "json")
    for name in logs.CHATTY:
        logging.getLogger(name).setLevel(logging.DEBUG)
    yield
    root.handlers, root.level = before, level


async def everything_goes_wrong(world: World) -> None:
    """Pushes of every kind, refusals of every kind, and a token that is never good."""
    phone, api = world.phone(OPENID), world.platform.api
    await phone.follows("CANARY-scene")
    await phone.says("CANARY-words of a person")
    await phone.sends("image", PicUrl="https://example.org/CANARY-picture")
    async with world.platform.http.post(
        f"{world.platform.callback}?msg_signature=CANARY", data=b"x"
    ):
        pass
    for how in TROUBLE:
        api.next_answers[SEND].append(how)
        await sent(world)
    world.platform.account.kill_tokens()
    for how in ("html", "cut", 40001, 40125):
        api.next_answers[STABLE].append(how)
        await sent(world)
        world.platform.clock.advance(minutes=6)
    for errand in (world.channel.set_up, world.channel.examine):
        with suppress(SendError):
            await errand()


async def sent(world: World) -> None:
    told = ""
    try:
        await world.channel.send(Address("wechat", OPENID), Reply("CANARY-reply"))
    except SendError as error:
        told = f"{error} {error!r} {error.__cause__!r}"
    assert "CANARY" not in told


async def test_no_secret_and_no_person_reaches_a_log(
    small: World, at_debug: None, capfd: pytest.CaptureFixture[str]
) -> None:
    await everything_goes_wrong(small)
    await asyncio.sleep(0)
    out, err = capfd.readouterr()
    written = out + err
    assert "callback_refused" in written  # something was written at all
    assert "token_not_renewed" in written
    for secret in (SECRET, TOKEN, AES_KEY, OPENID, "CANARY"):
        assert secret not in written


async def test_no_secret_lies_in_the_database(small: World) -> None:
    """I10: not even the token the platform gave us."""
    await everything_goes_wrong(small)
    path = small.house.database.engine.url.database
    assert path
    content = b"".join(Path(path + end).read_bytes() for end in ("", "-wal"))
    assert b"CANARY-words" in content  # it can be found where it may be
    for secret in (SECRET, TOKEN, AES_KEY, "CANARY-access-token"):
        assert secret.encode() not in content
