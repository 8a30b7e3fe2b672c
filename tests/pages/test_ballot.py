"""A ballot by a link: asked for in a messenger, which hears nothing of the choice."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.app import public_routes
from bot.config import Settings
from knowledge.library import Library
from tests.clock import Clock
from tests.dialogs.polling import PLACE, SCALE, one_of_each
from tests.pages.hall import mild, questions
from tests.script import Chat, as_line
from tests.services.polls.station import CLOSES, NOON, Station, texts

SITE = "https://chat.example.org"
SECRET = {"mode": "web-secret", "level": "web"}


@dataclass
class Booth:
    """A messenger, the pages of the house, and the polls."""

    chat: Chat
    client: Any
    station: Station
    clock: Clock

    async def link(self, say: str = "vote") -> str:
        """Ask for a ballot; gives its path."""
        await self.chat.say(say)
        (link,) = (link for link in self.chat.shown[0].links if "/ballot/" in link.url)
        assert link.url.startswith(SITE)
        return link.url.removeprefix(SITE)

    async def page(self, path: str) -> str:
        answer = await self.client.get(path)
        return await answer.text()

    async def cast(self, path: str, **fields: str) -> tuple[int, str]:
        sent = {f"q.{name.replace('__', '.')}": value for name, value in fields.items()}
        answer = await self.client.post(path, data=sent, headers={"Origin": self.origin})
        return answer.status, await answer.text()

    @property
    def origin(self) -> str:
        return str(self.client.make_url("/")).rstrip("/")

    def chosen(self) -> list[tuple[str, str, int]]:
        rows = self.station.rows("ballot_choice")
        return sorted((row["question"], row["option"], row["value"]) for row in rows)


@pytest.fixture
async def booth(sqlite_url: str, tmp_path: Path, library: Library) -> AsyncIterator[Booth]:
    settings = Settings(data_dir=tmp_path, database_url=sqlite_url, secret="for tests only",
                        public_url=SITE, flood_messages=1000)  # fmt: skip
    clock = Clock(NOON)
    async with Chat.opened(settings, library, clock, ("telegram", "web")) as first:
        application = web.Application()
        application.add_routes(public_routes(first.house))
        async with TestClient(TestServer(application)) as client:
            station = Station(first.house.database, tmp_path / "keys")
            yield Booth(first.another("anna", "telegram"), client, station, clock)


async def test_a_messenger_gets_a_link_and_never_the_question(booth: Booth) -> None:
    poll = booth.station.open(questions(mild)["single"], **SECRET)
    await booth.chat.say("vote")
    (reply,) = booth.chat.shown
    assert reply.text == (
        "Bike lanes\n\nThis poll takes votes on our own page alone, so that no messenger sees "
        "them. Your ballot is behind this link. It is yours alone, good once within 24 hours: do "
        "not pass it on."
    )
    assert [c.label for c in reply.choices] == ["Tell me the result"]
    await booth.chat.say(f"#{poll.code}")
    assert "Kantstraße" not in as_line(booth.chat.shown[0])
    await booth.chat.say("1")
    assert booth.chosen() == []


async def test_a_ballot_is_cast_once_by_its_link_and_changed_by_another(booth: Booth) -> None:
    booth.station.open(questions(mild)["single"], **SECRET)
    path = await booth.link()
    assert "Where should we build first?" in await booth.page(path)
    status, said = await booth.cast(path, first="bridge")
    (part,) = booth.station.rows("participation")
    assert (status, part["receipt"] in said, part["channel"]) == (200, True, "telegram")
    assert "was cast already" in (await booth.cast(path, first="market"))[1]
    assert "was cast already" in await booth.page(path)
    assert booth.chosen() == [("first", "bridge", 1)]
    again = await booth.link("change my vote")
    assert "takes the place of the vote" in booth.chat.shown[0].text
    assert "checked" not in await booth.page(again)
    await booth.cast(again, first="market")
    assert booth.chosen() == [("first", "market", 1)]
    assert booth.station.rows("participation") == [part]


async def test_every_kind_fits_onto_it(booth: Booth) -> None:
    more, order, money, say, idea = one_of_each()
    booth.station.open(more, order, money, say, idea, **SECRET)
    status, _said = await booth.cast(
        await booth.link(),
        **{"more__trees": "1", "order__lamps": "1", "order__trees": "2", "money__trees": "100"},
        **{"say__quiet": "-1", "idea": "More <b>benches</b>"},
    )
    assert (status, booth.chosen()) == (
        200,
        [
            ("idea", "", 1),
            ("money", "trees", 100),
            ("more", "trees", 1),
            ("order", "lamps", 1),
            ("order", "trees", 2),
            ("say", "quiet", -1),
        ],
    )


async def test_a_place_can_be_written_and_is_rounded(booth: Booth) -> None:
    booth.station.open(SCALE, PLACE, **SECRET)
    status, _said = await booth.cast(await booth.link(), how="?", place__at="48.13743, 11.57549")
    assert status == 200
    assert booth.chosen() == [("how", "?", 0), ("place", "48.1350/11.5750", 1)]


@pytest.mark.parametrize(
    ("fields", "kept"),
    [
        ({}, ""),
        ({"more": "99", "money__trees": "101"}, 'value="101"'),
        ({"more__trees": "1", "more__benches": "1", "more__lamps": "1"}, "checked"),
        ({"more__trees": "\u202e💥", "money__trees": "' OR 1=1 --"}, "&#39; OR 1=1"),
    ],
)
async def test_what_does_not_fit_is_said_and_nothing_is_lost(
    booth: Booth, fields: dict[str, str], kept: str
) -> None:
    more, _order, money, *_others = one_of_each()
    booth.station.open(more, money, **SECRET)
    path = await booth.link()
    status, said = await booth.cast(path, **fields)
    assert (status, kept in said, booth.chosen()) == (422, True, [])
    assert "Nothing was cast yet" in said
    assert (await booth.cast(path, more__trees="1", money__trees="100"))[0] == 200


async def test_it_closes_with_the_poll(booth: Booth) -> None:
    booth.station.open(questions(mild)["single"], **SECRET)
    path = await booth.link()
    booth.clock.at = CLOSES
    assert "no vote can be given or changed any more" in (await booth.cast(path, first="bridge"))[1]
    assert booth.chosen() == []


async def test_a_link_of_something_else_opens_no_ballot_and_a_ballot_no_form(booth: Booth) -> None:
    booth.station.open(questions(mild)["single"], **SECRET)
    path = await booth.link()
    assert (await booth.client.get("/ballot/" + "x" * 43)).status == 404
    form = path.replace("/ballot/", "/form/")
    assert (await booth.client.get(form)).status == 404
    await booth.cast(path, first="bridge")
    assert (await booth.client.get(form)).status == 404


async def test_an_invitation_is_asked_for_in_the_chat_and_used_by_the_ballot(booth: Booth) -> None:
    booth.station.open(questions(mild)["single"], mode="web-secret", level="code")
    with booth.station.office() as office:
        (code,) = office.invite("lanes", 1)
    await booth.chat.say("vote")
    assert "invitation code" in booth.chat.shown[0].text
    path = await booth.link(code)
    assert (await booth.cast(path, first="bridge"))[0] == 200
    assert booth.chosen() == [("first", "bridge", 1)]


async def test_nothing_of_the_choice_is_kept_but_on_the_ballot(booth: Booth) -> None:
    word = "quetzalcoatl"
    options = [{"id": word, "label": texts("Amber")}, {"id": "other", "label": texts("Beryl")}]
    booth.station.open({**questions(mild)["single"], "options": options}, **SECRET)
    await booth.cast(await booth.link(), first=word)
    holding = [
        table
        for table in ("inbox", "outbox", "web_link", "conversation", "participation", "audit_entry")
        if re.search(f"{word}|Amber", str(booth.station.rows(table)))
    ]
    assert (holding, booth.chosen()) == ([], [("first", word, 1)])


@pytest.mark.parametrize(("language", "word"), [("de", "Stimme abgeben"), ("zh", "投票")])
async def test_it_is_there_in_the_language_of_the_talk(
    booth: Booth, language: str, word: str
) -> None:
    booth.station.open(questions(mild)["single"], **SECRET)
    page = await booth.page(await booth.link({"de": "abstimmen", "zh": "我要投票"}[language]))
    assert (f'lang="{language}"' in page, word in page) == (True, True)
