"""Saying and hearing through the API: once each, in order, each person by themselves."""

import asyncio
from typing import Any

from bot.message import Attachment, Choice, Link, Reply
from tests.adapters.web.served import Served, Visitor, visiting


async def test_a_message_is_answered_at_once_in_the_persons_language(visitor: Visitor) -> None:
    answer = await visitor.say("Wie halten Genossenschaften in Zürich die Mieten niedrig?")
    assert answer["status"] == "accepted"
    [reply] = answer["messages"]
    assert reply["from"] == "citybot"
    assert "Zürich" in reply["text"]
    assert reply["links"]
    assert answer["cursor"] == reply["id"]


async def test_the_device_decides_where_the_first_words_do_not(
    house: Served, visitor: Visitor
) -> None:
    await visitor.say(picked="help", lang="zh-CN")
    assert house.rows("SELECT language FROM conversation") == [("zh",)]


async def test_a_message_sent_twice_is_one_and_gets_the_same_answer(
    house: Served, visitor: Visitor
) -> None:
    first = await visitor.say("help", id="the-same-id")
    second = await visitor.say("help", id="the-same-id")
    assert (first["status"], second["status"]) == ("accepted", "known")
    assert second["messages"] == first["messages"]
    assert house.rows("SELECT count(*) FROM inbox") == [(1,)]


async def test_twenty_copies_at_once_are_one_message(house: Served, visitor: Visitor) -> None:
    await visitor.say("hello")
    copies = [visitor.say("help", id="raced-message") for _ in range(20)]
    answers = await asyncio.gather(*copies)
    assert sorted(a["status"] for a in answers) == ["accepted"] + ["known"] * 19
    assert house.rows("SELECT count(*) FROM inbox") == [(2,)]


async def test_two_people_with_the_same_message_id_are_two_people(house: Served) -> None:
    async with visiting(house) as anna, visiting(house) as bert:
        of_anna = await anna.say("Anna's words", id="clashing-id")
        of_bert = await bert.say("Bert's words", id="clashing-id")
        assert (of_anna["status"], of_bert["status"]) == ("accepted", "accepted")
        assert [m["text"] for m in (await bert.look())["messages"] if m["from"] == "you"] == [
            "Bert's words"
        ]


async def test_nothing_is_kept_before_the_first_message(house: Served, visitor: Visitor) -> None:
    async with visitor.http.get(visitor.at("/chat")) as page:
        assert "Set-Cookie" not in page.headers
    assert await visitor.look() == {"session": False, "messages": [], "cursor": 0}
    assert len(visitor.http.cookie_jar) == 0
    assert house.rows("SELECT count(*) FROM inbox") == [(0,)]
    assert house.rows("SELECT count(*) FROM conversation") == [(0,)]


async def test_a_session_begun_beforehand_stores_nothing(house: Served, visitor: Visitor) -> None:
    async with visitor.http.post(visitor.at("/chat/api/session")) as answer:
        assert answer.status == 204
    assert (await visitor.look())["session"] is True
    assert house.rows("SELECT count(*) FROM conversation") == [(0,)]


async def test_the_whole_talk_has_both_sides_in_order(visitor: Visitor) -> None:
    await visitor.say("hello")
    await visitor.say("help")
    talk = await visitor.look()
    assert [m["from"] for m in talk["messages"]] == ["you", "citybot", "you", "citybot"]
    assert [m["text"] for m in talk["messages"]][::2] == ["hello", "help"]


async def test_a_reply_is_delivered_when_the_browser_says_so(
    house: Served, visitor: Visitor
) -> None:
    cursor = (await visitor.say("hello"))["cursor"]
    states = "SELECT state FROM outbox ORDER BY id"
    assert house.rows(states) == [("queued",)]
    assert await visitor.look(cursor) == {"session": True, "messages": [], "cursor": cursor}
    assert house.rows(states) == [("sent",)]


async def test_what_was_said_before_is_settled_by_the_next_message(
    house: Served, visitor: Visitor
) -> None:
    cursor = (await visitor.say("hello"))["cursor"]
    await visitor.say("help", after=cursor)
    assert house.rows("SELECT state FROM outbox ORDER BY id") == [("sent",), ("queued",)]


