"""A person of the team talks with somebody; the assistant is silent, and comes back."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.config import Settings
from bot.message import Joined
from bot.services.handover import HOLD, hand_back
from knowledge.library import Library
from tests.console.office import Office, opened
from tests.console.talking import CHANNELS, Visitor

TALK = "/console/conversations/1"
QUESTION = "How do housing cooperatives keep rents low?"


@pytest.fixture
async def office(settings: Settings, library: Library) -> AsyncIterator[Office]:
    async with opened(settings, library, CHANNELS) as at_work:
        yield at_work


async def test_the_team_talks_and_the_assistant_is_silent(office: Office) -> None:
    ben = Visitor(office, "ben")
    await ben.says("Guten Tag")
    await ben.hears()
    desk = await office.joins("anna", "reviewer")
    await desk.get(TALK)
    sent = await desk.post(f"{TALK}/say", text="Können <b>wir</b> helfen?")
    assert (sent.status, sent.location) == (303, f"{TALK}#end")
    assert await ben.hears() == [
        "Jemand aus unserem Team schreibt Ihnen: Können <b>wir</b> helfen? Solange Sie "
        "miteinander sprechen, schweigt die Assistenz. Um sie zurückzuholen, schreiben Sie "
        "„Assistenz“. [Zurück zur Assistenz]"
    ]
    assert await ben.says("Wie senken Genossenschaften die Miete?") == []
    page = await desk.get(TALK)
    assert "Können &lt;b&gt;wir&lt;/b&gt; helfen?" in page.html
    assert "Wie senken Genossenschaften die Miete?" in page.words
    assert "anna, until" in page.words
    assert "waits for anna" in (await desk.get("/console/conversations?with=team")).words
    assert "1 people who talk with the team" in (await desk.get("/console")).words
    await desk.post(f"{TALK}/say", text="Gern.")
    assert await ben.hears() == ["Gern."]
    assert "anna talks there" in (await desk.get("/console/conversations?with=team")).words
    assert "people who talk with the team" not in (await desk.get("/console")).words
    done = [row[0] for row in office.rows("SELECT action FROM audit_entry ORDER BY id")]
    assert done[-2:] == ["conversation.say", "conversation.say"]


async def with_team(office: Office, **fields: str) -> Visitor:
    """Somebody with whom Anna talks."""
    ben = Visitor(office, "ben", **fields)
    await ben.says("hello")
    desk = await office.joins("anna", "reviewer")
    await desk.get(TALK)
    assert (await desk.post(f"{TALK}/say", text="How can we help?")).status == 303
    await ben.hears()
    return ben


@pytest.mark.parametrize("said", ["assistant", "1", "Back to the assistant", "Assistenz", "助手"])
async def test_a_word_brings_the_assistant_back(office: Office, said: str) -> None:
    ben = await with_team(office)
    assert await ben.says("thank you") == []
    (told,) = await ben.says(said)
    assert told != ""
    assert "cooperative" in (await ben.says(QUESTION))[0].casefold()
    assert office.rows("SELECT held_by FROM transcript") == [(None,)]


async def test_a_tap_brings_it_back_as_well(office: Office) -> None:
    ben = await with_team(office)
    (told,) = await ben.says("Back to the assistant", picked="assistant")
    assert told == "I am the assistant, and I am here. What would you like to know?"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("stop", "I will not write to you first"),
        ("/privacy", "I keep what we write here"),
        ("delete my data", "delete"),
        ("Ich will nicht mehr leben", "112"),
    ],
)
async def test_what_cannot_wait_is_heard_all_the_same(office: Office, said: str, told: str) -> None:
    ben = await with_team(office)
    assert told in " ".join(await ben.says(said))


async def test_who_opens_the_chat_again_is_not_greeted_in_between(office: Office) -> None:
    ben = await with_team(office)
    await office.house.inbox.accept(Joined("j1", ben.address, office.house.now()))
    assert await ben.hears() == []


async def test_the_team_gives_back_by_a_button(office: Office) -> None:
    ben = await with_team(office)
    desk = await office.desk()
    await desk.sign_in("anna")
    await desk.get(TALK)
    assert (await desk.post(f"{TALK}/say", do="return")).status == 303
    assert "The assistant is here again" in (await ben.hears())[0]
    assert "cooperative" in (await ben.says(QUESTION))[0].casefold()
    again = await desk.post(f"{TALK}/say", do="return")
    assert (again.status, "answers here already" in again.words) == (422, True)


async def test_after_half_an_hour_it_comes_back_and_nothing_is_lost(office: Office) -> None:
    ben = await with_team(office)
    office.wait(timedelta(minutes=10))
    assert await ben.says("Can a school join?") == []
    office.wait(HOLD)
    assert hand_back(office.house.database, office.house.now()) == 1
    assert "is on their list" in (await ben.hears())[0]
    assert office.rows("SELECT text, outcome FROM question") == [
        ("Can a school join?", "for_staff")
    ]
    assert hand_back(office.house.database, office.house.now()) == 0
    assert "cooperative" in (await ben.says(QUESTION))[0].casefold()


async def test_who_writes_when_the_time_is_over_is_answered_at_once(office: Office) -> None:
    ben = await with_team(office)
    office.wait(HOLD)
    assert "cooperative" in (await ben.says(QUESTION))[0].casefold()


async def test_a_form_is_set_aside_and_no_number_answers_it_later(office: Office) -> None:
    ben = Visitor(office, "ben")
    await ben.says("human")
    desk = await office.joins("anna", "reviewer")
    await desk.get(TALK)
    await desk.post(f"{TALK}/say", text="Here we are.")
    await ben.hears()
    assert await ben.says("My question is about gardens") == []
    assert office.rows("SELECT count(*) FROM question") == [(0,)]


async def test_where_the_window_is_closed_it_waits_and_the_page_says_so(office: Office) -> None:
    ben = Visitor(office, "ben", "windowed")
    await ben.says("hello")
    desk = await office.joins("anna", "reviewer")
    page = await desk.get(TALK)
    assert "The window is open until" in page.words
    assert "messages that may still be sent: 1" in page.words
    office.wait(timedelta(hours=3))
    await desk.sign_in("anna")
    page = await desk.get(TALK)
    assert "The window is closed" in page.words
    await ben.hears()
    await desk.post(f"{TALK}/say", text="Are you still there?")
    assert await ben.hears() == []
    assert office.rows("SELECT state FROM outbox ORDER BY id DESC LIMIT 1") == [("parked",)]
    assert "waits until the person writes" in (await desk.get(TALK)).words
    assert office.rows("SELECT held_by FROM transcript") == [(None,)], "the assistant goes on"
    heard = " ".join(await ben.says(QUESTION))
    assert "Are you still there?" in heard


async def test_of_two_members_one_talks(office: Office) -> None:
    ben = Visitor(office, "ben")
    await ben.says("hello")
    await ben.hears()
    desks = [await office.joins(name, "reviewer") for name in ("anna", "cleo")]
    for desk in desks:
        await desk.get(TALK)
    pages = await asyncio.gather(
        *(desk.post(f"{TALK}/say", text=f"I am {n}") for n, desk in enumerate(desks))
    )
    assert sorted(page.status for page in pages) == [303, 422]
    late = next(page for page in pages if page.status == 422)
    assert "talks with this person now" in late.words
    assert "I am" in late.html.split("<textarea")[1]
    assert len(await ben.hears()) == 1


@pytest.mark.parametrize("text", ["  ", "x" * 2001])
async def test_nothing_and_too_much_are_not_sent(office: Office, text: str) -> None:
    await Visitor(office, "ben").says("hello")
    desk = await office.joins("anna", "reviewer")
    await desk.get(TALK)
    assert (await desk.post(f"{TALK}/say", text=text)).status == 422
    assert office.rows("SELECT held_by FROM transcript") == [(None,)]


async def test_who_has_left_is_not_written_to(office: Office) -> None:
    await Visitor(office, "ben").says("hello")
    office.change("UPDATE address SET left_at = :at", at=office.house.now().replace(tzinfo=None))
    desk = await office.joins("anna", "reviewer")
    assert "They have left this channel" in (await desk.get(TALK)).words
    assert (await desk.post(f"{TALK}/say", text="hello")).status == 422
