"""Asking over the API: the same answer as the command gives, and nothing is kept."""

import pytest

from bot.cli.ask import answering
from tests.api.programs import Served

ZURICH = "What can we learn from cooperatives in Zurich?"


async def test_a_program_gets_the_answer_of_the_command(both: Served) -> None:
    program = await both.program("ask")
    answer = await program.call("POST", "/ask", json={"question": ZURICH})
    assert answer.status == 200
    assert answer.said == answering(both.house.settings).answer(ZURICH)
    assert answer.said["answered"] is True
    assert answer.said["sources"][0]["slug"] == "kalkbreite-zurich"


@pytest.mark.parametrize(
    ("question", "intent"),
    [
        ("register me for the summer school", "register"),
        ("erinnere mich morgen um 10 an den Termin", "remind"),
        ("delete my data", "privacy"),
        ("I want to talk to a person", "handoff"),
        ("stop", "stop"),
        ("报名", "register"),
    ],
)
async def test_a_wish_is_answered_and_nothing_of_it_is_kept(
    both: Served, question: str, intent: str
) -> None:
    tables = ("person", "address", "conversation", "question", "reminder", "web_link", "outbox")
    program = await both.program("ask")
    answer = await program.call("POST", "/ask", json={"question": question})
    assert answer.status == 200, answer.body
    assert answer.said == answering(both.house.settings).answer(question)
    for table in tables:
        assert both.rows(f"SELECT count(*) FROM {table}") == [(0,)], table
    assert (answer.said["intent"], answer.said["answered"]) != ("ask", True)


async def test_the_language_of_the_caller_counts_where_the_question_shows_none(
    house: Served,
) -> None:
    program = await house.program("ask")
    for headers, sent, spoken in [
        ({"Accept-Language": "de"}, {"question": "2 + 2 = 4?"}, "de"),
        ({"Accept-Language": "de"}, {"question": "2 + 2 = 4?", "language": "zh"}, "zh"),
        ({}, {"question": "Was kostet das Wohnen in der Kalkbreite?"}, "de"),
    ]:
        answer = await program.call("POST", "/ask", headers=headers, json=sent)
        assert answer.said["language"] == spoken
