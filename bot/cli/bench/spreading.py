"""Measures what a second process brings: turns a second on PostgreSQL with one, and with two.

Each contender is so many `citybot run --roles web,worker` on a database of its own. Their work is
questions, whose cost is in the process that takes the turn: as people come in, over HTTP, and left
waiting in the inbox, where the processes share what there is.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Final

from sqlalchemy import func, insert, select

from bot.cli.bench.databases import Kept, is_reachable, kept, scratch
from bot.cli.bench.peers import Broken, House, Round, surroundings
from bot.cli.bench.seeding import people_on_telegram
from bot.cli.bench.texts import KINDS
from bot.cli.bench.turn import machine
from bot.config import Settings
from bot.database import Database
from bot.message import Address, Message
from bot.models import Base
from bot.stored import event_to_json

COMING, WAITING = "as they come in", "left waiting"
WORKS: Final = (COMING, WAITING)
ROLES: Final = "web,worker"
_PROCESSES: Final = (1, 2)
_ROUNDS, _ROUND = 3, 0.5  # at most; seconds that one should last at least
_FIRST: Final = 5_000_000  # the chat of the first person whose question waits
_PATIENCE: Final = 120.0  # seconds that a round of what waits may take
_INBOX = Base.metadata.tables["inbox"]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be measured. `seconds`: of each contender, over all rounds.

    backlog  questions that are left waiting in a round
    """

    seconds: float
    conversations: int
    backlog: int
    postgres: str

    @property
    def rounds(self) -> int:
        """How many rounds the seconds are spread over."""
        return max(1, min(_ROUNDS, int(self.seconds / _ROUND)))

    @property
    def each(self) -> float:
        """Seconds of a round."""
        return self.seconds / self.rounds


