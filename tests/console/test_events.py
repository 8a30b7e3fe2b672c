"""Events on their pages: listed, written, opened, moved, called off."""

import asyncio
import csv
import io
import re
from datetime import timedelta
from urllib.parse import quote

import pytest

from tests.console.office import Office
from tests.console.organising import ONE, done, event_of, filled, held, registered, told
from tests.console.test_pages import HOSTILE
from tests.eventful import FIELDS, SCHOOL
from tests.pages.front import Page

WRITTEN = {
    "title_en": "City walk", "title_de": "Stadtspaziergang", "starts": "2027-05-03T09:00",
    "ends": "2027-05-03T12:00", "zone": "Europe/Berlin", "place": "Rathaus", "capacity": "20",
    "waiting_list": "1",
}  # fmt: skip


def line(page: Page, event_id: str) -> str:
    """What stands in the line of an event."""
    (row,) = re.findall(rf"<tr>(?:(?!</tr>).)*event-{event_id}.*?</tr>", page.html, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", row).split())


async def test_a_new_house_says_what_to_do(office: Office) -> None:
    organiser, viewer = await office.joins("anna", "organiser"), await office.joins("ben", "viewer")
    assert "citybot event import" in (await organiser.get("/console/events")).words
    page = await viewer.get("/console/events")
    assert "Whoever organises events may write one." in page.words
    assert "/console/events/new" not in page.links


async def test_the_list_tells_how_each_event_stands(both: Office) -> None:
    desk = await both.joins("anna", "viewer")
    held(both, capacity=3, reserved=1)
    registered(both, "a", "b", "c")
    held(both, id="last", starts_at=SCHOOL.starts_at - timedelta(days=400),
         ends_at=SCHOOL.ends_at - timedelta(days=400), state="draft")  # fmt: skip
    held(both, id="off", programme="prog-walks", title={"de": "Gärten"}, state="draft")
    row = line(await desk.get("/console/events"), SCHOOL.id)
    assert row.startswith("Summer School Berlin Monday, July 5, 2027")
    assert row.endswith("ufaFabrik, Berlin open 2 / 3 held back: 1 1 1")
    for query, found in [
        ("", ["off", SCHOOL.id]),
        ("?time=past", ["last"]),
        ("?time=all", ["last", "off", SCHOOL.id]),
        ("?state=draft", ["off"]),
        ("?state=decide", [SCHOOL.id]),
        ("?programme=prog-walks", ["off"]),
        ("?q=GÄRTEN", ["off"]),
        ("?q=柏林暑期", [SCHOOL.id]),
        ("?q=%25", []),
        ("?time=x&state=y", ["off", SCHOOL.id]),
    ]:
        page = await desk.get(f"/console/events.csv{quote(query, safe='?=&%')}")
        rows = csv.DictReader(io.StringIO(page.body.decode("utf-8-sig")))
        assert [row["id"] for row in rows] == found, query
    assert "No event fits." in (await desk.get("/console/events?q=nothing")).words


async def test_today_leads_to_who_waits_for_a_decision(office: Office) -> None:
    desk = await office.joins("anna", "organiser")
    held(office, capacity=2, reserved=1)
    registered(office, "a", "b", "c")
    page = await desk.get("/console")
    assert "/console/events?state=decide" in page.links
    assert "2 waiting for a seat that is held back" in page.words


async def test_an_event_is_written_as_a_draft_once(both: Office) -> None:
    desk = await both.joins("anna", "organiser")
    page = await desk.get("/console/events/new")
    assert page.fields["zone"] == "Europe/Berlin"
    made = await desk.post("/console/events/new", **WRITTEN)
    assert made.location == "/console/events/city-walk-2027?done=new"
    again = await desk.post("/console/events/new", **WRITTEN)
    assert again.location == made.location, "pressed twice"
    other = await desk.post("/console/events/new", **WRITTEN | {"place": "Park"})
    assert other.status == 422
    assert "There is an event with this name already" in other.words
    assert other.fields["place"] == "Park"
    event = event_of(both, "city-walk-2027")
    assert (event.state, event.capacity, event.place) == ("draft", 20, "Rathaus")
    assert done(both, "event:city-walk-2027") == ["event.create"]
    assert "What is left to do" in (await desk.get(made.location)).words


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"title_en": "", "title_de": " "}, {"title": "Please give it a title"}),
        ({"starts": "", "ends": ""}, {"starts": "say when it begins", "ends": "say when it ends"}),
        ({"starts": "2027-03-28T02:30"}, {"starts": "does not exist in Europe/Berlin"}),
        ({"starts": "0001-01-01T00:00"}, {"starts": "is no time in the calendar"}),
        ({"ends": "9999-12-31T23:59"}, {"ends": "is no time in the calendar"}),
        ({"ends": "2027-05-03T08:00"}, {"": "City walk ends before it starts"}),
        ({"zone": "Mars/Olympus", "capacity": "-1"}, {"zone": "no time zone", "capacity": "Seats: -1 is no whole number"}),
        ({"link": "javascript:alert(1)"}, {"": "is no address of a page"}),
        ({"id": "../x"}, {"": "is no id for an event"}),
        ({"summary_de": "ä" * 2001}, {"summary_de": "What it is in German is longer than 2000 characters"}),
        ({"shred_on": "2027-05-01"}, {"": "cannot be deleted before the event ends"}),
    ],
)  # fmt: skip
async def test_what_is_no_event_yet_is_told_beside_the_form(
    office: Office, changes: dict[str, str], wrong: dict[str, str]
) -> None:
    desk = await office.joins("anna", "organiser")
    page = await desk.post("/console/events/new", **WRITTEN | changes)
    assert page.status == 422
    for field, why in wrong.items():
        assert why in page.words, field
        assert not field or f'id="say-{field}"' in page.html
    for name, value in (WRITTEN | changes).items():
        assert name == "waiting_list" or page.fields[name] == value, "nothing typed is lost"
    assert office.rows("SELECT count(*) FROM event") == [(0,)]


