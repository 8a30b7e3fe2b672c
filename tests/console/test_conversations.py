"""Conversations: found by words and filters, read with their reasons, under pseudonyms."""

import csv
import io
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import insert

from bot.config import Settings
from bot.dialog import Transaction
from bot.models import Question
from bot.services.keys import Keys
from bot.services.privacy import Privacy
from bot.services.retention import CONTENT, SILENCE, shred
from bot.services.transcribing import transcribe
from knowledge.library import Library
from tests.console.office import NOW, Desk, Office, opened
from tests.console.talking import CHANNELS, Visitor

HOSTILE = "<script>alert(1)</script> =1+1 anna@example.org +49 170 1234567"
SECRETS = ("anna@example.org", "1234567", "script:anna", "script:ben")
LIST = "/console/conversations"


@pytest.fixture
async def talking(settings: Settings, library: Library) -> AsyncIterator[Office]:
    """On either database, with channels people write on."""
    async with opened(settings, library, CHANNELS) as office:
        yield office


@pytest.fixture
async def one(sqlite_url: str, tmp_path: Path, library: Library) -> AsyncIterator[Office]:
    settings = Settings(data_dir=tmp_path, database_url=sqlite_url, secret="for tests only")
    async with opened(settings, library, CHANNELS) as office:
        yield office


async def found(desk: Desk, query: str) -> list[str]:
    """The numbers of the conversations an address lists, as its file has them."""
    page = await desk.get(f"{LIST}.csv{quote(query, safe='?=&+%')}")
    assert page.status == 200
    rows = csv.DictReader(io.StringIO(page.body.decode("utf-8-sig")))
    return [row["id"] for row in rows]


async def test_a_house_where_nobody_wrote_says_what_will_be_here(one: Office) -> None:
    desk = await one.joins("anna", "viewer")
    assert "Nobody has written yet" in (await desk.get(LIST)).words
    assert "No conversation fits" in (await desk.get(f"{LIST}?q=rent")).words


# What the address asks for, and the numbers of the conversations that fit.
SOUGHT = {
    "": ["3", "2", "1"],
    "?q=城市": ["3"],
    "?q=花园": ["3"],
    "?q=市花": ["3"],
    "?q=园": ["3"],
    "?q=花城": [],
    "?q=GEMEINSCHAFTSGÄRTEN": ["2"],
    "?q=Gemeinschaftsgaerten": ["2"],
    "?q=gemeinschafts": ["2"],
    "?q=cooperatives": ["1"],
    "?q=coop+rents": ["1"],
    "?q=coop+gemeinschaft": [],
    "?q=%22+OR+NEAR(%27%29%2A%3A%7C%26%21": [],
    "?q=%25": ["3", "2", "1"],
    "?language=de": ["2"],
    "?language=xx": ["3", "2", "1"],
    "?channel=windowed": ["3"],
    "?channel=nowhere": [],
    "?dialog=human": ["2"],
    "?outcome=for_staff": ["2"],
    "?outcome=answered&confidence=high": ["1"],
    "?label=school": ["1"],
    "?from=2026-11-25&to=2026-11-25": ["3", "2", "1"],
    "?from=2026-11-26": [],
    "?to=2026-11-24": [],
    "?from=nonsense&to=9999-99-99&before=a-b": ["3", "2", "1"],
    "?with=team": [],
    "?q=" + "x" * 5000: [],
}


async def test_the_address_says_which(talking: Office) -> None:
    await Visitor(talking, "anna").says("How do housing cooperatives keep rents low?")
    ben = Visitor(talking, "ben")
    await ben.says("Mensch bitte")
    await ben.says("Wer gießt die Gemeinschaftsgärten?")
    await Visitor(talking, "chen", "windowed").says("城市花园在哪里？")
    desk = await talking.joins("anna", "reviewer")
    await desk.get(f"{LIST}/1")
    assert (await desk.post(f"{LIST}/1/remark", do="label", label=" School ")).status == 303
    assert {query: await found(desk, query) for query in SOUGHT} == SOUGHT


