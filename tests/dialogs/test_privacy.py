"""What is kept: told, handed over whole, deleted without a trace."""

import asyncio
import re

import orjson
import pytest
from sqlalchemy import text

from bot import outbox
from bot.message import Reply
from bot.models import Base
from bot.services.events import SHREDDED_AFTER
from bot.services.retention import CONTENT, QUESTIONS
from tests.script import Chat


async def test_somebody_asks_what_is_kept(chat: Chat) -> None:
    await chat.play("""
        > What do you know about me?
        < I keep what we write here for 3 days, … [Get my data] [Delete my data]
        > Datenschutz
        < Ich bewahre 3 Tage lang auf, was wir hier schreiben, … [Meine Daten bekommen] [Meine Daten löschen]
    """)


@pytest.mark.parametrize("wish", ["privacy", "Datenschutz", "隐私"])
async def test_the_days_that_are_told_are_those_after_which_it_is_shredded(
    chat: Chat, wish: str
) -> None:
    await chat.say(wish)
    [told] = chat.shown
    kept = (CONTENT, QUESTIONS, SHREDDED_AFTER, CONTENT)
    assert re.findall(r"\d+", told.text) == [str(span.days) for span in kept]


async def test_the_file_holds_everything_of_the_person_and_nothing_of_others(chat: Chat) -> None:
    other = chat.another("bert")
    await other.say("a secret of bert")
    await chat.say("a wish of anna")
    await chat.say("gdpr data export")
    (file,) = chat.shown[0].attachments
    assert isinstance(file.url_or_bytes, bytes)
    kept = orjson.loads(file.url_or_bytes)
    assert {row["payload"]["text"] for row in kept["inbox"]} == {
        "a wish of anna",
        "gdpr data export",
    }
    assert [row["text"] for row in kept["question"]] == ["a wish of anna"]
    assert b"bert" not in file.url_or_bytes


async def test_a_file_does_not_hold_the_files_before_it(chat: Chat) -> None:
    """Each would be a third longer than all earlier ones together."""
    sizes = []
    for _time in range(9):
        await chat.say("gdpr data export")
        (file,) = chat.shown[0].attachments
        assert isinstance(file.url_or_bytes, bytes)
        sizes.append(len(file.url_or_bytes))
    assert max(sizes) < 10 * sizes[0] + 10_000
    sent = [row["body"]["attachments"] for row in orjson.loads(file.url_or_bytes)["outbox"]]
    assert sent == [[{"kind": "application/json", "name": "my-data.json"}]] * 8


async def test_deleting_asks_first_and_no_keeps_everything(chat: Chat) -> None:
    await chat.play("""
        > Please delete all my data
        < Shall I delete everything I keep about you? This cannot be undone. [Yes, delete everything] [No, keep it]
        > maybe
        < Please pick one of these, or write its number. Shall I delete everything I keep about you? This cannot be undone. [Yes, delete everything] [No, keep it]
        > no
        < Good, everything stays as it was.
    """)


async def test_after_deleting_nothing_of_the_person_is_left(chat: Chat) -> None:
    await chat.say("How do I grow tomatoes on Mars?")
    await chat.say("my name is Anna Example")
    await chat.play("""
        > 删除我的数据
        < 要删除我保存的与您有关的全部内容吗？删除后无法恢复。 [是，全部删除] [不，保留]
        > 是，全部删除
        < 好了，与您有关的内容已全部删除。您下次再来，我们重新开始。
    """)
    left = everything(chat)
    for trace in ("tomatoes", "Anna Example"):
        assert trace not in left
    assert rows_of(chat, "person") == 0
    assert rows_of(chat, "conversation") == 0


async def test_what_waited_to_be_sent_is_never_sent_to_somebody_deleted(chat: Chat) -> None:
    await chat.say("hello")
    with chat.house.database.write() as connection:
        later = [outbox.Draft(chat.address, Reply("The garden opens at ten."))]
        outbox.add(connection, later, chat.house.now())
    for wish in ("delete my data", "yes"):
        await chat.house.inbox.accept(chat.message(wish))
    await chat.house.deliverer.deliver()
    said = [reply.text for _to, reply in chat.channel.sent]
    assert said[-1].startswith("Done: everything I kept about you is deleted.")
    assert "The garden opens at ten." not in said


async def test_a_late_repeat_does_not_bring_a_deleted_person_back(chat: Chat) -> None:
    await chat.say("How do I grow tomatoes on Mars?", id="old")
    await chat.say("delete my data")
    await chat.say("yes")
    again = await chat.say("How do I grow tomatoes on Mars?", id="old")
    assert (again.status, again.deliveries) == ("known", ())
    assert rows_of(chat, "person") == 0


def everything(chat: Chat) -> str:
    """All content of all tables, as one text."""
    with chat.house.database.read() as connection:
        rows = [
            str(row)
            for table in Base.metadata.sorted_tables
            for row in connection.execute(table.select())
        ]
    return "\n".join(rows)


def rows_of(chat: Chat, table: str) -> int:
    with chat.house.database.read() as connection:
        return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


async def test_what_is_said_behind_a_deletion_begins_a_new_talk(chat: Chat) -> None:
    """`my data`, `yes` and `hello` in one batch: the file is not kept, the hello is answered."""
    await chat.say("delete my data")
    inbox = chat.house.inbox
    together = [chat.message("my data"), chat.message("yes"), chat.message("hello")]
    await asyncio.gather(*(inbox.accept(event) for event in together))
    assert "my-data.json" not in everything(chat)
    await inbox.sweep()
    assert rows_of(chat, "person") == 1
    assert "automated assistant" in everything(chat)
