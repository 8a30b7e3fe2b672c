"""The demand radar: what was asked is counted once, compared, hidden where few, and linked."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert

from bot.models import Conversation, Question
from bot.services.demand import Scope, sums
from bot.services.demand_counting import DemandCounter
from bot.subjects import theme_of
from tests.console.office import NOW, Office
from tests.console.test_pages import HOSTILE
from tests.eventful import FIELDS, SCHOOL, held, meet, register

LINK = re.compile(r'<a href="(/console/questions[?][^"]+)"[^>]*>([^<]+)</a>')
BERLIN = ZoneInfo("Europe/Berlin")
HOUSING, WATER = "kalkbreite-zurich", "sponge-cities-china"
LAST_TUESDAY = datetime(2026, 11, 17, 13, 30, tzinfo=UTC)  # 14:30 in Berlin
WEEK = timedelta(days=7)


def put(office: Office, *people: str, **other: Any) -> None:
    """One question of each of these people."""
    row = {"asked_at": LAST_TUESDAY, "language": "en", "channel": "web", "text": "Why?"}
    row |= {"outcome": "answered", "confidence": 0.9, "found": [], "article": HOUSING} | other
    rows = [{**row, "person_id": one, "address": f"web:{one}"} for one in people]
    with office.house.database.write() as connection:
        connection.execute(insert(Question), rows)


def count(office: Office) -> int:
    house = office.house
    counter = DemandCounter(house.database, BERLIN, lambda slug: theme_of(house.library, slug))
    return counter.count(house.now())


async def table(office: Office, name: str, query: str = "") -> list[list[str]]:
    desk = await office.joins(f"reader{len(office.rows('SELECT 1 FROM staff'))}", "viewer")
    page = await desk.get(f"/console/radar/{name}.csv?{query}")
    assert page.status == 200
    return list(csv.reader(io.StringIO(page.body.decode("utf-8-sig"))))[1:]


async def test_a_new_house_says_what_is_missing(both: Office) -> None:
    count(both)
    page = await (await both.joins("anna", "viewer")).get("/console/radar")
    assert "Nobody asked anything in this time." in page.words
    assert "No open gap" in page.words


async def test_topics_are_counted_and_compared_with_the_time_before(both: Office) -> None:
    put(both, "a", "b", "c")
    put(both, "a", "b", "d", asked_at=LAST_TUESDAY - 4 * WEEK)
    put(both, "a", "b", "c", "d", asked_at=LAST_TUESDAY, outcome="declined", article=None)
    count(both)
    desk = await both.joins("anna", "viewer")
    page = await desk.get("/console/radar")
    told = (
        "7 questions, 57% without a good answer. "
        "In the time before, there were 3 questions, 0% without a good answer."
    )
    assert "Most asked about: Housing, 3 questions; 3 in the time before." in page.words
    assert told in page.words


@pytest.mark.parametrize(
    ("before", "told"),
    [
        ("", "In the time before, nobody asked anything."),
        ("a", "In the time before, fewer than three people asked anything."),
        ("abc", "In the time before, there were 3 questions, 0% without a good answer."),
    ],
)
async def test_the_time_before_is_told_in_a_sentence(both: Office, before: str, told: str) -> None:
    put(both, "a", "b", "c", asked_at=LAST_TUESDAY)
    if before:
        put(both, *before, asked_at=LAST_TUESDAY - 4 * WEEK)
    count(both)
    words = (await (await both.joins("anna", "viewer")).get("/console/radar")).words
    assert f"3 questions, 0% without a good answer. {told}" in words


async def test_a_week_in_which_nobody_asked_after_one_with_many_is_shown(both: Office) -> None:
    put(both, *(f"e{n}" for n in range(9)))
    count(both)
    page = await (await both.joins("anna", "viewer")).get("/console/radar?weeks=now")
    assert page.status == 200
    assert "Nobody asked anything in this time." in page.words
    assert "No language and channel had questions of three people or more." in page.words
    assert "No hour of the week had questions of three people or more." in page.words


async def test_who_asks_every_week_is_one_person(both: Office) -> None:
    for weeks in range(1, 4):
        put(both, "a", "b", asked_at=NOW - weeks * WEEK)
    count(both)
    page = await (await both.joins("anna", "viewer")).get("/console/radar?weeks=4")
    assert "Fewer than three people asked anything in this time." in page.words
    assert "kalkbreite" not in page.html


async def test_a_hidden_figure_cannot_be_found_by_subtraction(office: Office) -> None:
    """One language has one person: hidden; what stands beside it in each sum is hidden as well."""
    put(office, *(f"e{n}" for n in range(9)))
    put(office, *(f"d{n}" for n in range(5)), language="de")
    put(office, "t1", language="de", channel="telegram")
    put(office, *(f"t{n}" for n in range(4)), language="en", channel="telegram")
    count(office)
    rows = await table(office, "places")
    assert all(row[2:] == ["", "", ""] for row in rows)


async def test_three_people_in_each_place_are_shown(both: Office) -> None:
    put(both, *(f"e{n}" for n in range(9)))
    put(both, *(f"d{n}" for n in range(3)), language="de", channel="telegram")
    count(both)
    assert sorted(row[2] for row in await table(both, "places")) == ["3", "9"]


async def test_the_hour_is_that_of_the_city_and_leads_to_its_questions(both: Office) -> None:
    put(both, "a", "b", "c", text="At half past two")
    put(both, "a", "b", "c", asked_at=LAST_TUESDAY + timedelta(hours=5), text="In the evening")
    put(both, "d", asked_at=LAST_TUESDAY, text="Also then")
    count(both)
    desk = await both.joins("anna", "viewer")
    page = await desk.get("/console/radar")
    assert "Busiest hour: Tuesday, 14:00–15:00, 4 questions." in page.words
    (link,) = [link for link in page.links if "hour=1-14" in link]
    found = await desk.get(link)
    assert "Found: 4" in found.words
    assert "Tuesday, 14:00–15:00" in found.words
    assert "In the evening" not in found.words


async def test_every_figure_leads_to_as_many_questions(office: Office) -> None:
    put(office, "a", "b", "c", "d")
    put(office, "a", "b", "c", outcome="not_meant")
    put(office, "e", "f", "g", "h", outcome="declined", article=None, language="de")
    put(office, *"abcde", article=WATER, channel="telegram", asked_at=LAST_TUESDAY - WEEK)
    count(office)
    desk = await office.joins("anna", "viewer")
    page = await desk.get("/console/radar?weeks=4")
    links = LINK.findall(page.html)
    assert len(links) > 12
    for link, said in links:
        if said.isdecimal():
            found = await desk.get(unescape(link))
            assert f"Found: {said} " in found.words, link


async def test_filters_in_the_address_hold_for_every_chart(both: Office) -> None:
    put(both, "a", "b", "c")
    put(both, "d", "e", "f", "g", article=WATER, language="de", channel="telegram")
    count(both)
    assert {row[0] for row in await table(both, "help", "language=de")} != {
        row[0] for row in await table(both, "help", "language=en")
    }
    assert len(await table(both, "help")) == 2
    assert len(await table(both, "help", "channel=telegram")) == 1
    assert await table(both, "help", "channel=telegram&language=en") == []
    nonsense = "weeks=99&language=xx&channel=%3Cscript%3E"
    assert await table(both, "help", nonsense) == await table(both, "help")


async def test_who_asks_again_soon_was_not_helped(office: Office) -> None:
    put(office, "a", "b", "c", "d")
    put(office, "a", "b", asked_at=LAST_TUESDAY + timedelta(minutes=3))
    put(office, "c", asked_at=LAST_TUESDAY + timedelta(minutes=11))
    put(office, "d", asked_at=LAST_TUESDAY + timedelta(minutes=2), article=WATER)
    put(office, "e", "f", "g", article=WATER)
    count(office)
    rows = [row[1:4] for row in await table(office, "help")]
    assert rows == [["7", "0", "2"], ["4", "0", "0"]]


async def test_an_article_nobody_looked_at_for_a_year_is_named(office: Office) -> None:
    put(office, "a", "b", "c")
    count(office)
    assert await table(office, "stale") == []
    office.clock[0] += timedelta(days=500)
    put(office, "a", "b", "c", asked_at=office.clock[0] - WEEK)
    count(office)
    ((_title, answers, day),) = await table(office, "stale")
    assert answers == "3"
    assert day < "2027"


def stops(office: Office, person: str, slot: str, **other: Any) -> None:
    """Somebody began to register, and left at that question."""
    form = ["registration", slot, {"event": SCHOOL.id}, "k3x"]
    row = {"address": f"web:{person}", "person_id": person, "language": "en"}
    row |= {"state": {"forms": [form]}, "heard_at": NOW - timedelta(hours=3)}
    with office.house.database.write() as connection:
        connection.execute(insert(Conversation), {**row, **other})


async def test_where_registrations_stop_is_shown(both: Office) -> None:
    event = held(both.house.database, SCHOOL, capacity=None, fields=FIELDS)
    for n in range(4):
        meet(both.house.database, f"r{n}")
        register(both.house.database, f"r{n}", NOW)
        stops(both, f"s{n}", event.fields[0].id)
    stops(both, "now", event.fields[0].id, heard_at=NOW)  # still at it
    stops(both, "old", event.fields[0].id, heard_at=NOW - timedelta(days=31))
    stops(both, "one", "check")
    count(both)
    found = {row[1]: row[2] for row in await table(both, "funnel")}
    assert found["began"] == "9"
    assert found["stopped at: the summary"] == ""  # one person
    assert list(found.values()).count("") == 2  # and what would give it away


async def test_where_all_registered_no_stop_is_looked_for(office: Office) -> None:
    event = held(office.house.database, SCHOOL, capacity=None, fields=FIELDS)
    for n in range(4):
        meet(office.house.database, f"r{n}")
        register(office.house.database, f"r{n}", NOW)
    count(office)
    page = await (await office.joins("anna", "viewer")).get("/console/radar")
    assert f"{event.name('en')}: of 4 people who began, 4 registered." in page.words
    assert "see where registrations end" not in page.words


async def test_turnout_of_polls_stands_beside(office: Office) -> None:
    desk = await office.joins("anna", "viewer")
    page = await desk.get("/console/radar")
    assert "No poll is open, and none was counted lately." in page.words


async def test_nothing_hostile_runs(office: Office) -> None:
    put(office, "a", "b", "c", article=HOSTILE, text=HOSTILE)
    put(office, "a", "b", "c", article=None, channel=HOSTILE, text=HOSTILE, language=HOSTILE)
    count(office)
    desk = await office.joins("anna", "viewer")
    for query in ("", "?weeks=%3Cscript%3E", "?channel=%22%3E%3Cscript%3E"):
        page = await desk.get(f"/console/radar{query}")
        assert page.status == 200
        assert "<script>" not in page.html
        assert "style=" not in page.html
    assert (await table(office, "help"))[0][0].startswith(("<script>", "'"))


async def test_nonsense_in_an_address_finds_nothing_and_breaks_nothing(office: Office) -> None:
    desk = await office.joins("anna", "viewer")
    for query in (
        "since=9999-12-31&until=9999-12-31",
        "since=2026-11-30&until=2026-11-01",
        "since=0001-01-01&until=2026-11-01",
        "since=2026-11-01&until=2026-11-30&hour=9-99",
        "since=2026-11-01&until=2026-11-02&hour=6-3",
        "since=x&until=y&hour=z&topic=%3Cscript%3E&article=%3Cscript%3E&channel=%3Cscript%3E",
    ):
        page = await desk.get(f"/console/questions?{query}")
        assert page.status == 200, query
        assert "<script>" not in page.html


async def test_a_week_that_is_over_stays_as_it_was_counted(both: Office) -> None:
    put(both, "a", "b", "c", asked_at=NOW - timedelta(days=1))
    count(both)
    both.wait(timedelta(days=40))
    count(both)
    both.change("UPDATE question SET person_id = NULL, address = NULL")
    both.wait(WEEK)
    count(both)
    week = "SELECT people FROM demand WHERE face = 'all' AND language = '' AND channel = '' "
    assert both.rows(week + "AND questions > 0") == [(3,)]


async def test_what_did_not_change_is_not_counted_again(office: Office) -> None:
    house = office.house
    counter = DemandCounter(house.database, BERLIN, lambda slug: theme_of(house.library, slug))
    put(office, "a", asked_at=NOW - timedelta(hours=2))
    assert [counter.count(NOW), counter.count(NOW)] == [1, 0]
    office.change("UPDATE question SET outcome = 'not_meant'")
    assert counter.count(NOW) == 1
    assert office.rows("SELECT missed FROM demand WHERE face = 'all' AND language = ''") != []


def plan(office: Office, face: str, scope: Scope) -> str:
    database = office.house.database
    wanted = sums(face, scope).compile(database.engine, compile_kwargs={"literal_binds": True})  # type: ignore[arg-type]
    with database.read() as connection:
        if database.is_sqlite:
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {wanted}")
        else:
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
            rows = connection.exec_driver_sql(f"EXPLAIN {wanted}")
        return " ".join(str(value) for row in rows for value in row)


@pytest.mark.parametrize("face", ["all", "topic", "article", "hour"])
async def test_a_chart_reads_a_range_of_one_index(both: Office, face: str) -> None:
    day = NOW.date()
    found = plan(both, face, Scope(day - 52 * WEEK, day))
    assert ("PRIMARY KEY (face=? AND language=? AND channel=? AND week>? AND week<?)" in found) or (
        "pk_demand" in found
    )
    assert "Seq Scan" not in found
