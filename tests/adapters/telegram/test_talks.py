"""Whole talks, by polling and by webhook, on both databases."""

from sqlalchemy import select

from bot.models import Inbox, Outbox
from tests.adapters.telegram.living import Living


def rows(alive: Living, column: object) -> list[object]:
    """A column of a table, oldest row first."""
    with alive.house.database.read() as connection:
        return list(connection.scalars(select(column).order_by(column.class_.id)))  # type: ignore[call-overload, attr-defined]


async def test_somebody_starts_and_asks_and_looks_further(everywhere: Living) -> None:
    anna = everywhere.telegram.person(42, "Anna", "de")
    anna.starts()
    (welcome,) = await anna.hears(1)
    assert welcome.text.startswith("Guten Tag! Ich bin Citybot, eine automatische Assistenz")
    anna.says("Wie wurde Andernach zur essbaren Stadt?")
    answer = (await anna.hears(2))[1]
    assert answer.text.startswith("Andernach")
    assert any("url" in button for row in answer.keyboard for button in row)
    more = answer.labels[0][0]
    anna.presses(more)
    await anna.hears(3)
    await everywhere.telegram.until(lambda: answer.labels[0] == [f"✓ {more}"])
    links = [button["url"] for row in answer.keyboard for button in row if "url" in button]
    assert len(answer.labels) == 1 + len(links)
    assert everywhere.telegram.counts["answerCallbackQuery"] == 1


async def test_somebody_changes_the_language(everywhere: Living) -> None:
    anna = everywhere.telegram.person(42, "Anna", "de")
    anna.says("/language")
    (asked,) = await anna.hears(1)
    assert asked.labels == [["Deutsch", "English", "中文"]]
    anna.presses("中文")
    assert (await anna.hears(2))[1].text == "好的，接下来我用中文回答您。"


async def test_each_update_is_kept_once_under_the_bots_own_number(everywhere: Living) -> None:
    anna = everywhere.telegram.person(42)
    first = anna.says("help")
    await anna.hears(1)
    anna.presses(anna.sees[0].labels[0][0])
    await anna.hears(2)
    assert rows(everywhere, Inbox.event_id) == [f"7000000001:{first}", "7000000001:tap:1"]
    assert rows(everywhere, Inbox.state) == ["done", "done"]
    await everywhere.telegram.until(lambda: rows(everywhere, Outbox.state) == ["sent", "sent"])
    sent = [str(shown.message_id) for shown in anna.sees]
    assert rows(everywhere, Outbox.platform_ref) == sent


async def test_nothing_is_left_at_telegram(everywhere: Living) -> None:
    """What is not for us is confirmed as well, and kept nowhere."""
    anna = everywhere.telegram.person(42)
    for word in ("help", "privacy", "language"):
        anna.says(word)
    anna.sends(new_chat_title="x")
    await anna.hears(3)
    anna.says("help")
    await anna.hears(4)
    anna.says("privacy")  # asking for it confirms what was taken before
    await anna.hears(5)
    left = {pending.id for pending in everywhere.telegram.pending}
    assert left <= {everywhere.telegram.next_id - 1}
    assert len(rows(everywhere, Inbox.id)) == 5


async def test_who_blocks_gets_nothing_more_and_who_comes_back_is_greeted(
    everywhere: Living,
) -> None:
    """C07: what waited meanwhile is not sent."""
    anna = everywhere.telegram.person(42)
    anna.says("help")
    await anna.hears(1)
    anna.blocks()
    await everywhere.telegram.until(lambda: len(rows(everywhere, Inbox.id)) == 2)
    anna.unblocks()
    assert (await anna.hears(2))[1].text.startswith("Hello")
    assert len(anna.sees) == 2


VOICE = {"file_id": "a", "file_unique_id": "b", "duration": 3}


async def test_what_is_no_words_is_answered_kindly(polling: Living) -> None:
    anna = polling.telegram.person(42, "Anna", "de")
    anna.sends(voice=VOICE)
    (shown,) = await anna.hears(1)
    assert shown.text == (
        "Ich kann nur Geschriebenes lesen, keine Bilder, Sprachnachrichten oder Dateien. "
        "Bitte schreiben Sie es in ein paar Worten."
    )


async def test_commands_that_telegram_asks_of_every_bot_are_heard(polling: Living) -> None:
    anna = polling.telegram.person(42)
    for command in ("/start", "/help", "/settings", "/frobnicate"):
        anna.says(command)
    hello, help_, language, unknown = await anna.hears(4)
    assert hello.text.startswith("Hello! I am Citybot")
    assert help_.text.startswith("Ask me anything about making cities")
    assert language.labels == [["Deutsch", "English", "中文"]]
    assert unknown.text == help_.text
