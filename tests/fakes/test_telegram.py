"""The fake Telegram is as strict, as patient and as impatient as its documents say.

What it gets wrong, every test on it would get wrong.
"""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from tests.fakes.telegram import FakeTelegram, Person, markup, text
from tests.fakes.telegram.pushes import GONE_AFTER, HEADER
from tests.fakes.telegram.refusal import Refusal

PUBLIC = "https://bot.example.org"


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as fake:
        yield fake


@pytest.fixture
def anna(telegram: FakeTelegram) -> Person:
    return telegram.person(42)


async def call(telegram: FakeTelegram, method: str, **params: Any) -> Any:
    """The result of a call, or what was said instead."""
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{telegram.api}/bot{telegram.token}/{method}", json=params) as answer,
    ):
        said = await answer.json()
        assert said["ok"] is (answer.status == 200)
        return said["result"] if said["ok"] else said["description"]


# -- texts -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "words", "kinds"),
    [
        ("a <b>b</b> c", "a b c", [("bold", 2, 1)]),
        ("<i>😀</i> x", "😀 x", [("italic", 0, 2)]),
        ("<b>a<i>b</i></b>", "ab", [("italic", 1, 1), ("bold", 0, 2)]),
        ('<a href="https://x.org/?a=1&amp;b">x</a>', "x", [("text_link", 0, 1)]),
        ("1 &lt; 2 &amp;&quot;&#33;", '1 < 2 &"!', []),
        ('<span class="tg-spoiler">s</span>', "s", [("spoiler", 0, 1)]),
    ],
)
def test_html_is_read_as_documented(source: str, words: str, kinds: list[Any]) -> None:
    read = text.read(source, "HTML", None, limit=4096, least=1)
    assert (read.text, [(e["type"], e["offset"], e["length"]) for e in read.entities]) == (
        words,
        kinds,
    )


@pytest.mark.parametrize("source", ["<q>", "<b>a", "a</b>", "<b><i>a</b></i>", "1 < 2", "<b", "<span>x</span>"])  # fmt: skip
def test_html_that_is_none_is_refused(source: str) -> None:
    with pytest.raises(Refusal, match="can't parse entities"):
        text.read(source, "HTML", None, limit=4096, least=1)


@pytest.mark.parametrize(
    "entity",
    [
        {"type": "bold", "offset": 0, "length": 1},
        {"type": "bold", "offset": 1, "length": 2},
        {"type": "bold", "offset": 0, "length": 9},
        {"type": "glow", "offset": 0, "length": 2},
        {"type": "bold", "offset": 0, "length": 0},
    ],
    ids=["half a sign", "begins in a sign", "too far", "unknown", "nothing"],
)
def test_an_entity_that_cannot_be_is_refused(entity: dict[str, Any]) -> None:
    with pytest.raises(Refusal):
        text.read("😀ab", None, [entity], limit=4096, least=1)


@pytest.mark.parametrize(
    ("words", "taken"),
    [("x" * 4096, True), ("x" * 4097, False), ("😀" * 2048, True), ("😀" * 2049, False), (" ", False)],
)  # fmt: skip
async def test_lengths_are_counted_in_utf16(
    telegram: FakeTelegram, anna: Person, words: str, taken: bool
) -> None:
    said = await call(telegram, "sendMessage", chat_id=42, text=words)
    assert isinstance(said, dict) is taken
    assert len(anna.sees) == taken


# -- keyboards -------------------------------------------------------------------------------------


def button(**fields: Any) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": "x", **fields}]]}


@pytest.mark.parametrize(
    ("keyboard", "why"),
    [
        (button(callback_data="a" * 65), "BUTTON_DATA_INVALID"),
        (button(callback_data="城" * 22), "BUTTON_DATA_INVALID"),
        (button(callback_data=""), "BUTTON_DATA_INVALID"),
        (button(), "text buttons are unallowed"),
        (button(callback_data="a", url="https://x.org"), "text buttons are unallowed"),
        (button(url="https://localhost/"), "Wrong HTTP URL"),
        (button(url="ftp://x.org/"), "Wrong HTTP URL"),
        (button(text=" ", callback_data="a"), "must be non-empty"),
        ({"inline_keyboard": [[{"text": "x", "callback_data": "a"}] * 101]}, "too long"),
        ({"inline_keyboard": 5}, "array of arrays"),
    ],
)
def test_a_keyboard_telegram_refuses_is_refused(keyboard: Any, why: str) -> None:
    with pytest.raises(Refusal, match=why):
        markup.read(keyboard)


