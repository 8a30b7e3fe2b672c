"""Who replied to a broadcast: who wrote soon after they got it, and to which one that counts."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from bot.database import Database
from bot.dialog import Transaction
from bot.models import BroadcastReply, Inbox, Outbox
from bot.services.broadcast import Broadcast
from bot.services.broadcast_clock import look_after_broadcasts
from bot.services.broadcast_replies import Replied, Replies, join_replies
from bot.services.retention import shred
from bot.services.transcribing import transcribe
from tests.broadcasting import City

HOUR = timedelta(hours=1)


@pytest.fixture
def city(database: Database) -> City:
    database.upgrade()
    city = City(database)
    for name in ("anna", "bert", "cleo"):
        city.person(name, "post")
    return city


def writes(city: City, name: str, text: str = "Hello", dialog: str = "help") -> None:
    """Somebody writes now; that dialog answers it, and it is written down."""
    said = {"type": "message", "text": text}
    row: dict[str, Any] = {
        "channel": "post",
        "event_id": f"{name}@{city.now}",
        "address": f"post:{name}",
    }
    row |= {"payload": said, "received_at": city.now, "due_at": city.now}
    with city.database.write() as connection:
        connection.execute(insert(Inbox).values(row | {"state": "done", "attempts": 1}))
        last = select(Inbox.id).order_by(Inbox.id.desc()).limit(1).scalar_subquery()
        answer: dict[str, Any] = {"channel": "post", "address": f"post:{name}", "kind": "reply"}
        answer |= {
            "dialog": dialog,
            "body": {"text": "Yes?"},
            "created_at": city.now,
            "due_at": city.now,
        }
        answer |= {"state": "sent", "attempts": 1, "settled_at": city.now, "inbox_id": last}
        connection.execute(insert(Outbox).values(answer))
    transcribe(city.database, city.now)


def replied(city: City, broadcast: Broadcast) -> Replied:
    with city.database.read() as connection:
        known = city.broadcasts(connection).get(broadcast.id)
        assert known is not None
        return Replies(Transaction(connection, city.now)).of(known)


def chooses(city: City, broadcast: Broadcast, name: str, choice: int = 0) -> bool:
    """Whether it is counted."""
    with city.database.write() as connection:
        replies = Replies(Transaction(connection, city.now))
        return bool(replies.choose(broadcast.id, choice, name, f"post:{name}"))


async def test_only_who_writes_within_a_day_after_they_got_it_replied(city: City) -> None:
    """Each once; before it, a day and a minute later, and to be rid of it, is no reply."""
    writes(city, "anna")
    broadcast = city.sent()
    await city.deliver()
    assert replied(city, broadcast) == Replied({}, 0)
    city.now += HOUR
    writes(city, "anna", "Thank you!")
    city.now += HOUR
    writes(city, "anna", "One more thing")
    writes(city, "bert", "STOP", dialog="unsubscribe")
    writes(city, "cleo", "2", dialog="topics")
    city.now += timedelta(hours=22, minutes=1)
    writes(city, "cleo", "When is lunch?")
    assert replied(city, broadcast) == Replied({}, 1)


async def test_it_is_a_reply_to_the_last_one_they_got(city: City) -> None:
    first = city.sent()
    await city.deliver()
    city.now += HOUR
    second = city.sent()
    await city.deliver()
    city.now += HOUR
    writes(city, "anna")
    assert (replied(city, first).wrote, replied(city, second).wrote) == (0, 1)


async def test_a_choice_of_an_earlier_one_is_no_reply_to_the_last(city: City) -> None:
    first = city.sent(choices=[{"en": "I come", "de": "Ich komme"}])
    await city.deliver()
    city.now += HOUR
    second = city.sent()
    await city.deliver()
    city.now += HOUR
    assert chooses(city, first, "anna")
    writes(city, "anna", "I come", dialog="broadcast")
    assert (replied(city, first), replied(city, second)) == (Replied({0: 1}, 0), Replied({}, 0))


async def test_who_did_not_get_it_replied_to_nothing(city: City) -> None:
    broadcast = city.sent()
    await city.deliver()
    with city.database.write() as connection:
        connection.execute(update(Outbox).values(state="unsure"))
    city.now += HOUR
    writes(city, "anna")
    assert replied(city, broadcast).wrote == 0


async def test_two_who_are_one_replied_once(city: City) -> None:
    broadcast = city.sent()
    await city.deliver()
    city.now += HOUR
    writes(city, "anna")
    writes(city, "bert")
    with city.database.write() as connection:
        join_replies(Transaction(connection, city.now), "anna", "bert")
        join_replies(Transaction(connection, city.now), "cleo", "anna")
        people = connection.scalars(select(BroadcastReply.person_id)).all()
    assert (people, replied(city, broadcast).wrote) == (["cleo"], 1)


def looks_after(city: City, after: timedelta) -> None:
    """What the clock does when so much time has passed."""
    city.now += after
    look_after_broadcasts(city.database, city.now, city.open)
    shred(city.database, city.now)


@pytest.mark.parametrize(("person", "other"), [("anna", "bert"), ("bert", "anna")])
async def test_what_either_chose_goes_before_what_they_wrote(
    city: City, person: str, other: str
) -> None:
    broadcast = city.sent(choices=[{"en": "I come", "de": "Ich komme"}])
    await city.deliver()
    assert chooses(city, broadcast, "anna")
    city.now += HOUR
    writes(city, "bert")
    with city.database.write() as connection:
        join_replies(Transaction(connection, city.now), person, other)
    assert replied(city, broadcast) == Replied({0: 1}, 0)


@pytest.mark.parametrize(("person", "other"), [("anna", "bert"), ("bert", "anna")])
async def test_of_two_choices_the_last_counts(city: City, person: str, other: str) -> None:
    written = [{"en": "I come", "de": "Ich komme"}, {"en": "I do not", "de": "Ich nicht"}]
    broadcast = city.sent(choices=written)
    await city.deliver()
    assert chooses(city, broadcast, "anna")
    city.now += HOUR
    assert chooses(city, broadcast, "bert", 1)
    with city.database.write() as connection:
        join_replies(Transaction(connection, city.now), person, other)
    assert replied(city, broadcast) == Replied({1: 1}, 0)


async def test_the_figures_stay_when_the_rows_go(city: City) -> None:
    """However many of them are gone: what is counted once stays, and nobody is thanked in vain."""
    broadcast = city.sent(hours=1, choices=[{"en": "I come", "de": "Ich komme"}])
    await city.deliver()
    city.now += HOUR
    writes(city, "anna")
    looks_after(city, timedelta(days=20))
    assert chooses(city, broadcast, "bert")
    for days in (8, 1, 2, 10, 30):
        looks_after(city, timedelta(days=days))
        assert replied(city, broadcast) == Replied({0: 1}, 1)
        assert city.tally(broadcast) == {"sent": 3}
    with city.database.read() as connection:
        assert connection.scalars(select(BroadcastReply.id)).all() == []


async def test_who_chooses_after_the_figures_are_final_is_told_so(city: City) -> None:
    broadcast = city.sent(hours=1, choices=[{"en": "I come", "de": "Ich komme"}])
    await city.deliver()
    looks_after(city, timedelta(days=28))
    assert chooses(city, broadcast, "anna")
    looks_after(city, timedelta(days=1, hours=1))
    assert not chooses(city, broadcast, "bert")
    assert replied(city, broadcast) == Replied({0: 1}, 0)
