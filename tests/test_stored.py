"""Events and replies survive their way into the database's JSON and back, whatever they hold."""

from datetime import UTC, datetime, timedelta, timezone

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.message import (
    Address,
    Attachment,
    Choice,
    Event,
    Joined,
    Left,
    Link,
    Message,
    Reply,
)
from bot.stored import event_from_json, event_to_json, reply_from_json, reply_to_json

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
ANNA = Address("web", "anna")

# Surrogates never come so far: the inbox takes them out.
text = st.text(st.characters(exclude_categories=["Cs"]))
word = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
maybe = st.none() | word  # an empty name or locale is no name and no locale
moments = st.datetimes(timezones=st.just(UTC) | st.just(timezone(timedelta(hours=5, minutes=45))))
addresses = st.builds(Address, word, word)
attachments = st.tuples() | st.tuples(st.builds(Attachment, word, word | st.binary(), text, text))
replies = st.builds(
    Reply,
    text,
    st.lists(st.builds(Choice, text, text)).map(tuple),
    st.lists(st.builds(Link, text, text)).map(tuple),
    attachments,
)
events = st.one_of(
    st.builds(Message, word, addresses, text, moments, attachments, maybe, maybe, maybe),
    st.builds(Joined, word, addresses, moments, maybe, maybe, maybe),
    st.builds(Left, word, addresses, moments),
)


@given(events)
def test_an_event_comes_back_as_it_was(event: Event) -> None:
    kept = orjson.loads(orjson.dumps(event_to_json(event)))
    assert event_from_json(event.id, event.sender, kept) == event


@given(replies)
def test_a_reply_comes_back_as_it_was(reply: Reply) -> None:
    kept = orjson.loads(orjson.dumps(reply_to_json(reply)))
    assert reply_from_json(kept) == reply


def test_what_is_empty_takes_no_room() -> None:
    message = Message("1", ANNA, "hello", NOW)
    assert event_to_json(message) == {
        "kind": "message",
        "at": "2026-05-04T12:00:00+00:00",
        "text": "hello",
    }
    assert reply_to_json(Reply("hello")) == {"text": "hello"}
    assert event_to_json(Left("1", ANNA, NOW)).keys() == {"kind", "at"}


@pytest.mark.parametrize(
    ("stored", "event"),
    [
        ({"kind": "message", "text": "hi", "mood": "good"}, Message("1", ANNA, "hi", NOW)),
        ({"kind": "joined", "invite": "x", "id": "9"}, Joined("1", ANNA, NOW, invite="x")),
        ({"kind": "left", "why": "bored"}, Left("1", ANNA, NOW)),
        ({"kind": "message"}, Message("1", ANNA, "", NOW)),
    ],
)
def test_what_another_version_stored_can_be_read(stored: dict[str, object], event: Event) -> None:
    """One row that cannot be read would hold up the turns of everybody in its batch."""
    assert event_from_json("1", ANNA, {"at": NOW.isoformat(), **stored}) == event


def test_a_reply_of_a_newer_version_can_be_read() -> None:
    stored = {
        "text": "hi",
        "choices": [["a", "A", "green"]],
        "links": [["home", "https://example.org", "icon"]],
        "voice": "calm",
    }
    link = Link("home", "https://example.org")
    assert reply_from_json(stored) == Reply("hi", (Choice("a", "A"),), (link,))


def test_a_kind_nobody_knows_is_an_error_not_a_message() -> None:
    with pytest.raises(KeyError):
        event_from_json("1", ANNA, {"kind": "edited", "at": NOW.isoformat()})