@dataclass(frozen=True, slots=True)
class Took:
    """One round of one contender. `cpu`: seconds of all its processes; `busy`: of the machine's

    cores, how many were at work on average, whoever's work it was.
    """

    turns: int
    rate: float
    cpu: float
    busy: float
    bad: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A contender over all rounds: medians. `ratio` to one process in the same round."""

    processes: int
    work: str
    rate: float
    ratio: float
    cpu: float  # seconds a turn
    busy: float
    turns: int


@dataclass(frozen=True, slots=True)
class Report:
    """All that was measured; no figures without PostgreSQL. `void`: why they may not be used."""

    plan: Plan
    machine: dict[str, str]
    figures: tuple[Figure, ...] = ()
    void: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Crew:
    """So many processes on one database."""

    houses: tuple[House, ...]
    database: Database

    @property
    def name(self) -> str:
        """How many they are."""
        return f"{len(self.houses)} × {ROLES}"

    def cpu(self) -> float:
        """Seconds of processor time of all of them, so far."""
        return sum(house.cpu() for house in self.houses)

    def play(self, work: str, plan: Plan, number: int) -> Took:
        """One round."""
        return self._hear(plan, number) if work == COMING else self._catch_up(plan, number)

    def _hear(self, plan: Plan, number: int) -> Took:
        """People come in over HTTP, alike many at each process."""
        share = plan.conversations // len(self.houses)
        before, cores = self.cpu(), _Cores()

        def talk(place: int) -> Round:
            name = f"round{number}-{place}"
            return self.houses[place].play("question", share, plan.each, name)

        with ThreadPoolExecutor(len(self.houses)) as threads:
            rounds = list(threads.map(talk, range(len(self.houses))))
        turns = sum(r.answers for r in rounds)
        bad = next((r.bad for r in rounds if r.bad), "")
        return Took(turns, sum(r.rate for r in rounds), self.cpu() - before, cores.busy(), bad)

    def _catch_up(self, plan: Plan, number: int) -> Took:
        """Questions are laid into the inbox at once; counted from the first that are done."""
        before, cores = self.cpu(), _Cores()
        _lay_in(self.database, plan.backlog, number)
        laid_in = time.perf_counter()
        left = self._left(plan.backlog)
        first = next(count for count in left if count < plan.backlog)
        # Of so few that all were done at once, the time they waited is all there is.
        begun, counted = (time.perf_counter(), first) if first else (laid_in, plan.backlog)
        for _count in left:
            pass
        rate = counted / (time.perf_counter() - begun)
        return Took(plan.backlog, rate, self.cpu() - before, cores.busy())

    def _left(self, backlog: int) -> Iterator[int]:
        """How many wait, again and again, until none does. Raises Broken when that takes long."""
        until, count = time.perf_counter() + _PATIENCE, backlog
        counting = select(func.count()).where(_INBOX.c.state == "new")
        while count:
            if time.perf_counter() > until:
                raise Broken(f"{self.name}: {count} turns still wait")
            time.sleep(0.01)
            with self.database.read() as connection:
                count = int(connection.scalar(counting) or 0)
            yield count


class _Cores:
    """How many cores of the machine are at work, by whoever, since this was made."""

    def __init__(self) -> None:
        self._begun, self._before = time.perf_counter(), _worked()

    def busy(self) -> float:
        """On average until now; 0 where /proc does not tell."""
        return (_worked() - self._before) / (time.perf_counter() - self._begun)


def _worked() -> float:
    """Seconds that all cores have worked since the machine started."""
    try:
        spent = Path("/proc/stat").read_text(encoding="ascii").split("\n", 1)[0].split()[1:9]
    except OSError:
        return 0.0
    user, nice, system, _idle, _waiting, *others = map(int, spent)
    return (user + nice + system + sum(others)) / _TICKS


_TICKS: Final = 100  # a second, in /proc/stat on every Linux


def _lay_in(database: Database, count: int, number: int) -> None:
    """As many messages as a process left that was killed after it had stored them."""
    now, asked = datetime.now(UTC), KINDS["question"]
    rows = []
    for place in range(count):
        sender = Address("telegram", str(_FIRST + place))
        text = asked[(number * 11 + place * 7) % len(asked)]
        event = Message(f"waits-{number}-{place}", sender, text, now, locale="en")
        stored = {"channel": "telegram", "event_id": event.id, "address": str(sender)}
        rows.append({**stored, "payload": event_to_json(event)})
    ready = {"received_at": now, "due_at": now, "state": "new", "attempts": 0}
    with database.write() as connection:
        connection.execute(insert(_INBOX), [row | ready for row in rows])


@dataclass(slots=True)
class _Run:
    """A run as it grows."""

    plan: Plan
    folder: Path
    stack: ExitStack
    crews: list[Crew] = field(default_factory=list)
    rounds: defaultdict[tuple[int, str], list[Took]] = field(
        default_factory=lambda: defaultdict(list)
    )


def measure(plan: Plan, folder: Path, tell: Callable[[str], None]) -> Report:
    """Start everybody, play the rounds, stop everybody, count. Raises Broken."""
    if not is_reachable(plan.postgres):
        return Report(plan, machine(()))
    with ExitStack() as stack:
        run = _Run(plan, folder, stack)
        for count in _PROCESSES:
            _open(run, count)
        _play(run, tell)
        return _reported(run)


def _open(run: _Run, count: int) -> None:
    """So many processes, warm, on a database where everybody who will be waited for is known."""
    url = run.stack.enter_context(scratch(run.plan.postgres))
    address = Settings(data_dir=run.folder, database_url=url).database()
    houses = []
    for number in range(count):
        folder = run.folder / f"{count}-{number}"
        folder.mkdir()
        houses.append(House(folder, _environ(run.folder, count, url)))
        run.stack.callback(houses[-1].stop)
    database = Database(address)
    run.stack.callback(database.close)
    people_on_telegram(database, run.plan.backlog, _FIRST)
    run.crews.append(Crew(tuple(houses), database))


def _environ(folder: Path, count: int, url: str) -> dict[str, str]:
    return surroundings(
        folder,
        CITYBOT_DATA_DIR=str(folder / f"data-{count}"),
        CITYBOT_FLOOD_MESSAGES="1000000",
        CITYBOT_ROLES=ROLES,
        DATABASE_URL=url,
    )


def _play(run: _Run, tell: Callable[[str], None]) -> None:
    """Rounds in which everybody plays once; every second one in the opposite order."""
    contenders = [(crew, work) for work in WORKS for crew in run.crews]
    for crew, work in contenders:
        tell(f"{crew.name}: {work}")
    for number in range(run.plan.rounds):
        for crew, work in contenders[:: -1 if number % 2 else 1]:
            run.rounds[len(crew.houses), work].append(crew.play(work, run.plan, number))


def _reported(run: _Run) -> Report:
    figures = tuple(
        _figure(run, count, work, rounds) for (count, work), rounds in run.rounds.items()
    )
    void = tuple(reason for crew in run.crews for reason in _doubts(run, crew))
    return Report(run.plan, machine([run.crews[0].database.url]), figures, void)


def _figure(run: _Run, count: int, work: str, rounds: Sequence[Took]) -> Figure:
    against = zip(rounds, run.rounds[1, work], strict=True)
    ratios = [one.rate / alone.rate if alone.rate else 0.0 for one, alone in against]
    return Figure(
        *(count, work),
        median(r.rate for r in rounds),
        median(ratios),
        median(r.cpu / r.turns if r.turns else 0.0 for r in rounds),
        median(r.busy for r in rounds),
        sum(r.turns for r in rounds),
    )


def _doubts(run: _Run, crew: Crew) -> Iterator[str]:
    """A complaint, or a row too few."""
    rounds = [r for work in WORKS for r in run.rounds[len(crew.houses), work]]
    for one in rounds:
        if one.bad:
            yield f"{crew.name}: {one.bad}"
    turns = sum(r.turns for r in rounds)
    if (rows := kept(crew.database.url)) != Kept(turns, turns, turns):
        yield f"{crew.name}: {rows} instead of {turns} turns"
