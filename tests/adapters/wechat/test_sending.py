"""Customer-service messages: budgets, refusals that come with HTTP 200, answers that are none."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import ClientTimeout

from adapters.wechat.errcodes import errcodes, midnight
from bot.channel import (
    Blocked,
    Misconfigured,
    Refused,
    SendError,
    Throttled,
    Unreachable,
    Unsure,
    WindowClosed,
)
from bot.message import Address, Attachment, Reply
from bot.outbox import Draft, add
from bot.outgoing import Kind
from tests.adapters.wechat.conftest import Open, World

ANNA = Address("wechat", "oAnna-0123456789abcdefghijkl")
SEND = "cgi-bin/message/custom/send"
PIXEL = Attachment("image/png", b"\x89PNG....", "poster.png")


def queue(world: World, *replies: Reply, to: Address = ANNA, kind: Kind = "reply") -> None:
    drafts = [Draft(to, reply, kind=kind) for reply in replies]
    with world.house.database.write() as connection:
        add(connection, drafts, world.platform.clock())


async def heard(world: World) -> Any:
    """Somebody wrote: the window is open, and their answer is given."""
    phone = world.phone()
    await phone.says("help")
    phone.shown.clear()
    return phone


async def test_five_messages_reach_a_person_and_the_sixth_waits(world: World) -> None:
    """B19: no retry loop; they write, and it goes on."""
    phone = await heard(world)
    queue(world, *(Reply(f"news {n}") for n in range(6)))
    for _round in range(4):
        await world.deliver(seconds=60)
    assert phone.shown == [f"news {n}" for n in range(5)]
    assert world.rows("outbox", "state") == ["sent"] * 6 + ["parked"]
    assert world.platform.api.calls[SEND] == 5
    shown = await phone.says("help")
    assert shown[0].startswith("news 5\n\nAsk me anything")


async def test_after_a_tap_it_is_three_in_a_minute(world: World) -> None:
    phone = world.phone()
    await phone.taps("help")
    queue(world, *(Reply(f"news {n}") for n in range(4)))
    await world.deliver(seconds=5)
    assert phone.shown[1:] == ["news 0", "news 1", "news 2"]
    queue(world, Reply("later"))
    await world.deliver(seconds=60)
    assert (len(phone.shown), world.platform.api.calls[SEND]) == (4, 3)


async def test_the_platforms_count_goes_before_ours(world: World) -> None:
    """45047 although we thought there was room: closed until they write."""
    phone = await heard(world)
    world.platform.account.followers[phone.openid].windows.clear()
    queue(world, Reply("one"), Reply("two"))
    for _round in range(5):
        await world.deliver(seconds=120)
    assert world.rows("outbox", "state")[1:] == ["parked", "queued"]  # in order: the second waits
    assert world.platform.api.calls[SEND] == 1


async def test_a_quota_of_the_day_holds_the_whole_account(world: World) -> None:
    """One refusal tells of all: nobody else is tried before midnight."""
    await heard(world)
    await world.phone("oBo").says("help")
    world.platform.account.quotas[SEND] = 0
    queue(world, Reply("news"))
    await world.deliver()
    queue(world, Reply("news"), to=Address("wechat", "oBo"))
    for _round in range(5):
        await world.deliver(seconds=60)
    assert world.platform.api.calls[SEND] == 1


async def test_a_quota_of_the_day_is_over_at_midnight_in_shanghai(world: World) -> None:
    """B21."""
    phone = await heard(world)
    world.platform.account.quotas[SEND] = 0
    queue(world, Reply("news"))
    await world.deliver()
    assert world.rows("outbox", "state", "due_at")[-1] == (
        "queued",
        datetime(2026, 11, 28, 16, 0, tzinfo=UTC),
    )
    world.platform.account.quotas[SEND] = 10
    await world.deliver(seconds=6 * 3600)
    assert phone.shown == ["news"]


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (datetime(2026, 11, 28, 15, 59, 59, tzinfo=UTC), datetime(2026, 11, 28, 16, tzinfo=UTC)),
        (datetime(2026, 11, 28, 16, 0, tzinfo=UTC), datetime(2026, 11, 29, 16, tzinfo=UTC)),
        (datetime(2026, 12, 31, 17, 0, tzinfo=UTC), datetime(2027, 1, 1, 16, tzinfo=UTC)),
    ],
)
def test_midnight_is_shanghais(now: datetime, expected: datetime) -> None:
    assert midnight(now) == expected


CODES: dict[int, type[SendError]] = {
    -1: Unreachable,
    40003: Refused,
    40125: Misconfigured,
    40164: Misconfigured,
    43004: Blocked,
    43019: Blocked,
    43101: Refused,
    45002: Refused,
    45009: Throttled,
    45011: Throttled,
    45015: WindowClosed,
    45047: WindowClosed,
    48001: WindowClosed,
    48002: Blocked,
    50002: Misconfigured,
    99999: Refused,
}


@pytest.mark.parametrize(("code", "error"), CODES.items())
async def test_a_refusal_with_http_200_is_read(
    small: World, code: int, error: type[SendError]
) -> None:
    """B22: nothing counts as sent that the platform did not take."""
    await heard(small)
    small.platform.api.next_answers[SEND].append(code)
    with pytest.raises(error) as raised:
        await small.channel.send(ANNA, Reply("hello"))
    assert str(code) in str(raised.value)


def test_the_table_knows_when_to_try_again() -> None:
    now = datetime(2026, 11, 28, 10, tzinfo=UTC)
    table = errcodes(lambda: now)
    slow, full = table[45011]("45011"), table[45009]("45009")
    assert isinstance(slow, Throttled)
    assert (slow.after, slow.everyone) == (timedelta(minutes=1), True)
    assert isinstance(full, Throttled)
    assert (now + full.after, full.everyone) == (midnight(now), True)


NO_ANSWERS: dict[str, type[SendError]] = {
    "html": Unsure,
    "502": Unsure,
    "cut": Unsure,
    "accept-then-cut": Unsure,
    "huge": Unsure,
    "list": Unsure,
}


IN_BETWEEN: dict[str, type[SendError]] = {
    "403": Misconfigured,
    "407": Misconfigured,
    "429": Throttled,
}


@pytest.mark.parametrize(("how", "error"), IN_BETWEEN.items())
async def test_a_firewall_in_between_loses_no_message(
    small: World, how: str, error: type[SendError]
) -> None:
    """Not the platform's words: the message is as good as before, and waits."""
    await heard(small)
    small.platform.api.next_answers[SEND].append(how)
    with pytest.raises(error):
        await small.channel.send(ANNA, Reply("hello"))


