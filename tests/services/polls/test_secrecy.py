"""F14, F15: who searches everything that is kept finds no person beside a choice.

Hundred people vote through the whole house, in four channels; twenty more on a tablet. Then database file, write-ahead log, dump, backup,
logs, Redis, exports and metrics are searched for each person's traces, and for what links them to
one of two options: a name that stands beside it, or a key that both share. The other kinds of
questions are searched likewise in test_secrecy_kinds.py.
"""

import asyncio
import gzip
import logging
import os
import re
import subprocess
import tarfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import redis
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import make_url, select

from bot import backup, logs
from bot.app import public_routes
from bot.config import Settings
from bot.dialog import Transaction
from bot.models import Base
from bot.services.closing import Closer
from bot.services.keys import Keys
from bot.services.kiosk import KioskLinks
from bot.services.privacy import Privacy
from knowledge.library import Library
from tests.conftest import REDIS
from tests.script import Chat
from tests.services.polls.station import COUNTED, NOON, WHO, Station, texts

PEOPLE = 100
CHANNELS = ("telegram", "wechat", "wecom", "web")
SLIPS = 20  # votes on a tablet
# Words that stand in no other text: whoever finds them has found a choice.
LEFT, RIGHT = "quetzalcoatl", "xochimilco"
QUESTION: dict[str, Any] = {
    "id": "where",
    "kind": "single",
    "ask": texts("Where first?"),
    "options": [
        {"id": LEFT, "label": texts("Amber")},
        {"id": RIGHT, "label": texts("Beryl")},
    ],
}


@dataclass
class Election:
    """A house in which hundred people have voted, and what each of them chose."""

    house: Any
    settings: Settings
    station: Station
    clock: list[datetime]
    choices: dict[str, str]
    receipts: dict[str, str]
    slips: dict[str, str]
    log: str
    words: tuple[str, ...] = (LEFT, RIGHT)  # whoever finds one has found a choice

    @property
    def people(self) -> dict[str, str]:
        """Address to person."""
        return {row["id"]: row["person_id"] for row in self.station.rows("address")}

    @property
    def traces(self) -> dict[str, str]:
        """What a choice must not be found by: addresses and persons; and the ids of slips."""
        return self.people | {slip: slip for slip in self.slips}

    def close(self) -> None:
        self.clock[0] = COUNTED
        Closer(self.station.database, Keys.of(self.settings)).close("lanes", COUNTED)


