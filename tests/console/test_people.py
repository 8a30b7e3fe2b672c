"""People: found under pseudonyms, shown without saying who, and given their rights."""

import csv
import io
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert

from bot.config import Settings
from bot.dialog import Talk
from bot.message import Address
from bot.models import Outbox, PollFollower
from bot.services.acquaintances import Sought, read_sought
from bot.services.consents import Consents
from bot.services.fields import check_fields
from bot.services.organising import Organising
from bot.services.registrations import Registrations
from bot.services.reminders import Reminders, Wanted
from bot.understanding.dates import Moment
from knowledge.library import Library
from tests import eventful
from tests.console.office import NOW, Desk, Office, opened
from tests.console.talking import CHANNELS, Visitor
from tests.pages.front import Page

LIST = "/console/people"
HOSTILE = "<script>alert(1)</script>=1+1\u202eevil"
FIELDS = check_fields(
    [
        {"id": "name", "kind": "text", "personal": True, "ask": "Name?", "reason": "your tag"},
        {
            "id": "needs", "kind": "text", "required": False, "sensitive": True,
            "ask": "Needs?", "reason": "access",
        },
    ]
)  # fmt: skip
ANSWERS = {"name": HOSTILE, "needs": "a lift"}


@pytest.fixture
async def talking(settings: Settings, library: Library) -> AsyncIterator[Office]:
    """On either database, with channels people write on."""
    async with opened(settings, library, CHANNELS) as office:
        yield office


def does(office: Office, what):
    return eventful.run(office.house.database, what, office.clock[0])


def person_of(office: Office, name: str) -> str:
    ((person,),) = office.rows(f"SELECT person_id FROM address WHERE id = 'script:{name}'")
    return person


async def registers(office: Office, name: str) -> str:
    """Somebody who talked, registered with all consents and wants to be reminded; gives the id."""
    await Visitor(office, name).says("hello")
    person = person_of(office, name)
    if not office.rows("SELECT 1 FROM event"):
        does(office, lambda t: Organising(t).save(_event()))
    asked = eventful.asking(person, office.clock[0], answers=ANSWERS, address=f"script:{name}")
    does(office, lambda t: Registrations(t).register(asked))
    talk = Talk(person, Address("script", name), "en")
    for purpose in ("registration", "sensitive"):
        does(office, lambda t, p=purpose: Consents(t).give(talk, f"{p}:summer-school", HOSTILE))
    at = office.clock[0] + timedelta(days=3)
    wish = Wanted(text="call my doctor", moment=Moment(at, ZoneInfo("Europe/Berlin")))
    does(office, lambda t: Reminders(t).add(talk, wish))
    return person


def _event():
    return replace(eventful.SCHOOL, fields=FIELDS, capacity=2)


async def found(desk: Desk, query: str) -> list[str]:
    """The pseudonyms an address lists, as its file has them."""
    page = await desk.get(f"{LIST}.csv{quote(query, safe='?=&+%')}")
    assert page.status == 200
    rows = csv.DictReader(io.StringIO(page.body.decode("utf-8-sig")))
    return [row["person"] for row in rows]


async def test_a_house_where_nobody_wrote_says_what_will_be_here(talking: Office) -> None:
    desk = await talking.joins("anna", "viewer")
    assert "Nobody has written yet" in (await desk.get(LIST)).words
    assert "Nobody fits" in (await desk.get(f"{LIST}?q=anna")).words


async def test_the_address_says_which(talking: Office) -> None:
    ben = await registers(talking, "ben")
    await Visitor(talking, "chen", "windowed").says("你好")
    await Visitor(talking, "dora").says("stop")
    desk = await talking.joins("olga", "privacy-officer")
    ((reference,),) = talking.rows("SELECT reference FROM registration")
    for query, numbers in (
        ("", ["3", "2", "1"]),
        ("?q=2", ["2"]),
        ("?q=Person 1", ["1"]),
        ("?q=用户 1", ["1"]),
        (f"?q=p-{ben[:8]}", ["1"]),
        (f"?q=P-{ben}", ["1"]),
        (f"?q={reference.lower()}", ["1"]),
        ("?q=222-222-222", []),
        ("?q=ben", []),
        ("?q=script:ben", []),
        ("?q=V7F3-K29Q", []),
        ("?q=%00%25_", []),
        ("?q=" + "9" * 60, []),
        ("?channel=windowed", ["2"]),
        ("?channel=nowhere", []),
        ("?channel=%00", ["3", "2", "1"]),
        ("?language=zh", ["2"]),
        ("?language=xx", ["3", "2", "1"]),
        ("?consent=registration", ["1"]),
        ("?consent=cross-border", []),
        ("?consent=%25", ["3", "2", "1"]),
        ("?registered=1", ["1"]),
        ("?stopped=1", ["3"]),
        ("?before=nonsense", ["3", "2", "1"]),
        ("?before=1-%27", ["3", "2", "1"]),
    ):
        assert await found(desk, query) == numbers, query


