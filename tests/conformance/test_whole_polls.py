"""Every kind of question, from writing a poll to recounting it: each channel, each language.

Anna votes on the platform's fake with what she can type anywhere; eleven neighbours vote alike. The
table says what she writes and what must stand on her ballot; what the published file gives when it
is counted again by hand (`citybot poll recount`) must be the sum.
"""

import json
import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bot.cli import citybot
from bot.config import Settings
from bot.dialog import Transaction
from bot.i18n import translate
from bot.services.ballots import Voter
from bot.services.closing import GRACE, Closer
from bot.services.marks import Answer, Marks
from bot.services.moderation import Moderation
from bot.services.polls import Poll
from bot.services.results import Result
from knowledge.library import Library
from tests.clock import Clock
from tests.conformance.stage import StageClock
from tests.conformance.staged import StagedChat
from tests.conformance.stages import STAGES
from tests.dialogs.polling import PLACE, SCALE, one_of_each
from tests.script import plain
from tests.services.polls.station import NOON, Station

NEIGHBOURS = 11
ASKED_FOR = {"en": "I want to vote", "de": "Ich möchte abstimmen", "zh": "我要投票"}
OWN = {"en": "There are too few trees.", "de": "Es gibt zu wenige Bäume.", "zh": "树木太少了。"}


def say(en: str, de: str, zh: str) -> dict[str, str]:
    return {"en": en, "de": de, "zh": zh}


MORE, ORDER, MONEY, SAY, IDEA = one_of_each()
SPOT: dict[str, Any] = {
    "id": "spot",
    "kind": "place",
    "ask": say("Which square?", "Welcher Platz?", "哪个广场？"),
    "options": [
        {"id": "market", "label": say("Market", "Markt", "集市")},
        {"id": "station", "label": say("Station", "Bahnhof", "车站")},
    ],
    "passing": True,
    "unsure": True,
}
SINGLE: dict[str, Any] = {
    **SPOT,
    "id": "one",
    "kind": "single",
    "ask": say("Which one?", "Was davon?", "选哪个？"),
}


@dataclass(frozen=True)
class Asked:
    """A question, what Anna writes first and in the end, and what must then be on her ballot."""

    question: dict[str, Any]
    first: tuple[str, ...]
    last: tuple[str, ...]
    marks: Marks
    tally: dict[str, Any]  # of all twelve
    written: str | None = None


def sums(marks: Marks, **others: int) -> dict[str, Any]:
    return {"options": {**others, **{option: 12 * n for option, n in marks.items()}}}


POLLS = {
    "streets": (
        Asked(SINGLE, ("1",), ("2",), {"station": 1}, sums({"station": 1}, market=0)),
        Asked({**MORE, "least": 2}, ("1, 2",), ("1, 3",), {"trees": 1, "lamps": 1},
              sums({"trees": 1, "lamps": 1}, benches=0)),
        Asked(SCALE, ("2",), ("4",), {"4": 1}, {"mean": 4.0, "median": 4.0}),
        Asked(ORDER, ("1, 2, 3",), ("3, 1",), {"lamps": 1, "trees": 2},
              {"method": "schulze", "order": [["lamps"], ["trees"], ["benches"]]}),
        Asked(MONEY, ("100, 0, 0",), ("1 = 60, 3 = 40",), {"trees": 60, "lamps": 40},
              {"options": {"trees": 720, "benches": 0, "lamps": 480}}),
    ),
    "talk": (
        Asked(SAY, ("1", "2"), ("1",), {"quiet": 1, "dark": -1, "added-1": 1},
              {"options": {"quiet": {"agree": 12, "disagree": 0, "pass": 0},
                           "dark": {"agree": 0, "disagree": 12, "pass": 0},
                           "added-1": {"agree": 12, "disagree": 0, "pass": 0}}}),
        Asked(IDEA, ("?! More places to sit",), ("Benches, please",), {"": 1}, {"answered": 12},
              "Benches, please"),
        Asked(SPOT, ("1",), ("3",), {"-": 0}, {"passed": 12, "answered": 0}),
        Asked(PLACE, ("48.2, 11.6",), ("48.13743, 11.57549",), {"48.1350/11.5750": 1},
              {"options": {"48.1350/11.5750": 12}}),
        Asked({**SPOT, "id": "last"}, ("2",), ("4",), {"?": 0}, {"unsure": 12}),
    ),
}  # fmt: skip


