"""What the team sees: figures, questions without names, the trail; a table to take along."""

import csv
import io
from datetime import timedelta

import pytest
from sqlalchemy import insert

from bot.dialog import Transaction
from bot.models import Question
from bot.services.audience import Open
from bot.services.audit import Audit, Entry
from bot.services.broadcast import Broadcast
from bot.services.broadcasts import Broadcasts
from bot.services.guesses import GUESSED
from tests.console.office import NOW, Office

HOSTILE = "<script>alert(1)</script> =1+1 anna@example.org +49 170 1234567"


def asked(office: Office, text: str, **other: object) -> None:
    row = {"person_id": "p1", "address": "web:p1", "asked_at": NOW - timedelta(hours=1)}
    row |= {"language": "en", "text": text, "outcome": "declined", "confidence": 0.2}
    found = [{"slug": "kalkbreite-zurich", "score": 0.31, "matched": ["rent"]}]
    with office.house.database.write() as connection:
        connection.execute(insert(Question).values({**row, "found": found, **other}))


async def test_a_new_house_says_what_to_do(office: Office) -> None:
    desk = await office.joins("anna", "admin")
    page = await desk.get("/console")
    assert "Nothing. Every question" in page.words
    assert "Try it yourself" in page.words


async def test_today_counts_what_needs_somebody(both: Office) -> None:
    desk = await both.joins("anna", "viewer")
    (
        asked(both, "one"),
        asked(both, "two", outcome="for_staff"),
        asked(both, "3", outcome="answered"),
    )
    both.change(
        "INSERT INTO channel_state VALUES ('telegram', :now, :now, 1, 'wrong token')", now=NOW
    )
    page = await desk.get("/console")
    assert "1 questions that people left for a person" in page.words
    assert "1 questions of the last week without an answer" in page.words
    assert "wrong token" in page.words
    assert "Answered: 1 of 2" in page.words


async def test_today_tells_of_broadcasts_that_wait_for_a_decision(both: Office) -> None:
    desk = await both.joins("anna", "viewer")
    house = both.house
    with house.database.write() as connection:
        broadcasts = Broadcasts(Transaction(connection, NOW), Open.of(house.channels.values()))
        draft = {"texts": {"en": "Good news."}, "fallback": "en", "zone": "UTC"}
        asked, unsure = (
            broadcasts.save(Broadcast(name=name, **draft), "staff:anna").id
            for name in ("Trees", "Roofs")
        )
    both.change("UPDATE broadcast SET state = 'asked' WHERE id = :id", id=asked)
    both.change(
        "INSERT INTO outbox (channel, address, kind, state, broadcast_id, created_at, due_at, "
        "attempts) VALUES ('web', 'web:anna', 'broadcast', 'unsure', :id, :now, :now, 1)",
        id=unsure,
        now=NOW,
    )
    page = await desk.get("/console")
    assert "Trees This broadcast waits for a second member of the team." in page.words
    assert "Roofs Not known whether they got it: 1" in page.words


async def test_today_tells_of_somebody_who_guesses_codes(office: Office) -> None:
    desk = await office.joins("anna", "viewer")
    with office.house.database.write() as connection:
        entry = Entry("house", GUESSED, "poll:lanes", "20 wrong codes")
        Audit(Transaction(connection, NOW)).write(entry)
    page = await desk.get("/console")
    assert "poll:lanes many wrong codes, somebody may be guessing:" in page.words
    assert "20 wrong codes" in page.words


async def test_who_asked_is_not_shown_and_nothing_runs(office: Office) -> None:
    desk = await office.joins("anna", "viewer")
    asked(office, HOSTILE)
    for path in ("/console/questions", "/console/questions/1"):
        page = await desk.get(path)
        assert "&lt;script&gt;" in page.html
        assert "<script>" not in page.html
        assert "████" in page.words
        for secret in ("anna@example.org", "1234567", "web:p1", "p1"):
            assert secret not in page.words
    assert "Kalkbreite" in (await desk.get("/console/questions/1")).words


