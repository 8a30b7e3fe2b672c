"""The same talks with both brains: what Rasa says through our actions is what our engine says."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.config import Settings
from knowledge.library import Library
from tests.dialogs.rasa.conftest import NOW
from tests.dialogs.rasa.driver import RasaServer, heard, told
from tests.script import Chat

TALKS = {
    "a question is left for the team": "human | Who pays for playgrounds? | thanks",
    "a question is answered, and the next one missed": (
        "Which town lets anyone pick vegetables from the park? | [Not what I meant]"
        " | [Ask a person] | [Send my last question]"
    ),
    "an answer is read on": ("Which town lets anyone pick vegetables from the park? | [Read more]"),
    "nobody knows": "xyzzy plugh | 1",
    "everything is deleted": "delete my data | [Yes, delete everything] | hello",
    "nothing is deleted": "delete my data | no",
    "deleting is typed as a number": "delete my data | 2",
    "deleting is asked for from a list": "privacy | [Delete my data] | [No, keep it]",
    "an answer that is none": "delete my data | perhaps on Sunday | yes",
    "the language is changed": "language | [Deutsch] | hilfe | privacy",
    "the language is changed inside a form": "delete my data | in German | no",
    "the language is heard": "In welcher Stadt darf man im Park einfach Gemüse ernten? | privacy",
    "help is shown": "help | [Change the language]",
    "help inside a form": "human | help | Who pays for playgrounds?",
    "a question inside a form": (
        "delete my data | Which town lets anyone pick vegetables from the park? | no"
    ),
    "a form is left": "human | cancel | cancel",
    "there is nothing before the first answer": "human | back | back",
    "messages are stopped inside a form": "delete my data | unsubscribe | no",
    "small talk": "hello | who are you | hello | thanks | bye",
    "an article is picked by number": "hello | 1",
    "Rasa's own slash": "/help | /language",
}


@pytest.fixture
async def chat(sqlite_url: str, tmp_path: Path, library: Library) -> AsyncIterator[Chat]:
    """A talk with the built-in brain, on the same Monday morning."""
    settings = Settings(data_dir=tmp_path, database_url=sqlite_url, secret="for tests only")
    async with Chat.opened(settings, library, lambda: NOW) as talk:
        yield talk


@pytest.mark.parametrize("talk", TALKS.values(), ids=TALKS)
async def test_a_person_hears_the_same_from_both_brains(
    talk: str, chat: Chat, rasa: RasaServer
) -> None:
    for line in talk.split(" | "):
        if line.startswith("["):
            await chat.tap(line[1:-1])
            responses = await rasa.tap(line[1:-1])
        else:
            await chat.say(line)
            responses = await rasa.say(line)
        assert told(responses) == heard(chat.shown), line
        assert told(responses)[0], "silence is no answer"


async def test_cancel_among_the_choices_cancels(rasa: RasaServer) -> None:
    for line in ("Which town lets anyone pick vegetables from the park?", "human"):
        await rasa.say(line)
    await rasa.tap("Cancel")
    assert told(rasa.shown) == ("All right, cancelled. Everything stays as it was.", [])


async def test_cancel_among_the_choices_is_typed_as_a_number(rasa: RasaServer) -> None:
    for line in ("Which town lets anyone pick vegetables from the park?", "human", "2"):
        await rasa.say(line)
    assert told(rasa.shown) == ("All right, cancelled. Everything stays as it was.", [])
