"""What people answer, of every kind, stands on the ballot and nowhere else, and beside nobody.

Hundred people vote in two polls of all kinds, some in whole talks in four channels; then all that is
kept is searched as test_secrecy.py does it: tables, database file, write-ahead log, dump, backup,
logs, Redis and exports, while the polls are open and when they are counted.
"""

import asyncio
import logging
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot import logs
from bot.config import Settings
from bot.message import Attachment
from bot.models import Base
from bot.services.closing import Closer
from bot.services.keys import Keys
from knowledge.library import Library
from tests.conftest import REDIS
from tests.dialogs.polling import PLACE
from tests.script import Chat
from tests.services.polls.station import COUNTED, NOON, Station, options, texts
from tests.services.polls.test_secrecy import (
    CHANNELS,
    Election,
    assert_clean,
    assert_no_key,
    exports,
    files,
    in_redis,
    linked,
    tables,
)

# Ids that no message shows, and texts that stand nowhere else.
IDS = ("quetzalcoatl", "xochimilco", "tlalpan")
IDEA, BUDGET, ORDER = "Benches of walnut", "1 = 37, 3 = 63", "3, 1"
POINT = b'{"type": "Point", "coordinates": [11.57549, 48.13743]}'
SECRETS = (*IDS, IDEA, "= 37", "48.13743", "48.1350", "11.57549")
HELD = {"poll", "ballot_choice", "poll_result", "poll_text"}  # what is asked, and what is counted


def asked(name: str, kind: str, **more: Any) -> dict[str, Any]:
    given = {"options": options(*IDS)} if kind not in ("text", "place", "scale") else {}
    return {"id": name, "kind": kind, "ask": texts(f"{kind}?"), **given} | more


POLLS = {
    "first": (asked("one", "single"), asked("more", "multiple", most=2), asked("order", "ranking"),
              asked("money", "budget"), asked("say", "statements")),
    "second": (asked("spot", "place", options=options(*IDS)), {**PLACE, "id": "point"},
               asked("idea", "text"), asked("how", "scale")),
}  # fmt: skip
SAID: dict[str, tuple[tuple[str | bytes, ...], ...]] = {
    "first": (
        ("2", "1, 2", ORDER, BUDGET, "1", "2", "3"),
        ("1", "2, 3", "1, 2", BUDGET, "2", "1", "1"),
    ),
    "second": (("2", POINT, IDEA, "4"), ("3", POINT, IDEA, "1")),
}
PEOPLE, TALKING = 100, 20  # the others vote as somebody else's talk would have them
MARKS: dict[str, dict[str, dict[str, int]]] = {
    "first": {
        "one": {IDS[0]: 1}, "more": {IDS[1]: 1, IDS[2]: 1}, "order": {IDS[2]: 1, IDS[0]: 2},
        "money": {IDS[0]: 37, IDS[2]: 63}, "say": {IDS[0]: 1, IDS[1]: -1, IDS[2]: 0},
    },
    "second": {"spot": {IDS[1]: 1}, "point": {"48.1350/11.5750": 1}, "idea": {"": 1}, "how": {"4": 1}},
}  # fmt: skip
WORDS = (*IDS, IDEA, "48.1350")  # as ballots have them


async def votes(chat: Chat, station: Station, poll: str, number: int = 0) -> None:
    await chat.say(f"#{station.poll(poll).code}")
    for said in SAID[poll][number % 2]:
        if isinstance(said, bytes):
            await chat.say("", attachments=(Attachment("application/geo+json", said, ""),))
        else:
            await chat.say(said)
    assert "your vote is recorded" in chat.shown[0].text


def found(station: Station) -> list[tuple[str, str]]:
    kept = {name: str(rows) for name, rows in tables(station).items() if name not in HELD}
    return [(name, word) for name, rows in kept.items() for word in SECRETS if word in rows]


async def test_no_answer_of_any_kind_is_kept_beside_the_ballot(
    settings: Settings, library: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.set_up("debug", "json")
    chosen = replace(settings, redis_url=REDIS)
    async with Chat.opened(chosen, library, lambda: NOON, CHANNELS) as first:
        station = Station(first.house.database, chosen.data_dir / "keys")
        voters = [first.another(f"voter-on-{channel}", channel) for channel in CHANNELS]
        for name, questions in POLLS.items():
            station.open(*questions, id=name, level="web")
            for voter in voters:
                await votes(voter, station, name)
        told = capsys.readouterr().err
        assert found(station) == []
        assert [word for word in SECRETS if word in told or word.encode() in in_redis()] == []
        ballots = str(station.rows("ballot_choice"))
        assert [word for word in (*IDS, IDEA, "48.1350") if word not in ballots] == []
        closer = Closer(station.database, Keys.of(chosen))
        assert set(closer.close_due(COUNTED)) == set(POLLS)
        assert found(station) == []
        assert (station.count("ballot_choice"), station.count("poll_text")) == (0, len(CHANNELS))
        await first.house.wakeups.close()
    logging.getLogger().handlers.clear()


async def test_nobody_can_be_joined_with_an_answer_of_any_kind(
    settings: Settings, library: Library, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    logs.set_up("debug", "json")
    chosen = replace(settings, redis_url=REDIS)
    clock = [NOON]
    async with Chat.opened(chosen, library, lambda: clock[0], CHANNELS) as first:
        station = Station(first.house.database, chosen.data_dir / "keys")
        for name, questions in POLLS.items():
            station.open(*questions, id=name, level="web")
        receipts = await all_vote(first, station)
        log = capsys.readouterr().err
        chose = dict.fromkeys(receipts, "")
        election = Election(first.house, chosen, station, clock, chose, receipts, {}, log, WORDS)
        assert len(election.people) == TALKING
        await asyncio.to_thread(assert_secret, election, tmp_path / "open")
        for poll in POLLS:
            assert_no_key(election, tmp_path / "open", poll)
        clock[0] = COUNTED
        assert set(Closer(station.database, Keys.of(chosen)).close_due(COUNTED)) == set(POLLS)
        await asyncio.to_thread(assert_secret, election, tmp_path / "closed")
        assert not any(chosen.data_dir.joinpath("keys").iterdir())
        assert all(station.result(poll).ballots == PEOPLE for poll in POLLS)
        await first.house.wakeups.close()
    logging.getLogger().handlers.clear()


async def all_vote(first: Chat, station: Station) -> dict[str, str]:
    """Each in both polls; gives the receipt that each who talked heard last."""
    for number in range(TALKING, PEOPLE):
        for poll, marks in MARKS.items():
            for question, given in marks.items():
                idea = IDEA if question == "idea" else None
                station.mark(f"person-{number}", given, question=question, poll=poll, written=idea)
    receipts = {}
    for number in range(TALKING):
        chat = first.another(f"voter-{number:03}", CHANNELS[number % len(CHANNELS)])
        for poll in POLLS:
            await votes(chat, station, poll, number)
        found = re.search(r"V\w{3}-\w{4}", chat.shown[0].text)
        receipts[str(chat.address)] = found[0] if found else ""
    return receipts


def assert_secret(election: Election, folder: Path) -> None:
    assert linked(election) == set()
    assert_clean(election, folder)
    for name, content in (*files(election, folder), *exports(election)):
        assert b"48.13743" not in content, name  # where somebody stood, before it was rounded


def test_every_kind_is_asked_and_every_table_is_looked_at() -> None:
    kinds = {question["kind"] for questions in POLLS.values() for question in questions}
    assert kinds == {"single", "multiple", "scale", "ranking", "statements", "budget", "text",
                     "place"}  # fmt: skip
    assert set(Base.metadata.tables) > HELD