async def test_older_ones_are_a_page_away_and_none_is_left_out(talking: Office) -> None:
    for number in range(53):
        await Visitor(talking, f"v{number}").says("hello")
    desk = await talking.joins("anna", "viewer")
    page = await desk.get(f"{LIST}?language=en")
    (older,) = [link for link in page.links if "before=" in link]
    assert "language=en" in older
    first = [link for link in page.links if link.startswith(f"{LIST}/")]
    rest = [link for link in (await desk.get(LIST + older)).links if link.startswith(f"{LIST}/")]
    assert (len(first), len(rest)) == (50, 3)
    assert len({*first, *rest}) == 53


async def test_the_transcript_tells_why_and_not_who(talking: Office) -> None:
    anna = Visitor(talking, "anna")
    await anna.says("How do housing cooperatives keep rents low?", name="Anna Muster")
    await anna.says(HOSTILE)
    desk = await talking.joins("anna", "viewer")
    for path in (LIST, f"{LIST}/1"):
        page = await desk.get(path)
        assert "&lt;script&gt;" in page.html
        assert "<script>" not in page.html
        assert "████" in page.words
        for secret in (*SECRETS, "Anna Muster"):
            assert secret not in page.html
    page = await desk.get(f"{LIST}/1")
    assert "How do housing cooperatives keep rents low?" in page.words
    assert "Why this answer: answered" in page.words
    assert "Assistant" in page.words
    for role_only in ("Talk to this person", "Read the text itself", "A note for the team"):
        assert role_only not in page.words


async def test_what_is_blacked_out_finds_nobody(talking: Office) -> None:
    await Visitor(talking, "anna").says(HOSTILE)
    desk = await talking.joins("anna", "viewer")
    assert await found(desk, "?q=alert") == ["1"]
    for query in ("?q=anna@example.org", "?q=1234567", "?q=example"):
        assert await found(desk, query) == [], query
    words = str(talking.rows("SELECT words FROM transcript_line"))
    assert "example" not in words


async def test_a_question_whose_text_is_gone_is_still_explained(talking: Office) -> None:
    await Visitor(talking, "anna").says("How do housing cooperatives keep rents low?")
    talking.wait(CONTENT + timedelta(hours=1))
    shred(talking.house.database, talking.house.now())
    desk = await talking.joins("anna", "viewer")
    page = await desk.get(f"{LIST}/1")
    assert page.words.count("The text is gone: it is kept for 72 hours.") == 1  # our answer
    assert "How do housing cooperatives keep rents low?" in page.words
    assert await found(desk, "?q=cooperatives") == []
    assert talking.rows("SELECT count(*) FROM transcript_line") == [(0,)]


async def test_labels_and_notes_are_put_and_taken_back(talking: Office) -> None:
    await Visitor(talking, "ben").says("hello")
    anna, cleo = await talking.joins("anna", "reviewer"), await talking.joins("cleo", "reviewer")
    await anna.get(f"{LIST}/1")
    await anna.post(f"{LIST}/1/remark", do="label", label="To <b>CALL</b>")
    await anna.post(f"{LIST}/1/remark", do="note", note="Asks for <i>schools</i>.")
    page = await cleo.get(f"{LIST}/1")
    assert "to &lt;b&gt;call&lt;/b&gt;" in page.html
    assert "Asks for &lt;i&gt;schools&lt;/i&gt;." in page.html
    assert "to &lt;b&gt;call&lt;/b&gt;" in (await cleo.get(LIST)).html
    await cleo.post(f"{LIST}/1/remark", do="strike", note="1")
    assert talking.rows("SELECT count(*) FROM transcript_note") == [(1,)], "it is not hers"
    assert (await anna.post(f"{LIST}/1/remark", do="strike", note="9" * 40)).status == 303
    await anna.post(f"{LIST}/1/remark", do="strike", note="1")
    await cleo.post(f"{LIST}/1/remark", do="unlabel", label="to <b>call</b>")
    for table in ("transcript_note", "transcript_label"):
        assert talking.rows(f"SELECT count(*) FROM {table}") == [(0,)]
    assert (await anna.post(f"{LIST}/1/remark", do="label", label=" ")).status == 422
    assert (await anna.post(f"{LIST}/1/remark", do="note", note="x" * 2001)).status == 422
    assert (await anna.post(f"{LIST}/1/remark", do="drop")).status == 404