async def test_texts_a_hundred_thousand_long_and_hostile_ones_do_no_harm(office: Office) -> None:
    desk = await office.joins("anna", "organiser")
    long = await desk.post("/console/events/new", **WRITTEN | {"summary_en": "x" * 100_000})
    assert (long.status, len(long.fields["summary_en"])) == (422, 100_000)
    nul = await desk.post("/console/events/new", **WRITTEN | {"title_en": "a\0b"})
    assert nul.status == 400
    evil = {"title_en": HOSTILE, "place": "\u202e=1+1", "contact": '"><svg onload=hacked=1>'}
    made = await desk.post("/console/events/new", **WRITTEN | evil | {"id": "evil"})
    assert made.status == 303
    for path in ("", "/edit", "/questions", "/people", "/reminders"):
        page = await desk.get(f"/console/events/evil{path}")
        assert page.status == 200
        assert "<script>alert" not in page.html
        assert "<svg onload" not in page.html
    page = await desk.get("/console/events.csv")
    (row,) = csv.DictReader(io.StringIO(page.body.decode("utf-8-sig")))
    assert row["place"] == "'=1+1", "the sign that turns the direction is taken out when saved"


async def test_of_two_who_change_one_event_nobody_loses_anything(both: Office) -> None:
    anna, ben = await both.joins("anna", "organiser"), await both.joins("ben", "organiser")
    held(both)
    first, second = await anna.get(f"{ONE}/edit"), await ben.get(f"{ONE}/edit")
    sent = filled(first, contact="anna@example.org", capacity="5")
    assert (await anna.post(f"{ONE}/edit", **sent)).location == f"{ONE}?done=changed"
    late = await ben.post(f"{ONE}/edit", **filled(second, contact="ben@example.org"))
    assert late.status == 409
    assert "Somebody else has changed this event meanwhile" in late.words
    assert "Taken over from them, as you had left it alone: Seats" in late.words
    assert "They wrote: Whom to ask anna@example.org" in late.words
    assert (late.fields["contact"], late.fields["capacity"]) == ("ben@example.org", "5")
    assert event_of(both).contact == "anna@example.org"
    assert (await ben.post(f"{ONE}/edit", **filled(late))).status == 303
    event = event_of(both)
    assert (event.contact, event.capacity) == ("ben@example.org", 5)
    assert (await ben.post(f"{ONE}/edit", **filled(late))).status == 303, "the same once more"
    assert done(both) == ["event.change", "event.change"]


async def test_another_place_is_told_after_it_was_agreed_to(both: Office) -> None:
    desk = await both.joins("anna", "organiser")
    held(both)
    registered(both, "a", "b")
    sent = filled(await desk.get(f"{ONE}/edit"), place="Rathaus")
    asks = await desk.post(f"{ONE}/edit", **sent)
    assert "2 people are told of it." in asks.words
    assert "Summer School Berlin has changed" in asks.words
    assert (event_of(both).place, told(both)) == ("ufaFabrik, Berlin", [])
    back = await desk.post(f"{ONE}/edit", **filled(asks), back="1")
    assert (back.status, back.fields["place"]) == (200, "Rathaus"), "nothing typed is lost"
    registered(both, "c")  # waits; hears of it as well, so it is asked once more
    again = await desk.post(f"{ONE}/edit", **filled(asks))
    assert "3 people are told of it." in again.words
    assert (await desk.post(f"{ONE}/edit", **filled(again))).status == 303
    assert (event_of(both).place, len(told(both))) == ("Rathaus", 3)
    assert (await desk.post(f"{ONE}/edit", **filled(again))).status == 303
    assert len(told(both)) == 3, "once"