async def test_looking_again_brings_only_what_is_new(house: Served, visitor: Visitor) -> None:
    cursor = (await visitor.say("hello"))["cursor"]
    house.tell(house.only_address(), Reply("The workshop is tomorrow."))
    found = await visitor.look(cursor)
    assert [m["text"] for m in found["messages"]] == ["The workshop is tomorrow."]
    assert (await visitor.look(found["cursor"]))["messages"] == []


async def test_a_tap_says_what_stood_on_the_button(house: Served, visitor: Visitor) -> None:
    await visitor.say("hello")
    house.tell(house.only_address(), Reply("Which?", (Choice("language:de", "Auf Deutsch"),)))
    await visitor.say(picked="help")
    await visitor.say(picked="human")
    await visitor.say(picked="language:zh")
    said = [m["text"] for m in (await visitor.look())["messages"] if m["from"] == "you"]
    assert said[-2:] == ["Talk to a person", "中文"]


async def test_a_label_comes_from_the_newest_offer(house: Served, visitor: Visitor) -> None:
    await visitor.say("hello")
    to = house.only_address()
    house.tell(to, Reply("Old", (Choice("help", "An old label"),)))
    house.tell(to, Reply("New", (Choice("help", "Show me"),)))
    await visitor.say(picked="help")
    said = [m["text"] for m in (await visitor.look())["messages"] if m["from"] == "you"]
    assert said == ["hello", "Show me"]


async def test_everything_a_reply_holds_arrives(house: Served, visitor: Visitor) -> None:
    cursor = (await visitor.say("hello"))["cursor"]
    house.tell(
        house.only_address(),
        Reply(
            "Done.\n\nSee you.",
            (Choice("a:1", "One"),),
            (Link("Page", "https://example.org/a?b=c"), Link("Trap", "javascript:alert(1)")),
            (
                Attachment("text/calendar", b"BEGIN", "date.ics"),
                Attachment("image/png", "https://example.org/p.png", "poster.png"),
                Attachment("text/html", "data:text/html,x", "trap.html"),
            ),
        ),
    )
    [line] = (await visitor.look(cursor))["messages"]
    kept: dict[str, Any] = {key: line[key] for key in ("text", "choices", "links", "attachments")}
    assert kept == {
        "text": "Done.\n\nSee you.",
        "choices": [{"value": "a:1", "label": "One"}],
        "links": [{"label": "Page", "url": "https://example.org/a?b=c"}],
        "attachments": [
            {"name": "date.ics", "kind": "text/calendar", "url": f"/chat/files/{line['id']}/0"},
            {"name": "poster.png", "kind": "image/png", "url": "https://example.org/p.png"},
        ],
    }


async def test_a_reply_names_the_message_it_answers(visitor: Visitor) -> None:
    answer = await visitor.say("hello")
    [you, _citybot] = (await visitor.look())["messages"]
    assert answer["messages"][0]["answers"] == you["id"]


async def test_ending_the_session_removes_the_cookie_and_what_waits(
    house: Served, visitor: Visitor
) -> None:
    await visitor.say("hello")
    async with visitor.http.delete(visitor.at("/chat/api/session")) as answer:
        assert answer.status == 204
    assert len(visitor.http.cookie_jar) == 0
    assert (await visitor.look())["session"] is False
    assert house.rows("SELECT state FROM outbox") == [("cancelled",)]


async def test_an_id_in_the_inbox_tells_nobody_whose_it_was(
    house: Served, visitor: Visitor
) -> None:
    await visitor.say("hello", id="the-clients-own-id")
    user = house.only_address().user
    async with visitor.http.delete(visitor.at("/chat/api/session")) as answer:
        assert answer.status == 204
    ids = [event_id for (event_id,) in house.rows("SELECT event_id FROM inbox ORDER BY id")]
    assert [len(event_id) for event_id in ids] == [32, len("left:") + 32]
    for event_id in ids:
        assert user not in event_id
        assert "the-clients-own-id" not in event_id


async def test_deleting_ones_data_leaves_a_talk_that_begins_anew(
    house: Served, visitor: Visitor
) -> None:
    await visitor.say("My name is Anna.")
    await visitor.say(picked="privacy:forget")
    await visitor.say(picked="yes")
    talk = await visitor.look()
    assert [m["from"] for m in talk["messages"]] == ["citybot"]
    assert "Anna" not in str(house.rows("SELECT payload FROM inbox"))
    assert (await visitor.say("hello"))["status"] == "accepted"
