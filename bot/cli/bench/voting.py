"""`citybot bench poll`: votes as they come, through the inbox; and how long counting takes.

rush    everybody has the ballot open and taps at once: votes a second, each on its ballot in the
        database before the voter hears that it is
pace    votes spread over the time, open and tap, at moments fixed beforehand: who has to wait is
        counted as waiting
tally   ballots laid into the tables as votes would have, then closed as any poll: read, put into
        random order, written as one file, hashed, counted again from that file, the key destroyed
"""

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import Connection, func, select, text, update

from bot import app
from bot.cli.bench.databases import described, is_reachable, scratch
from bot.cli.bench.registering import Silent
from bot.config import Settings
from bot.database import Database
from bot.dialog import Transaction
from bot.message import Address, Message
from bot.models import Base
from bot.services.closing import GRACE, Closer
from bot.services.counting import count
from bot.services.keys import Keys
from bot.services.poll_office import PollOffice
from bot.services.poll_written import read_poll
from bot.services.polls import Polls

AT_ONCE = 64  # voters who tap at the same moment
_AT_ONCE = 50_000  # ballots laid in by one statement
TEN_MINUTES = 600.0
MOST_P95, MOST_TALLY = 1.0, 60.0  # seconds; of a million ballots
_OPTIONS = ("north", "south", "west")
_TABLES = Base.metadata.tables


@dataclass(frozen=True, slots=True)
class Plan:
    """How much: `votes` in ten minutes, of which `seconds` are played; `ballots` to be counted."""

    votes: int
    seconds: float
    rush: int
    ballots: int
    postgres: str

    @property
    def played(self) -> int:
        """The votes of the part that is played."""
        return max(1, round(self.votes * self.seconds / TEN_MINUTES))


@dataclass(frozen=True, slots=True)
class Figure:
    """One database. Times in seconds.

    rate     votes a second in the rush
    p50 ...  until a voter hears, of both turns of a vote that comes in its time
    kept     ballots, participations and marks that are there afterwards; of each one a vote
    counting reading, shuffling, writing, hashing, counting again; `closing`: with all around it
    counted  ballots the result names
    """

    database: str
    plan: Plan
    rate: float
    p50: float
    p95: float
    longest: float
    kept: tuple[int, int, int]
    counting: float
    closing: float
    counted: int

    @property
    def is_right(self) -> bool:
        """Whether every vote is one ballot, and every ballot was counted."""
        votes = self.plan.rush + self.plan.played
        return self.kept == (votes,) * 3 and self.counted == self.plan.ballots


def measure(plan: Plan, folder: Path, tell: Callable[[str], None]) -> tuple[Figure, ...]:
    """All databases there are, one after the other."""
    with ExitStack() as stack:
        urls = {"SQLite": ""}
        if is_reachable(plan.postgres):
            urls["PostgreSQL"] = stack.enter_context(scratch(plan.postgres))
        return tuple(_measured(folder / name, url, plan, tell) for name, url in urls.items())


def _measured(folder: Path, url: str, plan: Plan, tell: Callable[[str], None]) -> Figure:
    folder.mkdir()
    settings = Settings(data_dir=folder, database_url=url, flood_messages=1_000_000)
    house = app.build(settings, ("bench",), known={"bench": Silent})
    keys = Keys.of(settings)
    told = described(str(house.database.url))
    for poll in ("rush", "pace", "tally"):
        _open(house.database, keys, poll)
    tell(f"{told}: {plan.rush:,} + {plan.played:,}")
    rate, lags = asyncio.run(_vote(house, plan))
    kept = _kept(house.database)
    tell(f"{told}: {plan.ballots:,}")
    counting, closing, counted = _tally(house.database, keys, plan.ballots)
    house.database.close()
    ordered = sorted(lags)
    p95 = ordered[int(len(ordered) * 0.95) - 1]
    return Figure(
        *(told, plan, rate, median(ordered), p95, ordered[-1], kept, counting, closing, counted)
    )


def _open(database: Database, keys: Keys, poll_id: str) -> None:
    now = datetime.now(UTC)
    written = {
        "id": poll_id,
        "title": {"en": "Bike lanes"},
        "closes": (now + timedelta(days=1)).isoformat(),
        "level": "web",
        "next_steps": {"en": "The council decides."},
        "questions": [
            {
                "id": "where",
                "kind": "single",
                "ask": {"en": "Where first?"},
                "options": [{"id": o, "label": {"en": o.title()}} for o in _OPTIONS],
            }
        ],
    }
    with database.write() as connection:
        office = PollOffice(Transaction(connection, now), keys, "bench")
        office.save(read_poll(written, now))
        office.open(poll_id)


# -- votes -----------------------------------------------------------------------------------


async def _vote(house: app.House, plan: Plan) -> tuple[float, Sequence[float]]:
    rate = await _rush(house, plan.rush)
    begun = time.perf_counter()
    due = (begun + plan.seconds * number / plan.played for number in range(plan.played))
    lags = await asyncio.gather(*(_in_time(house, n, at) for n, at in enumerate(due)))
    await house.inbox.close()
    return rate, [lag for both in lags for lag in both]


