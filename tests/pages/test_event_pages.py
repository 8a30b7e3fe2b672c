"""Events as everybody may read them: in three languages, as pages, data and calendars."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from icalendar import Calendar

from bot.channel import Unreachable
from bot.pages.schema_org import hash_of
from bot.services.organising import Organising
from tests.eventful import DAY, JOURNEY, NOW, SCHOOL
from tests.pages.front import Front, Page, pages_anew

IN_LANGUAGES = [
    ("en", "Summer School Berlin", "2 seats are left.", "Register in the chat"),
    ("de", "Sommerschule Berlin", "2 Plätze sind noch frei.", "Im Chat anmelden"),
    ("zh", "柏林暑期学校", "还有 2 个名额。", "在聊天中报名"),
]


@pytest.mark.parametrize(("language", "title", "left", "button"), IN_LANGUAGES)
async def test_an_event_is_told_in_the_readers_language(
    front: Front, language: str, title: str, left: str, button: str
) -> None:
    front.holds()
    by_address = await front.get(f"/events/summer-school?lang={language}")
    by_browser = await front.get("/events/summer-school", **{"Accept-Language": language})
    for page in (by_address, by_browser):
        assert (page.status, page.language) == (200, language)
        assert title in page.words
        assert left in page.words
        assert button in page.words
        assert [link for link in page.links if link.startswith("?lang=")] == [
            "?lang=de", "?lang=en", "?lang=zh",
        ]  # fmt: skip


async def test_what_the_organisers_wrote_in_one_language_only_is_said(front: Front) -> None:
    front.holds(title={"de": "Sommerschule"})
    page = await front.get("/events/summer-school?lang=en")
    assert "The title is only in German." in page.words
    assert '<h1 dir="auto" lang="de">Sommerschule</h1>' in page.html


async def test_when_it_is_can_be_read_on_the_other_side_of_the_world(front: Front) -> None:
    front.holds(JOURNEY)
    words = (await front.get("/events/journey-shanghai?lang=en")).words
    assert "Wednesday, September 1, 2027, 9:00 AM (Shanghai) until 5:00 PM" in words
    assert "Wednesday, September 1, 2027, 3:00 AM (Berlin)" in words
    assert "Wednesday, September 1, 2027, 1:00 AM (UTC)" in words


STATES: list[tuple[dict[str, Any], str, bool]] = [
    ({}, "2 seats are left. You can register until Monday, July 5, 2027", True),
    ({"capacity": None}, "There is room for everybody.", True),
    ({"capacity": 0}, "All seats are taken; there is a waiting list.", True),
    ({"capacity": 0, "waiting_list": False}, "All seats are taken.", False),
    ({"opens_at": NOW + DAY}, "Registration begins on Tuesday, March 2, 2027", False),
    ({"closes_at": NOW - DAY, "opens_at": NOW - 2 * DAY}, "Registration for this event is", False),
    ({"state": "closed"}, "Registration for this event is over.", False),
    (
        {"state": "closed", "starts_at": NOW - 2 * DAY, "ends_at": NOW - DAY},
        "This event is over.",
        False,
    ),
]


@pytest.mark.parametrize(("changes", "said", "can_register"), STATES)
async def test_a_page_says_whether_one_can_register(
    front: Front, changes: dict[str, Any], said: str, can_register: bool
) -> None:
    front.holds(**changes)
    page = await front.get("/events/summer-school?lang=en")
    assert said in page.words
    assert ("How to register" in page.words) == can_register


async def test_a_cancelled_event_says_so_and_stays_to_be_read(front: Front) -> None:
    front.holds()
    front.does(lambda t: Organising(t).cancel(SCHOOL.id))
    page = await front.get("/events/summer-school?lang=en")
    assert "This event was cancelled." in page.words
    assert _data(page)["eventStatus"] == "https://schema.org/EventCancelled"
    assert "Summer School" not in (await front.get("/events?lang=en")).words


async def test_a_draft_is_nobodys_business(front: Front) -> None:
    front.holds(state="draft")
    for path in ("/events/summer-school", "/events/summer-school.ics", "/events/nothing-here"):
        assert (await front.get(path)).status == 404
    for path in ("/events", "/events.ics"):
        assert "Summer School" not in (await front.get(path)).html


async def test_the_list_has_what_comes_first_and_what_was_below(front: Front) -> None:
    front.holds(JOURNEY)
    front.holds()
    front.holds(
        replace(SCHOOL, id="old", title={"en": "Old school"}, results={"en": "Three gardens."}),
        state="closed",
        starts_at=NOW - 3 * DAY,
        ends_at=NOW - 2 * DAY,
    )
    page = await front.get("/events?lang=en")
    events = [link for link in page.links if link.startswith("/events/")]
    assert [link.partition("?")[0] for link in events] == [
        "/events/summer-school", "/events/journey-shanghai", "/events/old",
    ]  # fmt: skip
    assert "What came out of it Three gardens." in (await front.get("/events/old?lang=en")).words


async def test_without_an_event_the_list_says_what_to_do(front: Front) -> None:
    page = await front.get("/events?lang=en")
    assert "There is no event in our calendar at the moment." in page.words
    assert any(link.startswith("/chat?lang=en&invite=") for link in page.links)


def _data(page: Page) -> dict[str, Any]:
    _before, _mark, rest = page.html.partition('<script type="application/ld+json">')
    text, _mark, _rest = rest.partition("</script>")
    assert hash_of(text) in page.headers["Content-Security-Policy"]
    found: dict[str, Any] = json.loads(text)
    return found


async def test_machines_read_it_as_schema_org(front: Front) -> None:
    front.holds(summary={"en": "</script><script>alert(1)</script> & more"})
    data = _data(await front.get("/events/summer-school?lang=en"))
    assert data == {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": "Summer School Berlin",
        "description": "</script><script>alert(1)</script> & more",
        "inLanguage": "en",
        "startDate": "2027-07-05T09:00:00+02:00",
        "endDate": "2027-07-05T17:00:00+02:00",
        "eventStatus": "https://schema.org/EventScheduled",
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "location": {
            "@type": "Place", "name": "ufaFabrik, Berlin", "address": "ufaFabrik, Berlin",
        },
        "organizer": {"@type": "Organization", "name": "Citymakers"},
        "url": "https://chat.example.org/events/summer-school",
        "maximumAttendeeCapacity": 2,
        "remainingAttendeeCapacity": 2,
    }  # fmt: skip


async def test_calendars_get_one_or_all_with_the_zone_in_full(front: Front) -> None:
    front.holds()
    front.holds(JOURNEY)
    for path, names in (
        ("/events.ics?lang=zh", ["柏林暑期学校", "上海学习之旅"]),
        ("/events/summer-school.ics?lang=de", ["Sommerschule Berlin"]),
    ):
        page = await front.get(path)
        assert page.headers["Content-Type"] == "text/calendar; charset=utf-8"
        calendar = Calendar.from_ical(page.body.decode())
        assert [str(event["summary"]) for event in calendar.walk("VEVENT")] == names
        assert "TZID:Europe/Berlin" in page.html
        assert "DTSTART;TZID=Europe/Berlin:20270705T090000" in page.html


async def test_the_chat_opens_at_the_registration(front: Front) -> None:
    front.holds()
    page = await front.get("/events/summer-school?lang=de")
    (link,) = (link for link in page.links if "invite=" in link)
    code = link.partition("invite=")[2]
    await front.chat.say("los", picked=f"invite:{code}")
    assert front.chat.shown[-1].text.startswith("Is this right?")
    assert front.rows("SELECT target, source FROM arrival") == [
        ("registration:summer-school", "page")
    ]


async def test_other_channels_are_offered_where_they_open_a_talk(
    front: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    async def invitation(code: str) -> str | None:
        asked.append(code)
        return f"https://t.example/bot?start={code}"

    monkeypatch.setattr(front.chat.channel, "invitation", invitation)
    front.holds()
    async with pages_anew(front) as fresh:
        for _ in range(2):
            page = await fresh.get("/events/summer-school?lang=en")
            assert "with script" in page.words
    assert len(asked) == 1  # platforms are asked once in a while, not for each reader
    assert len(asked[0]) <= 64


async def test_a_channel_that_does_not_answer_is_left_out(
    front: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def invitation(_code: str) -> str | None:
        raise Unreachable

    monkeypatch.setattr(front.chat.channel, "invitation", invitation)
    front.holds()
    async with pages_anew(front) as fresh:
        page = await fresh.get("/events/summer-school?lang=en")
    assert (page.status, "with script" in page.words) == (200, False)


async def test_an_event_with_a_long_name_still_opens_in_our_chat(front: Front) -> None:
    front.holds(id="a-very-long-name-" + "x" * 60)
    page = await front.get(f"/events/a-very-long-name-{'x' * 60}?lang=en")
    assert any(link.startswith("/chat?lang=en&invite=") for link in page.links)


async def test_the_event_moves_and_the_page_with_it(front: Front) -> None:
    front.holds()
    later = SCHOOL.starts_at + timedelta(days=1), SCHOOL.ends_at + timedelta(days=1)
    front.does(lambda t: Organising(t).move(SCHOOL.id, *later))
    assert "Tuesday, July 6, 2027" in (await front.get("/events/summer-school?lang=en")).words