class Day:
    """One house, one channel, one language: polls as Anna lives through them."""

    def __init__(self, chat: StagedChat, clock: Clock, folder: Path, language: str) -> None:
        self.chat, self.clock, self.language = chat, clock, language
        level = "web" if "web" in chat.house.channels else "account"  # there nobody has one
        self.station, self._folder = Station(chat.house.database, folder / "keys", level), folder

    def told(self, msgid: str) -> str:
        return plain(translate(self.language, msgid))

    def heard(self) -> str:
        return plain(" ".join(reply.text for reply in self.chat.shown))

    async def votes(self, poll: Poll, asked: tuple[Asked, ...], which: str) -> str:
        """Answer each question in turn; gives the receipt."""
        for one in asked:
            assert one.question["ask"][self.language] in self.heard()
            for line in getattr(one, which):
                await self.chat.say(line)
        parts = self.station.rows("participation")
        (part,) = [p for p in parts if p["poll_id"] == poll.id and p["channel"] != "letter"]
        assert (part["language"], part["receipt"] in self.heard()) == (self.language, True)
        return str(part["receipt"])

    async def adds_a_statement(self, poll: Poll) -> int:
        """Write one, have it accepted, and agree with it; gives its id."""
        await self.chat.tap(self.told("Add a statement"))
        await self.chat.say(OWN[self.language])
        with self.station.database.write() as connection:
            moderation = Moderation(Transaction(connection, self.clock.at))
            (waiting,) = moderation.statements(poll.id)
            assert waiting.text == {self.language: OWN[self.language]}
            moderation.judge((poll.id, waiting.id), "accepted", "staff:bert")
        return int(waiting.id)

    def neighbours(self, poll: Poll, asked: tuple[Asked, ...]) -> None:
        added = [f"added-{row['id']}" for row in self.station.rows("poll_statement")]
        with self.station.ballots(self.clock.at) as ballots:
            for number in range(NEIGHBOURS):
                voter = Voter(person_id=f"neighbour-{number}", channel="letter",
                              language="en", heard_at=self.clock.at)  # fmt: skip
                for one in asked:
                    marks = {added[0] if k == "added-1" else k: v for k, v in one.marks.items()}
                    answer = Answer(marks, one.written)
                    ballots.cast(poll, voter, one.question["id"], answer)

    async def results(self, poll: Poll) -> Result:
        """The minute comes, it is counted, and Anna reads it in her language."""
        self.clock.at = poll.closes_at + GRACE
        assert Closer(self.station.database, self.station.keys).close_due(self.clock.at)
        await self.chat.tap(self.told("Change my vote"))
        assert self.told("See the result") in [c.label for c in self.chat.shown[0].choices]
        await self.chat.tap(self.told("See the result"))
        return self.station.result(poll.id)

    def recounted(self, poll: Poll) -> dict[str, Any]:
        file = self._folder / f"{poll.id}.csv"
        file.write_bytes((self.station.file(poll.id) or "").encode())
        done = CliRunner().invoke(citybot, ["poll", "recount", str(file)])
        assert done.exit_code == 0, done.output
        found: dict[str, Any] = json.loads(done.stdout)
        return found


def on_ballot(day: Day, poll: Poll, receipt: str) -> dict[str, Answer]:
    (person,) = (p["person_id"] for p in day.station.rows("participation")
                 if p["receipt"] == receipt)  # fmt: skip
    with day.station.ballots(day.clock.at) as ballots:
        mine = ballots.mine(poll, person)
    assert mine is not None
    return {
        question: Answer(as_first(answer.marks), answer.text)
        for question, answer in mine.answers.items()
    }


def as_first(counted: Any) -> Any:
    """With the statement that somebody added named as the first: its own number is by chance."""
    if not isinstance(counted, dict):
        return counted
    named = {re.sub(r"^added-\d+$", "added-1", key): value for key, value in counted.items()}
    return {key: as_first(value) for key, value in named.items()}


@pytest.mark.parametrize("language", ASKED_FOR)
@pytest.mark.parametrize("channel", STAGES)
async def test_polls_of_every_kind_from_writing_to_recounting(
    channel: str, language: str, sqlite_url: str, tmp_path: Path, library: Library
) -> None:
    settings = Settings(data_dir=tmp_path, database_url=sqlite_url, secret="for tests only",
                        own_channels=channel, flood_messages=1000)  # fmt: skip
    clock = Clock(NOON)
    async with STAGES[channel](settings, library, StageClock(clock)) as stage:
        day = Day(StagedChat(stage, "anna"), clock, tmp_path, language)
        for name, asked in POLLS.items():
            closes = (clock.at + timedelta(hours=1)).isoformat()
            poll = day.station.open(*(a.question for a in asked), id=name, closes=closes)
            await day.chat.say(ASKED_FOR[language])
            first = await day.votes(poll, asked, "first")
            if any(a.question.get("adding") for a in asked):
                await day.adds_a_statement(poll)
                await day.chat.say(f"#{poll.code}")
            else:
                await day.chat.tap(day.told("Change my vote"))
            assert await day.votes(poll, asked, "last") == first
            expected = {a.question["id"]: Answer(a.marks, a.written) for a in asked}
            assert on_ballot(day, day.station.poll(name), first) == expected
            day.neighbours(day.station.poll(name), asked)
            published = await day.results(day.station.poll(name))
            for one in asked:
                assert one.question["ask"][language] in day.heard()
            again = day.recounted(poll)
            assert again["sha256"] == published.sha256
            assert (again["ballots"], published.ballots) == (12, 12)
            assert again.get("opinions", {}) == published.opinions
            for one, counted in zip(asked, again["questions"], strict=True):
                assert counted == published.questions[one.question["id"]]
                assert {key: as_first(counted[key]) for key in one.tally} == one.tally
