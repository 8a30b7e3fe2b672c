"""A form whose slots depend on the answers goes the same way in both brains."""

import re
from dataclasses import replace

import pytest

import dialogs
from bot.app import services
from bot.config import Settings
from bot.database import Database
from bot.engine import Engine
from bot.services.fields import check_fields
from dialogs.rasa.names import held
from knowledge.library import Library
from tests.dialogs.rasa.driver import RasaServer, heard, told
from tests.dialogs.rasa.test_forms import BuiltIn
from tests.eventful import FIELDS, JOURNEY, SCHOOL
from tests.eventful import held as held_event

DIET = {"id": "diet", "kind": "choices", "ask": "What do you eat?", "required": False}
OPTIONS = {"options": [{"id": "vegan"}, {"id": "halal"}]}
EVENT = replace(
    SCHOOL, capacity=None, seats_each=3, fields=(*FIELDS, *check_fields([DIET | OPTIONS]))
)
TALKS = {
    "all is asked": "i want to register | [Summer School Berlin, July 5, 2027] | 2 | Anna | a@example.org | skip | [Register]",
    "the event is named": "i want to register | the summer school | 2 | Anna | a@example.org | 1, 2 | yes",
    "an answer is none": "i want to register | 1 | nine | 3 | Anna | nobody | a@example.org | 7 | 2 | yes",
    "answers are changed": (
        "i want to register | 1 | 1 | Anna | a@example.org | change my name | Änna | skip"
        " | [Change something] | [The number of seats] | 2 | [Register]"
    ),
    "a question in between": "i want to register | 1 | privacy | 2 | Which town lets anyone pick vegetables from the park? | a@example.org | -",
    "questions about the event": (
        "i want to register | 1 | Where is it? | eine Person | Who can take part? | Why do you ask?"
        " | Is there any lunch? | Anna | What does it cost? | a@example.org | When does it start? | -"
    ),
    "back": "i want to register | 1 | 2 | back | 3 | Anna | back | Bert | back | back | 1 | Carl | c@example.org",
    "it is given up, and begun anew": "i want to register | 1 | 2 | cancel | i want to register | 2 | yes | my registrations",
    "twice is once": "i want to register | 2 | yes | i want to register | 2 | cancel my registration | yes",
    "an answer is edited": (
        "i want to register | 1 | 1 | Anna | a@example.org | skip | yes | change my registration"
        " | [What is your name?] | Änna | cancel my registration | [No, keep it]"
    ),
}  # fmt: skip
_REFERENCE = re.compile(r"\b\w{3}-\w{3}-\w{3}\b")


@pytest.fixture(scope="module")
def events(shared: Database) -> None:
    held_event(shared, EVENT)
    held_event(shared, JOURNEY)


@pytest.fixture(scope="module")
def engine(library: Library) -> Engine:
    return Engine(dialogs.load(), services(Settings(), library), dialogs.FALLBACK)


def masked(said: tuple[str, list[str]]) -> tuple[str, list[str]]:
    return _REFERENCE.sub("XXX-XXX-XXX", said[0]), said[1]


@pytest.mark.usefixtures("events")
@pytest.mark.parametrize("talk", TALKS.values(), ids=TALKS)
async def test_registering_goes_the_same_way_in_both_brains(
    talk: str, engine: Engine, shared: Database, rasa: RasaServer
) -> None:
    built_in = BuiltIn(engine, shared)
    built_in.become(rasa.sender + "-too")
    for line in talk.split(" | "):
        built_in.say(line)
        responses = await (rasa.tap(line[1:-1]) if line.startswith("[") else rasa.say(line))
        assert masked(told(responses)) == masked(heard(built_in.shown)), line
        assert told(responses)[0], "silence is no answer"


def test_rasa_knows_one_slot_of_such_a_form_and_one_for_its_answers() -> None:
    assert held(dialogs.load()["registration"]) == ["registration_step", "registration_answers"]