async def test_an_event_is_opened_moved_and_called_off(both: Office) -> None:
    desk = await both.joins("anna", "organiser")
    held(both, state="draft")
    assert (await desk.post(f"{ONE}/state", do="open")).location == f"{ONE}?done=open"
    registered(both, "a", "b")
    move = {"do": "move", "starts": "2027-07-06T09:00", "ends": "2027-07-06T17:00"}
    asks = await desk.post(f"{ONE}/state", **move)
    assert "2 people are told of it." in asks.words
    assert "Tuesday, July 6, 2027" in asks.words, "what they will read"
    assert (await desk.post(f"{ONE}/state", **filled(asks), do="move")).status == 303
    past = await desk.post(f"{ONE}/state", do="move", starts="2020-01-01T09:00")
    assert past.status == 422
    assert "cannot be moved into the past" in past.words
    assert (await desk.post(f"{ONE}/state", do="close")).status == 303
    asks = await desk.post(f"{ONE}/state", do="cancel")
    assert "Cancel this event?" in asks.words
    assert event_of(both).state == "closed"
    for _twice in range(2):
        assert (await desk.post(f"{ONE}/state", **filled(asks), do="cancel")).status == 303
    assert len([text for text in told(both) if "is cancelled" in text]) == 2
    assert (await desk.post(f"{ONE}/state", do="open")).status == 422
    assert (await desk.post(f"{ONE}/state", do="drop")).status == 404
    assert done(both) == ["event.open", "event.move", "event.close", "event.cancel"]


async def test_an_event_that_is_over_is_not_opened_again(office: Office) -> None:
    desk = await office.joins("anna", "organiser")
    held(office)
    (one,) = registered(office, "a")
    office.clock[0] = SCHOOL.ends_at + timedelta(days=3)
    await desk.sign_in("anna")
    page = await desk.get(ONE)
    assert "It is over." in page.words
    for path, do in ((f"{ONE}/state", "cancel"), (f"{ONE}/people/{one.reference}", "remove")):
        late = await desk.post(path, do=do)
        assert (late.status, "is over" in late.words) == (422, True), do
    assert (await desk.post(f"{ONE}/state", do="close")).status == 303
    assert (await desk.post(f"{ONE}/state", do="open")).status == 422
    assert told(office) == []


async def test_programmes_name_their_events(office: Office) -> None:
    desk = await office.joins("anna", "organiser")
    held(office)
    page = await desk.get("/console/programmes")
    assert ONE in page.links
    assert "/console/events/new?programme=prog-summer-school" in page.links
    blank = await desk.get("/console/events/new?programme=prog-summer-school")
    assert blank.fields["programme"] == "prog-summer-school"


async def test_another_one_like_it_takes_over_all_but_its_time(office: Office) -> None:
    desk = await office.joins("anna", "organiser")
    held(office, fields=FIELDS)
    blank = await desk.get(f"/console/events/new?from={SCHOOL.id}")
    assert (blank.fields["title_de"], blank.fields["starts"]) == ("Sommerschule Berlin", "")
    sent = filled(blank, starts="2028-07-05T09:00", ends="2028-07-05T17:00")
    made = await desk.post("/console/events/new", **sent)
    assert made.location == "/console/events/summer-school-berlin-2028?done=new"
    assert event_of(office, "summer-school-berlin-2028").fields == FIELDS


async def test_two_at_the_same_moment_do_it_once(both: Office) -> None:
    anna, ben = await both.joins("anna", "organiser"), await both.joins("ben", "organiser")
    made = await asyncio.gather(*(d.post("/console/events/new", **WRITTEN) for d in (anna, ben)))
    assert [page.location for page in made] == ["/console/events/city-walk-2027?done=new"] * 2
    held(both)
    registered(both, "a", "b")
    off = await asyncio.gather(
        *(d.post(f"{ONE}/state", do="cancel", sure="2") for d in (anna, ben, anna, ben))
    )
    assert {page.status for page in off} <= {200, 303}
    assert len(told(both)) == 2
    assert done(both) == ["event.cancel"]