@pytest.mark.parametrize("data", ["a" * 64, "城" * 21])
def test_a_keyboard_at_its_limits_is_taken(data: str) -> None:
    assert markup.read(button(callback_data=data)) == button(callback_data=data)


async def test_an_unchanged_message_is_said_to_be_so(telegram: FakeTelegram, anna: Person) -> None:
    sent = await call(telegram, "sendMessage", chat_id=42, text="a")
    again = await call(
        telegram, "editMessageText", chat_id=42, message_id=sent["message_id"], text="a"
    )
    assert again.startswith("Bad Request: message is not modified")
    await call(telegram, "editMessageText", chat_id=42, message_id=sent["message_id"], text="b")
    assert (anna.texts, anna.sees[0].edits) == (["b"], 1)


# -- calls -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "params", "why"),
    [
        ("sendMessage", {"chat_id": 1, "text": "x"}, "Bad Request: chat not found"),
        ("sendPoll", {"chat_id": 42, "question": "q" * 301, "options": ["a"]}, "300"),
        ("sendPoll", {"chat_id": 42, "question": "q", "options": ["a"] * 13}, "12 options"),
        ("sendPoll", {"chat_id": 42, "question": "q", "options": ["a" * 101]}, "100"),
        ("sendChatAction", {"chat_id": 42, "action": "dance"}, "wrong parameter action"),
        ("setMyCommands", {"commands": [{"command": "Help", "description": "x"}]}, "COMMAND_INVALID"),
        ("setMyCommands", {"commands": [{"command": "a", "description": ""}]}, "DESCRIPTION_INVALID"),
        ("setMyDescription", {"description": "x" * 513}, "TOO_LONG"),
        ("setMyDescription", {"description": "x", "language_code": "zh-hans"}, "LANGUAGE_CODE"),
        ("setWebhook", {"url": "http://x.org"}, "HTTPS"),
        ("setWebhook", {"url": "https://x.org:9000"}, "ports"),
        ("setWebhook", {"url": "https://x.org", "secret_token": "é"}, "unallowed"),
        ("answerCallbackQuery", {"callback_query_id": "9"}, "query is too old"),
        ("danceAround", {}, "Not Found"),
    ],
)  # fmt: skip
async def test_a_call_telegram_refuses_is_refused(
    telegram: FakeTelegram, anna: Person, method: str, params: Any, why: str
) -> None:
    assert why in await call(telegram, method, **params)
    assert anna.sees == []


async def test_a_tap_waits_150_seconds_for_its_answer(telegram: FakeTelegram, anna: Person) -> None:
    await call(
        telegram, "sendMessage", chat_id=42, text="?", reply_markup=button(callback_data="a")
    )
    anna.presses("x")
    (query,) = telegram.queries
    await telegram.advance(150)
    assert await call(telegram, "answerCallbackQuery", callback_query_id=query) is True
    await telegram.advance(1)
    late = await call(telegram, "answerCallbackQuery", callback_query_id=query)
    assert "query is too old" in late


async def test_an_offset_confirms_and_nothing_else_does(
    telegram: FakeTelegram, anna: Person
) -> None:
    first, second = anna.says("a"), anna.says("b")
    for _time in range(2):
        assert [u["update_id"] for u in await call(telegram, "getUpdates")] == [first, second]
    assert len(await call(telegram, "getUpdates", offset=second)) == 1
    assert await call(telegram, "getUpdates", offset=second + 1) == []


async def test_with_a_webhook_nobody_may_ask(telegram: FakeTelegram) -> None:
    await call(telegram, "setWebhook", url=f"{PUBLIC}/x")
    assert "webhook is active" in await call(telegram, "getUpdates")


# -- pushes ----------------------------------------------------------------------------------------


