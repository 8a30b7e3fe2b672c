"""An answer to a broadcast: tapped, typed, changed; and one that cannot be counted."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event as happens
from sqlalchemy import update

from bot.dialog import Transaction
from bot.models import Outbox
from bot.services.audience import Open
from bot.services.broadcast import Broadcast
from bot.services.broadcast_clock import look_after_broadcasts
from bot.services.broadcast_replies import Replied, Replies
from bot.services.broadcast_written import read_broadcast
from bot.services.broadcasts import Broadcasts
from bot.services.transcribing import transcribe
from tests.script import Chat, ScriptChannel

WRITTEN: Mapping[str, Any] = {
    "name": "Garden day",
    "texts": {"en": "Will you come?", "de": "Kommen Sie?", "zh": "您来吗？"},
    "choices": [
        {"en": "I will come", "de": "Ich komme", "zh": "我会来"},
        {"en": "Not this time", "de": "Diesmal nicht", "zh": "这次不来"},
    ],
}
OPEN = Open({ScriptChannel.name: ScriptChannel.can})


@pytest.fixture
async def asked(chat: Chat) -> Chat:
    """Somebody who speaks English, and has got the broadcast."""
    await chat.say("hello")
    return told(chat)


def told(chat: Chat, written: Mapping[str, Any] = WRITTEN) -> Chat:
    now = datetime.now(UTC)
    with chat.house.database.write() as connection:
        broadcasts = Broadcasts(Transaction(connection, now), OPEN)
        draft = broadcasts.save(read_broadcast(written, "UTC"), "staff:anna")
        broadcasts.send(draft, "staff:anna")
    look_after_broadcasts(chat.house.database, now + timedelta(minutes=2), OPEN)
    with chat.house.database.write() as connection:
        sent = {"state": "sent", "settled_at": now}
        connection.execute(update(Outbox).where(Outbox.kind == "broadcast").values(sent))
    return chat


def replied(chat: Chat) -> Replied:
    with chat.house.database.read() as connection:
        transaction = Transaction(connection, datetime.now(UTC))
        known = Broadcasts(transaction, OPEN).get(1)
        assert isinstance(known, Broadcast)
        return Replies(transaction).of(known)


async def test_what_is_tapped_is_noted_and_the_last_one_counts(asked: Chat) -> None:
    await asked.say("I will come", picked="broadcast:1=0")
    noted = "Thank you, that is noted: I will come. Should you choose something else, that counts."
    assert [reply.text for reply in asked.shown] == [noted]
    assert replied(asked) == Replied({0: 1}, 0)
    await asked.say("Not this time", picked="broadcast:1=1")
    assert replied(asked) == Replied({1: 1}, 0)


@pytest.mark.parametrize(
    "text", ["not this time", "Not this time!", "2", "二", "Diesmal nicht", "这次不来"]
)
async def test_what_is_typed_is_one_of_them_where_they_are_written_out(
    asked: Chat, text: str
) -> None:
    """Also in another language than that of the text."""
    await asked.say(text)
    assert replied(asked) == Replied({1: 1}, 0)


async def test_what_is_typed_is_looked_up_once(asked: Chat) -> None:
    """In what was said last; whoever only asks something pays for no more."""
    looks: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        looks.extend([statement] * statement.startswith("SELECT outbox.inbox_id, "))

    happens.listen(asked.house.database.engine, "before_cursor_execute", note)
    await asked.say("Not this time!")
    assert (replied(asked), len(looks)) == (Replied({1: 1}, 0), 1)
    await asked.say("Which cities have car-free streets?")
    assert len(looks) == 2


async def test_the_way_out_may_be_typed_in_its_own_words(asked: Chat) -> None:
    await asked.say("No more of these")
    assert asked.shown[0].text.startswith("I will not write to you first any more.")


@pytest.mark.parametrize(("text", "choice"), [("yes", 0), ("Yes!", 0), ("No", 1), ("sure", None)])
async def test_a_plain_yes_is_the_choice_of_that_name_and_nothing_less(
    chat: Chat, text: str, choice: int | None
) -> None:
    """Elsewhere it is a nod, so only the very word counts."""
    await chat.say("hello")
    choices = [{"en": "Yes", "de": "Ja", "zh": "是"}, {"en": "No", "de": "Nein", "zh": "不"}]
    told(chat, {**WRITTEN, "choices": choices})
    await chat.say(text)
    assert replied(chat).chose == ({} if choice is None else {choice: 1})


async def test_who_types_can_change_it_as_they_are_told(asked: Chat) -> None:
    await asked.say("1")
    await asked.say("2")
    assert replied(asked) == Replied({1: 1}, 0)
    await asked.say("I will come")
    assert replied(asked) == Replied({0: 1}, 0)


async def test_of_one_choice_nothing_else_is_spoken_of(chat: Chat) -> None:
    await chat.say("hello")
    told(chat, {**WRITTEN, "choices": WRITTEN["choices"][:1]})
    await chat.say("I will come", picked="broadcast:1=0")
    assert [reply.text for reply in chat.shown] == ["Thank you, that is noted: I will come."]


async def test_what_is_typed_later_is_not_an_answer_to_it(asked: Chat) -> None:
    """Something else was said since."""
    await asked.say("help")
    await asked.say("not this time")
    assert replied(asked).chose == {}


@pytest.mark.parametrize(
    "picked",
    [
        *("broadcast:1=2", "broadcast:9=0", "broadcast:x", "broadcast:1=²"),
        *("broadcast:99999999999999999999999999=0", "broadcast:1=99999999999999999999"),
    ],
)
async def test_a_choice_there_never_was_is_told_kindly(asked: Chat, picked: str) -> None:
    await asked.say("?", picked=picked)
    gone = "Your answer cannot be counted: this was a test, or it is from long ago."
    assert [reply.text for reply in asked.shown] == [gone]
    assert replied(asked) == Replied({}, 0)


async def test_who_only_got_a_test_is_not_counted(asked: Chat) -> None:
    other = asked.another("bert")
    await other.say("Ich komme", picked="broadcast:1=0")
    assert replied(asked) == Replied({}, 0)


@pytest.mark.parametrize("text", ["STOP", "退订", "abmelden", "3", "2", "I will come"])
async def test_what_is_settled_by_itself_is_no_message_to_us(asked: Chat, text: str) -> None:
    """To be rid of it, however that is said, and a choice that is typed."""
    await asked.say(text)
    transcribe(asked.house.database, datetime.now(UTC))
    assert replied(asked).wrote == 0


async def test_what_they_write_is_counted(asked: Chat) -> None:
    await asked.say("When does it begin?")
    transcribe(asked.house.database, datetime.now(UTC))
    assert replied(asked).wrote == 1
