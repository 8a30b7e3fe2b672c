"""A form of several slots goes the same way in both brains: skipped, corrected, interrupted."""

import pytest

import dialogs
from bot.app import services
from bot.config import Settings
from bot.conversation import Conversation
from bot.database import Database
from bot.dialog import Transaction
from bot.engine import Engine
from bot.message import Address, Message, Reply
from knowledge.library import Library
from tests.dialogs.rasa.conftest import NOW
from tests.dialogs.rasa.driver import RasaServer, heard, told
from tests.dialogs.rasa.garden import GARDEN

TALKS = {
    "all is asked": "visit a garden | no | 3 | We bring tea",
    "a slot is skipped": "visit a garden | [Yes] | We bring tea",
    "an answer is none": "visit a garden | maybe | 2 | two | 3 | We bring tea",
    "back to what was said, also past a skipped slot": (
        "visit a garden | yes | back | no | 3 | back | 4 | back | back | yes | tea"
    ),
    "back out of the form": "visit a garden | back | back",
    "commands come between": (
        "visit a garden | privacy | no | help | language | [Deutsch] | 3 | tea"
    ),
    "another form takes its place, then it begins anew": (
        "visit a garden | no | 3 | cancel | visit a garden | yes | tea"
    ),
    "asked for again inside": "visit a garden | no | visit a garden | 3 | visit a garden",
    "a free slot takes a question": "visit a garden | yes | Which town lets anyone pick apples?",
    "a free slot takes a wish told in passing": (
        "visit a garden | yes | Can the gardener talk to a person like me?"
    ),
    "an answer may be called like a dialog": "visit a garden | help | tea",
    "an answer called like a dialog is tapped": "visit a garden | [With help] | tea",
    "a form keeps its language": (
        "visit a garden | Das weiß ich leider noch nicht so genau | yes | Wir bringen Tee mit"
    ),
    "a command hands over to another": "/tour | visit a garden | /tour | yes | tea",
    "a closed slot does not": "visit a garden | Which town lets anyone pick vegetables? | yes | -",
}


class BuiltIn:
    """One talk with the engine itself, without a channel."""

    def __init__(self, engine: Engine, database: Database) -> None:
        self._engine, self._database = engine, database
        self._talk = Conversation(Address("script", "anna"), "anna", "en")
        self.shown: tuple[Reply, ...] = ()

    def become(self, name: str) -> None:
        """Be somebody else, who has said nothing yet."""
        self._talk = Conversation(Address("script", name), name, "en")

    def say(self, text: str) -> None:
        picked = next((c.value for c in self._talk.offered if f"[{c.label}]" == text), None)
        message = Message("1", self._talk.address, text, NOW, picked=picked)
        with self._database.write() as connection:
            result = self._engine.take_turn(self._talk, message, Transaction(connection, NOW))
        assert result.conversation
        self._talk, self.shown = result.conversation, result.replies


@pytest.fixture(scope="module")
def engine(library: Library) -> Engine:
    talks = {**dialogs.load(), **GARDEN}
    return Engine(talks, services(Settings(), library), dialogs.FALLBACK)


@pytest.fixture
def built_in(engine: Engine, shared: Database) -> BuiltIn:
    return BuiltIn(engine, shared)


@pytest.mark.parametrize("talk", TALKS.values(), ids=TALKS)
async def test_a_form_goes_the_same_way_in_both_brains(
    talk: str, built_in: BuiltIn, rasa: RasaServer
) -> None:
    for line in talk.split(" | "):
        built_in.say(line)
        tapped = line.startswith("[")
        responses = await rasa.tap(line[1:-1]) if tapped else await rasa.say(line)
        assert told(responses) == heard(built_in.shown), line
        assert told(responses)[0], "silence is no answer"


async def test_a_form_left_for_another_begins_empty(rasa: RasaServer) -> None:
    for line in ("visit a garden", "no", "3", "human", "Who pays for playgrounds?"):
        await rasa.say(line)
    await rasa.say("visit a garden")
    assert told(rasa.shown) == ("On foot?", ["Yes", "No", "With help"])


async def test_answers_are_slots_of_rasas_own(rasa: RasaServer) -> None:
    for line in ("visit a garden", "no", "3"):
        await rasa.say(line)
    set_ = {e["name"]: e["value"] for e in rasa.events if e["event"] == "slot"}
    assert set_ == {"on_foot": "no", "seats": 3, "note": None, "requested_slot": "note"}
    await rasa.say("tea")
    set_ = {e["name"]: e["value"] for e in rasa.events if e["event"] == "slot"}
    assert set(set_.values()) == {None}
