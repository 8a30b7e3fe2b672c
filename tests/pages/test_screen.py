"""The large screen: how many have voted, live; the result only when everybody may see it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import aiohttp
import orjson
import pytest

from bot.pages import screen
from bot.pages.screen import Fresh
from bot.services.ballots import Ballots, Voter
from bot.services.closing import GRACE, Closer
from bot.services.keys import Keys
from bot.services.marks import Answer
from bot.services.poll_office import PollOffice
from bot.services.poll_written import read_poll
from bot.services.polls import Polls
from bot.web.ending import ENDING
from tests.dialogs.polling import SCALE, one_of_each
from tests.pages.front import PUBLIC, Front, Page
from tests.services.polls.station import SINGLE, texts

TWO_HOURS = timedelta(hours=2)


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is kept from one look to the next, and streams look often."""
    monkeypatch.setattr(screen, "_LOOK", 0.01)
    monkeypatch.setattr(screen, "_KEPT", 0.0)
    monkeypatch.setattr(screen, "_COUNTED", 0.0)


def opened(front: Front, *questions: Any, **more: Any) -> None:
    now = front.clock[0]
    plain = {
        "id": "lanes", "title": texts("Bike lanes"), "questions": list(questions) or [SINGLE],
        "closes": (now + TWO_HOURS).isoformat(), "next_steps": texts("We build."), "level": "web",
    } | more  # fmt: skip

    def make(transaction: Any) -> None:
        office = PollOffice(transaction, Keys.of(front.house.settings), "staff:anna")
        office.save(read_poll(plain, now))
        office.open("lanes")

    front.does(make)


def vote(front: Front, *marks: str, question: str = "where") -> None:
    """One person more for each mark."""
    ((before,),) = front.rows("SELECT count(*) FROM participation")

    def cast(transaction: Any) -> None:
        poll = Polls(transaction).get("lanes")
        assert poll is not None
        ballots = Ballots(transaction, Keys.of(front.house.settings))
        for number, mark in enumerate(marks, before):
            who = f"p{number}"
            voter = Voter(person_id=who, channel="web", language="en", heard_at=front.clock[0])
            ballots.cast(poll, voter, question, Answer({mark: 1}))

    front.does(cast)


def close(front: Front) -> None:
    front.clock[0] += TWO_HOURS + GRACE
    Closer(front.house.database, Keys.of(front.house.settings)).close("lanes", front.clock[0])


async def state(front: Front) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads((await front.get("/screen/lanes/state")).body)
    return found


async def shown(front: Front, language: str = "en") -> Page:
    return await front.get(f"/screen/lanes?result=1&lang={language}")


async def test_the_screen_shows_the_question_a_code_to_scan_and_the_count(both: Front) -> None:
    opened(both)
    vote(both, "north", "south")
    page = await both.get("/screen/lanes?lang=en")
    ((code,),) = both.rows("SELECT code FROM poll")
    said = ("Bike lanes", "Where first?", "Votes given 2", code, "Open until", "Everybody, once")
    for text in said:
        assert text in page.words
    assert page.html.count('class="qr"') == 1
    assert f"{PUBLIC}/chat?" not in page.html  # a code, not a link: nobody can press a wall
    assert page.headers["Cache-Control"] == "no-store"


async def test_what_was_voted_is_secret_until_it_is_counted(both: Front) -> None:
    opened(both)
    vote(both, *["north"] * 9, *["south"] * 3)
    page = await shown(both)
    assert "North" not in page.html
    assert (await state(both))["shown"] is False
    both.clock[0] += TWO_HOURS
    assert ((await state(both))["phase"], "North" in (await shown(both)).html) == (
        "counting",
        False,
    )
    both.clock[0] -= TWO_HOURS
    close(both)
    assert await state(both) | {"closes_at": ""} == {
        "phase": "over", "count": 12, "closes_at": "", "shown": True,
    }  # fmt: skip
    assert ">9 (75%)<" in (await shown(both)).html
    assert "North" not in (await both.get("/screen/lanes?lang=en")).html  # not before it is asked


async def test_too_few_votes_show_no_figures(front: Front) -> None:
    opened(front)
    vote(front, *["north"] * 9)
    close(front)
    page = await shown(front)
    assert "North" not in page.html
    assert "fewer than 10 people took part" in page.words


