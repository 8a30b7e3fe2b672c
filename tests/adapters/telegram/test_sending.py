"""Replies on their way to Telegram, and everything that may happen to them there."""

import asyncio
import time
from collections.abc import Sequence
from datetime import timedelta

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from adapters.capabilities import TELEGRAM
from adapters.telegram import saying
from adapters.telegram.writing import SOON
from bot import outbox
from bot.channel import Refused
from bot.message import POLL, Address, Attachment, Choice, Link, Reply
from bot.models import ChannelState, Outbox
from bot.outgoing import Kind
from bot.render import fit
from bot.text import clean
from tests.adapters.telegram.living import Living
from tests.fakes.telegram import (
    Cut,
    Dropped,
    FakeTelegram,
    Page,
    Person,
    Refuses,
    Throttles,
    text,
)

ICS = Attachment("text/calendar", b"BEGIN:VCALENDAR", "date.ics")
PNG = Attachment("image/png", b"\x89PNG poster", "poster.png")


def queue(alive: Living, *replies: Reply, to: int = 42, kind: Kind = "reply") -> None:
    """Something to be said by itself."""
    add(alive, [outbox.Draft(Address("telegram", str(to)), reply, kind=kind) for reply in replies])


def add(alive: Living, drafts: Sequence[outbox.Draft]) -> None:
    """In one transaction: delivery sees all of it, or nothing yet."""
    with alive.house.database.write() as connection:
        outbox.add(connection, drafts, alive.house.now())
    alive.house.wakeups.wake("delivery")


def states(alive: Living) -> list[str]:
    with alive.house.database.read() as connection:
        return list(connection.scalars(select(Outbox.state).order_by(Outbox.id)))


async def settled(alive: Living, *expected: str) -> None:
    await alive.telegram.until(lambda: states(alive) == list(expected))


def hurry(alive: Living) -> None:
    """What waits for another try is due now."""
    with alive.house.database.write() as connection:
        connection.execute(
            update(Outbox).where(Outbox.state == "queued").values(due_at=alive.house.now())
        )
    alive.house.wakeups.wake("delivery")


@pytest.fixture
def anna(polling: Living) -> Person:
    return polling.telegram.person(42)


# -- what goes out ---------------------------------------------------------------------------------


async def test_files_words_and_buttons_arrive(polling: Living, anna: Person) -> None:
    page = Link("City", "https://example.org/")
    queue(polling, Reply("Here", (Choice("a", "Yes"),), (page,), (PNG, ICS)))
    first, second = await anna.hears(2)
    assert (first.kind, first.file) == ("photo", ("poster.png", b"\x89PNG poster"))
    assert (second.kind, second.file) == ("document", ("date.ics", b"BEGIN:VCALENDAR"))
    assert (second.text, second.labels) == ("Here", [["Yes"], ["City"]])


async def test_no_page_is_fetched_for_a_link_in_the_text(polling: Living, anna: Person) -> None:
    queue(polling, Reply("See https://example.org/"))
    await anna.hears(1)
    (call,) = polling.telegram.made("sendMessage")
    assert call.params["link_preview_options"] == {"is_disabled": True}
    assert "parse_mode" not in call.params


async def test_a_poll_in_a_group_is_anonymous(polling: Living) -> None:
    square = polling.telegram.group(-100_555)
    ballot = orjson.dumps({"question": "A park?", "options": ["Yes", "No"]})
    queue(polling, Reply("Vote", attachments=(Attachment(POLL, ballot, ""),)), to=-100_555)
    words, poll = await square.hears(2)
    assert words.text == "Vote"
    assert poll.poll == {"question": "A park?", "options": ["Yes", "No"], "is_anonymous": True}


@given(
    st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=300)
    | st.text(alphabet="_*[]()~`>#+-=|{}.!\\<>&\"'/@ab 城😀", min_size=1, max_size=300)
)
@settings(max_examples=2000, deadline=None)
def test_whatever_a_person_is_called_their_words_stay_words(name: str) -> None:
    """C15, J10: through fit and our formatter into Telegram's own reading of it."""
    said = clean(name)
    if not said:
        return
    for part in fit(Reply(f"Thank you, {said}!"), TELEGRAM).parts:
        for message in saying.pieces(part, group=False):
            read = text.read(message.text, None, None, limit=4096, least=1)
            assert (read.text, read.entities) == (message.text, [])
            assert said in read.text


