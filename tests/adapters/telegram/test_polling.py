"""Polling: confirmed only when committed, never deaf for good."""

import asyncio
import time

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from adapters.away import Away
from adapters.telegram import polling as poll
from adapters.telegram.polling import Poller
from bot.config import Settings
from bot.dialog import Transaction
from bot.models import Inbox
from bot.services.channels import Channels, Health
from knowledge.library import Library
from tests.adapters.telegram.living import Living, living, on_telegram
from tests.adapters.telegram.wire import message
from tests.fakes.telegram import Dropped, FakeTelegram, Hangs, Page, Refuses, Throttles


def count(alive: Living) -> int:
    with alive.house.database.read() as connection:
        return int(connection.scalar(select(func.count()).select_from(Inbox)) or 0)


def deaf(alive: Living) -> str | None:
    """Why nothing is heard, as `citybot channel list` shows it."""
    with alive.house.database.read() as connection:
        health = Channels(Transaction(connection, alive.house.now())).health()
    found = health.get("telegram", Health()).deaf
    return found.reason if found else None


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits are looked at elsewhere; here they are short."""
    monkeypatch.setattr(poll, "_longer", lambda wait, most: min(most, max(0.01, wait * 2)))


async def test_an_update_is_confirmed_only_after_its_commit(polling: Living) -> None:
    anna = polling.telegram.person(42)
    first = anna.says("help")
    await anna.hears(1)
    anna.says("language")
    await anna.hears(2)
    await polling.telegram.until(lambda: polling.telegram.counts["getUpdates"] >= 2)
    asked = [c.params.get("offset") for c in polling.telegram.made("getUpdates")]
    assert asked[:2] == [None, first + 1]
    assert count(polling) == 2


async def test_nothing_is_lost_while_the_database_is_away(polling: Living) -> None:
    anna = polling.telegram.person(42)
    with polling.house.database.write() as connection:
        connection.exec_driver_sql("ALTER TABLE inbox RENAME TO elsewhere")
    anna.says("help")
    await asyncio.sleep(0.2)
    assert len(polling.telegram.pending) == 1
    with polling.house.database.write() as connection:
        connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO inbox")
    await anna.hears(1)
    await polling.telegram.until(lambda: not polling.telegram.pending)


async def test_a_restart_takes_up_where_it_was(
    telegram: FakeTelegram, plain: Settings, library: Library
) -> None:
    """What was committed and not confirmed comes again, and has no second effect."""
    anna = telegram.person(42)
    settings = on_telegram(plain, telegram)
    async with living(settings, telegram, library):
        anna.says("help")
        await anna.hears(1)
        held = list(telegram.pending)
    telegram.pending[:] = held or telegram.pending
    again = telegram.next_id - 1
    telegram.queue_raw({"message": message(text="help")}, "42")
    telegram.pending[-1].update["update_id"] = again  # the very same update once more
    async with living(settings, telegram, library) as alive:
        anna.says("language")
        await anna.hears(2)
        assert count(alive) == 2
    assert len(anna.sees) == 2


async def test_a_webhook_from_an_earlier_life_is_taken_away(
    telegram: FakeTelegram, plain: Settings, library: Library
) -> None:
    telegram.pusher.webhook.url = "https://elsewhere.example.org/hook"
    anna = telegram.person(42)
    async with living(on_telegram(plain, telegram), telegram, library):
        anna.says("help")
        await anna.hears(1)
    assert telegram.pusher.webhook.url == ""
    assert telegram.made("deleteWebhook")[0].params == {"drop_pending_updates": False}


@pytest.mark.parametrize(
    "script",
    [
        Page(502),
        Page(200),
        Refuses(500, "Internal Server Error"),
        Refuses(401, "Unauthorized"),
        Refuses(409, "Conflict: terminated by other getUpdates request"),
        Refuses(429, "Too Many Requests: retry after 1", {"retry_after": 1}),
        Dropped(),
    ],
    ids=str,
)
async def test_whatever_telegram_says_we_ask_again(
    telegram: FakeTelegram, plain: Settings, library: Library, script: object
) -> None:
    anna = telegram.person(42)
    anna.says("help")
    telegram.script("getUpdates", script, script)  # type: ignore[arg-type]
    async with living(on_telegram(plain, telegram), telegram, library):
        await anna.hears(1)
    assert len(anna.sees) == 1


async def test_staff_see_that_nobody_is_heard_as_long_as_that_is_so(
    telegram: FakeTelegram, plain: Settings, library: Library
) -> None:
    anna = telegram.person(42)
    telegram.script("getUpdates", *(Refuses(401, "Unauthorized") for _ in range(3)))
    async with living(on_telegram(plain, telegram), telegram, library) as alive:
        await telegram.until(lambda: deaf(alive) == "401 Unauthorized")
        anna.says("help")
        await anna.hears(1)
        await telegram.until(lambda: deaf(alive) is None)


async def test_a_torn_poll_is_noticed(
    telegram: FakeTelegram, plain: Settings, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody is at the other end, and no packet says so."""
    monkeypatch.setattr(poll, "_TORN", 0.3)
    anna = telegram.person(42)
    anna.says("help")
    telegram.script("getUpdates", Hangs(30))
    async with living(on_telegram(plain, telegram), telegram, library):
        await anna.hears(1)


