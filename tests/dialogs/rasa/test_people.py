"""Who talks through a Rasa server: what is kept of them, and that nobody can be somebody else."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import select

import dialogs
from bot import app
from bot.app import services
from bot.config import Settings
from bot.database import Database
from bot.dialog import Command, Outcome, Turn
from bot.metrics import Metrics
from bot.models import Base, Conversation, Person, Place, Question
from bot.server import web_application
from bot.services.questions import Asked, Questions
from dialogs.rasa.bridge import Bridge
from dialogs.rasa.server import routes
from knowledge.library import Library
from tests.dialogs.rasa.driver import RasaServer, Training
from tests.script import Chat


def rows(database: Database, table: type[Base]) -> list[object]:
    with database.read() as connection:
        return list(connection.execute(select(table.__table__)).mappings())


@pytest.fixture
async def chat(sqlite_url: str, tmp_path: Path, library: Library) -> AsyncIterator[Chat]:
    """A talk with the built-in brain of a house that also lets a Rasa server in."""
    settings = Settings(data_dir=tmp_path, database_url=sqlite_url, secret="s", rasa_token="t")
    async with Chat.opened(settings, library) as talk:
        yield talk


@pytest.fixture
async def rasa(chat: Chat, training: Training) -> AsyncIterator[RasaServer]:
    """That Rasa server."""
    application = web_application(chat.house.database, (), Metrics())
    application.add_routes(app.rasa_routes(chat.house))
    async with TestClient(TestServer(application)) as client:
        yield RasaServer(client, "t", training, "anna")


async def test_a_question_is_kept_with_the_person_who_asked(chat: Chat, rasa: RasaServer) -> None:
    await rasa.say("human")
    await rasa.say("Who pays for playgrounds?")
    person = rows(chat.house.database, Person)[0]["id"]
    kept = rows(chat.house.database, Question)[0]
    assert (kept["text"], kept["outcome"]) == ("Who pays for playgrounds?", "for_staff")
    assert (kept["person_id"], kept["address"]) == (person, "rasa:anna")


async def test_nothing_is_left_of_who_asks_to_be_forgotten(chat: Chat, rasa: RasaServer) -> None:
    await rasa.say("human")
    await rasa.say("Who pays for playgrounds?")
    await rasa.say("delete my data")
    await rasa.tap("Yes, delete everything")
    for table in (Conversation, Person, Place, Question):
        assert rows(chat.house.database, table) == []
    assert rasa.events[-1] == {"event": "action", "name": "action_session_start"}
    assert {"event": "restart", "timestamp": None} in rasa.events


async def test_a_person_gets_their_data_as_a_file(rasa: RasaServer) -> None:
    await rasa.say("my data")
    text, file = rasa.shown
    assert text["text"].startswith("Here is what I keep about you:")
    assert file["attachment"]["type"] == "file"
    assert file["attachment"]["payload"]["title"] == "my-data.json"
    assert file["attachment"]["payload"]["src"].startswith("data:application/json;base64,")


@pytest.mark.parametrize("forged", ["script:anna", "web:anna", "rasa:script:anna"])
async def test_a_forged_sender_reaches_nobody(chat: Chat, rasa: RasaServer, forged: str) -> None:
    await chat.say("human")
    await chat.say("This is between us")
    theirs = rows(chat.house.database, Person)
    rasa.sender = forged
    await rasa.say("my data")
    assert "This is between us" not in str(rasa.shown)
    await rasa.say("delete my data")
    await rasa.tap("Yes, delete everything")
    assert rows(chat.house.database, Person) == theirs
    assert [q["text"] for q in rows(chat.house.database, Question)] == ["This is between us"]


async def test_an_address_of_ours_is_its_own_sender(chat: Chat, rasa: RasaServer) -> None:
    rasa.sender = "rasa:anna"
    await rasa.say("hello")
    assert [p["id"] for p in rows(chat.house.database, Place)] == ["rasa:anna"]


def opened(settings: Settings, library: Library, database: Database, *more: Command) -> Bridge:
    talks = {**dialogs.load(), **{command.name: command for command in more}}
    known = services(settings, library)
    return Bridge(talks, known, database, "en", lambda: datetime.now(UTC))


async def test_a_dialog_that_fails_leaves_nothing_and_tells_nothing(
    settings: Settings, library: Library, database: Database
) -> None:
    def fall(turn: Turn) -> Outcome:
        turn.use(Questions).keep(turn.talk, Asked("my secret", "for_staff"))
        raise RuntimeError("my secret")

    application = web_application(database, (), Metrics())
    application.add_routes(routes(opened(settings, library, database, Command("fall", fall)), "t"))
    call = {"next_action": "action_fall", "tracker": {"sender_id": "anna"}}
    async with TestClient(TestServer(application)) as client:
        headers = {"Authorization": "Bearer t"}
        response = await client.post("/rasa/webhook", json=call, headers=headers)
        assert (response.status, await response.json()) == (500, {"error": "internal"})
    assert (rows(database, Person), rows(database, Question)) == ([], [])


async def test_who_is_met_twice_at_once_is_one_person(
    settings: Settings, library: Library, database: Database
) -> None:
    met = opened(settings, library, database)
    await asyncio.gather(*(met.run("action_help", {"sender_id": "anna"}) for _ in range(8)))
    assert len(rows(database, Person)) == 1
    assert rows(database, Conversation)[0]["state"]["heard"] == 8