def test_the_fake_does_refuse_such_a_name_in_markup() -> None:
    """The guard-off twin: with a parse mode the same words fail."""
    with pytest.raises(Exception, match="can't parse entities"):
        text.read("Thank you, <3!", "HTML", None, limit=4096, least=1)


# -- what goes wrong -------------------------------------------------------------------------------


async def test_a_throttled_chat_waits_and_others_do_not(polling: Living, anna: Person) -> None:
    """C03"""
    bo = polling.telegram.person(43, "Bo")
    polling.telegram.script("sendMessage", Throttles(35), chat=42)
    queue(polling, Reply("to Anna"))
    queue(polling, Reply("to Bo"), to=43)
    await bo.hears(1)
    await settled(polling, "queued", "sent")
    with polling.house.database.read() as connection:
        due = connection.scalar(select(Outbox.due_at).order_by(Outbox.id).limit(1))
    wait = due - polling.house.now()
    assert timedelta(seconds=30) < wait < timedelta(seconds=37)
    assert anna.sees == []
    assert len(polling.telegram.made("sendMessage")) == 2


async def test_a_throttled_bot_waits_as_a_whole_and_then_everybody_is_told_once(
    polling: Living,
) -> None:
    """The platform does not say whom it means: when several are refused, nobody is tried."""
    people = [polling.telegram.person(100 + n) for n in range(6)]
    polling.telegram.script("sendMessage", *(Throttles(2) for _ in people))
    add(polling, [outbox.Draft(Address("telegram", str(p.id)), Reply("hello")) for p in people])
    # Held from the third answer on; the others were under way by then.
    await polling.telegram.until(lambda: polling.house.deliverer._sender.pauses.holds("telegram"))
    await polling.telegram.until(lambda: len(polling.telegram.made("sendMessage")) == 6)
    late = polling.telegram.person(200, "Late")
    queue(polling, Reply("hello"), to=200)
    await asyncio.sleep(0.3)
    assert len(polling.telegram.made("sendMessage")) == 6
    await settled(polling, *["sent"] * 7)
    assert [len(person.sees) for person in (*people, late)] == [1] * 7
    assert len(polling.telegram.made("sendMessage")) == 13


async def test_who_blocked_us_is_left_alone(polling: Living, anna: Person) -> None:
    """C06"""
    anna.says("help")
    await anna.hears(1)
    anna.closed = "bot was blocked by the user"
    queue(polling, Reply("one"), Reply("two"), Reply("three"))
    await settled(polling, "sent", "failed", "cancelled", "cancelled")
    assert len(polling.telegram.made("sendMessage")) == 2


async def test_a_revoked_token_pauses_the_channel_and_keeps_what_waits(
    polling: Living, anna: Person
) -> None:
    """C08"""
    polling.telegram.revoked = True
    queue(polling, Reply("one"), Reply("two"))

    def reason() -> str | None:
        with polling.house.database.read() as connection:
            return connection.scalar(
                select(ChannelState.reason).where(ChannelState.channel == "telegram")
            )

    await polling.telegram.until(lambda: reason() is not None)
    assert reason() == "401 Unauthorized"
    await polling.telegram.until(lambda: states(polling) == ["queued", "queued"])
    assert anna.sees == []


@pytest.mark.parametrize(
    ("kind", "seen", "state"), [("reply", 2, "sent"), ("broadcast", 1, "unsure")]
)
async def test_an_answer_that_is_lost_is_dealt_with_by_the_class(
    polling: Living, anna: Person, kind: Kind, seen: int, state: str
) -> None:
    """C09: it was taken, and the connection was cut."""
    polling.telegram.script("sendMessage", Dropped())
    queue(polling, Reply("news"), kind=kind)
    await polling.telegram.until(lambda: states(polling) != ["sending"] and bool(anna.sees))
    hurry(polling)
    await settled(polling, state)
    assert len(anna.sees) == seen
    assert all(words.startswith("news") for words in anna.texts)


@pytest.mark.parametrize(
    "script",
    [Page(502), Page(200), Refuses(500, "Internal Server Error"), Cut()],
    ids=["HTML 502", "HTML 200", "500", "cut before"],
)
async def test_what_passes_is_tried_again(polling: Living, anna: Person, script: object) -> None:
    """C10"""
    polling.telegram.script("sendMessage", script)  # type: ignore[arg-type]
    queue(polling, Reply("news"))
    await polling.telegram.until(lambda: bool(polling.telegram.made("sendMessage")))
    await polling.telegram.until(lambda: states(polling) != ["sending"])
    hurry(polling)
    await settled(polling, "sent")
    assert len(anna.sees) == 1