async def test_two_that_ask_end_each_others_question_and_lose_nothing(
    telegram: FakeTelegram, plain: Settings, library: Library, capfd: pytest.CaptureFixture[str]
) -> None:
    settings = on_telegram(plain, telegram)
    anna = telegram.person(42)
    async with living(settings, telegram, library), living(settings, telegram, library) as other:
        asked = telegram.made
        await telegram.until(lambda: any(call.status == 409 for call in asked("getUpdates")))
        for word in ("help", "language", "privacy"):
            anna.says(word)
            await asyncio.sleep(0.05)
        await anna.hears(3)
        assert count(other) == 3
    assert "telegram_conflict" in "".join(capfd.readouterr())


async def test_one_chat_goes_in_order_and_a_tap_behind_what_was_said(polling: Living) -> None:
    order: list[int] = []

    class Slow:
        async def take(self, update: dict[str, object]) -> None:
            await asyncio.sleep(0.02 if update["update_id"] == 1 else 0)
            order.append(int(str(update["update_id"])))

    poller = Poller(polling.channel._request, Slow(), polling.channel._hearing)  # type: ignore[arg-type]
    tap = {"id": "q", "message": message(text="?"), "data": "1.0"}
    other = message(text="x", chat={"id": 43, "type": "private"})
    await poller._taken(
        [
            {"update_id": 1, "message": message(text="a")},
            {"update_id": 2, "callback_query": tap},
            {"update_id": 3, "message": other},
        ]
    )
    assert order == [3, 1, 2]


async def test_one_that_must_come_again_keeps_all_unconfirmed(polling: Living) -> None:
    class Broken:
        async def take(self, update: dict[str, object]) -> None:
            if update["update_id"] == 1:
                raise Away from OperationalError("x", None, Exception())

    poller = Poller(polling.channel._request, Broken(), polling.channel._hearing)  # type: ignore[arg-type]
    with pytest.raises(Away):
        await poller._taken([{"update_id": 1}, {"update_id": 2}])


async def test_after_a_quiet_week_lower_numbers_are_asked_for(polling: Living) -> None:
    """A14: an offset is given only while something waits for its confirmation."""
    anna = polling.telegram.person(42)
    anna.says("help")
    await anna.hears(1)
    polling.telegram.next_id = 7  # ids begin anew
    await polling.telegram.until(lambda: not polling.telegram.pending)
    polling.telegram.script("getUpdates", Throttles(1))
    anna.says("language")
    await anna.hears(2)
    anna.says("privacy")
    await anna.hears(3)


async def test_a_poll_asks_for_what_we_understand(polling: Living) -> None:
    await polling.telegram.until(lambda: polling.telegram._poll is not None)
    polling.telegram.person(42).says("help")
    await polling.telegram.chats[42].hears(1)
    params = polling.telegram.made("getUpdates")[0].params
    assert params["timeout"] == 25
    assert params["allowed_updates"] == [
        "message",
        "edited_message",
        "callback_query",
        "my_chat_member",
    ]


async def test_a_server_that_keeps_no_question_open_is_not_asked_in_haste(
    telegram: FakeTelegram, plain: Settings, library: Library
) -> None:
    empty = Page(200, b'{"ok":true,"result":[]}', "application/json")
    telegram.script("getUpdates", *[empty] * 50)
    begun = time.monotonic()
    async with living(on_telegram(plain, telegram), telegram, library):
        await asyncio.sleep(1.2)
    assert 1 <= telegram.counts["getUpdates"] <= 3 + (time.monotonic() - begun)
