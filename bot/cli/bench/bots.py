"""Measures bots on Telegram in one run: the real house, frameworks, and what can be had by hand."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from bot.cli.bench.contenders import (
    Bot,
    Fake,
    Kind,
    open_floor,
    open_framework,
    open_house,
    open_plain,
)
from bot.cli.bench.databases import Kept, is_reachable, scratch
from bot.cli.bench.frameworks import AIOGRAM, FRAMEWORKS, GRAMMY, NONEBOT, start_of
from bot.cli.bench.peers import Round
from bot.cli.bench.texts import KINDS
from bot.cli.bench.turn import Figure, Plan, figure, machine

BARE = "bare aiohttp"
PTB = "python-telegram-bot"
FLOOR = "by hand, {}"  # on which database
# With a Bot API that takes its time, and so with more people at once.
FAR_LATENCY, FAR_TIMES = 50, 4  # milliseconds; times as many people
FAR = f"command, {FAR_LATENCY} ms"
ONE_BY_ONE = 4  # people who write to a bot that answers one after the other


@dataclass(frozen=True, slots=True)
class BotPlan(Plan):
    """What is to be measured.

    latency     milliseconds the Bot API takes to answer, in all rounds
    is_far_too  whether there are more rounds of commands, with a Bot API that is far away
    frameworks  the environment they live in, if there is one
    """

    latency: float = 0.0
    is_far_too: bool = False
    frameworks: Path | None = None

    def kinds(self) -> Mapping[str, Kind]:
        """What a round can be, by name."""
        near = {name: Kind(name, self.conversations, self.latency / 1e3) for name in KINDS}
        far = {FAR: Kind("command", self.conversations * FAR_TIMES, FAR_LATENCY / 1e3)}
        return near | far if self.is_far_too else near


@dataclass(frozen=True, slots=True)
class Aim:
    """How many times as fast as another the house is to be: promised, and wished for; 0: not."""

    other: str
    least: float
    wished: float = 0.0


AIMS = (Aim(PTB, 3, 10), Aim(AIOGRAM, 2, 7), Aim(NONEBOT, 10, 30), Aim(GRAMMY, 0, 2))
# What the house does more than a bot by hand may cost so much.
FLOORS = {"SQLite": 0.4, "PostgreSQL": 0.35}


@dataclass(frozen=True, slots=True)
class Reached:
    """How many times as fast as another a house was: the median of the rounds."""

    name: str
    kind: str
    aim: Aim
    times: float

    @property
    def is_kept(self) -> bool:
        """Whether it is what is promised."""
        return round(self.times, 2) >= self.aim.least


@dataclass(frozen=True, slots=True)
class Report:
    """All that was measured. `void` says why the figures may not be used; empty when they may.

    absent  frameworks that are not installed
    """

    plan: BotPlan
    machine: dict[str, str]
    figures: tuple[Figure, ...]
    reached: tuple[Reached, ...]
    absent: tuple[str, ...]
    void: tuple[str, ...]


@dataclass(slots=True)
class _Run:
    """A run as it grows."""

    plan: BotPlan
    folder: Path
    stack: ExitStack
    fake: Fake
    bots: list[Bot] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    rounds: defaultdict[tuple[str, str], list[Round]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def place(self, name: str) -> Path:
        """A folder of its own for a process."""
        path = self.folder / name
        path.mkdir()
        return path

    def enter(self, bot: AbstractContextManager[Bot]) -> None:
        """One contender more, until the end of the run."""
        self.bots.append(self.stack.enter_context(bot))

    def number(self) -> int:
        """That of the next bot."""
        return 11 + len(self.bots)


def measure(plan: BotPlan, folder: Path, tell: Callable[[str], None]) -> Report:
    """Start everybody, play the rounds, stop everybody, count. `folder` may be thrown away.

    `tell` hears the name of each contender before its first round. Raises Broken.
    """
    with ExitStack() as stack:
        (folder / "fake").mkdir()
        fake = Fake(folder / "fake")
        stack.callback(fake.stop)
        run = _Run(plan, folder, stack, fake)
        run.enter(open_plain(fake, run.place(BARE), run.number(), "bot_bare"))
        run.enter(open_plain(fake, run.place(PTB), run.number(), "bot_ptb", ONE_BY_ONE))
        for name in FRAMEWORKS:
            _enter_framework(run, name)
        _enter_stored(run, "SQLite", "")
        if is_reachable(plan.postgres):
            _enter_stored(run, "PostgreSQL", plan.postgres)
        _play(run, tell)
        return _reported(run)


def _enter_framework(run: _Run, name: str) -> None:
    home = run.plan.frameworks
    if home and (program := start_of(name, home)):
        place, modules = run.place(name), home / "node_modules"
        run.enter(open_framework(run.fake, place, run.number(), program, modules))
    else:
        run.absent.append(name)


def _enter_stored(run: _Run, database: str, server: str) -> None:
    """The bot by hand and the house, each on a database of its own."""
    own, other = (run.stack.enter_context(scratch(server)) if server else "" for _time in range(2))
    place = run.place(FLOOR.format(database))
    run.enter(open_floor(run.fake, place, run.number(), own))
    run.enter(open_house(run.fake, run.place(database), run.number(), other))


def _play(run: _Run, tell: Callable[[str], None]) -> None:
    """Rounds in which everybody plays once; every second one in the opposite order."""
    kinds, seconds = run.plan.kinds(), run.plan.seconds / run.plan.rounds
    contenders = [(bot, kind) for kind in kinds for bot in run.bots]
    first = 1_000_000
    for number in range(run.plan.rounds):
        for bot, kind in contenders[:: -1 if number % 2 else 1]:
            if not number:
                tell(f"{bot.name}: {kind}")
            run.rounds[bot.name, kind].append(bot.play(run.fake, kinds[kind], seconds, first))
            first += kinds[kind].conversations


def _reported(run: _Run) -> Report:
    figures = tuple(
        figure(name, kind, rounds, run.rounds[BARE, kind])
        for (name, kind), rounds in run.rounds.items()
    )
    houses = [bot.url for bot in run.bots if bot.url]
    void = [reason for bot in run.bots for reason in _doubts(bot, _of(run, bot))]
    reached = () if void else tuple(_reached(run))
    return Report(run.plan, machine(houses), figures, reached, tuple(run.absent), tuple(void))


def _reached(run: _Run) -> Iterator[Reached]:
    """Every house beside everybody it is to be faster than, and the bot by hand on its database."""
    for (name, kind), rounds in run.rounds.items():
        if not name.startswith("citybot, "):
            continue
        database = name.removeprefix("citybot, ")
        for aim in (*AIMS, Aim(FLOOR.format(database), FLOORS[database])):
            if others := run.rounds.get((aim.other, kind)):
                # Only the house looks anything up: of questions nothing is promised.
                ours = Aim(aim.other, 0) if kind == "question" else aim
                yield Reached(name, kind, ours, figure(name, kind, rounds, others).ratio)


def _of(run: _Run, bot: Bot) -> Sequence[Round]:
    return [r for (name, _kind), played in run.rounds.items() for r in played if name == bot.name]


def _doubts(bot: Bot, rounds: Sequence[Round]) -> list[str]:
    """Why the figures of a bot are void: a complaint, or a row too few."""
    reasons = [f"{bot.name}: {r.bad}" for r in rounds if r.bad]
    answers, replies = sum(r.answers for r in rounds), sum(r.replies for r in rounds)
    if answers != replies:
        reasons.append(f"{bot.name}: {replies} replies to {answers} updates")
    if bot.rows and (rows := bot.rows()) != Kept(answers, answers, replies):
        reasons.append(f"{bot.name}: {rows} instead of {answers}")
    return reasons
