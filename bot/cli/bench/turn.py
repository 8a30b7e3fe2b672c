"""Measures turns: the real house against a bare aiohttp handler, interleaved in one run."""

import os
import platform
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from bot.cli.bench.databases import Kept, described, is_reachable, kept, scratch
from bot.cli.bench.peers import Bare, House, Inside, Peer, Round, first_answer, surroundings
from bot.config import Settings

BARE = "bare aiohttp"
_ROUND = 0.5  # seconds a round should last at least
_ROUNDS = 5
_ASKED = 3  # times `citybot ask` is measured


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be measured. `seconds`: of each contender, over all rounds."""

    seconds: float
    conversations: int
    postgres: str

    @property
    def rounds(self) -> int:
        """How many rounds the seconds are spread over."""
        return max(1, min(_ROUNDS, int(self.seconds / _ROUND)))


@dataclass(frozen=True, slots=True)
class Figure:
    """A contender over all rounds: medians; `ratio` to bare aiohttp in the same round."""

    name: str
    kind: str
    rate: float
    ratio: float
    p50: float
    p99: float
    cpu: float
    client: float  # the load client's share of one core; in process it is the house's own
    answers: int


@dataclass(frozen=True, slots=True)
class Standing:
    """A house besides its turns: seconds until ready, resident bytes."""

    name: str
    first_start: float
    second_start: float
    at_rest: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class Report:
    """All that was measured. `void` says why the figures may not be used; empty when they may."""

    plan: Plan
    machine: dict[str, str]
    figures: tuple[Figure, ...]
    houses: tuple[Standing, ...]
    ask: tuple[float, ...]
    void: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Store:
    """A database with the contenders that share none of it with another."""

    name: str
    url: str
    peer: Peer


@dataclass(slots=True)
class _Run:
    """A run as it grows."""

    plan: Plan
    folder: Path
    stack: ExitStack
    stores: list[_Store] = field(default_factory=list)
    houses: dict[str, tuple[House, float, int | None]] = field(default_factory=dict)
    rounds: defaultdict[tuple[str, str], list[Round]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def place(self, name: str) -> Path:
        """A folder of its own for a process."""
        path = self.folder / name
        path.mkdir()
        return path


def measure(plan: Plan, folder: Path, tell: Callable[[str], None]) -> Report:
    """Start everybody, play the rounds, stop everybody, count. `folder` may be thrown away.

    `tell` hears the name of each contender before its first round. Raises Broken.
    """
    with ExitStack() as stack:
        run = _Run(plan, folder, stack)
        asked = _ask(run)
        bare = Bare(run.place("bare"))
        stack.callback(bare.stop)
        _open(run, "SQLite", "")
        if is_reachable(plan.postgres):
            _open(run, "PostgreSQL", plan.postgres)
        _play(run, bare, tell)
        return _reported(run, asked)


def _ask(run: _Run) -> tuple[float, ...]:
    """Seconds until the first answer; the very first run only fills the caches of the disk."""
    folder = run.place("ask")
    environ = _environ(run, folder, "")
    first_answer(folder, environ)
    return tuple(sorted(first_answer(folder, environ) for _time in range(_ASKED)))


def _environ(run: _Run, folder: Path, url: str) -> dict[str, str]:
    own = {"CITYBOT_DATA_DIR": str(folder), "CITYBOT_FLOOD_MESSAGES": "1000000"}
    return surroundings(run.folder, **own, **({"DATABASE_URL": url} if url else {}))


def _open(run: _Run, database: str, server: str) -> None:
    """A house, started twice, and an inbox without HTTP, each on a database of its own."""
    name, folder, url = f"web, {database}", run.place(f"web {database}"), _fresh(run, server)
    first = House(folder, _environ(run, folder, url))
    first.stop()
    house = House(folder, _environ(run, folder, url))
    run.stack.callback(house.stop)
    run.houses[name] = (house, first.ready, house.memory())
    run.stores.append(_Store(name, _address(folder, url), house))
    folder, url = run.place(f"inside {database}"), _fresh(run, server)
    inside = Inside(folder, _environ(run, folder, url))
    run.stack.callback(inside.stop)
    run.stores.append(_Store(f"in process, {database}", _address(folder, url), inside))


def _fresh(run: _Run, server: str) -> str:
    return run.stack.enter_context(scratch(server)) if server else ""


def _address(folder: Path, url: str) -> str:
    return Settings(data_dir=folder, database_url=url).database()


def _play(run: _Run, bare: Peer, tell: Callable[[str], None]) -> None:
    """Rounds in which everybody plays once; every second one in the opposite order."""
    plan = run.plan
    contenders: list[tuple[str, str, Peer]] = [(BARE, "command", bare)]
    contenders += [(s.name, kind, s.peer) for s in run.stores for kind in ("command", "question")]
    for number in range(plan.rounds):
        for name, kind, peer in contenders[:: -1 if number % 2 else 1]:
            if not number:
                tell(f"{name}: {kind}")
            seconds = plan.seconds / plan.rounds
            played = peer.play(kind, plan.conversations, seconds, f"round{number}-{kind}")
            run.rounds[name, kind].append(played)


def _reported(run: _Run, asked: tuple[float, ...]) -> Report:
    bare = run.rounds[BARE, "command"]
    figures = tuple(figure(name, kind, r, bare) for (name, kind), r in run.rounds.items())
    houses = tuple(
        Standing(name, first, house.ready, at_rest, house.memory())
        for name, (house, first, at_rest) in run.houses.items()
    )
    void = tuple(reason for store in run.stores for reason in _doubts(run, store))
    return Report(run.plan, machine([s.url for s in run.stores]), figures, houses, asked, void)


def figure(name: str, kind: str, rounds: Sequence[Round], bare: Sequence[Round]) -> Figure:
    """All rounds of a contender in one line; `bare` are those it is compared with."""
    ratios = [
        one.rate / other.rate if other.rate else 0.0
        for one, other in zip(rounds, bare, strict=True)
    ]
    return Figure(
        name,
        kind,
        median(r.rate for r in rounds),
        median(ratios),
        median(r.p50 for r in rounds),
        median(r.p99 for r in rounds),
        median(r.cpu for r in rounds),
        median(r.busy for r in rounds),
        sum(r.answers for r in rounds),
    )


def _doubts(run: _Run, store: _Store) -> list[str]:
    """Why the figures of this database are void: an answer that was none, a row too few."""
    rounds = [
        r for (name, _kind), played in run.rounds.items() for r in played if name == store.name
    ]
    reasons = [f"{store.name}: {r.bad}" for r in rounds if r.bad]
    answers, replies = sum(r.answers for r in rounds), sum(r.replies for r in rounds)
    rows, expected = kept(store.url), Kept(answers, answers, replies)
    if rows != expected:
        reasons.append(f"{store.name}: {rows} instead of {expected}")
    return reasons


def machine(urls: Sequence[str]) -> dict[str, str]:
    """Where it was measured, and on which databases."""
    return {
        "system": platform.system(),
        "cores": str(os.cpu_count()),
        "python": platform.python_version(),
        "databases": "; ".join(dict.fromkeys(map(described, urls))),
    }