class Hook:
    """A webhook that answers as told, 200 when nothing more is told."""

    def __init__(self, telegram: FakeTelegram) -> None:
        self.telegram, self.answers = telegram, list[tuple[int, dict[str, str]]]()
        self.heard: list[tuple[str | None, int]] = []

    async def take(self, request: web.Request) -> web.Response:
        update = await request.json()
        self.heard.append((request.headers.get(HEADER), update["update_id"]))
        status, headers = self.answers.pop(0) if self.answers else (200, {})
        return web.Response(status=status, headers=headers)

    def pushed(self) -> list[tuple[int, float]]:
        """Status and seconds since the clock began."""
        start = 1_780_000_000.0
        return [(p.status, p.at - start) for p in self.telegram.pusher.pushes]


@pytest.fixture
async def hook(telegram: FakeTelegram) -> AsyncIterator[Hook]:
    made = Hook(telegram)
    app = web.Application()
    app.router.add_post("/x", made.take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    telegram.pusher.reach[PUBLIC] = f"http://127.0.0.1:{runner.addresses[0][1]}"
    await call(telegram, "setWebhook", url=f"{PUBLIC}/x", secret_token="s")
    yield made
    await runner.cleanup()


async def test_a_push_is_tried_at_once_then_after_2_4_8_seconds(hook: Hook, anna: Person) -> None:
    hook.answers = [(500, {})] * 5
    anna.says("a")
    await hook.telegram.advance(100)
    assert hook.pushed() == [(500, 0), (500, 0), (500, 2), (500, 6), (500, 14), (200, 30)]
    assert {secret for secret, _id in hook.heard} == {"s"}


async def test_a_push_comes_again_when_it_was_told(hook: Hook, anna: Person) -> None:
    hook.answers = [(503, {"Retry-After": "7"}), (503, {"Retry-After": "99999"})]
    anna.says("a")
    await hook.telegram.advance(5000)
    assert hook.pushed() == [(503, 0), (503, 7), (200, 3607)]


async def test_one_chat_waits_for_its_head_and_others_do_not(hook: Hook, anna: Person) -> None:
    bo = hook.telegram.person(43)
    hook.answers = [(500, {})] * 3
    first, second = anna.says("a"), anna.says("b")
    await hook.telegram.advance(1)
    other = bo.says("c")
    await hook.telegram.advance(20)
    order = [number for _secret, number in hook.heard]
    assert order.index(other) < order.index(second)
    assert order[:2] == [first, first]


async def test_a_message_is_given_up_after_a_day_and_a_tap_after_150_seconds(
    hook: Hook, anna: Person
) -> None:
    hook.answers = [(500, {"Retry-After": "3600"})] * 50
    await call(
        hook.telegram, "sendMessage", chat_id=42, text="?", reply_markup=button(callback_data="a")
    )
    tap, message = anna.presses("x"), anna.says("a")
    await hook.telegram.advance(151)
    assert hook.telegram.pusher.given_up == [tap]
    await hook.telegram.advance(24 * 3600)
    assert hook.telegram.pusher.given_up == [tap, message]
    assert hook.telegram.pending == []


async def test_a_webhook_that_is_gone_for_23_hours_is_closed(hook: Hook, anna: Person) -> None:
    hook.answers = [(410, {"Retry-After": "3600"})] * 50
    anna.says("a")
    await hook.telegram.advance(GONE_AFTER - 100)
    assert hook.telegram.pusher.webhook.url
    await hook.telegram.advance(3600)
    assert hook.telegram.pusher.webhook.url == ""


async def test_an_update_beyond_64_kb_is_dropped(hook: Hook, anna: Person) -> None:
    number = anna.says("x" * 66_000)
    assert (hook.telegram.too_large, hook.telegram.pending) == ([number], [])


async def test_trouble_is_told_to_who_asks(hook: Hook, anna: Person) -> None:
    hook.answers = [(500, {})]
    anna.says("a")
    await hook.telegram.advance(1)
    info = await call(hook.telegram, "getWebhookInfo")
    assert info["last_error_message"] == "Wrong response from the webhook: 500"
    assert info["pending_update_count"] == 0
