"""Events on their pages: written, asked about, opened, moved, called off, and who registered."""

import csv
import io
import re
from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote

import pytest
from openpyxl import load_workbook

from bot.services.events import Event, Events
from bot.services.fields import check_fields
from bot.services.organising import Organising
from bot.services.registration import Registration
from bot.services.registrations import Registrations
from tests.console.office import Desk, Office
from tests.console.test_pages import HOSTILE
from tests.eventful import FIELDS, SCHOOL, asking, meet, run
from tests.pages.front import Page

ONE = f"/console/events/{SCHOOL.id}"
WRITTEN = {
    "title_en": "City walk", "title_de": "Stadtspaziergang", "starts": "2027-05-03T09:00",
    "ends": "2027-05-03T12:00", "zone": "Europe/Berlin", "place": "Rathaus", "capacity": "20",
    "waiting_list": "1",
}  # fmt: skip


def held(office: Office, event: Event = SCHOOL, **changes: object) -> Event:
    event = replace(event, **changes)  # type: ignore[arg-type]
    run(office.house.database, lambda t: Organising(t).save(event), office.clock[0])
    return event


def registered(office: Office, *people: str, **other: object) -> list[Registration]:
    """They registered one after another, each a second later."""
    database = office.house.database
    meet(database, *people)
    found = []
    for person in people:
        office.wait(timedelta(seconds=1))
        request = asking(person, office.clock[0], **other)
        do = run(database, lambda t, r=request: Registrations(t).register(r), office.clock[0])
        found.append(do.registration)
    return found


def event_of(office: Office, event_id: str = SCHOOL.id) -> Event:
    event = run(office.house.database, lambda t: Events(t).get(event_id), office.clock[0])
    assert event
    return event


def told(office: Office) -> list[str]:
    return [text for (text,) in office.rows("SELECT body ->> 'text' FROM outbox ORDER BY id")]


def done(office: Office, about: str = f"event:{SCHOOL.id}") -> list[str]:
    rows = office.rows(f"SELECT action FROM audit_entry WHERE object = '{about}' ORDER BY id")
    return [action for (action,) in rows]


def filled(page: Page, **changes: str) -> dict[str, str]:
    """The form of a page as a browser sends it: boxes that are not ticked are not in it."""
    ticks = dict.fromkeys(page.ticked, "1")
    fields = {
        name: value for name, value in page.fields.items() if name not in ("csrf", "do", "back")
    }
    return fields | ticks | changes


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
    assert "2 people wait for a seat that is held back" in page.words


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
        ({"ends": "2027-05-03T08:00"}, {"": "ends before it starts"}),
        ({"zone": "Mars/Olympus", "capacity": "-1"}, {"zone": "no time zone", "capacity": "no whole"}),
        ({"link": "javascript:alert(1)"}, {"": "is no address of a page"}),
        ({"id": "../x"}, {"": "is no id for an event"}),
        ({"summary_de": "ä" * 2001}, {"summary_de": "longer than 2000 characters"}),
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


async def test_questions_are_added_ordered_and_taken_away(both: Office) -> None:
    desk = await both.joins("anna", "organiser")
    held(both)
    assert "Nothing is asked" in (await desk.get(f"{ONE}/questions")).words
    blank = await desk.get(f"{ONE}/question")
    typed = {"ask-en": "What will you eat?", "ask-zh": "您吃什么？", "kind": "choice",
             "option-0-en": "Soup", "option-1-en": "Salad", "option-1-de": "Salat"}  # fmt: skip
    more = await desk.post(f"{ONE}/question", **filled(blank, **typed), do="more")
    assert {name: more.fields[name] for name in typed} == typed, "nothing typed is lost"
    up = await desk.post(f"{ONE}/question", **filled(more), do="up-1")
    assert (up.fields["option-0-en"], up.fields["option-1-en"]) == ("Salad", "Soup")
    assert (await desk.post(f"{ONE}/question", **filled(up), do="save")).status == 303
    for asked, kind in (("Your name?", "text"), ("Born on?", "date")):
        sent = {"ask-en": asked, "kind": kind}
        assert (await desk.post(f"{ONE}/question", **sent, do="save")).status == 303
    first, *_others = event_of(both).fields
    assert (first.id, first.required) == ("what_will_you_eat", True)
    assert [(o.id, dict(o.label)) for o in first.options] == [
        ("salad", {"en": "Salad", "de": "Salat"}), ("soup", {"en": "Soup"}),
    ]  # fmt: skip
    for do, order in [("up", ["your_name", "what_will_you_eat", "born_on"]),
                      ("down", ["what_will_you_eat", "your_name", "born_on"])]:  # fmt: skip
        assert (await desk.post(f"{ONE}/questions", do=do, field="your_name")).status == 303
        assert [field.id for field in event_of(both).fields] == order
    registered(both, "a", answers={"born_on": "2000-01-01"})
    asks = await desk.post(f"{ONE}/questions", do="remove", field="born_on")
    assert "1 person has answered it." in asks.words
    assert len(event_of(both).fields) == 3
    for _twice in range(2):
        gone = await desk.post(f"{ONE}/questions", do="remove", field="born_on", sure="1")
        assert gone.status == 303
    assert [field.id for field in event_of(both).fields] == ["what_will_you_eat", "your_name"]
    assert done(both) == ["event.change"] * 6


