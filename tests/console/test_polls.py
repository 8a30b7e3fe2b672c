"""Polls on their pages: written in three languages, opened, extended by two people, counted."""

import pytest

from tests.console.office import Desk, Office

CODES = ("en", "de", "zh")


def said(name: str, text: str) -> dict[str, str]:
    return {f"{name}.{code}": f"{text} {code}" for code in CODES}


def filled(**more: str) -> dict[str, str]:
    """A form with everything a poll needs."""
    return {
        **said("title", "Bike lanes"),
        **said("next_steps", "The council decides"),
        **said("q.0.ask", "Where first?"),
        **said("q.0.o.0.label", "North"),
        **said("q.0.o.1.label", "South"),
        **{"id": "lanes", "zone": "Europe/Berlin", "level": "web", "mode": "confidential"},
        **{"closes": "2026-12-24T18:00", "q.0.kind": "single", "do": "save"},
        **more,
    }


@pytest.fixture
async def officer(both: Office) -> Desk:
    return await both.joins("anna", "poll-officer")


async def kept(desk: Desk, **more: str) -> None:
    page = await desk.post("/console/polls/new", **filled(**more))
    assert (page.status, page.location) == (303, "/console/polls/lanes?done=saved"), page.words


async def test_a_new_house_says_what_to_do(office: Office) -> None:
    officer, viewer = (
        await office.joins("anna", "poll-officer"),
        await office.joins("ben", "viewer"),
    )
    assert "Write the first one" in (await officer.get("/console/polls")).words
    assert "Poll officers write them" in (await viewer.get("/console/polls")).words


async def test_a_poll_is_written_opened_and_closed(both: Office, officer: Desk) -> None:
    await kept(officer)
    page = await officer.get("/console/polls/lanes?done=saved")
    print(page.words)
    assert "Kept. Nobody sees it" in page.words
    page = await officer.get("/console/polls/lanes/edit")
    assert page.status == 200
    page = await officer.get("/console/polls/new")
    assert page.status == 200
    page = await officer.get("/console/polls/lanes/open")
    print(page.words)
    page = await officer.post("/console/polls/lanes/open", seen=page.fields["seen"])
    assert page.status == 303, page.words