@pytest.mark.parametrize("number", ["7", "0", "99999999999999999"])
async def test_what_is_not_there_is_not_found(one: Office, number: str) -> None:
    desk = await one.joins("anna", "admin")
    for path in ("", "/script", "/say", "/remark", "/raw"):
        method = "GET" if path in ("", "/script") else "POST"
        data = {"csrf": desk.csrf, "reason": "for the test only", "do": "label", "label": "x"}
        page = await desk.ask(method, f"{LIST}/{number}{path}", data=data)
        assert page.status == 404, path


@pytest.mark.parametrize("do", ["say", "remark", "raw"])
async def test_nothing_is_done_without_the_token_of_the_session(one: Office, do: str) -> None:
    await Visitor(one, "anna").says("hello")
    desk = await one.joins("anna", "admin")
    fields = {"text": "hi", "do": "label", "label": "x", "reason": "for the test only"}
    page = await desk.ask("POST", f"{LIST}/1/{do}", data=fields)
    assert page.status == 403
    origin = {"Origin": "https://elsewhere.example"}
    data = fields | {"csrf": desk.csrf}
    assert (await desk.ask("POST", f"{LIST}/1/{do}", data=data, headers=origin)).status == 403
    assert one.rows("SELECT count(*) FROM audit_entry WHERE action LIKE 'conversation.%'") == [(0,)]


async def test_the_text_itself_is_for_a_reason_and_on_record(talking: Office) -> None:
    await Visitor(talking, "ben").says("Call +49 170 1234567")
    officer = await talking.joins("olga", "privacy-officer")
    page = await officer.get(f"{LIST}/1")
    assert "1234567" not in page.html
    assert (await officer.post(f"{LIST}/1/raw", reason="because")).status == 422
    page = await officer.post(f"{LIST}/1/raw", reason="A threat was reported to us")
    assert (page.status, "+49 170 1234567" in page.words) == (200, True)
    assert talking.rows("SELECT actor, object, detail FROM audit_entry WHERE id > 3") == [
        ("staff:olga", "conversation:1", "A threat was reported to us")
    ]
    reviewer = await talking.joins("rita", "reviewer")
    await reviewer.get(f"{LIST}/1")
    assert (await reviewer.post(f"{LIST}/1/raw", reason="I am only curious")).status == 403


async def test_who_is_erased_leaves_no_transcript(talking: Office) -> None:
    anna, ben = Visitor(talking, "anna"), Visitor(talking, "ben")
    await anna.says("Where are the gardens?")
    await ben.says("Where are the gardens?")
    desk = await talking.joins("anna", "reviewer")
    await desk.get(f"{LIST}/1")
    await desk.post(f"{LIST}/1/remark", do="label", label="school")
    await desk.post(f"{LIST}/1/remark", do="note", note="Knows Ben.")
    with talking.house.database.write() as connection:
        (person,) = talking.rows("SELECT person_id FROM conversation WHERE address = 'script:anna'")
        privacy = Privacy(Transaction(connection, NOW), Keys.of(talking.house.settings))
        kept = privacy.export(person[0])
        assert [note["text"] for note in kept["transcript_note"]] == ["Knows Ben."]
        assert [label["label"] for label in kept["transcript_label"]] == ["school"]
        privacy.erase(person[0])
    transcribe(talking.house.database, NOW)
    for table in ("transcript_note", "transcript_label"):
        assert talking.rows(f"SELECT count(*) FROM {table}") == [(0,)]
    assert talking.rows("SELECT address FROM transcript") == [("script:ben",)]
    assert await found(desk, "?q=gardens") == ["2"]
    assert (await desk.get(f"{LIST}/1")).status == 404


