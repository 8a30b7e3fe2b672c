"""Polls in groups: informal, never counted, and one tap away from the vote that counts."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.dialog import Transaction
from bot.message import POLL
from bot.services.informal import informal
from bot.services.keys import Keys
from bot.services.poll_office import PollOffice
from bot.services.poll_written import read_poll
from bot.services.polls import Poll
from tests.adapters.telegram.living import Living
from tests.fakes.telegram import Refuses
from tests.services.polls.station import NOON, SINGLE, options, texts, written

NAME = "@CityTestBot"


def opened(alive: Living, poll_id: str = "lanes", **more: Any) -> None:
    now = datetime.now(UTC)
    times = {
        "id": poll_id, "title": texts(f"About {poll_id}"), "opens": (now - timedelta(hours=1)).isoformat(),
        "closes": (now + timedelta(hours=2)).isoformat(),
    }  # fmt: skip
    with alive.house.database.write() as connection:
        transaction = Transaction(connection, now)
        office = PollOffice(transaction, Keys.of(alive.house.settings), "staff:anna")
        office.save(read_poll(written(**more) | times, now))
        office.open(poll_id)


def count(alive: Living, table: str) -> int:
    with alive.house.database.read() as connection:
        return int(connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one())


async def test_a_poll_in_a_group_is_informal_and_leads_to_the_real_vote(alive: Living) -> None:
    opened(alive)
    anna = alive.telegram.person(42)
    square = alive.telegram.group(-100_555)
    square.says(anna, f"/poll{NAME}")
    words, native = await square.hears(2)
    assert "nobody counts it" in words.text
    assert "private chat" in words.text
    assert native.poll == {
        "question": "[Informal, not counted] Where first?",
        "options": ["North", "South", "West"],
        "is_anonymous": True,
    }
    (link,) = [button["url"] for row in words.keyboard for button in row]
    assert link.startswith(f"https://t.me/{NAME[1:]}?start=")
    anna.starts(link.partition("start=")[2])
    _welcome, asked = await anna.hears(2)
    assert "Where first?" in asked.text
    anna.presses("South")
    assert "Your receipt" in (await anna.hears(3))[2].text
    assert count(alive, "participation") == 1


async def test_where_a_server_takes_no_such_poll_it_is_said_in_words(polling: Living) -> None:
    """A Bot API server of one's own, from before 7.3, reads options in another shape."""
    opened(polling)
    refused = Refuses(400, "Bad Request: can't parse poll options JSON object")
    polling.telegram.script("sendPoll", refused)
    anna = polling.telegram.person(42)
    square = polling.telegram.group(-100_555)
    square.says(anna, f"/poll{NAME}")
    words, poll = await square.hears(2)
    assert "nobody counts it" in words.text
    assert (poll.poll, poll.text) == (
        None,
        "[Informal, not counted] Where first?\n· North\n· South\n· West",
    )


async def test_what_is_tapped_in_the_group_is_never_a_vote(alive: Living) -> None:
    """Telegram tells it to nobody who did not ask; told all the same, it is not taken."""
    opened(alive)
    anna = alive.telegram.person(42)
    square = alive.telegram.group(-100_555)
    square.says(anna, f"{NAME} poll")
    await square.hears(2)
    answer = {"poll_id": "1", "user": anna.user, "option_ids": [0]}
    alive.telegram.queue("poll_answer", answer, "poll")
    square.says(anna, f"{NAME} South")
    square.says(anna, f"{NAME} 2")
    await square.hears(3)
    assert [count(alive, table) for table in ("participation", "ballot")] == [0, 0]


async def test_of_several_polls_the_group_picks_one(alive: Living) -> None:
    opened(alive)
    opened(alive, "trees")
    anna = alive.telegram.person(42)
    square = alive.telegram.group(-100_555)
    square.says(anna, f"{NAME} poll")
    (listed,) = await square.hears(1)
    square.press(anna.user, listed, listed.button("About trees"))
    shown = await square.hears(3)
    assert shown[1].text.startswith("About trees")
    assert shown[2].poll


# -- what stands in it ---------------------------------------------------------------------------


def native(*questions: Any, **more: Any) -> bool:
    reply = informal(poll(*questions, **more), "en", "")
    return any(file.kind == POLL for file in reply.attachments)


def poll(*questions: Any, **more: Any) -> Poll:
    return read_poll(written(*questions, **more), NOON)


MANY = {**SINGLE, "options": options(*(f"o{n}" for n in range(13)))}
LONG = {**SINGLE, "options": [
    {"id": str(n), "label": texts("x" * 120 + str(n))} for n in range(2)
]}  # fmt: skip


@pytest.mark.parametrize(
    ("questions", "more", "is_native"),
    [
        ([SINGLE], {}, True),
        ([{**SINGLE, "kind": "ranking"}], {}, False),
        ([{**SINGLE, "kind": "ranking", "id": "order"}, SINGLE], {}, True),
        ([MANY], {}, False),
        ([LONG], {}, False),  # cut to what Telegram takes they would be the same
        ([SINGLE], {"mode": "web-secret"}, False),
        ([SINGLE], {"mode": "named"}, False),
    ],
)
def test_a_native_poll_only_where_it_fits_and_tempts_nobody(
    questions: list[Any], more: dict[str, str], is_native: bool
) -> None:
    assert native(*questions, **more) is is_native


def test_a_long_question_is_cut_to_what_telegram_takes_and_stays_marked() -> None:
    import orjson

    long = poll({**SINGLE, "ask": texts("城" * 290 + "?")})
    (file,) = informal(long, "en", "").attachments
    asked = orjson.loads(file.url_or_bytes)["question"]
    assert asked.startswith("[Informal, not counted] 城")
    assert len(asked) == 300