async def _rush(house: app.House, votes: int) -> float:
    """Everybody opens the ballot; then the clock runs while they tap, so many at once."""
    few = asyncio.Semaphore(AT_ONCE)

    async def opened(number: int) -> Message:
        async with few:
            return await _opened(house, "rush", number)

    async def tapped(tap: Message) -> None:
        async with few:
            await house.inbox.accept(tap)

    taps = await asyncio.gather(*map(opened, range(votes)))
    begun = time.perf_counter()
    await asyncio.gather(*map(tapped, taps))
    return votes / (time.perf_counter() - begun)


async def _in_time(house: app.House, number: int, due: float) -> tuple[float, float]:
    """One voter at their moment; how long they waited for the ballot, and for the receipt."""
    await asyncio.sleep(max(0.0, due - time.perf_counter()))
    tap = await _opened(house, "pace", number)
    heard = time.perf_counter()
    await house.inbox.accept(tap)
    return heard - due, time.perf_counter() - heard


async def _opened(house: app.House, poll: str, number: int) -> Message:
    """Open the ballot; gives the tap on one of its options."""
    address = Address("bench", f"{poll}{number}")
    begun = await house.inbox.accept(_tap(address, "open", f"vote:{poll}"))
    choices = begun.deliveries[-1].reply.choices
    return _tap(address, "vote", choices[number % len(_OPTIONS)].value)


def _tap(address: Address, what: str, picked: str) -> Message:
    return Message(f"{address.user}-{what}", address, "", datetime.now(UTC), picked=picked)


def _kept(database: Database) -> tuple[int, int, int]:
    names = ("ballot", "participation", "ballot_choice")
    with database.read() as connection:
        ballots, parts, marks = (
            int(connection.scalar(select(func.count()).select_from(_TABLES[name])) or 0)
            for name in names
        )
    return ballots, parts, marks


# -- counting --------------------------------------------------------------------------------


def _tally(database: Database, keys: Keys, ballots: int) -> tuple[float, float, int]:
    """Seconds of counting, seconds of all of closing, and how many ballots the result names."""
    closes_at = datetime.now(UTC) - GRACE
    poll = _TABLES["poll"]
    for begin in range(0, ballots, _AT_ONCE):
        with database.write() as connection:
            part = {"first": begin, "last": min(begin + _AT_ONCE, ballots) - 1}
            for statement in _laid_in(connection):
                connection.execute(text(statement), part)
    with database.write() as connection:
        shut = update(poll).where(poll.c.id == "tally")
        opened = closes_at - timedelta(hours=1)
        connection.execute(shut.values(opens_at=opened, closes_at=closes_at, state="closing"))
    with database.read() as connection:
        found = Polls(Transaction(connection, closes_at)).get("tally")
        assert found is not None  # noqa: S101 - it was made above
        begun = time.perf_counter()
        count(connection, found)
        counting = time.perf_counter() - begun
    begun = time.perf_counter()
    Closer(database, keys).close("tally", datetime.now(UTC))
    closing = time.perf_counter() - begun
    result = _TABLES["poll_result"].c
    with database.read() as connection:
        named = connection.scalar(select(result.ballots).where(result.poll_id == "tally"))
    return counting, closing, int(named or 0)


def _laid_in(connection: Connection) -> Iterator[str]:
    """Statements that lay ballots into the tables, each with a participation and a mark."""
    if connection.dialect.name == "sqlite":
        more = "SELECT i + 1 FROM n WHERE i < :last"
        numbers = f"WITH RECURSIVE n(i) AS (SELECT :first UNION ALL {more})"
        source, key = "FROM n", "printf('%032x', i)"
        one = "CASE i % 3 WHEN 0 THEN 'north' WHEN 1 THEN 'south' ELSE 'west' END"
    else:
        between = "CAST(:first AS integer), CAST(:last AS integer)"
        numbers, source = "", f"FROM generate_series({between}) AS n(i)"
        key = "lpad(to_hex(i), 32, '0')"
        one = "(ARRAY['north', 'south', 'west'])[i % 3 + 1]"
    into: Any = {
        "ballot (poll_id, ballot_key)": f"'tally', {key}",
        "ballot_choice (poll_id, ballot_key, question, option, value)": (
            f"'tally', {key}, 'where', {one}, 1"
        ),
        "participation (poll_id, voter_key, channel, language)": f"'tally', {key}, 'web', 'en'",
    }
    for table, values in into.items():
        yield f"INSERT INTO {table} {numbers} SELECT {values} {source}"


# -- told ------------------------------------------------------------------------------------


def broken(figures: Sequence[Figure]) -> list[str]:
    """What these figures do not keep, by name in polls_page.PROMISES."""
    found = {
        "right": any(not f.is_right for f in figures),
        "p95": any(f.p95 >= MOST_P95 for f in figures),
        "tally": any(f.closing >= MOST_TALLY for f in figures),
    }
    return [name for name, missed in found.items() if missed]
