"""Measures bots on Telegram: the real house, python-telegram-bot and bare aiohttp, in one run."""

import json
import socket
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from bot.cli.bench.chats import Chats
from bot.cli.bench.databases import Kept, is_reachable, kept, scratch
from bot.cli.bench.peers import Broken, Process, Round, round_of, surroundings
from bot.cli.bench.texts import KINDS
from bot.cli.bench.turn import Figure, Plan, figure, machine
from bot.config import Settings

BARE = "bare aiohttp"
PTB = "python-telegram-bot"
_HERE = Path(__file__).parent
_KEY = ":AAbenchmark-token-0123456789abcdefgh"
_PUBLIC = "https://bot.example.org"
_START = 60.0  # seconds after which a house that has not set its webhook has failed


@dataclass(frozen=True, slots=True)
class Report:
    """All that was measured. `void` says why the figures may not be used; empty when they may."""

    plan: Plan
    machine: dict[str, str]
    figures: tuple[Figure, ...]
    void: tuple[str, ...]


class Fake(Process):
    """The lean Telegram everybody is measured with."""

    def __init__(self, folder: Path, program: Sequence[str] = (str(_HERE / "chats.py"),)) -> None:
        super().__init__(program, folder, surroundings(folder))
        self.api = f"http://127.0.0.1:{int(self.line())}"

    def ask(self, job: Mapping[str, object]) -> str:
        """Have it do a job; gives its answer."""
        if self.process.stdin:
            self.process.stdin.write(json.dumps(job) + "\n")
            self.process.stdin.flush()
        return self.line()


@dataclass(frozen=True, slots=True)
class Bot:
    """A contender, and where it takes updates. `url`: its database, if it has one."""

    name: str
    number: int
    process: Process
    port: int
    path: str = "/"
    secret: str = ""
    url: str = ""

    def play(self, fake: Fake, plan: Plan, kind: str, first: int) -> Round:
        """One round: everybody writes to it at once."""
        seconds = plan.seconds / plan.rounds
        chats = Chats(
            *(self.number, self.port, self.path, self.secret),
            *(plan.conversations, seconds, KINDS[kind], first),
        )
        before = self.process.cpu()
        counted = fake.ask(asdict(chats))
        return round_of(counted, self.process.cpu() - before)


@dataclass(slots=True)
class _Run:
    """A run as it grows."""

    plan: Plan
    folder: Path
    stack: ExitStack
    fake: Fake
    bots: list[Bot] = field(default_factory=list)
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
        (folder / "fake").mkdir()
        fake = Fake(folder / "fake")
        stack.callback(fake.stop)
        run = _Run(plan, folder, stack, fake)
        _peer(run, BARE, 11, "bot_bare")
        _peer(run, PTB, 12, "bot_ptb")
        _house(run, "SQLite", 13, "")
        if is_reachable(plan.postgres):
            _house(run, "PostgreSQL", 14, stack.enter_context(scratch(plan.postgres)))
        _play(run, tell)
        return _reported(run)


def _peer(run: _Run, name: str, number: int, module: str) -> None:
    folder = run.place(name)
    command = ["-m", f"bot.cli.bench.{module}", run.fake.api, f"{number}{_KEY}"]
    process = Process(command, folder, surroundings(run.folder))
    run.stack.callback(process.stop)
    run.bots.append(Bot(name, number, process, int(process.line())))


def _house(run: _Run, database: str, number: int, url: str) -> None:
    house = open_house(run.fake, run.place(database), number, url)
    run.bots.append(run.stack.enter_context(house))


@contextmanager
def open_house(fake: Fake, folder: Path, number: int, url: str) -> Iterator[Bot]:
    """A house on a database of its own, named as its folder; known by the webhook it sets."""
    port = _free_port()
    own = {
        "PORT": str(port),
        "CITYBOT_DATA_DIR": str(folder),
        "CITYBOT_FLOOD_MESSAGES": "1000000",
        "CITYBOT_TELEGRAM_TOKEN": f"{number}{_KEY}",
        "CITYBOT_TELEGRAM_API": fake.api,
        "CITYBOT_TELEGRAM_MODE": "webhook",
        "CITYBOT_PUBLIC_URL": _PUBLIC,
    }
    own |= {"DATABASE_URL": url} if url else {}
    command = ["-m", "bot.cli.bench.house_unpaced"]
    process = Process(command, folder, surroundings(folder.parent, **own))
    try:
        process.line()
        path, secret = _hook(fake, number)
        address = Settings(data_dir=folder, database_url=url).database()
        yield Bot(f"citybot, {folder.name}", number, process, port, path, secret, address)
    finally:
        process.stop()


def _free_port() -> int:
    """With a public address the house does not say where it listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _hook(fake: Fake, number: int) -> tuple[str, str]:
    until = time.monotonic() + _START
    while time.monotonic() < until:
        url, secret = json.loads(fake.ask({"hook": number}))
        if url:
            return str(url).removeprefix(_PUBLIC), str(secret)
        time.sleep(0.05)
    raise Broken("no webhook was set")


def _play(run: _Run, tell: Callable[[str], None]) -> None:
    """Rounds in which everybody plays once; every second one in the opposite order."""
    contenders = [(bot, kind) for kind in KINDS for bot in run.bots]
    first = 1_000_000
    for number in range(run.plan.rounds):
        for bot, kind in contenders[:: -1 if number % 2 else 1]:
            if not number:
                tell(f"{bot.name}: {kind}")
            run.rounds[bot.name, kind].append(bot.play(run.fake, run.plan, kind, first))
            first += run.plan.conversations


def _reported(run: _Run) -> Report:
    figures = tuple(
        figure(name, kind, rounds, run.rounds[BARE, kind])
        for (name, kind), rounds in run.rounds.items()
    )
    houses = [bot for bot in run.bots if bot.url]
    void = [reason for bot in run.bots for reason in _doubts(bot, _of(run, bot))]
    return Report(run.plan, machine([bot.url for bot in houses]), figures, tuple(void))


def _of(run: _Run, bot: Bot) -> Sequence[Round]:
    return [r for (name, _kind), played in run.rounds.items() for r in played if name == bot.name]


def _doubts(bot: Bot, rounds: Sequence[Round]) -> list[str]:
    """Why the figures of a bot are void: a complaint, or a row too few."""
    reasons = [f"{bot.name}: {r.bad}" for r in rounds if r.bad]
    answers, replies = sum(r.answers for r in rounds), sum(r.replies for r in rounds)
    if answers != replies:
        reasons.append(f"{bot.name}: {replies} replies to {answers} updates")
    if bot.url and (rows := kept(bot.url)) != Kept(answers, answers, replies):
        reasons.append(f"{bot.name}: {rows} instead of {answers}")
    return reasons
