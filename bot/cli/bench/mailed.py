"""Measures broadcasts: the real tables, delivery and channel; only Telegram is pretended."""

import json
import random
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from bot.bulk import FLIGHT
from bot.cli.bench.contenders import Fake
from bot.cli.bench.databases import is_reachable, scratch
from bot.cli.bench.mail_bare import FIRST, TEXT
from bot.cli.bench.mailing import channels
from bot.cli.bench.peers import Process, surroundings
from bot.cli.bench.seeding import people_on_telegram
from bot.config import Settings
from bot.database import Database
from bot.dialog import Transaction
from bot.services.broadcast_ledger import Ledger
from bot.services.broadcast_written import read_broadcast
from bot.services.broadcasts import Broadcasts

_BARE, _WHOLE, _KILLED = 17, 18, 19  # numbers of bots: the fake counts each by itself
_KEY = ":AAbenchmark-token-0123456789abcdefgh"
_ROUND = 50_000  # people aiohttp's client posts to in a round, at most


@dataclass(frozen=True, slots=True)
class Plan:
    """A broadcast to `people`; another one to `fewer` is killed so many times."""

    people: int
    fewer: int
    kills: int
    postgres: str


@dataclass(frozen=True, slots=True)
class Figure:
    """One database. Times in seconds, memory in bytes.

    rate, bare  messages a second: ours, and what aiohttp's client posts to the same fake
    cpu         of processor time for each message of ours
    commits     rows for each transaction
    grown       memory the sending process took more than at its start
    unsure      after the kills; `flying` is the most that were under way then
    """

    name: str
    people: int
    queueing: float
    rate: float
    bare: float
    cpu: float
    rows_a_commit: float
    grown: int
    kills: int
    audience: int
    tally: Mapping[str, int]
    arrived: int
    doubled: int
    flying: int

    @property
    def ratio(self) -> float:
        """Of what aiohttp's client alone can do."""
        return self.rate / self.bare

    @property
    def is_exact(self) -> bool:
        """Whether the states add up, and tell no lie about what arrived."""
        sent, unsure = self.tally.get("sent", 0), self.tally.get("unsure", 0)
        adds_up = sum(self.tally.values()) == self.audience
        return adds_up and sent <= self.arrived <= sent + unsure


def measure(plan: Plan, folder: Path, tell: Callable[[str], None]) -> tuple[Figure, ...]:
    """All databases there are, one after the other. Raises Broken."""
    servers = {"SQLite": ""}
    if is_reachable(plan.postgres):
        servers["PostgreSQL"] = plan.postgres
    figures = []
    for name, server in servers.items():
        tell(f"{name}: {plan.people:,}")
        with ExitStack() as stack:
            own = folder / name
            own.mkdir()
            fake = Fake(own)
            stack.callback(fake.stop)
            urls = [_database(stack, own / purpose, server) for purpose in ("whole", "killed")]
            figures.append(_measured(name, plan, _Bench(fake, own), urls))
    return tuple(figures)


def _database(stack: ExitStack, folder: Path, server: str) -> str:
    folder.mkdir()
    url = stack.enter_context(scratch(server)) if server else ""
    return Settings(data_dir=folder, database_url=url).database()


@dataclass(frozen=True, slots=True)
class _Bench:
    """The pretended Telegram, and where processes may write."""

    fake: Fake
    folder: Path

    def counted(self, bot: int) -> tuple[int, int]:
        """Messages of that bot since it was first asked for, and to how many people."""
        messages, people = json.loads(self.fake.ask({"counted": bot}))
        return messages, people

    def bare(self, people: int) -> float:
        """Messages a second that aiohttp's client posts."""
        words = ("bot.cli.bench.mail_bare", self.fake.api, f"{_BARE}{_KEY}", str(people))
        process = self._process(*words)
        told = json.loads(process.line())
        process.stop()
        return float(told["rate"])

    def house(self, url: str, bot: int, times: int = 1) -> Process:
        """A house that has begun to send; `times`: how far its clock is ahead."""
        words = ("bot.cli.bench.mailing", url, self.fake.api, f"{bot}{_KEY}", str(times))
        process = self._process(*words)
        process.line()
        return process

    def _process(self, module: str, *words: str) -> Process:
        return Process(["-m", module, *words], self.folder, surroundings(self.folder))


def _measured(name: str, plan: Plan, bench: _Bench, urls: list[str]) -> Figure:
    whole, killed = urls
    _send_off(whole, plan.people)
    _send_off(killed, plan.fewer)
    some = min(plan.people, _ROUND)
    bare = [bench.bare(some)]
    process = bench.house(whole, _WHOLE)
    told = json.loads(process.line())
    process.stop()
    bare.append(bench.bare(some))
    bench.counted(_KILLED)
    _kill(bench, killed, plan.kills)
    messages, people = bench.counted(_KILLED)
    return Figure(
        *(name, told["queued"], told["queueing"]),
        rate=plan.people / told["seconds"],
        bare=median(bare),
        cpu=told["busy"] / plan.people,
        rows_a_commit=plan.people / max(told["commits"], 1),
        grown=told["grown"],
        kills=plan.kills,
        audience=plan.fewer,
        tally=_tally(killed),
        arrived=people,
        doubled=messages - people,
        flying=plan.kills * FLIGHT,
    )


def _send_off(url: str, people: int) -> None:
    """A broadcast to so many, sent off by somebody."""
    with closing(Database(url)) as database:
        database.upgrade()
        people_on_telegram(database, people, FIRST)
        plain = {"name": "benchmark", "texts": {"en": TEXT}, "night": "send"}
        with database.write() as connection:
            now = datetime.now(UTC)
            broadcasts = Broadcasts(Transaction(connection, now), channels())
            draft = broadcasts.save(read_broadcast(plain, "UTC"), "benchmark")
            broadcasts.send(draft, "benchmark")


def _kill(bench: _Bench, url: str, kills: int) -> None:
    """Killed at any moment, so many times, and begun anew; then it comes to its end."""
    for number in range(kills):
        process = bench.house(url, _KILLED, number + 1)
        time.sleep(random.uniform(0.05, 0.5))  # noqa: S311 - any moment will do
        process.process.kill()
        process.stop()
    process = bench.house(url, _KILLED, kills + 1)
    process.line()
    process.stop()


def _tally(url: str) -> Mapping[str, int]:
    with closing(Database(url)) as database, database.read() as connection:
        transaction = Transaction(connection, datetime.now(UTC))
        sent = Broadcasts(transaction, channels()).get(1)
        return dict(Ledger(transaction).tally(sent)) if sent else {}