async def test_an_answer_keeps_its_option_whatever_it_is_called(office: Office) -> None:
    desk = await office.joins("anna", "organiser")
    options = [{"id": "a", "label": "Soup"}, {"id": "b", "label": "Salad"}]
    held(office, fields=check_fields([
        {"id": "food", "kind": "choice", "ask": "Food?", "options": options},
    ]))  # fmt: skip
    form = await desk.get(f"{ONE}/questions/food")
    sent = filled(form, **{"option-0-en": "", "option-1-en": "A salad", "option-2-en": "Bread"})
    assert (await desk.post(f"{ONE}/questions/food", **sent, do="save")).status == 303
    (field,) = event_of(office).fields
    assert [(o.id, dict(o.label)) for o in field.options] == [
        ("b", {"en": "A salad"}), ("bread", {"en": "Bread"}),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"ask-en": ""}, "needs a question to ask"),
        ({"kind": "email"}, "is personal: say in reason why you ask"),
        ({"kind": "choice"}, "needs 1 to 50 options"),
        (
            {"sensitive": "1", "required": "1", "reason-en": "access"},
            "must be free to leave it out",
        ),
        ({"kind": "number", "least": "9", "most": "1"}, "least is more than most"),
        ({"kind": "number", "least": "9" * 14}, "whole numbers"),
        ({"kind": "date", "least": "1.1.2027"}, "are days, like 2027-05-14"),
        ({"kind": "drop table"}, "the kind must be one of"),
        ({"id": "seats"}, "is no name for a field"),
        ({"ask-en": "x" * 100_000}, "longer than 2000 characters"),
    ],
)
async def test_a_question_that_cannot_be_asked_is_told_so(
    office: Office, changes: dict[str, str], why: str
) -> None:
    desk = await office.joins("anna", "organiser")
    held(office)
    sent = {"ask-en": "Why?", "kind": "text", "do": "save"} | changes
    page = await desk.post(f"{ONE}/question", **sent)
    assert page.status == 422
    assert why in page.words
    assert page.fields["ask-en"] == sent["ask-en"]
    assert event_of(office).fields == ()


async def test_of_two_who_change_one_question_the_second_is_told(office: Office) -> None:
    anna, ben = await office.joins("anna", "organiser"), await office.joins("ben", "organiser")
    held(office, fields=FIELDS)
    path = f"{ONE}/questions/name"
    first, second = await anna.get(path), await ben.get(path)
    sent = filled(first, **{"ask-en": "Your name?"})
    assert (await anna.post(path, **sent, do="save")).status == 303
    late = await ben.post(path, **filled(second, **{"ask-en": "Who are you?"}), do="save")
    assert "Somebody else has changed this question" in late.words
    assert late.fields["ask-en"] == "Who are you?"
    assert event_of(office).fields[0].ask["en"] == "Your name?"
    assert (await ben.post(path, **filled(late), do="save")).status == 303
    assert event_of(office).fields[0].ask["en"] == "Who are you?"


async def shown(desk: Desk, person: Registration) -> Page:
    return await desk.get(f"{ONE}/people/{person.reference}")


