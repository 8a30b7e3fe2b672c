"""The door Telegram pushes to: who may enter, with what, and what is answered."""

import asyncio
import gzip
import zlib
from dataclasses import replace
from typing import Any

import aiohttp
import orjson
import pytest
from sqlalchemy import select
from sqlalchemy.exc import DataError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from adapters.telegram.webhook import HEADER, LIMIT, Keys
from bot.config import Settings
from bot.models import Inbox
from bot.secret import keep_secret
from knowledge.library import Library
from tests.adapters.telegram.living import Living, living, on_telegram
from tests.adapters.telegram.wire import message
from tests.fakes.telegram import FakeTelegram

HELP = {"update_id": 900, "message": message(text="help")}


def kept(alive: Living) -> list[tuple[str, str, str | None]]:
    """The inbox: what came, what became of it, what was wrong."""
    wanted = select(Inbox.event_id, Inbox.state, Inbox.error).order_by(Inbox.id)
    with alive.house.database.read() as connection:
        return [tuple(row) for row in connection.execute(wanted)]  # type: ignore[misc]


def secret(alive: Living) -> str:
    return alive.telegram.pusher.webhook.secret


async def push(
    alive: Living, body: Any, headers: Any = None, **more: Any
) -> tuple[int, str | None]:
    """Push something ourselves, with the right secret unless told otherwise."""
    headers = {HEADER: secret(alive)} if headers is None else headers
    data = body if isinstance(body, bytes) else orjson.dumps(body)
    async with (
        aiohttp.ClientSession() as session,
        session.post(alive.hook, data=data, headers=headers, **more) as answer,
    ):
        assert await answer.read() == b""
        return answer.status, answer.headers.get("Retry-After")


async def test_an_update_is_answered_when_it_is_committed(webhook: Living) -> None:
    """A01"""
    webhook.telegram.person(42)
    assert await push(webhook, HELP) == (200, None)
    assert kept(webhook) == [("7000000001:900", "done", None)]
    await webhook.telegram.chats[42].hears(1)


async def test_the_same_update_three_times_has_one_effect(webhook: Living) -> None:
    """A02, and at the same moment as well."""
    anna = webhook.telegram.person(42)
    for _time in range(3):
        assert await push(webhook, HELP) == (200, None)
    again = {"update_id": 901, "message": message(text="help")}
    await asyncio.gather(*(push(webhook, again) for _time in range(3)))
    await anna.hears(2)
    await asyncio.sleep(0.1)
    assert len(anna.sees) == 2
    assert [row[0] for row in kept(webhook)] == ["7000000001:900", "7000000001:901"]


async def test_a_lower_number_after_a_quiet_week_is_not_taken_for_old(webhook: Living) -> None:
    """A14"""
    for number in (2_000_000_000, 5):
        assert await push(webhook, HELP | {"update_id": number}) == (200, None)
    assert len(kept(webhook)) == 2