@asynccontextmanager
async def held(
    settings: Settings, library: Library, capsys: Any, people: int = PEOPLE
) -> AsyncIterator[Election]:
    """Everybody votes; every third changes their mind by a late tap, one in ten types it."""
    logs.set_up("debug", "json")
    clock = [NOON]
    async with Chat.opened(settings, library, lambda: clock[0], CHANNELS) as first:
        station = Station(first.house.database, settings.data_dir / "keys")
        station.open(QUESTION, level="web", kiosk=True)
        choices, receipts = {}, {}
        for number in range(people):
            chat = first.another(f"voter-{number:03}", CHANNELS[number % len(CHANNELS)])
            choices[str(chat.address)], said = await voted(chat, number)
            receipts[str(chat.address)] = re.search(r"V\w{3}-\w{4}", said)[0]  # type: ignore[index]
        slips = await on_a_tablet(first.house, people // 5)
        log = capsys.readouterr().err
        yield Election(first.house, settings, station, clock, choices, receipts, slips, log)
        await first.house.wakeups.close()
    logging.getLogger().handlers.clear()


async def on_a_tablet(house: Any, count: int) -> dict[str, str]:
    """Votes on a tablet, through its page; gives the id of each slip with what it said."""
    with house.database.write() as connection:
        token = KioskLinks(Transaction(connection, NOON)).make("lanes", "square", WHO)
    slips = {uuid4().hex: (LEFT, RIGHT)[number % 3 == 0] for number in range(count)}
    application = web.Application()
    application.add_routes(public_routes(house))
    async with TestClient(TestServer(application)) as client:
        sent = [
            {"id": slip, "language": "en", "fields": {"q.where": option}}
            for slip, option in slips.items()
        ]
        answer = await client.post(f"/kiosk/{token}/slips", json={"slips": sent})
        told = (await answer.json())["slips"]
    assert [one["became"] for one in told] == ["counted"] * count
    return slips


async def voted(chat: Chat, number: int) -> tuple[str, str]:
    """One person's whole talk; gives the option they ended with, and what they heard last."""
    await chat.say("vote")
    taps = {c.label: c.value for c in chat.shown[0].choices}
    label, other = ("Amber", "Beryl") if number % 2 else ("Beryl", "Amber")
    if number % 10 == 0:
        await chat.say(label)
    else:
        await chat.say(label, picked=taps[label])
    if number % 3 == 0:
        await chat.say(other, picked=taps[other])
        label = other
    return {"Amber": LEFT, "Beryl": RIGHT}[label], chat.shown[0].text


def tables(station: Station) -> dict[str, list[dict[str, Any]]]:
    with station.database.read() as connection:
        return {
            name: [dict(r) for r in connection.execute(select(table)).mappings()]
            for name, table in Base.metadata.tables.items()
        }


def linked(election: Election) -> set[tuple[str, str]]:
    """(address, option) pairs that values shared between rows lead to, over all tables.

    Begins with what is a person's: id, address, receipt; goes on with every long value of each row
    it finds, as long as there are new ones. Values that half of all rows share tell nothing.
    """
    rows = [r for name, found in tables(election.station).items() if name != "poll" for r in found]
    values = [{v for v in map(str, r.values()) if len(v) >= 9} for r in rows]
    holding: dict[str, set[int]] = {}
    for at, found in enumerate(values):
        for value in found:
            holding.setdefault(value, set()).add(at)
    common = {value for value, where in holding.items() if len(where) > len(election.choices) // 2}
    pairs = set()
    for address, person in election.traces.items():
        known, fresh = set(), {address, person, election.receipts.get(address, address)}
        while fresh:
            known |= fresh
            reached = {at for value in fresh for at in holding.get(value, ())}
            fresh = {v for at in reached for v in values[at]} - known - common
        rows_of = {at for value in known - common for at in holding.get(value, ())}
        pairs |= {
            (address, option)
            for option in election.words
            for at in rows_of
            if option in str(rows[at].values()) and "citybot-poll" not in str(rows[at].values())
        }
    return pairs


def beside(content: bytes, election: Election, span: int = 200) -> list[tuple[str, str]]:
    """Where a person's trace stands within so many bytes of what was chosen."""
    traces = {t.encode(): a for a, person in election.traces.items() for t in (a, person)}
    pattern = re.compile(b"|".join(map(re.escape, sorted(traces, key=len, reverse=True))))
    found = []
    for page in pages(content):
        for at in pattern.finditer(page):
            near = page[max(0, at.start() - span) : at.end() + span]
            found += [(traces[at[0]], o) for o in election.words if o.encode() in near]
    return found


def pages(content: bytes) -> Iterator[bytes]:
    """A file of SQLite's page by page: which page comes next says nothing of what is on it.

    Also within an archive. https://www.sqlite.org/fileformat2.html
    """
    at = content.find(b"SQLite format 3\0")
    if content[:3] == b"\x37\x7f\x06":  # the write-ahead log
        size = int.from_bytes(content[8:12], "big") + 24
        yield from (content[at : at + size] for at in range(32, len(content), size))
    elif at == 0:
        size = int.from_bytes(content[16:18], "big")
        yield from (content[at : at + size] for at in range(0, len(content), size))
    elif at > 0:
        yield content[:at]
        yield from pages(content[at:])
    else:
        yield content


def files(election: Election, folder: Path) -> Iterator[tuple[str, bytes]]:
    """The database as it lies on the disk, or a dump of it; and a backup."""
    url = election.settings.database()
    if url.startswith("sqlite"):
        path = Path(make_url(url).database or "")
        for file in (path, path.with_name(path.name + "-wal")):
            if file.exists():
                yield file.name, file.read_bytes()
    else:
        address = make_url(url)
        dsn = f"postgresql://{address.username}@{address.host}:{address.port}/{address.database}"
        yield "dump", subprocess.run(["pg_dump", dsn], check=True, capture_output=True).stdout
    archive = backup.backup(election.settings, folder, NOON)
    with tarfile.open(archive) as packed:
        for member in packed.getmembers():
            content = packed.extractfile(member)
            assert content is not None
            yield member.name, content.read()
    yield "archive", gzip.decompress(archive.read_bytes())


def exports(election: Election) -> Iterator[tuple[str, bytes]]:
    """What people get of themselves, the metrics, the log."""
    with election.station.database.read() as connection:
        privacy = Privacy(Transaction(connection, NOON), Keys.of(election.settings))
        for address, person in election.people.items():
            yield address, str(privacy.export(person)).encode()
    yield "log", election.log.encode()


def in_redis() -> bytes:
    server = redis.Redis.from_url(REDIS)
    try:
        return b"".join(key + (server.dump(key) or b"") for key in server.scan_iter())
    except redis.ConnectionError:
        pytest.skip("Redis is not there")
    finally:
        server.close()


@pytest.fixture
async def election(
    settings: Settings, library: Library, capsys: pytest.CaptureFixture[str]
) -> AsyncIterator[Election]:
    async with held(replace(settings, redis_url=REDIS), library, capsys) as found:
        yield found


async def test_nobody_can_be_joined_with_a_choice(election: Election, tmp_path: Path) -> None:
    """While the poll is open only its key leads from one to the other; afterwards nothing does."""
    counted = [*election.choices.values(), *election.slips.values()]
    assert (len(election.people), len(election.slips)) == (PEOPLE, SLIPS)
    assert linked(election) == set()
    await asyncio.to_thread(assert_clean, election, tmp_path / "open")
    assert_no_key(election, tmp_path / "open")
    assert_found_with_the_key(election)
    election.close()
    assert election.station.result().questions["where"]["options"] == {
        LEFT: counted.count(LEFT),
        RIGHT: counted.count(RIGHT),
    }
    assert linked(election) == set()
    await asyncio.to_thread(assert_clean, election, tmp_path / "closed")
    assert not any(election.settings.data_dir.joinpath("keys").iterdir())


def assert_clean(election: Election, folder: Path) -> None:
    for name, content in (*files(election, folder), *exports(election)):
        assert beside(content, election) == [], name
        assert not any(slip.encode() in content for slip in election.slips), name
        if name in (*election.people, "log"):
            assert not any(o.encode() in content for o in election.words), name
    assert not any(option.encode() in in_redis() for option in election.words)


def assert_no_key(election: Election, folder: Path, poll: str = "lanes") -> None:
    """F15: the key is in nothing that is copied."""
    kept = election.settings.data_dir / "keys" / f"{poll}.key"
    key, mode = kept.read_bytes(), os.stat(kept).st_mode & 0o777
    assert (len(key), mode) == (32, 0o600)
    for name, content in files(election, folder):
        for form in (key, key.hex().encode()):
            assert form not in content, name


def assert_found_with_the_key(election: Election) -> None:
    """What the search looks for is there: whoever has the key finds each choice."""
    keys = Keys.of(election.settings)
    parts = {row["person_id"]: row for row in election.station.rows("participation")}
    chosen = {row["ballot_key"]: row["option"] for row in election.station.rows("ballot_choice")}
    found = {
        address: chosen[str(keys.ballot_key("lanes", parts[person]["voter_key"]))]
        for address, person in election.people.items()
    }
    assert found == election.choices


@pytest.fixture
async def few(
    sqlite_url: str, tmp_path: Path, library: Library, capsys: pytest.CaptureFixture[str]
) -> AsyncIterator[Election]:
    settings = Settings(data_dir=tmp_path, database_url=sqlite_url, secret="for tests only")
    async with held(settings, library, capsys, 12) as found:
        yield found


async def test_the_search_finds_a_choice_that_stands_beside_a_person(few: Election) -> None:
    """The guard-off twin: somebody writes the choice where it must not be."""
    address, person = next(iter(few.people.items()))
    conversation = Base.metadata.tables["conversation"]
    with few.station.database.write() as connection:
        connection.execute(
            conversation.update()
            .where(conversation.c.address == address)
            .values(state={"forms": [["vote", "where", {"where": LEFT}]]})
        )
    assert linked(few) == {(address, LEFT)}
    assert beside(f"{person} {LEFT}".encode(), few) == [(address, LEFT)]


async def test_the_search_finds_a_ballot_that_shares_a_value_with_its_voter(few: Election) -> None:
    """The guard-off twin: a receipt that stands on the ballot, too."""
    keys = Keys.of(few.settings)
    address = next(a for a in few.people if a.endswith("voter-001"))  # who changed nothing
    parts = few.station.rows("participation")
    part = next(p for p in parts if p["person_id"] == few.people[address])
    ballot = Base.metadata.tables["ballot"]
    with few.station.database.write() as connection:
        key = keys.ballot_key("lanes", part["voter_key"])
        connection.execute(
            ballot.update().where(ballot.c.ballot_key == key).values(name=part["receipt"])
        )
    assert linked(few) == {(address, few.choices[address])}


async def test_the_search_finds_the_slip_of_a_ballot(few: Election) -> None:
    """The guard-off twin: the id that a tablet made, kept with the ballot it was sent with."""
    slip, option = next(iter(few.slips.items()))
    ballot = Base.metadata.tables["ballot"]
    voter = sha256(f"lanes|kiosk|{slip}".encode()).hexdigest()[:32]
    key = Keys.of(few.settings).ballot_key("lanes", voter)
    with few.station.database.write() as connection:
        connection.execute(ballot.update().where(ballot.c.ballot_key == key).values(name=slip))
    assert linked(few) == {(slip, option)}


async def test_ballots_lie_in_the_order_of_their_keys_not_of_their_coming(few: Election) -> None:
    keys = Keys.of(few.settings)
    parts = few.station.rows("participation")
    coming = [str(keys.ballot_key("lanes", part["voter_key"])) for part in parts]
    ballot = Base.metadata.tables["ballot"]
    with few.station.database.read() as connection:
        stored = [row.ballot_key for row in connection.execute(select(ballot))]
    assert stored == sorted(coming)