async def test_a_later_message_never_overtakes(polling: Living, anna: Person) -> None:
    """C13"""
    polling.telegram.script("sendMessage", *[Refuses(500, "Internal Server Error")] * 2)
    queue(polling, Reply("first"), Reply("second"))
    for _time in range(40):
        hurry(polling)
        await asyncio.sleep(0.05)
        if len(anna.sees) == 2:
            break
    assert anna.texts == ["first", "second"]


@pytest.mark.parametrize(
    "why",
    [
        "Bad Request: can't parse entities: x",
        "Bad Request: inline keyboard button URL 'x' is invalid: Wrong HTTP URL",
        "Bad Request: reply markup is too long",
    ],
)
async def test_what_telegram_minds_of_the_looks_is_said_in_words(
    polling: Living, anna: Person, why: str
) -> None:
    polling.telegram.script("sendMessage", Refuses(400, why))
    page = Link("City", "https://example.org/")
    queue(polling, Reply("Well?", (Choice("a", "Yes"), Choice("b", "No")), (page,)))
    (shown,) = await anna.hears(1)
    assert shown.text == "Well?\n\n1. Yes\n2. No\n\nCity: https://example.org/"
    assert shown.keyboard == []
    await settled(polling, "sent")


async def test_a_refused_message_is_shown_to_staff_and_holds_up_nothing(
    polling: Living, anna: Person
) -> None:
    polling.telegram.script("sendMessage", Refuses(400, "Bad Request: chat not found"))
    queue(polling, Reply("one"), Reply("two"))
    await settled(polling, "failed", "sent")
    with polling.house.database.read() as connection:
        why = connection.scalar(select(Outbox.error).where(Outbox.state == "failed"))
    assert why == "400 Bad Request: chat not found"
    assert anna.texts == ["two"]


async def test_a_retry_goes_on_behind_the_file_that_was_sent(polling: Living, anna: Person) -> None:
    polling.telegram.script("sendDocument", Refuses(500, "Internal Server Error"))
    queue(polling, Reply("Here", attachments=(PNG, ICS)))
    await anna.hears(1)
    await polling.telegram.until(lambda: states(polling) != ["sending"])
    hurry(polling)
    await settled(polling, "sent")
    assert [shown.kind for shown in anna.sees] == ["photo", "document"]


async def test_an_address_that_is_none_of_ours_is_refused(polling: Living) -> None:
    with pytest.raises(Refused):
        await polling.channel.send(Address("telegram", "anna"), Reply("x"))


# -- is writing --------------------------------------------------------------------------------------


async def test_who_waits_sees_that_we_are_writing(
    polling: Living, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    accept = polling.channel.desk.accept
    begun = time.monotonic()

    async def slow(event: object) -> object:
        await polling.telegram.until(lambda: polling.telegram.counts["sendChatAction"] == 1)
        return await accept(event)  # type: ignore[arg-type]

    monkeypatch.setattr(type(polling.channel.desk), "accept", property(lambda _self: slow))
    anna.says("help")
    await anna.hears(1)
    assert time.monotonic() - begun >= SOON
    (call,) = polling.telegram.made("sendChatAction")
    assert (call.chat, call.params["action"]) == (42, "typing")


async def test_who_does_not_wait_sees_nothing_of_it(polling: Living) -> None:
    await polling.channel._reception._writing.during(asyncio.sleep(0), Address("telegram", "42"))
    await asyncio.sleep(SOON + 0.1)
    assert polling.telegram.counts["sendChatAction"] == 0


async def test_ten_thousand_may_wait_and_one_who_asks_does_not(
    polling: Living, anna: Person, telegram: FakeTelegram
) -> None:
    """C14, smaller: a reply goes before the rest of a broadcast."""
    people = [telegram.person(5000 + n) for n in range(300)]
    for person in people:
        queue(polling, Reply("news"), to=person.id, kind="broadcast")
    begun = time.monotonic()
    anna.says("help")
    await anna.hears(1)
    assert time.monotonic() - begun < 6
    assert sum(len(person.sees) for person in people) < 300