# -- who may enter ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {HEADER: ""},
        {HEADER: "wrong"},
        {HEADER: "é"},
        {HEADER: "\udcff"},
        {HEADER: "x" * 7000},
        [(HEADER, "<secret>"), (HEADER, "<secret>")],
        {"X-Other": "<secret>"},
        {HEADER: "<secret>x"},
    ],
    ids=["none", "empty", "wrong", "not ASCII", "not UTF-8", "7 kB", "twice", "elsewhere", "longer"],
)  # fmt: skip
async def test_without_the_secret_nobody_enters(
    webhook: Living, headers: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    """A17: never 500, nothing stored, the secret in no log."""
    pairs = headers.items() if isinstance(headers, dict) else headers
    filled = [(k, v.replace("<secret>", secret(webhook))) for k, v in pairs]
    assert await raw_status(webhook, filled) == 403
    assert kept(webhook) == []
    told = "".join(capfd.readouterr())
    assert secret(webhook) not in told


async def raw_status(alive: Living, headers: list[tuple[str, str]]) -> int:
    """Over a bare socket: a client library would refuse to send some of this."""
    body = orjson.dumps(HELP)
    path = alive.hook.removeprefix(alive.base)
    port = int(alive.base.rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    lines = [f"POST {path} HTTP/1.1", "Host: x", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers] + ["Connection: close", "", ""]
    writer.write("\r\n".join(lines).encode("utf-8", "surrogateescape") + body)
    answer = await reader.read()
    writer.close()
    return int(answer.split(b" ", 2)[1])


async def test_a_header_beyond_all_measure_is_refused(webhook: Living) -> None:
    assert await raw_status(webhook, [(HEADER, "x" * 10_000)]) == 400
    assert kept(webhook) == []


@pytest.mark.parametrize("path", ["/telegram/", "/telegram/wrong", "/telegram"])
async def test_elsewhere_is_nothing(webhook: Living, path: str) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.post(webhook.base + path, json=HELP) as answer,
    ):
        assert answer.status == 404


async def test_looking_is_not_pushing(webhook: Living) -> None:
    async with aiohttp.ClientSession() as session, session.get(webhook.hook) as answer:
        assert answer.status == 405


async def test_by_polling_there_is_no_door(polling: Living) -> None:
    assert list(polling.channel.routes()) == []


def test_the_keys_are_the_same_after_a_restart_and_others_for_another_bot() -> None:
    """A19: derived, so there is nothing to lose; the address does not give away the secret."""
    first, again, other = Keys("s", "1:a"), Keys("s", "1:a"), Keys("s", "1:b")
    assert (first.path, first.secret) == (again.path, again.secret)
    assert first.path != other.path
    assert first.secret != other.secret
    assert first.secret not in first.path
    assert first.path.rpartition("/")[2] not in first.secret


# -- what may come in ---------------------------------------------------------------------------


def padded(size: int) -> bytes:
    start = orjson.dumps(HELP)[:-1] + b',"x":"'
    return start + b"x" * (size - len(start) - 2) + b'"}'


@pytest.mark.parametrize(
    ("body", "status"),
    [(padded(LIMIT), 200), (padded(LIMIT + 1), 413), (b"x" * 900_000, 413)],
    ids=["at the limit", "above", "far above"],
)
async def test_what_is_too_large_is_refused_unread(
    webhook: Living, body: bytes, status: int
) -> None:
    webhook.telegram.person(42)
    assert (await push(webhook, body))[0] == status
    assert len(kept(webhook)) == (status == 200)


async def test_what_grows_when_unpacked_is_refused_as_it_grows(webhook: Living) -> None:
    headers = {HEADER: secret(webhook), "Content-Encoding": "gzip"}
    bomb = gzip.compress(b"x" * 50_000_000)
    assert (await push(webhook, bomb, headers))[0] == 413


async def test_a_packed_update_is_read(webhook: Living) -> None:
    headers = {HEADER: secret(webhook), "Content-Encoding": "deflate"}
    assert await push(webhook, zlib.compress(orjson.dumps(HELP)), headers) == (200, None)
    assert len(kept(webhook)) == 1


async def test_a_broken_packing_is_not_ours_to_mend(webhook: Living) -> None:
    headers = {HEADER: secret(webhook), "Content-Encoding": "gzip"}
    assert (await push(webhook, b"not gzip at all", headers))[0] == 400


async def test_a_body_that_never_ends_is_given_up(
    webhook: Living, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.telegram.webhook._SECONDS", 0.2)
    port = int(webhook.base.rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    path = webhook.hook.removeprefix(webhook.base)
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\n{HEADER}: {secret(webhook)}\r\n"
    writer.write(f"{head}Content-Length: 500\r\n\r\nxx".encode())
    assert (await reader.readline()).split()[1] == b"408"
    writer.close()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no json",
        b"null",
        b"[]",
        b'"text"',
        b"5",
        b'{"update_id": NaN}',
        b"\xff\xfe{\x00}\x00",
        b'\xef\xbb\xbf{"update_id":1}',
        b'{"update_id":1,"message":' + b"[" * 100_000,
        b'{"message":{"text":"' + b"\\ud800" + b'"}}',
        b'{"update_id":' + b"9" * 5000 + b"}",
        b"{}",
    ],
    ids=lambda body: repr(body[:24]),
)
async def test_what_telegram_could_not_have_meant_is_taken_and_noted(
    webhook: Living, body: bytes
) -> None:
    """Refused it would come again for a day, and hold up its chat."""
    assert await push(webhook, body) == (200, None)
    assert [state for _id, state, _why in kept(webhook)] == ["dead"]


POISON = {"update_id": 900, "message": message(text=["not", "a", "text"])}


async def test_an_update_nobody_can_read_is_noted_and_holds_up_nobody(
    webhook: Living, capfd: pytest.CaptureFixture[str]
) -> None:
    anna = webhook.telegram.person(42)
    webhook.telegram.queue_raw({"message": POISON["message"]}, "42")
    anna.says("help")
    await anna.hears(1)
    assert [(state, why) for _id, state, why in kept(webhook)] == [
        ("dead", "AttributeError"),
        ("done", None),
    ]
    assert await push(webhook, POISON | {"update_id": 501}) == (200, None)
    assert len(kept(webhook)) == 2
    assert "not" not in "".join(capfd.readouterr()).replace("noted", "")


# -- the database ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (OperationalError("x", None, Exception()), 503),
        (PoolTimeout(), 503),
        (DataError("x", None, Exception()), 200),
        (RuntimeError("a mistake of ours"), 503),
    ],
    ids=["away", "all connections taken", "what cannot be stored", "a mistake of ours"],
)
async def test_a_house_without_its_database_says_come_again(
    webhook: Living, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int
) -> None:
    """A09: never 200 for what is not kept; what can never be kept is noted."""

    async def broken(_event: object) -> None:
        raise error

    desk = replace(webhook.channel.desk, accept=broken)  # type: ignore[arg-type]
    monkeypatch.setattr(webhook.channel._reception, "_desk", desk)
    assert (await push(webhook, HELP))[0] == status
    assert [row[1] for row in kept(webhook)] == (["dead"] if status == 200 else [])