async def test_who_registered_is_for_organisers_only(both: Office) -> None:
    held(both, fields=FIELDS)
    answers = {"name": HOSTILE, "email": "anna@example.org"}
    (one,) = registered(both, "a", answers=answers)
    desk, viewer = await both.joins("anna", "organiser"), await both.joins("ben", "viewer")
    page = await shown(desk, one)
    assert "anna@example.org" in page.words
    assert "<script>alert" not in page.html
    assert str(one.reference) in (await desk.get(f"{ONE}/people?status=confirmed")).words
    for query, is_found in (("ALERT(1)", 1), (str(one.reference).lower(), 1), ("carl", 0)):
        assert (str(one.reference) in (await desk.get(f"{ONE}/people?q={query}")).words) == is_found
    assert "Nobody fits." in (await desk.get(f"{ONE}/people?status=waiting")).words
    for path in (ONE, f"{ONE}/questions", f"{ONE}/reminders", "/console/events"):
        seen = await viewer.get(path)
        assert seen.status == 200
        assert str(one.reference) not in seen.html
        assert "example.org/" not in seen.html
    assert (await viewer.get(f"{ONE}/people")).status == 403


async def test_the_list_is_taken_along_as_a_file_that_runs_nothing(both: Office) -> None:
    held(both, fields=FIELDS)
    registered(both, "a", answers={"name": "=HYPERLINK(1)", "email": "a@example.org"})
    desk = await both.joins("anna", "organiser")
    page = await desk.get(f"{ONE}/people.csv")
    (row,) = csv.DictReader(io.StringIO(page.body.decode("utf-8-sig")))
    assert row["What is your name?"] == "'=HYPERLINK(1)"
    book = load_workbook(io.BytesIO((await desk.get(f"{ONE}/people.xlsx")).body))
    (cell,) = [c for c in book.active[2] if c.value == "=HYPERLINK(1)"]
    assert (cell.data_type, cell.quotePrefix) == ("s", True)
    assert '"status": "confirmed"' in (await desk.get(f"{ONE}/people.json")).html
    assert (await desk.get(f"{ONE}/people.jsonl?status=waiting")).body == b""
    assert done(both) == ["event.answers"] * 4
    both.wait(timedelta(minutes=11))
    asks = await desk.get(f"{ONE}/people.csv")
    assert asks.location.startswith("/console/confirm?next=%2Fconsole%2Fevents%2F")


async def test_a_seat_is_given_once_and_a_registration_cancelled_once(both: Office) -> None:
    held(both, capacity=2, reserved=1)
    first, second, third = registered(both, "a", "b", "c")
    desk = await both.joins("anna", "organiser")
    asks = await desk.post(f"{ONE}/people/{third.reference}", do="admit")
    assert "you have a seat at Summer School Berlin" in asks.words
    assert event_of(both).reserved == 1
    for _twice in range(2):
        path = f"{ONE}/people/{third.reference}"
        assert (await desk.post(path, **filled(asks), do="admit")).status == 303
    assert "They have a seat now" in (await desk.get(f"{path}?done=admit")).words
    none_left = await desk.post(f"{ONE}/people/{second.reference}", do="admit")
    assert "There are not enough reserved seats." in none_left.words
    path = f"{ONE}/people/{first.reference}"
    asks = await desk.post(path, do="remove")
    assert "2 people are told of it." in asks.words, "who moves up is told as well"
    for _twice in range(2):
        assert (await desk.post(path, **filled(asks), do="remove")).status == 303
    assert "The team cancelled it." in (await desk.get(path)).words
    assert len(told(both)) == 3
    assert done(both) == ["event.admit", "event.remove"]


async def test_somebody_is_checked_in_by_hand_on_the_day(both: Office) -> None:
    held(both)
    one, _other, waits = registered(both, "a", "b", "c")
    desk = await both.joins("anna", "organiser")
    reference = str(one.reference).lower().replace("-", " ")
    early = await desk.post(f"{ONE}/checkin", reference=reference)
    assert "This event is on another day." in early.words
    assert early.fields["reference"] == reference
    both.clock[0] = SCHOOL.starts_at
    await desk.sign_in("anna")
    here = await desk.post(f"{ONE}/checkin", reference=reference)
    assert here.location == f"{ONE}/people/{one.reference}?done=in"
    assert (await desk.post(f"{ONE}/checkin", reference=reference)).location.endswith("already")
    for wrong, why in [("zzz", "Nobody is registered"), (str(waits.reference), "waiting list")]:
        page = await desk.post(f"{ONE}/checkin", reference=wrong)
        assert (page.status, why in page.words) == (422, True)
    assert (await desk.post(f"{ONE}/people/{one.reference}", do="out")).status == 303
    assert "Status confirmed" in (await shown(desk, one)).words
    assert done(both) == ["event.check-in", "event.check-out"]


