"""Replies as they come: what a browser's EventSource relies on."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.message import Reply
from tests.adapters.web.served import Served, Visitor

EVENTS = "/chat/api/events"


async def _events(answer: aiohttp.ClientResponse) -> AsyncIterator[dict[str, Any]]:
    """The events of a stream, and its comments as {'': text}."""
    event: dict[str, Any] = {}
    async for raw in answer.content:
        line = raw.decode().rstrip("\n")
        if line:
            name, _colon, value = line.partition(":")
            event[name] = value.strip()
        elif event:
            yield event
            event = {}


async def _said(answer: aiohttp.ClientResponse, count: int) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    async with asyncio.timeout(5):
        async for event in _events(answer):
            if "data" in event:
                line = json.loads(event["data"])
                assert int(event["id"]) == line["id"]
                found.append((line["id"], line["text"]))
            if len(found) == count:
                return found
    return found


async def test_a_reminder_arrives_while_the_page_is_open(house: Served, visitor: Visitor) -> None:
    cursor = (await visitor.say("hello"))["cursor"]
    async with visitor.http.get(visitor.at(f"{EVENTS}?after={cursor}")) as answer:
        assert answer.content_type == "text/event-stream"
        assert answer.headers["Cache-Control"] == "no-store"
        begun = time.perf_counter()
        house.tell(house.only_address(), Reply("It begins in an hour."))
        assert await _said(answer, 1) == [(cursor + 1, "It begins in an hour.")]
        assert time.perf_counter() - begun < 1  # woken, not found by looking


async def test_what_no_wakeup_told_is_found_by_looking(
    house: Served, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.web.stream.LOOK_SECONDS", 0.1)
    cursor = (await visitor.say("hello"))["cursor"]
    async with visitor.http.get(visitor.at(f"{EVENTS}?after={cursor}")) as answer:
        house.tell(house.only_address(), Reply("Quietly."), wake=False)
        assert await _said(answer, 1) == [(cursor + 1, "Quietly.")]


async def test_a_browser_that_comes_again_goes_on_where_it_was(
    house: Served, visitor: Visitor
) -> None:
    first = (await visitor.say("hello"))["cursor"]
    house.tell(house.only_address(), Reply("Second."), Reply("Third."))
    headers = {"Last-Event-ID": str(first + 1)}
    async with visitor.http.get(visitor.at(f"{EVENTS}?after=0"), headers=headers) as answer:
        assert await _said(answer, 1) == [(first + 2, "Third.")]
    assert house.rows("SELECT state FROM outbox ORDER BY id") == [("sent",), ("sent",), ("queued",)]


async def test_two_pages_of_one_talk_both_hear(house: Served, visitor: Visitor) -> None:
    cursor = (await visitor.say("hello"))["cursor"]
    url = visitor.at(f"{EVENTS}?after={cursor}")
    async with visitor.http.get(url) as one, visitor.http.get(url) as two:
        house.tell(house.only_address(), Reply("Both."))
        assert await _said(one, 1) == await _said(two, 1) == [(cursor + 1, "Both.")]


async def test_a_quiet_stream_gives_signs_of_life(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.web.stream.LOOK_SECONDS", 0.01)
    cursor = (await visitor.say("hello"))["cursor"]
    async with visitor.http.get(visitor.at(f"{EVENTS}?after={cursor}")) as answer:
        found = [event async for event, _ in _first(answer, 3)]
    assert found == [{"retry": "2000"}, {"": "still here"}, {"": "still here"}]


async def _first(
    answer: aiohttp.ClientResponse, count: int
) -> AsyncIterator[tuple[dict[str, Any], int]]:
    number = 0
    async for event in _events(answer):
        yield event, number
        number += 1
        if number == count:
            return


async def test_without_a_session_there_is_nothing_to_hear(visitor: Visitor) -> None:
    async with visitor.http.get(visitor.at(EVENTS)) as answer:
        assert answer.status == 204  # an EventSource does not come again


async def test_a_cursor_that_is_none_is_refused(visitor: Visitor) -> None:
    await visitor.say("hello")
    async with visitor.http.get(visitor.at(f"{EVENTS}?after=x")) as answer:
        assert answer.status == 400


async def test_one_talk_may_have_a_dozen_streams(visitor: Visitor) -> None:
    await visitor.say("hello")
    answers = [await visitor.http.get(visitor.at(EVENTS)) for _ in range(13)]
    assert [answer.status for answer in answers] == [200] * 12 + [204]
    for answer in answers:
        answer.close()


async def test_streams_end_politely_when_the_house_closes(house: Served, visitor: Visitor) -> None:
    await visitor.say("hello")
    async with visitor.http.get(visitor.at(EVENTS)) as answer:
        await _said(answer, 1)
        begun = time.perf_counter()
        await house.channel.close()
        assert [event async for event in _events(answer)] == []  # the end, not an error
        assert time.perf_counter() - begun < 1
    async with visitor.http.get(visitor.at(EVENTS)) as answer:
        assert answer.status == 204


async def test_a_database_out_of_reach_ends_the_stream(
    house: Served, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.web.stream.LOOK_SECONDS", 0.05)
    cursor = (await visitor.say("hello"))["cursor"]
    async with visitor.http.get(visitor.at(f"{EVENTS}?after={cursor}")) as answer:
        assert await anext(_events(answer)) == {"retry": "2000"}
        house.change("ALTER TABLE outbox RENAME TO elsewhere")
        async with asyncio.timeout(5):
            assert [event async for event in _events(answer) if "data" in event] == []
    house.change("ALTER TABLE elsewhere RENAME TO outbox")
