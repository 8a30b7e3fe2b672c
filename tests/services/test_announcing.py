"""What is announced, and when: in the transaction it happens in, with references and no person."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot.config import Settings
from bot.database import Database
from bot.dialog import Talk, Transaction
from bot.message import Address
from bot.services.announcing import EVENTS
from bot.services.closing import Closer
from bot.services.keys import Keys
from bot.services.organising import Organising
from bot.services.poll_office import PollOffice
from bot.services.poll_written import read_poll
from bot.services.questions import Asked, Questions
from bot.services.registration import Refused
from bot.services.registrations import Registrations
from bot.services.webhooks import Webhooks
from tests.eventful import NOW, SCHOOL, asking, cancel, held, meet, register, run
from tests.services.polls.station import written

TALK = Talk("p-anna", Address("web", "p-anna"), "en")
Heard = Callable[[], list[tuple[str, dict[str, Any]]]]


@pytest.fixture
def heard(database: Database) -> Heard:
    """What a webhook that listens to everything was told, as type and data."""
    settings = Settings(secret="for tests only")
    run(database, lambda t: Webhooks(t, settings, "x").add("https://example.org", [*EVENTS]))

    def calls() -> list[tuple[str, dict[str, Any]]]:
        with database.read() as connection:
            bodies = connection.scalars(text("SELECT body FROM webhook_call ORDER BY id"))
            told = [json.loads(body) for body in bodies]
        return [(one["type"], one["data"]) for one in told]

    return calls


def test_a_question_without_an_answer_is_announced_and_one_with_an_answer_is_not(
    database: Database, heard: Heard
) -> None:
    def ask(transaction: Transaction) -> None:
        questions = Questions(transaction)
        questions.keep(TALK, Asked("my phone is 12345", "declined"))
        questions.keep(TALK, Asked("and the rent?", "for_staff"))
        questions.missed(TALK, questions.keep(TALK, Asked("what is this?", "answered")))
        questions.missed(Talk("p-ben", Address("web", "p-ben"), "en"), 1)

    run(database, ask)
    assert heard() == [
        ("question.unanswered", {"question": 1}),
        ("handoff.waiting", {"question": 2}),
        ("question.unanswered", {"question": 3}),
    ]


def test_a_seat_is_announced_when_it_is_taken_moved_up_to_and_given_back(
    database: Database, heard: Heard
) -> None:
    held(database, capacity=1, offer_hours=0)
    meet(database, "anna", "ben")
    register(database, "anna")
    register(database, "anna")
    register(database, "ben")
    cancel(database, "anna")
    cancel(database, "anna")
    assert heard() == [
        ("registration.confirmed", {"event": SCHOOL.id, "registration": 1}),
        ("registration.cancelled", {"event": SCHOOL.id, "registration": 1}),
        ("registration.confirmed", {"event": SCHOOL.id, "registration": 2}),
    ]


def test_an_offer_is_announced_when_it_is_accepted(database: Database, heard: Heard) -> None:
    held(database, capacity=1)
    meet(database, "anna", "ben")
    register(database, "anna"), register(database, "ben")
    cancel(database, "anna")
    run(database, lambda t: Registrations(t).accept(SCHOOL.id, "ben", NOW))
    run(database, lambda t: Registrations(t).edit(SCHOOL.id, "ben", {"name": "Ben"}))
    assert [kind for kind, data in heard() if data["registration"] == 2] == [
        "registration.confirmed"
    ]


def test_an_event_that_is_cancelled_announces_every_place(database: Database, heard: Heard) -> None:
    held(database, capacity=2)
    meet(database, "anna", "ben", "cem")
    for person in ("anna", "ben", "cem"):
        register(database, person)
    run(database, lambda t: Organising(t).cancel(SCHOOL.id))
    ended = [data["registration"] for kind, data in heard() if kind == "registration.cancelled"]
    assert ended == [1, 2, 3]


def test_who_is_refused_is_announced_to_nobody(database: Database, heard: Heard) -> None:
    held(database, state="closed")
    meet(database, "anna")
    with pytest.raises(Refused):
        run(database, lambda t: Registrations(t).register(asking("anna")))
    assert heard() == []


def test_a_counted_poll_is_announced_once(database: Database, heard: Heard, tmp_path: Path) -> None:
    keys = Keys(tmp_path)
    plain = written(opens=NOW.isoformat(), closes=(NOW + timedelta(hours=1)).isoformat())
    run(database, lambda t: PollOffice(t, keys, "x").save(read_poll(plain, NOW)))
    run(database, lambda t: PollOffice(t, keys, "x").open("lanes"))
    for _ in range(2):
        Closer(database, keys).close_due(NOW + timedelta(hours=2))
    assert heard() == [("poll.closed", {"poll": "lanes"})]
