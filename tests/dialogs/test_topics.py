"""Topics: asked for and let go by oneself; a broadcast to one ends with the way out of it."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from bot.dialog import Transaction
from bot.models import Person, Subscription
from bot.services.topics import Topics
from tests.script import Chat

TOPICS = {
    "bikes": {"en": "Cycling", "de": "Radfahren", "zh": "自行车"},
    "trees": {"en": "Trees", "de": "Bäume", "zh": "树木"},
}


@pytest.fixture
def choosing(chat: Chat) -> Chat:
    """A house that has two topics."""
    with chat.house.database.write() as connection:
        known = Topics(Transaction(connection, datetime.now(UTC)))
        for topic_id, title in TOPICS.items():
            known.save(topic_id, "interest", title, "staff:anna")
    return chat


def subscribed(chat: Chat) -> Sequence[str]:
    with chat.house.database.read() as connection:
        return list(connection.scalars(select(Subscription.topic_id)))


async def test_somebody_chooses_what_to_hear_of_and_lets_it_go(choosing: Chat) -> None:
    await choosing.play("""
        > my topics
        < I can tell you when there is news. What about? [Cycling] [Trees]
        > [Trees]
        < You will hear from me when there is news about: Trees [Cycling] [No more about: Trees]
    """)
    assert subscribed(choosing) == ["trees"]
    await choosing.play("""
        > [No more about: Trees]
        < You will hear no more from me about that. [Cycling] [Trees]
    """)
    assert not subscribed(choosing)


async def test_in_german_and_in_chinese(choosing: Chat) -> None:
    await choosing.play("""
        > Welche Themen gibt es?
        < Ich kann mich melden, wenn es Neues gibt. Worüber? [Radfahren] [Bäume]
        > 2
        < Sie hören von mir, wenn es Neues gibt zu: Bäume [Radfahren] [Nichts mehr zu: Bäume]
        > 订阅主题
        < 有新消息时我可以告诉您。您想了解哪方面？ [自行车] [不再接收：树木]
    """)


async def test_who_asks_to_be_told_wants_to_be_written_to_again(choosing: Chat) -> None:
    await choosing.say("stop")
    await choosing.say("my topics")
    await choosing.tap("Cycling")
    with choosing.house.database.read() as connection:
        assert connection.scalar(select(Person.stopped_at)) is None


async def test_without_topics_it_says_so(chat: Chat) -> None:
    await chat.play("""
        > Welche Themen gibt es?
        < Hier gibt es im Moment keine Themen zur Auswahl.
    """)


def close(chat: Chat, *topic_ids: str) -> None:
    with chat.house.database.write() as connection:
        for topic_id in topic_ids:
            Topics(Transaction(connection, datetime.now(UTC))).close(topic_id, "staff:anna")


async def test_a_topic_that_is_offered_no_more_can_still_be_let_go(choosing: Chat) -> None:
    await choosing.say("my topics")
    await choosing.tap("Trees")
    close(choosing, "trees")
    await choosing.play("""
        > my topics
        < I can tell you when there is news. What about? [Cycling] [No more about: Trees]
    """)
    close(choosing, "bikes")
    await choosing.play("""
        > my topics
        < There is nothing more to choose here at the moment. Of these you hear from me: [No more about: Trees]
        > [No more about: Trees]
        < You will hear no more from me about that.
        > my topics
        < There are no topics to choose from here at the moment.
    """)
    assert not subscribed(choosing)
