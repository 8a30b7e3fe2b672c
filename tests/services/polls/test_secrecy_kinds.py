"""What people write as an answer, of every kind, stands on the ballot and nowhere else."""

import logging
from dataclasses import replace
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
from tests.services.polls.test_secrecy import CHANNELS, in_redis, tables

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
SAID = {"first": ("2", "1, 2", ORDER, BUDGET, "1", "2", "3"), "second": ("2", POINT, IDEA, "4")}


async def votes(chat: Chat, station: Station, poll: str) -> None:
    await chat.say(f"#{station.poll(poll).code}")
    for said in SAID[poll]:
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


def test_every_kind_is_asked_and_every_table_is_looked_at() -> None:
    kinds = {question["kind"] for questions in POLLS.values() for question in questions}
    assert kinds == {"single", "multiple", "scale", "ranking", "statements", "budget", "text",
                     "place"}  # fmt: skip
    assert set(Base.metadata.tables) > HELD
