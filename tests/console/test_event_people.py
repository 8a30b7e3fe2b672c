"""Who registered for an event, at the desk and at the door, and when they are reminded."""

import csv
import io
import re
from datetime import timedelta

import pytest
from openpyxl import load_workbook

from bot.services.registration import Registration
from tests.console.office import Desk, Office
from tests.console.organising import ONE, done, event_of, filled, held, registered, told
from tests.console.test_pages import HOSTILE
from tests.eventful import FIELDS, SCHOOL
from tests.pages.front import Page


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
    one, other, waits = registered(both, "a", "b", "c")
    desk = await both.joins("anna", "organiser")
    reference = str(one.reference).lower().replace("-", " ")
    early = await desk.post(f"{ONE}/checkin", reference=reference)
    assert "This event is on another day." in early.words
    assert early.fields["reference"] == reference
    assert (await desk.post(f"{ONE}/door", do="away")).status == 422, "it has not begun"
    both.clock[0] = SCHOOL.starts_at
    await desk.sign_in("anna")
    here = await desk.post(f"{ONE}/checkin", reference=reference)
    assert here.location == f"{ONE}/people/{one.reference}?done=in"
    assert (await desk.post(f"{ONE}/checkin", reference=reference)).location.endswith("already")
    for wrong, why in [("zzz", "Nobody is registered"), (str(waits.reference), "waiting list")]:
        page = await desk.post(f"{ONE}/checkin", reference=wrong)
        assert (page.status, why in page.words) == (422, True)
    elsewhere = held(both, id="other", starts_at=SCHOOL.starts_at)
    page = await desk.post(f"/console/events/{elsewhere.id}/checkin", reference=reference)
    assert "This reference is of another event." in page.words
    for do, stands in (("away", "did not come"), ("back", "confirmed")):
        assert (await desk.post(f"{ONE}/door", do=do)).location == f"{ONE}#door"
        assert f"Status {stands}" in (await shown(desk, other)).words
    assert (await desk.post(f"{ONE}/people/{one.reference}", do="out")).status == 303
    assert "Status confirmed" in (await shown(desk, one)).words
    assert done(both) == [
        *("event.check-in", "event.stayed-away", "event.stayed-away-undo", "event.check-out"),
    ]  # fmt: skip


async def test_the_link_for_the_door_is_shown_once(office: Office) -> None:
    desk = await office.joins("anna", "organiser")
    held(office)
    made = await desk.post(f"{ONE}/door", do="make")
    (link,) = re.findall(r"http://[\d.:]+/checkin/[\w-]{43}", made.words)
    assert "<svg" in made.html
    assert link not in (await desk.get(ONE)).html
    assert (await desk.post(f"{ONE}/door", do="drop")).status == 404
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