async def test_the_file_holds_the_same_and_no_formula(office: Office) -> None:
    desk = await office.joins("anna", "viewer")
    asked(office, "=HYPERLINK(1) anna@example.org")
    page = await desk.get("/console/questions.csv")
    assert page.headers["Content-Type"] == "text/csv; charset=utf-8"
    (row,) = csv.DictReader(io.StringIO(page.body.decode("utf-8-sig")))
    assert row["text"] == "'=HYPERLINK(1) ████████"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["old", "left", "de", "Rent caps"]),
        ("?outcome=for_staff", ["left"]),
        ("?outcome=answered", ["fine"]),
        ("?language=de", ["de"]),
        ("?q=rENT", ["Rent caps"]),
        ("?q=%25", []),
        ("?days=7", ["left", "de", "Rent caps"]),
        ("?days=nonsense&before=abc&language=xx&outcome=drop", ["old", "left", "de", "Rent caps"]),
        ("?q=" + "x" * 5000, []),
        ("?before=99999999999999999999", ["old", "left", "de", "Rent caps"]),
    ],
)
async def test_the_address_says_which(both: Office, query: str, found: list[str]) -> None:
    desk = await both.joins("anna", "viewer")
    asked(both, "old", asked_at=NOW - timedelta(days=20))
    asked(both, "left", outcome="for_staff")
    asked(both, "fine", outcome="answered")
    asked(both, "de", language="de")
    asked(both, "Rent caps")
    page = await desk.get(f"/console/questions.csv{query}")
    rows = csv.DictReader(io.StringIO(page.body.decode("utf-8-sig")))
    assert sorted(row["text"] for row in rows) == sorted(found)


async def test_older_ones_are_a_page_away(office: Office) -> None:
    desk = await office.joins("anna", "viewer")
    for number in range(53):
        asked(office, f"question {number}")
    page = await desk.get("/console/questions?days=7")
    assert "Found: 53" in page.words
    assert "question 52" in page.words
    assert "question 2 " not in page.words
    (older,) = [link for link in page.links if "before=" in link]
    assert "days=7" in older
    assert "question 2 " in (await desk.get(f"/console/questions{older}")).words


async def test_what_the_team_did_is_on_record_and_a_change_of_it_shows(both: Office) -> None:
    desk = await both.joins("anna", "admin")
    await desk.post("/console/team", name="ben", role="editor")
    page = await desk.get("/console/audit?about=staff:ben")
    assert "staff.add" in page.words
    assert "staff.password" not in page.words
    assert "The chain holds" in (await desk.get("/console/audit/chain")).words
    both.change("UPDATE audit_entry SET detail = 'admin' WHERE object = 'staff:ben'")
    assert "The chain is broken" in (await desk.get("/console/audit/chain")).words


async def test_the_team_is_led_from_one_page(office: Office) -> None:
    anna = await office.joins("anna", "admin")
    page = await anna.post("/console/team", name="Ben", role="editor")
    (link,) = [word for word in page.words.split() if "/console/welcome/" in word]
    ben = await office.desk()
    path = link.removeprefix(office.base)
    assert (await ben.post(path, password="another four green words")).status == 303
    assert (await anna.post("/console/team", name="ben", role="editor")).status == 422
    assert (await anna.post("/console/team/anna", do="disable")).status == 422, "the last one"
    assert (await anna.post("/console/team/anna", do="role", role="viewer")).status == 422
    assert (await anna.post("/console/team/ben", do="role", role="root")).status == 422
    assert (await anna.post("/console/team/ben", do="drop")).status == 404
    assert (await anna.post("/console/team/ben", do="disable")).status == 303
    assert (await ben.get("/console")).status == 303
    assert (await ben.sign_in("ben", "another four green words")).status == 401
    assert (await anna.post("/console/team/ben", do="enable")).status == 303
    assert (await ben.sign_in("ben", "another four green words")).status == 303


@pytest.mark.parametrize(("language", "said"), [("de", "Heute"), ("zh", "今天")])
async def test_a_language_that_was_chosen_stays(office: Office, language: str, said: str) -> None:
    desk = await office.joins("anna", "admin")
    assert said in (await desk.get(f"/console?lang={language}")).words
    page = await desk.get("/console")
    assert (page.language, said in page.words) == (language, True)


@pytest.mark.parametrize(
    ("key", "reason", "told"),
    [
        ("wechat", "40164 invalid ip", "Nothing is sent"),
        ("telegram:in", "conflict", "Nothing is heard"),
        ("wechat:notice", "43101 refused", "People are not told that something waits"),
    ],
)
async def test_a_channel_says_what_does_not_work_and_what_to_do(
    office: Office, key: str, reason: str, told: str
) -> None:
    office.change(
        "INSERT INTO channel_state VALUES (:key, :now, :now, 1, :why)",
        key=key,
        now=NOW.replace(tzinfo=None),
        why=reason,
    )
    desk = await office.joins("anna", "viewer")
    page = await desk.get("/console/channels")
    assert told in page.words
    assert f"“{reason}”" in page.words
    assert f"citybot channel test {key.partition(':')[0]}" in page.words
