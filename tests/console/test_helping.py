"""A person of the team answers what was left for them; the person who asked hears it."""

import asyncio
from datetime import timedelta

import pytest

from bot.dialog import Invalid, Transaction
from bot.services.helping import Helping
from bot.services.questions import Questions
from bot.services.staff import Staff
from tests.console.office import NOW, Office
from tests.console.test_pages import asked
from tests.script import Chat, as_line


def left(office: Office, text: str = "Can a school join?", **other: object) -> None:
    asked(office, text, outcome="for_staff", address="web:p1", found=[], **other)


async def test_the_answer_goes_to_who_asked_and_is_shown(both: Office) -> None:
    left(both)
    desk = await both.joins("anna", "reviewer")
    assert "It goes to web" in (await desk.get("/console/questions/1")).words
    sent = await desk.post("/console/questions/1", answer="Yes, <b>gladly</b>.")
    assert (sent.status, sent.location) == (303, "/console/questions/1")
    page = await desk.get("/console/questions/1")
    assert "Answered by anna" in page.words
    assert "Yes, &lt;b&gt;gladly&lt;/b&gt;." in page.html
    assert "waits for its turn" in page.words
    (body,) = both.rows("SELECT body FROM outbox WHERE address = 'web:p1'")
    assert "Our team answers: Yes, <b>gladly</b>." in str(body)
    assert both.rows("SELECT count(*) FROM audit_entry WHERE action = 'question.answer'") == [(1,)]
    assert "Nothing. Every question" in (await desk.get("/console")).words


async def test_of_two_who_answer_at_once_one_is_told(both: Office) -> None:
    left(both)
    anna, ben = await both.joins("anna", "reviewer"), await both.joins("ben", "admin")
    pages = await asyncio.gather(
        anna.post("/console/questions/1", answer="Yes."),
        ben.post("/console/questions/1", answer="No."),
    )
    assert sorted(page.status for page in pages) == [303, 422]
    late = next(page for page in pages if page.status == 422)
    assert "has answered meanwhile" in late.words
    assert "What you wrote was not sent" in late.words
    assert both.rows("SELECT count(*) FROM outbox") == [(1,)]


@pytest.mark.parametrize(
    ("answer", "told"), [("  ", "write an answer first"), ("x" * 2001, "at most 2000")]
)
async def test_what_was_written_is_not_lost(office: Office, answer: str, told: str) -> None:
    left(office)
    desk = await office.joins("anna", "reviewer")
    page = await desk.post("/console/questions/1", answer=answer)
    assert (page.status, told in page.words) == (422, True)
    assert answer.strip() in page.words


async def test_who_cannot_be_reached_any_more_is_said(office: Office) -> None:
    left(office)
    office.change("UPDATE question SET person_id = NULL, address = NULL")
    desk = await office.joins("anna", "reviewer")
    assert "no longer says who asked" in (await desk.get("/console/questions/1")).words
    page = await desk.post("/console/questions/1", answer="Yes.")
    assert (page.status, office.rows("SELECT count(*) FROM outbox")) == (422, [(0,)])


async def test_a_viewer_reads_and_does_not_answer(office: Office) -> None:
    left(office)
    desk = await office.joins("anna", "viewer")
    assert "Answer the person" not in (await desk.get("/console/questions/1")).words
    assert (await desk.post("/console/questions/1", answer="Yes.")).status == 403


async def test_a_question_that_was_not_left_for_us_is_not_answered(office: Office) -> None:
    asked(office, "Who won?", outcome="declined")
    desk = await office.joins("anna", "admin")
    assert (await desk.post("/console/questions/1", answer="Nobody.")).status == 422


async def test_the_person_hears_it_in_their_chat(chat: Chat) -> None:
    await chat.play("""
        > mensch
        < Was darf ich an das Team weitergeben? …
        > Darf eine Schule mitmachen?
        < Danke. …
    """)
    database = chat.house.database
    with database.write() as connection:
        transaction = Transaction(connection, chat.house.now())
        anna = Staff(transaction).add("anna", "reviewer", "test")
        Helping(transaction).answer(1, "Ja, gern. Schreiben Sie uns.", anna)
    before = len(chat.channel.sent)
    while await chat.house.deliverer.deliver():
        pass
    (heard,) = [as_line(reply) for _to, reply in chat.channel.sent[before:]]
    assert heard == (
        "Sie haben uns gefragt: „Darf eine Schule mitmachen?“ "
        "Unser Team antwortet: Ja, gern. Schreiben Sie uns."
    )
    with database.write() as connection:
        later = Transaction(connection, NOW + timedelta(days=1))
        assert Questions(later).gaps(NOW - timedelta(days=9999)) == ()
        with pytest.raises(Invalid):
            Helping(later).answer(1, "Noch einmal.", anna)