async def test_an_update_that_always_fails_here_is_given_up(
    webhook: Living, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By polling it would stand before all others."""

    async def broken(_event: object) -> None:
        raise RuntimeError("a mistake of ours")

    desk = replace(webhook.channel.desk, accept=broken)  # type: ignore[arg-type]
    monkeypatch.setattr(webhook.channel._reception, "_desk", desk)
    assert [(await push(webhook, HELP))[0] for _time in range(5)] == [503] * 4 + [200]
    assert kept(webhook) == [("7000000001:900", "dead", "RuntimeError")]


async def test_what_came_while_the_database_was_away_is_taken_later(webhook: Living) -> None:
    """A09, the real thing: the tables are gone, the fake tries at once, then when we said."""
    anna = webhook.telegram.person(42)
    with webhook.house.database.write() as connection:
        connection.exec_driver_sql("ALTER TABLE inbox RENAME TO elsewhere")
    first = anna.says("help")
    pusher = webhook.telegram.pusher
    await webhook.telegram.until(lambda: bool(pusher.pushes))
    assert [(p.status, p.retry_after) for p in pusher.pushes] == [(503, 5.0)]
    with webhook.house.database.write() as connection:
        connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO inbox")
    await webhook.telegram.advance(5)
    await anna.hears(1)
    assert [(p.update_id, p.status) for p in pusher.pushes] == [(first, 503), (first, 200)]


# -- order ----------------------------------------------------------------------------------------


async def test_many_chats_at_once_each_in_its_order(webhook: Living) -> None:
    """A22, smaller: 40 connections, 60 chats, three messages each."""
    people = [webhook.telegram.person(1000 + n, f"P{n}") for n in range(60)]
    for word in ("help", "language", "privacy"):
        for person in people:
            person.says(word)
    await webhook.telegram.until(lambda: not webhook.telegram.pending, 60)
    wanted = select(Inbox.address, Inbox.payload).order_by(Inbox.id)
    with webhook.house.database.read() as connection:
        rows = connection.execute(wanted).all()
    for person in people:
        said = [r.payload["text"] for r in rows if r.address == f"telegram:{person.id}"]
        assert said == ["help", "language", "privacy"]
    assert webhook.telegram.pusher.most_flying > 20


async def test_a_tap_that_overtakes_a_text_is_dealt_with(webhook: Living) -> None:
    """A10: taps have a queue of their own."""
    anna = webhook.telegram.person(42)
    anna.says("human")
    (shown,) = await anna.hears(1)
    anna.says("How can I help?")
    if shown.keyboard:
        webhook.telegram.press(anna, anna.user, shown, shown.keyboard[0][0])
    await webhook.telegram.until(lambda: not webhook.telegram.pending)
    assert {row[1] for row in kept(webhook)} == {"done"}


# -- set-up -----------------------------------------------------------------------------------------


async def test_two_bots_on_one_database_have_their_own_numbers(
    plain: Settings, library: Library
) -> None:
    """A15: the same chat, message and update number, from two bots."""
    tokens = ("7000000001:AAfirst-bot-token-0123456789", "7000000002:AAsecond-bot-token-0123456789")
    for token in tokens:
        async with FakeTelegram(token) as telegram:
            settings = on_telegram(plain, telegram, "webhook")
            async with living(settings, telegram, library) as alive:
                telegram.person(42)
                assert await push(alive, HELP) == (200, None)
                rows = kept(alive)
    assert [row[0] for row in rows] == ["7000000001:900", "7000000002:900"]


async def test_after_a_kill_the_old_webhook_still_leads_here(
    telegram: FakeTelegram, plain: Settings, library: Library
) -> None:
    """A19: nobody deregistered; the first update after the restart is taken."""
    settings = replace(on_telegram(plain, telegram, "webhook"), secret="")
    keep_secret(settings)
    async with living(settings, telegram, library):
        before = telegram.pusher.webhook
    anna = telegram.person(42)
    telegram.script("setWebhook", *[_away()] * 3)
    async with living(settings, telegram, library) as alive:
        assert await push(alive, HELP, {HEADER: before.secret}) == (200, None)
        await anna.hears(1)


async def test_with_a_new_secret_what_was_under_way_comes_again(
    telegram: FakeTelegram, plain: Settings, library: Library
) -> None:
    """A18: to the old address it is refused, to the new one it is taken: nothing is lost."""
    async with living(on_telegram(plain, telegram, "webhook"), telegram, library):
        old = telegram.pusher.webhook.url
    anna = telegram.person(42)
    telegram.pusher.use(replace(telegram.pusher.webhook, url=""))
    anna.says("help")
    changed = replace(on_telegram(plain, telegram, "webhook"), secret="another secret")
    async with living(changed, telegram, library):
        await anna.hears(1)
        assert telegram.pusher.webhook.url != old


def _away() -> Any:
    from tests.fakes.telegram import Page

    return Page(502)


UNREADABLE = {
    "words that are no UTF-8": (b'{"update_id":7,"message":{"text":"\\ud800"}}', ":7"),
    "cut off": (b'{"update_id": 8, "message', ":8"),
    "a list": (b"[]", ":4f53cda18c2baa0c0354bb5f9a3ecbe5"),
    "nonsense": (b"hello", ":2cf24dba5fb0a30e26e83b2ac5b9e29e"),
    "nothing in it": (b"{}", ":44136fa355b3678a1146ad16f7e8649e"),
}


@pytest.mark.parametrize(("body", "known_as"), UNREADABLE.values(), ids=UNREADABLE)
async def test_what_nobody_can_parse_is_noted_once_as_dead(
    webhook: Living, body: bytes, known_as: str
) -> None:
    """By its number where that can be read, else by all of it; the same comes again."""
    for _try in range(2):
        assert await push(webhook, body) == (200, None)
    ((event_id, state, _why),) = kept(webhook)
    assert (event_id[event_id.index(":") :], state) == (known_as, "dead")