@pytest.mark.parametrize(
    ("text", "sought"),
    [
        ("p-fddf4bbf", Sought(begins="fddf4bbf")),
        ("7f3 k29 qmb", Sought(reference="7F3-K29-QMB")),
        ("222-222-222", Sought(reference="222-222-222")),
        ("222222222", Sought(number=222222222)),
        ("Person 12", Sought(number=12)),
        ("用户 12", Sought(number=12)),
        ("p-12", Sought(number=12)),
        ("anna", Sought()),
        ("telegram:42", Sought()),
        ("12 or 13", Sought()),
        ("", Sought()),
    ],
)
def test_what_is_searched_for_is_known_by_its_shape(text: str, sought: Sought) -> None:
    assert read_sought(text) == sought


async def test_a_reference_leads_to_its_person_for_who_may_know_them(talking: Office) -> None:
    person = await registers(talking, "ben")
    ((reference,),) = talking.rows("SELECT reference FROM registration")
    officer, viewer = (
        await talking.joins("olga", "privacy-officer"),
        await talking.joins("v", "viewer"),
    )
    assert (await officer.get(f"{LIST}?q={reference}")).location == f"{LIST}/{person}"
    page = await viewer.get(f"{LIST}?q={reference}")
    assert (page.status, "Nobody fits" in page.words) == (200, True)
    assert await found(viewer, f"?q={reference}") == []


async def test_older_ones_are_a_page_away_and_none_is_left_out(talking: Office) -> None:
    for number in range(53):
        talking.change(
            "INSERT INTO person (id, created_at) VALUES (:id, :at)",
            **{"id": f"{number:032x}", "at": "2026-11-25 09:00:00.000000"},
        )
    desk = await talking.joins("anna", "viewer")
    page = await desk.get(f"{LIST}?registered=")
    (older,) = [link for link in page.links if "before=" in link]
    first = {link for link in page.links if link.startswith(f"{LIST}/")}
    rest = {link for link in (await desk.get(LIST + older)).links if link.startswith(f"{LIST}/")}
    assert (len(first), len(rest), len(first | rest)) == (50, 3, 53)


async def test_nothing_says_who_it_is(talking: Office) -> None:
    person = await registers(talking, "ben")
    ((reference,),) = talking.rows("SELECT reference FROM registration")
    for role in ("viewer", "privacy-officer"):
        desk = await talking.joins(role, role)
        for path in (LIST, f"{LIST}/{person}", f"{LIST}.csv"):
            page = await desk.get(path)
            assert page.status == 200
            for secret in ("script:ben", ">ben<", reference, "doctor", "a lift", "<script>alert"):
                assert secret not in page.html, (role, path, secret)
    words = (await desk.get(f"{LIST}/{person}")).words
    for told in ("Summer School Berlin", "has a place", "for an event", "something of their own"):
        assert told in words


async def test_who_it_is_is_for_a_reason_and_on_record(talking: Office) -> None:
    person = await registers(talking, "ben")
    ((reference,),) = talking.rows("SELECT reference FROM registration")
    officer = await talking.joins("olga", "privacy-officer")
    await officer.get(f"{LIST}/{person}")
    assert (await officer.post(f"{LIST}/{person}/raw", reason="because")).status == 422
    page = await officer.post(f"{LIST}/{person}/raw", reason="They ask for their data by letter")
    assert page.status == 200
    for told in ("ben", reference, "call my doctor"):
        assert told in page.words
    assert audited(talking) == [
        ("staff:olga", "person.read", f"person:p-{person[:8]}", "They ask for their data by letter")
    ]


def audited(office: Office) -> list[tuple[str, ...]]:
    return office.rows(
        "SELECT actor, action, object, detail FROM audit_entry "
        "WHERE action LIKE 'person.%' OR action LIKE 'consent.%' ORDER BY id"
    )


async def test_the_file_holds_what_is_kept_but_no_vote_and_no_secret(talking: Office) -> None:
    person = await registers(talking, "ben")
    with talking.house.database.write() as connection:
        connection.execute(insert(PollFollower).values(poll_id="lanes", person_id=person))
        secret = {"text": "your vote counts: V7F3-K29Q"}
        row = {"channel": "script", "address": "script:ben", "kind": "reply", "body": secret}
        row |= {"created_at": NOW, "due_at": NOW, "state": "sent", "attempts": 1, "dialog": None}
        connection.execute(insert(Outbox).values(row))
    officer = await talking.joins("olga", "privacy-officer")
    await officer.get(f"{LIST}/{person}")
    page = await officer.post(f"{LIST}/{person}/export")
    assert page.headers["Content-Type"].startswith("application/json")
    assert f"person-p-{person[:8]}.json" in page.headers["Content-Disposition"]
    kept = json.loads(page.body)
    assert [held["answers"]["needs"] for held in kept["registration"]] == ["a lift"]
    assert kept["address"][0]["id"] == "script:ben"
    assert kept["reminder"][0]["text"] == "call my doctor"
    assert kept["poll_follower"] == []
    assert "V7F3" not in page.body.decode()
    assert audited(talking) == [("staff:olga", "person.export", f"person:p-{person[:8]}", "")]