@pytest.mark.parametrize(("how", "error"), NO_ANSWERS.items())
async def test_what_is_no_answer_leaves_us_unsure(
    small: World, how: str, error: type[SendError]
) -> None:
    """C09, C10: it may have been carried out; the class of the message decides."""
    await heard(small)
    small.platform.api.next_answers[SEND].append(how)
    with pytest.raises(error) as raised:
        await small.channel.send(ANNA, Reply("hello"))
    assert "CANARY" not in f"{raised.value!r} {raised.value.__cause__!r}"


@pytest.mark.parametrize("how", ["hang", "trickle"])
async def test_an_answer_that_does_not_come_is_not_waited_for(
    small: World, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await small.channel.close()  # the next call opens the line anew
    monkeypatch.setattr("adapters.tencent.calls.TIMEOUT", ClientTimeout(total=0.5))
    await heard(small)
    small.platform.api.next_answers[SEND].append(how)
    with pytest.raises(Unsure):
        await small.channel.send(ANNA, Reply("hello"))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_platform_that_is_not_there_is_unreachable(open_world: Open) -> None:
    async with open_world(wechat_api="http://127.0.0.1:9") as world:
        with pytest.raises(Unreachable):
            await world.channel.send(ANNA, Reply("hello"))


async def test_a_token_that_dies_in_a_burst_is_renewed_once(world: World) -> None:
    """B16: 200 sends, all with a dead token; one refresh, each message once."""
    api = world.platform.api
    phones = [world.phone(f"o{n:027}") for n in range(40)]
    for phone in phones:
        world.platform.account.open_window(phone.openid, tapped=False)
    for phone in phones[:1]:
        await world.channel.send(Address("wechat", phone.openid), Reply("first"))
    before = api.calls["cgi-bin/stable_token"]
    world.platform.account.kill_tokens()
    replies = [(phone, Reply(f"m{n}")) for phone in phones for n in range(4)]
    await asyncio.gather(
        *(world.channel.send(Address("wechat", p.openid), reply) for p, reply in replies)
    )
    assert api.calls["cgi-bin/stable_token"] == before + 1
    assert sorted(phones[7].shown) == ["m0", "m1", "m2", "m3"]
    assert sum(len(phone.shown) for phone in phones) == len(replies) + 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_wrong_secret_pauses_the_channel_and_keeps_what_waits(open_world: Open) -> None:
    """B17: three calls in ten minutes, whatever waits to be sent."""
    async with open_world(wechat_app_secret="CANARY-wrong") as world:
        phone = await heard(world)
        queue(world, *(Reply(f"news {n}") for n in range(5)))
        for _round in range(60):
            await world.deliver(seconds=10)
        assert world.platform.api.calls["cgi-bin/stable_token"] <= 3
        assert world.rows("outbox", "state")[1:] == ["queued"] * 5
        world.channel._api._secret = world.platform.account.secret
        await world.deliver(seconds=20 * 60)
        await world.deliver(seconds=20 * 60)
        assert phone.shown == [f"news {n}" for n in range(5)]


LONG = {
    "3000 Chinese characters": "城市让生活更美好，" * 333,
    "emoji": "👨‍👩‍👧‍👦" * 200,
    "no blanks": "x" * 5000,
    "words": "How do housing cooperatives keep rents low? " * 120,
}


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
async def test_a_long_text_goes_in_parts_and_whole(small: World, text: str) -> None:
    """B23."""
    phone = await heard(small)
    queue(small, Reply(text))
    for _round in range(3):
        await small.deliver()
    while small.rows("outbox", "state")[-1] == "parked":
        await phone.says(".")
        await small.deliver()
    parts = [part for part in phone.shown if part.strip(".") and not part.startswith("What would")]
    assert all(len(part.encode()) <= 1800 for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


async def test_a_picture_is_uploaded_and_shown_before_its_words(small: World) -> None:
    phone = await heard(small)
    queue(small, Reply("The poster", attachments=(PIXEL,)))
    await small.deliver()
    assert phone.shown == ["[image media-1]", "The poster"]
    assert PIXEL.url_or_bytes in small.platform.account.media["media-1"]


async def test_a_picture_and_its_words_are_two_of_the_budget(small: World) -> None:
    await heard(small)
    queue(small, Reply("The poster", attachments=(PIXEL,)))
    await small.deliver()
    assert small.rows_of_allowance() == [3]


async def test_after_a_refusal_the_picture_does_not_come_twice(small: World) -> None:
    """45011 to the words: the next try says the words alone, and both are counted."""
    phone = await heard(small)
    small.platform.api.next_answers[SEND].extend([None, 45011])
    queue(small, Reply("The poster", attachments=(PIXEL,)))
    await small.deliver()
    assert phone.shown == ["[image media-1]"]
    await small.deliver(seconds=61)
    assert phone.shown == ["[image media-1]", "The poster"]
    assert small.rows_of_allowance() == [3]
    assert len(small.platform.account.media) == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_without_customer_messages_a_picture_becomes_words(open_world: Open) -> None:
    async with open_world(wechat_service="no") as world:
        phone = world.phone()
        await phone.says("help")
        queue(world, Reply("The poster", attachments=(PIXEL,)))
        await world.deliver()
        (shown,) = await phone.says("help")
        assert shown.startswith("The poster\n\nAsk me anything")
        assert "\n\nposter.png\n\n" in shown


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_an_account_without_the_right_is_asked_once(open_world: Open) -> None:
    """B27: 48001, and the answers go on."""
    async with open_world() as world:
        world.platform.account.verified = False
        phone = await heard(world)
        queue(world, Reply("one"), Reply("two"))
        for _round in range(3):
            await world.deliver(seconds=120)
        assert world.platform.api.calls[SEND] == 1
        (shown,) = await phone.says("help")
        assert shown.startswith("one\n\ntwo\n\nAsk me anything")


async def test_who_switched_us_off_is_left_alone(world: World) -> None:
    phone = await heard(world)
    world.platform.account.followers[phone.openid].refuses = True
    queue(world, Reply("one"), Reply("two"))
    await world.deliver()
    await world.deliver()
    assert world.platform.api.calls[SEND] == 1
    assert world.rows("outbox", "state")[1:] == ["failed", "cancelled"]
