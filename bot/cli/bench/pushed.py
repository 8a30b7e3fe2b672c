"""Measures WeChat: the real house and a bare aiohttp handler with wechatpy, in one run."""

import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path

from bot.cli.bench.databases import Kept, is_reachable, kept, scratch
from bot.cli.bench.peers import Broken, House, Process, Round, round_of, surroundings
from bot.cli.bench.pushes import Pushes
from bot.cli.bench.texts import KINDS
from bot.cli.bench.turn import Figure, Plan, figure, machine
from bot.config import Settings

BARE = "aiohttp and wechatpy"
CALM = 8  # people at once
# Normal load: of 100,000 followers each fifth writes five messages on a day, all within six hours.
RATE = 5.0
SLOW = 50  # milliseconds a commit takes more, where the database is slow
NORMAL = "normal load"
AIM = 1.5  # seconds for 99 of 100 passive replies, in normal load
NOWHERE = "http://127.0.0.1:9"  # nothing but answers is measured, and nothing is to be called
_KEYS = ("benchtoken", "benchmarkEncodingAESKey0123456789abcdefghij", "wxbench0123456789")
_SETTINGS = {
    "CITYBOT_WECHAT_APP_ID": _KEYS[2],
    "CITYBOT_WECHAT_APP_SECRET": "benchmark",
    "CITYBOT_WECHAT_TOKEN": _KEYS[0],
    "CITYBOT_WECHAT_AES_KEY": _KEYS[1],
    "CITYBOT_WECHAT_API": NOWHERE,
    "CITYBOT_WECHAT_SERVICE": "no",
    "CITYBOT_FLOOD_MESSAGES": "1000000",
}


@dataclass(frozen=True, slots=True)
class Kind:
    """What is said in a round, by how many, and how often; 0: as the plan has it, at once."""

    texts: str
    people: int = 0
    rate: float = 0.0


PLAYED = {
    "command": Kind("command"),
    "question": Kind("question"),
    "question, 8 at once": Kind("question", CALM),
    f"question, {NORMAL}": Kind("question", CALM, RATE),
}


@dataclass(frozen=True, slots=True)
class Report:
    """All that was measured. `void` says why the figures may not be used; empty when they may."""

    plan: Plan
    machine: dict[str, str]
    figures: tuple[Figure, ...]
    void: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Account:
    """A contender behind an Official Account. `url`: its database, if it has one.

    kinds  what it plays
    """

    name: str
    process: Process
    port: int
    url: str = ""
    kinds: tuple[str, ...] = tuple(PLAYED)

    def play(self, kind: Kind, plan: Plan, first: int) -> Round:
        """One run of the load client. Raises Broken when it could not finish."""
        people, seconds = kind.people or plan.conversations, plan.seconds / plan.rounds
        job = Pushes(self.port, _KEYS, people, seconds, KINDS[kind.texts], first, kind.rate)
        before = self.process.cpu()
        client = subprocess.run(
            [sys.executable, "-m", "bot.cli.bench.pushes"],
            input=json.dumps(asdict(job)),
            capture_output=True,
            text=True,
            check=False,
        )
        if client.returncode:
            raise Broken(client.stderr[-2000:])
        return round_of(client.stdout, self.process.cpu() - before)


@dataclass(slots=True)
class _Run:
    """A run as it grows."""

    plan: Plan
    folder: Path
    stack: ExitStack
    accounts: list[Account] = field(default_factory=list)
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
        _bare(run)
        _house(run, "SQLite", "")
        _house(run, "slow SQLite", "", slow=True)
        if is_reachable(plan.postgres):
            _house(run, "PostgreSQL", stack.enter_context(scratch(plan.postgres)))
            far = stack.enter_context(scratch(plan.postgres))
            _house(run, "slow PostgreSQL", far, slow=True)
        _play(run, tell)
        return _reported(run)


def _bare(run: _Run) -> None:
    folder = run.place("bare")
    process = Process(["-m", "bot.cli.bench.push_bare", *_KEYS], folder, surroundings(folder))
    run.stack.callback(process.stop)
    run.accounts.append(Account(BARE, process, int(process.line())))


def _house(run: _Run, database: str, url: str, *, slow: bool = False) -> None:
    folder = run.place(database)
    own = {**_SETTINGS, "CITYBOT_DATA_DIR": str(folder), **({"DATABASE_URL": url} if url else {})}
    program = ("bot.cli.bench.house_slow", str(SLOW)) if slow else ("bot",)
    house = House(folder, surroundings(folder, **own), program)
    run.stack.callback(house.stop)
    address = Settings(data_dir=folder, database_url=url).database()
    kinds = (f"question, {NORMAL}",) if slow else tuple(PLAYED)
    run.accounts.append(Account(f"citybot, {database}", house, house.port, address, kinds))


def _play(run: _Run, tell: Callable[[str], None]) -> None:
    """Rounds in which everybody plays once; every second one in the opposite order."""
    contenders = [(run.accounts[0], "command")]
    contenders += [(account, kind) for account in run.accounts[1:] for kind in account.kinds]
    first = 1
    for number in range(run.plan.rounds):
        for account, kind in contenders[:: -1 if number % 2 else 1]:
            if not number:
                tell(f"{account.name}: {kind}")
            played = account.play(PLAYED[kind], run.plan, first)
            run.rounds[account.name, kind].append(played)
            first += run.plan.conversations + CALM


def _reported(run: _Run) -> Report:
    bare = run.rounds[BARE, "command"]
    figures = tuple(figure(name, kind, r, bare) for (name, kind), r in run.rounds.items())
    void = [reason for account in run.accounts for reason in _doubts(run, account)]
    databases = [account.url for account in run.accounts if account.url]
    return Report(run.plan, machine(databases), figures, tuple(void))


def _doubts(run: _Run, account: Account) -> list[str]:
    """Why the figures are void: a complaint, an answer that held no reply, a row too few."""
    rounds = _of(run, account)
    reasons = [f"{account.name}: {r.bad}" for r in rounds if r.bad]
    answers = sum(r.answers for r in rounds)
    if account.url and (rows := kept(account.url)) != Kept(answers, answers, answers):
        reasons.append(f"{account.name}: {rows} instead of {answers}")
    return reasons


def _of(run: _Run, account: Account) -> Sequence[Round]:
    return [
        r for (name, _kind), played in run.rounds.items() for r in played if name == account.name
    ]