async def test_the_link_for_the_door_is_shown_once(office: Office) -> None:
    desk = await office.joins("anna", "organiser")
    held(office)
    made = await desk.post(f"{ONE}/door", do="make")
    (link,) = re.findall(r"http://[\d.:]+/checkin/[\w-]{43}", made.words)
    assert "<svg" in made.html
    assert link not in (await desk.get(ONE)).html
    assert (await desk.post(f"{ONE}/door", do="void")).location == f"{ONE}?done=void"
    assert office.rows("SELECT count(*) FROM check_in_link") == [(0,)]
    assert done(office) == ["event.door", "event.door-void"]


async def test_reminders_are_looked_at_added_rested_and_taken_away(both: Office) -> None:
    desk, viewer = await both.joins("anna", "organiser"), await both.joins("ben", "viewer")
    held(both)
    registered(both, "a")
    path = f"{ONE}/reminders"
    page = await desk.get(path)
    assert "July 4, 2027" in page.words, "the evening before, which every event has"
    sent = filled(page, count="2", unit="h", **{"text-en": "Bring a cup."})
    seen = await desk.post(path, **sent | {"do": "see"})
    assert "It would fire on Monday, July 5, 2027, 7:00" in seen.words.replace("\u202f", " ")
    assert seen.fields["text-en"] == "Bring a cup."
    for _twice in range(2):
        assert (await desk.post(path, **sent | {"do": "add"})).status == 303
    assert both.rows("SELECT count(*) FROM reminder_rule") == [(2,)]
    assert "Bring a cup." in (await viewer.get(path)).words
    for do in ("pause", "resume", "remove", "remove"):
        assert (await desk.post(path, do=do, rule="2")).status == 303
    assert both.rows("SELECT count(*) FROM reminder_rule") == [(1,)]
    assert done(both) == [
        *("event.remind", "event.remind-pause", "event.remind-resume", "event.remind-remove"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        ({"when": "before", "count": "x", "unit": "d"}, "how long before or after"),
        ({"when": "before", "count": "9999", "unit": "d"}, "how long before or after"),
        ({"when": "before", "count": "1", "unit": "y"}, "how long before or after"),
        ({"when": "before", "count": "1", "unit": "d", "at": "25:00"}, "how long before or after"),
        ({"when": "before", "count": "900", "unit": "d"}, "which is over already"),
        ({"when": "on", "on": "2027-12-01T09:00"}, "The event is over by"),
        ({"when": "on", "on": "nonsense"}, "how long before or after"),
        ({"when": "on", "on": "9999-12-31T23:59", "status-attended": "1"}, "how long"),
        ({"when": "before", "count": "1", "unit": "d", "late": "9" * 50}, "how long"),
        ({"when": "before", "count": "1", "unit": "d", "text-en": "x" * 5000}, "how long"),
    ],
)
async def test_a_reminder_that_cannot_be_is_told_so(
    office: Office, sent: dict[str, str], why: str
) -> None:
    desk = await office.joins("anna", "organiser")
    held(office)
    page = await desk.post(f"{ONE}/reminders", **sent, do="add")
    assert page.status == 422
    assert why in page.words
    assert office.rows("SELECT count(*) FROM reminder_rule") == [(1,)]


async def test_what_belongs_to_another_event_is_not_touched(office: Office) -> None:
    desk = await office.joins("anna", "organiser")
    held(office)
    held(office, id="other")
    (one,) = registered(office, "a")
    foreign = f"/console/events/other/people/{one.reference}"
    assert (await desk.get(foreign)).status == 404
    assert (await desk.post(foreign, do="remove", sure="1")).status == 404
    assert (await desk.post("/console/events/other/reminders", do="remove", rule="1")).status == 303
    assert office.rows("SELECT count(*) FROM reminder_rule") == [(2,)]
    assert (await desk.get(f"{ONE}/questions/none")).status == 404
    for path in ("nowhere", "nowhere/edit", "nowhere/people", "nowhere/people.csv"):
        assert (await desk.get(f"/console/events/{path}")).status == 404
    for wrong in (f"{ONE}/people/zzz-zzz-zzz", f"{ONE}/people/{'Z' * 11}"):
        assert (await desk.get(wrong)).status == 404
    for path in ("state", "edit", "door", "checkin", "questions", "reminders"):
        desk.csrf = "forged"
        assert (await desk.post(f"{ONE}/{path}", do="cancel", sure="1")).status == 403
    assert event_of(office).state == "open"


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
