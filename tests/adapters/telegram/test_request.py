"""Calls over HTTP: what each answer is taken for, and that no error shows the token."""

import asyncio
import logging
import traceback
from collections.abc import AsyncIterator

import pytest
from telegram import InputFile
from telegram.error import TelegramError

from adapters.telegram import request as calls
from adapters.telegram.request import Declined, NotReached, NotTelegram, Request, Torn
from tests.fakes.telegram import (
    TOKEN,
    Cut,
    Dropped,
    FakeTelegram,
    Hangs,
    Page,
    Refuses,
    Throttles,
)


@pytest.fixture
async def request_(telegram: FakeTelegram) -> AsyncIterator[Request]:
    made = Request(telegram.api, telegram.token)
    yield made
    await made.shutdown()


async def error_of(made: Request, seconds: float = 5) -> TelegramError:
    with pytest.raises(TelegramError) as caught:
        await made.call("sendMessage", seconds, chat_id=42, text="x")
    assert TOKEN not in "".join(traceback.format_exception(caught.value))
    return caught.value


@pytest.mark.parametrize(
    ("script", "kind", "taken"),
    [
        (Refuses(400, "Bad Request: chat not found"), Declined, 0),
        (Throttles(3), Declined, 0),
        (Page(502), NotTelegram, 0),
        (Page(403), NotTelegram, 0),
        (Page(200), Torn, 0),
        (Page(200, b'{"ok":true}', "application/json"), Torn, 0),
        (Page(200, b"[]", "application/json"), Torn, 0),
        (Page(200, b"", "application/json"), Torn, 0),
        (Cut(), Torn, 0),
        (Dropped(), Torn, 1),
        (Hangs(5), Torn, 1),
    ],
    ids=str,
)
async def test_each_answer_is_taken_for_what_it_is(
    telegram: FakeTelegram, request_: Request, script: object, kind: type, taken: int
) -> None:
    anna = telegram.person(42)
    telegram.script("sendMessage", script)  # type: ignore[arg-type]
    assert type(await error_of(request_, 0.3)) is kind
    assert len(anna.sees) == taken


async def test_an_answer_without_end_is_cut_off(
    telegram: FakeTelegram, request_: Request, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "_LARGEST", 1000)
    telegram.script("sendMessage", Page(200, b"x" * 1_000_000))
    assert isinstance(await error_of(request_), Torn)


async def test_what_telegram_says_besides_comes_along(
    telegram: FakeTelegram, request_: Request
) -> None:
    telegram.script("sendMessage", Throttles(35))
    error = await error_of(request_)
    assert isinstance(error, Declined)
    assert (error.code, error.after, error.moved_to) == (429, 35, None)


async def test_who_is_not_there_was_sent_nothing() -> None:
    made = Request("http://127.0.0.1:1", TOKEN)
    assert isinstance(await error_of(made), NotReached)
    await made.shutdown()


@pytest.mark.parametrize("api", ["", "no address", "ftp://x", "http://"])
async def test_what_is_no_address_was_sent_nothing(api: str) -> None:
    made = Request(api, TOKEN)
    assert isinstance(await error_of(made), NotReached)
    await made.shutdown()


async def test_a_wrong_token_is_declined_and_not_shown(telegram: FakeTelegram) -> None:
    telegram.revoked = True
    made = Request(telegram.api, TOKEN)
    error = await error_of(made)
    assert (type(error), str(error)) == (Declined, "Unauthorized")
    await made.shutdown()


async def test_python_telegram_bot_never_learns_the_token(
    telegram: FakeTelegram, request_: Request, caplog: pytest.LogCaptureFixture
) -> None:
    """It logs addresses at DEBUG, and puts tokens into its errors."""
    with caplog.at_level(logging.DEBUG):
        bot = request_.bot()
        await bot.get_me()
        telegram.revoked = True
        with pytest.raises(Declined):
            await bot.get_me()
    assert TOKEN not in f"{bot!r} {bot.token} {bot.base_url} {bot.base_file_url} {caplog.text}"
    assert "getMe" in caplog.text  # the guard-off twin: it does log calls


async def test_a_file_travels_whole(telegram: FakeTelegram, request_: Request) -> None:
    anna, content = telegram.person(42), bytes(range(256)) * 5000
    bot = request_.bot()
    await bot.send_document(42, InputFile(content, filename='Über "uns" 城.pdf'), caption="Hier")
    assert (anna.sees[0].file, anna.sees[0].text) == (('Über "uns" 城.pdf', content), "Hier")


async def test_many_calls_go_at_once(telegram: FakeTelegram, request_: Request) -> None:
    telegram.person(42)
    telegram.script("sendMessage", *[Hangs(0.2)] * 50)
    loop = asyncio.get_running_loop()
    begun = loop.time()
    many = (request_.call("sendMessage", chat_id=42, text="x") for _n in range(50))
    await asyncio.gather(*many)
    assert loop.time() - begun < 2


async def test_a_proxy_of_the_environment_is_used(
    telegram: FakeTelegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The fake stands for the proxy: it sees the whole address of somebody else."""
    monkeypatch.setenv("http_proxy", telegram.api)
    monkeypatch.setenv("no_proxy", "spared.example.org")
    through, spared = (Request(f"http://{name}.example.org", TOKEN) for name in ("far", "spared"))
    assert (through._proxy, spared._proxy) == (telegram.api, None)
    assert (await through.call("getMe"))["is_bot"] is True
    await through.shutdown()