async def test_a_poll_with_open_figures_shows_them_so_far(front: Front) -> None:
    opened(front, live=True)
    vote(front, *["north"] * 10)
    assert (await state(front))["shown"] is True
    assert ">10 (100%)<" in (await shown(front)).html
    assert "figures so far" in (await shown(front)).words


@pytest.mark.parametrize("language", ["en", "de", "zh"])
async def test_every_kind_of_question_is_shown(front: Front, language: str) -> None:
    opened(front, *one_of_each()[:4], SCALE)

    def cast(transaction: Any) -> None:
        poll = Polls(transaction).get("lanes")
        assert poll is not None
        ballots = Ballots(transaction, Keys.of(front.house.settings))
        marks = {
            "more": {"trees": 1}, "order": {"lamps": 1, "trees": 2, "benches": 3},
            "money": {"lamps": 60, "trees": 40}, "say": {"quiet": 1, "dark": -1}, "how": {"4": 1},
        }  # fmt: skip
        for number in range(10):
            voter = Voter(
                person_id=f"p{number}", channel="web", language="en", heard_at=front.clock[0]
            )
            for question, given in marks.items():
                ballots.cast(poll, voter, question, Answer(given))

    front.does(cast)
    close(front)
    page = await shown(front, language)
    lamps = {"en": "Lamps", "de": "Lampen", "zh": "路灯"}[language]
    assert page.html.count('<svg class="chart') == 5
    assert lamps in page.html
    assert page.language == language


async def test_a_draft_and_a_poll_that_is_not_there_have_no_screen(front: Front) -> None:
    opened(front)
    with front.house.database.write() as connection:
        connection.exec_driver_sql("UPDATE poll SET state = 'draft'")
    for path in ("/screen/lanes", "/screen/lanes/state", "/screen/lanes/live", "/screen/other"):
        assert (await front.get(path)).status == 404, path


async def test_a_cancelled_poll_says_so(front: Front) -> None:
    opened(front)
    vote(front, "north")
    with front.house.database.write() as connection:
        connection.exec_driver_sql("UPDATE poll SET state = 'cancelled'")
    page = await front.get("/screen/lanes?lang=en")
    assert "This poll was cancelled" in page.words
    assert (await state(front))["count"] == 0


# -- live ----------------------------------------------------------------------------------------


@asynccontextmanager
async def listening(front: Front) -> AsyncIterator[Any]:
    """A stream; gives a function that waits for the next state."""
    async with front.http.get(f"{front.base}/screen/lanes/live") as answer:
        assert answer.headers["Content-Type"] == "text/event-stream"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]

        async def heard() -> dict[str, Any]:
            async with asyncio.timeout(5):
                while not (line := await answer.content.readline()).startswith(b"data: "):
                    assert line, "the stream ended"
            found: dict[str, Any] = orjson.loads(line.removeprefix(b"data: "))
            return found

        yield heard


async def test_the_count_comes_as_it_grows_and_the_end_too(both: Front) -> None:
    opened(both)
    async with listening(both) as heard:
        assert (await heard())["count"] == 0
        vote(both, "north")
        assert (await heard())["count"] == 1
        close(both)
        stands = await heard()
        while stands["phase"] != "over":
            stands = await heard()
        assert (stands["count"], stands["shown"]) == (1, False)


async def test_a_stream_ends_when_the_house_does(front: Front) -> None:
    """Otherwise every restart would wait for the screens."""
    opened(front)
    async with listening(front) as heard:
        await heard()
        front.application[ENDING].set()
        with pytest.raises((AssertionError, aiohttp.ClientError)):
            await heard()


async def test_many_screens_cost_no_more_looks_than_one() -> None:
    looks = []

    async def look() -> int:
        looks.append(1)
        await asyncio.sleep(0)
        return len(looks)

    kept: Fresh[int] = Fresh(60)
    assert await asyncio.gather(*(kept.get("lanes", look) for _ in range(50))) == [1] * 50
    assert await kept.get("other", look) == 2
    assert await Fresh[int](0).get("lanes", look) == 3


async def test_no_code_leads_where_one_cannot_vote(front: Front) -> None:
    opened(front, level="account")
    page = await front.get("/screen/lanes?lang=en")
    assert 'class="qr"' not in page.html