async def test_who_is_deleted_is_gone_once_however_often_it_is_pressed(talking: Office) -> None:
    ben, eve = await registers(talking, "ben"), await registers(talking, "eve")
    officer = await talking.joins("olga", "privacy-officer")
    page = await officer.get(f"{LIST}/{ben}/erase")
    assert "places at events to come: 1" in page.words
    assert (await officer.post(f"{LIST}/{ben}/erase")).status == 422
    assert person_of(talking, "ben") == ben
    for _twice in range(2):
        assert (await officer.post(f"{LIST}/{ben}/erase", sure="1")).location.endswith("/erase")
    page = await officer.get(f"{LIST}/{ben}/erase")
    assert (page.status, "is deleted since" in page.words) == (200, True)
    assert audited(talking) == [("staff:olga", "person.erase", f"person:p-{ben[:8]}", "")]
    assert talking.rows("SELECT count(*) FROM erasure") == [(1,)]
    assert talking.rows("SELECT id FROM person") == [(eve,)]
    assert talking.rows("SELECT taken FROM event") == [(1,)]
    assert (await officer.get(f"{LIST}/{ben}")).status == 404
    assert await found(officer, "") == ["2"]
    assert await Visitor(talking, "ben").says("hello") != []
    assert person_of(talking, "ben") != ben


async def test_a_consent_taken_back_takes_what_rests_on_it(talking: Office) -> None:
    person = await registers(talking, "ben")
    officer = await talking.joins("olga", "privacy-officer")
    await officer.get(f"{LIST}/{person}")
    at, ben = f"{LIST}/{person}/withdraw", Visitor(talking, "ben")
    await ben.hears()
    assert (await officer.post(at, purpose="sensitive:summer-school")).status == 303
    (held,) = eventful.rows(talking.house.database)
    assert (held.status, dict(held.answers)) == ("confirmed", {"name": HOSTILE})
    assert (await officer.post(at, purpose="registration:summer-school")).status == 303
    (held,) = eventful.rows(talking.house.database)
    assert (held.status, dict(held.answers)) == ("cancelled", {})
    assert "have cancelled your registration" in " ".join(await ben.hears())
    again = await officer.post(at, purpose="registration:summer-school")
    assert (again.status, "did not hold any more" in again.words) == (409, True)
    assert [row[1:] for row in audited(talking)] == [
        ("consent.withdraw", f"person:p-{person[:8]}", f"{purpose}:summer-school")
        for purpose in ("sensitive", "registration")
    ]
    assert talking.rows("SELECT count(*) FROM consent WHERE withdrawn_at IS NULL") == [(0,)]


@pytest.mark.parametrize("do", ["raw", "export", "withdraw", "erase"])
async def test_only_who_may_and_means_it_does_anything(talking: Office, do: str) -> None:
    person = await registers(talking, "ben")
    admin, viewer = await talking.joins("anna", "admin"), await talking.joins("v", "viewer")
    fields = {"reason": "for the test only", "sure": "1", "purpose": "registration:summer-school"}
    path = f"{LIST}/{person}/{do}"
    assert (await viewer.post(path, **fields)).status == 403
    assert (await admin.ask("POST", path, data=fields)).status == 403, "without the token"
    elsewhere = {"Origin": "https://elsewhere.example"}
    data = fields | {"csrf": admin.csrf}
    assert (await admin.ask("POST", path, data=data, headers=elsewhere)).status == 403
    talking.wait(timedelta(minutes=11))
    asked = await admin.ask("POST", path, data=data)
    assert asked.location.startswith("/console/confirm"), "the password was given long ago"
    assert audited(talking) == []
    assert person_of(talking, "ben") == person


async def test_who_is_not_there_is_not_found(talking: Office) -> None:
    admin = await talking.joins("anna", "admin")
    fields = {"csrf": admin.csrf, "reason": "for the test only", "sure": "1"}
    for path in ("", "/erase", "/raw", "/export", "/withdraw"):
        method = "GET" if path == "" else "POST"
        for person in ("0" * 32, "1", "..%2F..", "x" * 32):
            page: Page = await admin.ask(method, f"{LIST}/{person}{path}", data=fields)
            assert page.status == 404, (path, person)
    assert talking.rows("SELECT count(*) FROM erasure") == [(0,)]
