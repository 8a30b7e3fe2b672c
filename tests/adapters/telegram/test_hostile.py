"""Updates no Telegram would send, and a Telegram that says no to everybody: nothing is held up."""

from typing import Any

import pytest
from sqlalchemy import select

from bot.message import Reply
from bot.models import Inbox
from tests.adapters.telegram.living import Living
from tests.adapters.telegram.test_sending import queue
from tests.adapters.telegram.wire import message
from tests.fakes.telegram import Throttles

WHO = {"id": 42, "is_bot": False, "first_name": "Anna"}
FILE = {"file_id": "a", "file_unique_id": "b"}


def changed(**fields: Any) -> dict[str, Any]:
    member = {"status": "member", "user": WHO}
    gone = {"status": "kicked", "user": WHO, "until_date": 0}
    told = {"chat": {"id": 42, "type": "private"}, "from": WHO, "date": 1_780_000_000}
    return told | {"old_chat_member": member, "new_chat_member": gone} | fields


def tapped(data: str) -> dict[str, Any]:
    return {
        "id": "q",
        "from": WHO,
        "chat_instance": "c",
        "data": data,
        "message": message(text="?"),
    }


HOSTILE: dict[str, dict[str, Any]] = {
    "no date": {"message": message(text="hello", date=None)},
    "a change without a date": {"my_chat_member": changed(date=None)},
    "a date in a million years": {"message": message(text="hello", date=2**62)},
    "a media type that is no UTF-8": {"message": message(document=FILE | {"mime_type": "\ud800"})},
    "a name that is a number": {"message": message(document=FILE | {"file_name": 10**30})},
    "words that are no UTF-8": {"message": message(text="\ud800")},
    "a button of no delivery there can be": {"callback_query": tapped("zzzzzzzzzzzzz.1")},
    "a kind of update to come": {"telepathy": {"from": WHO}},
    "nothing at all": {},
}


@pytest.mark.parametrize("update", HOSTILE.values(), ids=HOSTILE)
async def test_what_nobody_can_read_holds_up_nobody(
    polling: Living, update: dict[str, Any]
) -> None:
    """It is taken at the first try: another would be no better, and all behind it would wait."""
    await polling.channel._reception.take(update | {"update_id": 7})
    anna = polling.telegram.person(42)
    anna.says("help")
    await anna.hears(1)
    with polling.house.database.read() as connection:
        states = list(connection.scalars(select(Inbox.state)))
    assert sorted(states) in (["done"], ["dead", "done"], ["done", "done"])


async def test_a_storm_of_refusals_loses_and_doubles_nothing(polling: Living) -> None:
    """Everybody is told to wait, twice over; then each has heard each word once, in order."""
    people = [polling.telegram.person(number) for number in range(100, 106)]
    for person in people:
        polling.telegram.script("sendMessage", Throttles(0), Throttles(0), chat=person.id)
        queue(polling, Reply("one"), Reply("two"), to=person.id)
    await polling.telegram.until(lambda: all(len(person.sees) >= 2 for person in people))
    assert all(person.texts == ["one", "two"] for person in people)
