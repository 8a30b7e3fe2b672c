"""Open pages hear that they are old, and nothing else; a page left open keeps nobody signed in."""

import asyncio

import pytest

from bot.console import live
from bot.console.door import BY_ITSELF
from bot.console.live import LIVE
from bot.services.staff_sessions import IDLE
from tests.console.office import Desk, Office
from tests.console.test_pages import asked


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "_LOOK", 0.05)


async def heard(desk: Desk, office: Office, change) -> str:
    """What the stream says from a change until it names today's page, which shows everything."""
    async with desk.http.get(f"{office.base}{LIVE}") as answer:
        assert answer.headers["Content-Type"] == "text/event-stream"
        assert await answer.content.readline() == b"retry: 3000\n"
        change()
        async with asyncio.timeout(20):
            said = await answer.content.readuntil(b"event: today\ndata:\n\n")
    return said.decode()


async def test_a_new_question_is_told_to_the_pages_that_show_it(office: Office) -> None:
    desk = await office.joins("anna", "viewer")
    said = await heard(desk, office, lambda: asked(office, "Who was Elinor?", outcome="declined"))
    events = [line for line in said.splitlines() if line.startswith("event:")]
    assert events == ["event: questions", "event: today"]
    assert "Elinor" not in said  # which page, never what


async def test_a_stream_ends_when_the_house_drains(office: Office) -> None:
    desk = await office.joins("anna", "viewer")
    async with desk.http.get(f"{office.base}{LIVE}") as answer:
        await answer.content.readline()
        office.ending.set()
        async with asyncio.timeout(20):
            await answer.content.read()


async def test_a_page_left_open_keeps_nobody_signed_in(office: Office) -> None:
    """The twin that clicks stays; the one whose page only asks by itself is signed out."""
    left, clicks = await office.joins("anna", "viewer"), await office.joins("ben", "viewer")
    for _half in range(2):
        office.wait(IDLE * 0.6)
        await left.get("/console", **{BY_ITSELF: "1"})
        await clicks.get("/console")
    assert (await left.get("/console")).status == 303
    assert (await clicks.get("/console")).status == 200


async def test_too_many_open_pages_are_asked_not_to_come_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "_MOST", 0)
    desk = await office.joins("anna", "viewer")
    assert (await desk.get(LIVE)).status == 204
    assert (await desk.get("/console")).status == 200
