"""Measures the whole house under an even load for long: does it grow, does it lose anything?

People on a lean Telegram ask, vote, set reminders and ask for help; a member of the team looks at
the console meanwhile. One house a database, all of them at the same time.
"""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path
from typing import Any, Final
from urllib.error import URLError
from urllib.request import Request, urlopen

import orjson

from bot.cli.bench.chats import Chats
from bot.cli.bench.contenders import Bot, Fake, open_house
from bot.cli.bench.databases import Kept, is_reachable, kept, scratch
from bot.cli.bench.peers import Broken
from bot.cli.bench.texts import KINDS
from bot.cli.bench.turn import machine
from bot.cli.bench.watching import Growth, Sample, growth, look_at, second_half
from bot.config import Settings
from bot.console.cookies import SESSION
from bot.database import Database
from bot.dialog import Transaction
from bot.services.keys import Keys
from bot.services.poll_office import PollOffice
from bot.services.poll_written import read_poll
from bot.services.staff import Staff
from bot.services.staff_sessions import StaffSessions

PEOPLE: Final = 64  # who are there at any time
_ROOMS: Final = (
    *("/console", "/console/conversations", "/console/questions", "/console/people"),
    *("/console/channels", "/console/gaps", "/console/radar", "/console/articles"),
)
_LOOKS: Final = (0.25, 5.0)  # seconds between two looks, at least and at most
_PARTS: Final = 300  # looks in a run that is neither short nor long
_WARM: Final = (60.0, 0.1)  # seconds, and share of the run, that count as warming up at most
_SPOKEN: Final = len(KINDS["question"]) // 3  # questions in each language, English first


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be measured. `rate`: lines a second, to each house."""

    minutes: float
    rate: float
    postgres: str

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self.minutes * 60

    @property
    def every(self) -> float:
        """Seconds between two looks."""
        least, most = _LOOKS
        return min(most, max(least, self.seconds / _PARTS))

    @property
    def warm(self) -> float:
        """Seconds after which the memory counts as that of the start."""
        most, share = _WARM
        return min(most, self.seconds * share)


@dataclass(frozen=True, slots=True)
class Figure:
    """One house. Times in seconds, memory in bytes, `cpu`: its share of one core.

    refused  messages that the house did not take, as while its database is away: pushed again
    void     why the figures may not be used; empty when they may
    """

    name: str
    said: int
    people: int
    replies: int
    refused: int
    pages: int
    p50: float
    p99: float
    cpu: float
    start: int
    growth: Growth
    samples: tuple[Sample, ...]
    void: tuple[str, ...]

    @property
    def end(self) -> int:
        """Memory at the end."""
        return self.samples[-1].memory


@dataclass(frozen=True, slots=True)
class Report:
    """All houses."""

    plan: Plan
    machine: dict[str, str]
    figures: tuple[Figure, ...]

    @property
    def void(self) -> tuple[str, ...]:
        """Why the figures may not be used."""
        return tuple(reason for figure in self.figures for reason in figure.void)


def measure(plan: Plan, folder: Path, tell: Callable[[str], None]) -> Report:
    """All databases there are, at the same time. `folder` may be thrown away. Raises Broken."""
    load = _load()
    with ExitStack() as stack:
        urls = {"SQLite": ""}
        if is_reachable(plan.postgres):
            urls["PostgreSQL"] = stack.enter_context(scratch(plan.postgres))
        threads = stack.enter_context(ThreadPoolExecutor(2 * len(urls)))
        soaks = [_opened(stack, plan, folder / name, url) for name, url in urls.items()]
        for soak in soaks:
            tell(soak.bot.name)
        watched = [threads.submit(soak.run, threads) for soak in soaks]
        figures = tuple(one.result() for one in watched)
        where = machine([soak.bot.url for soak in soaks])
        return Report(plan, where | {"load": load}, figures)


def _load() -> str:
    """How many processes wanted a core in the last minute: before the run, all of them others'."""
    return f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"


def _opened(stack: ExitStack, plan: Plan, folder: Path, url: str) -> "_Soak":
    """A house with a poll and a member of the team, and the people who will write to it."""
    place = folder.with_name(f"{folder.name}-fake")
    for path in (folder, place):
        path.mkdir()
    settings = Settings(data_dir=folder, database_url=url)
    cookie = _furnish(settings)
    fake = Fake(place, ("-m", "bot.cli.bench.steady"))
    stack.callback(fake.stop)
    bot = stack.enter_context(open_house(fake, folder, 21, url))
    return _Soak(plan, bot, fake, cookie)