async def test_forgetting_in_the_chat_does_the_same(talking: Office) -> None:
    anna = Visitor(talking, "anna")
    await anna.says("Where are the gardens?")
    (asked,) = await anna.says("delete my data")
    assert "[" in asked
    await anna.says("yes")
    assert talking.rows("SELECT address FROM transcript") == []
    assert talking.rows("SELECT count(*) FROM transcript_line") == [(0,)]


async def test_a_transcript_goes_a_month_after_the_last_word(talking: Office) -> None:
    await Visitor(talking, "anna").says("hello")
    desk = await talking.joins("anna", "reviewer")
    await desk.get(f"{LIST}/1")
    await desk.post(f"{LIST}/1/remark", do="label", label="school")
    await desk.post(f"{LIST}/1/remark", do="note", note="Nothing.")
    shred(talking.house.database, NOW + SILENCE)
    assert talking.rows("SELECT count(*) FROM transcript") == [(1,)]
    shred(talking.house.database, NOW + SILENCE + timedelta(minutes=1))
    for table in ("transcript", "transcript_label", "transcript_note", "transcript_dialog"):
        assert talking.rows(f"SELECT count(*) FROM {table}") == [(0,)], table


async def test_the_file_holds_no_formula(one: Office) -> None:
    await Visitor(one, "anna").says("=HYPERLINK(1) anna@example.org")
    desk = await one.joins("anna", "viewer")
    page = await desk.get(f"{LIST}.csv")
    (row,) = csv.DictReader(io.StringIO(page.body.decode("utf-8-sig")))
    assert row["last"] == "'=HYPERLINK(1) ████████"
    assert "anna" not in page.body.decode()


async def test_a_talk_is_saved_as_a_script_that_python_reads(one: Office) -> None:
    anna = Visitor(one, "anna")
    await anna.says('say """ twice \\" and call +49 170 1234567')
    await anna.says("Hilfe")
    desk = await one.joins("anna", "viewer")
    page = await desk.get(f"{LIST}/1/script")
    assert page.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert "test_conversation_1.py" in page.headers["Content-Disposition"]
    script = page.body.decode()
    compile(script, "test_conversation_1.py", "exec")
    assert "1234567" not in script
    assert "        > Hilfe\n        < " in script


async def test_answers_said_often_are_kept_in_every_language(one: Office) -> None:
    editor, reviewer = await one.joins("anna", "editor"), await one.joins("rita", "reviewer")
    texts = {
        "text-en": "We open at nine.",
        "text-de": "Wir öffnen um neun.",
        "text-zh": "九点开门。",
    }
    await editor.get("/console/canned")
    told = await editor.post("/console/canned", do="keep", name="Hours", **{"text-en": "x"})
    assert (told.status, "in every language" in told.words) == (422, True)
    assert (await editor.post("/console/canned", do="keep", name="Hours", **texts)).status == 303
    assert (await editor.post("/console/canned", do="keep", name="Hours", **texts)).status == 422
    await Visitor(one, "ben").says("Wann haben Sie geöffnet?")
    page = await reviewer.get(f"{LIST}/1?canned=1")
    assert ">Wir öffnen um neun.</textarea>" in page.html
    assert (await reviewer.post("/console/canned", do="remove", id="1")).status == 403
    assert (await editor.post("/console/canned", do="remove", id="1")).status == 303
    assert one.rows("SELECT count(*) FROM canned_answer") == [(0,)]


async def test_a_question_of_somebody_else_explains_nothing_here(one: Office) -> None:
    await Visitor(one, "anna").says("hello")
    other = {"person_id": "p9", "address": "script:other", "asked_at": NOW, "language": "en"}
    row = {**other, "text": "hello", "outcome": "declined", "confidence": 0.1, "found": []}
    with one.house.database.write() as connection:
        connection.execute(insert(Question).values(row))
    desk = await one.joins("anna", "viewer")
    assert "Why this answer" not in (await desk.get(f"{LIST}/1")).words