def _furnish(settings: Settings) -> str:
    """A poll that is open, and somebody who is signed in; gives their cookie."""
    database, now = Database(settings.database()), datetime.now(UTC)
    database.upgrade()
    with database.write() as connection:
        transaction = Transaction(connection, now)
        office = PollOffice(transaction, Keys.of(settings), "bench")
        office.save(read_poll(_poll(now), now))
        office.open("soak")
        staff = Staff(transaction)
        anna = staff.add("anna", "admin", "bench")
        staff.choose_factor(anna, "never asked for", ())
        token = StaffSessions(transaction).begin(anna, "bench")
    database.close()
    return f"__Host-{SESSION}={token}"


def _poll(now: datetime) -> dict[str, Any]:
    def alike(text: str) -> dict[str, str]:
        return dict.fromkeys(("en", "de", "zh"), text)

    options = [{"id": name, "label": alike(name)} for name in ("north", "south")]
    return {
        "id": "soak",
        "title": alike("Bike lanes"),
        "level": "account",
        "closes": (now + timedelta(days=365)).isoformat(),
        "next_steps": alike("The council decides."),
        "questions": [{"id": "where", "kind": "single", "ask": alike("?"), "options": options}],
    }


def lines() -> tuple[str, ...]:
    """Talks of eight lines, one after the other: each line gets one reply."""
    asked = KINDS["question"]
    english, others = asked[:_SPOKEN], asked[_SPOKEN:]
    return tuple(
        line
        for number, question in enumerate(english)
        for line in (
            *("hello", question, "polls", "1", english[(number * 7 + 3) % _SPOKEN], "help"),
            *("remind me tomorrow at 9 of the garden", others[number * 2]),
        )
    )


@dataclass(slots=True)
class _Soak:
    """One house under load, looked at."""

    plan: Plan
    bot: Bot
    fake: Fake
    cookie: str
    samples: list[Sample] = field(default_factory=list)
    pages: int = 0

    def run(self, threads: ThreadPoolExecutor) -> Figure:
        """All of it."""
        begun, before = time.monotonic(), self.bot.process.cpu()
        playing = threads.submit(self.fake.ask, self._job())
        rooms = cycle(_ROOMS)
        for due in self._looks(begun, playing):
            time.sleep(max(0.0, due - time.monotonic()))
            self._visit(next(rooms), 200)
            lag = self._visit("/livez", 200)
            self.samples.append(look_at(self.bot.process, time.monotonic() - begun, lag))
        counted = orjson.loads(playing.result())
        cpu = (self.bot.process.cpu() - before) / (time.monotonic() - begun)
        return self._figure(counted, cpu)

    def _job(self) -> dict[str, object]:
        bot, plan = self.bot, self.plan
        crowd = (
            bot.number,
            bot.port,
            bot.path,
            bot.secret,
            PEOPLE,
            plan.seconds,
            lines(),
            1_000_000,
        )
        return asdict(Chats(*crowd)) | {"rate": plan.rate}

    def _looks(self, begun: float, playing: "Future[str]") -> Iterator[float]:
        """The moments to look at, while people write; at least three."""
        number = 0
        while not playing.done() or number < 3:
            number += 1
            yield begun + number * self.plan.every

    def _visit(self, path: str, wanted: int) -> float:
        """Ask for a page; gives how long it took. Raises Broken for any other answer."""
        url = f"http://127.0.0.1:{self.bot.port}{path}"
        begun = time.perf_counter()
        try:
            with urlopen(Request(url, headers={"Cookie": self.cookie}), timeout=60) as page:
                page.read()
        except (URLError, OSError) as error:
            raise Broken(f"{path}: {error}") from error
        self.pages += path != "/livez"
        return time.perf_counter() - begun

    def _figure(self, counted: dict[str, Any], cpu: float) -> Figure:
        warm = [s for s in self.samples if s.at >= self.plan.warm] or self.samples
        return Figure(
            self.bot.name,
            *(counted["said"], counted["people"], counted["replies"], counted["refused"]),
            self.pages,
            *(counted["p50"], counted["p99"], cpu, warm[0].memory),
            growth(second_half(self.samples)),
            tuple(self.samples),
            tuple(self._doubts(counted)),
        )

    def _doubts(self, counted: dict[str, Any]) -> Iterator[str]:
        """Why the figures are void: a complaint, a line too few."""
        name, said, replies = self.bot.name, counted["said"], counted["replies"]
        if counted["lost"]:
            yield f"{name}: {counted['lost']} of {said} lines got no answer"
        if said != round(self.plan.seconds * self.plan.rate):
            yield f"{name}: {said} lines were said"
        if (rows := kept(self.bot.url)) != Kept(said, said, replies):
            yield f"{name}: {rows} instead of {said}, {replies} replies"


def held(samples: Sequence[Sample]) -> tuple[int, int]:
    """Open descriptors, least and most."""
    return min(s.files for s in samples), max(s.files for s in samples)
