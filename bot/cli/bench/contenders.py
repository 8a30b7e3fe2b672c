"""Who is measured on Telegram, each in a process of its own; and the Telegram they are on."""

import json
import socket
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from bot.cli.bench.answer import ANSWERS
from bot.cli.bench.bot_floor import stored
from bot.cli.bench.chats import Chats
from bot.cli.bench.databases import Kept, kept
from bot.cli.bench.peers import Broken, Process, Round, round_of, surroundings
from bot.cli.bench.texts import KINDS
from bot.config import Settings

_HERE = Path(__file__).parent
_KEY = ":AAbenchmark-token-0123456789abcdefgh"
_PUBLIC = "https://bot.example.org"
_START = 60.0  # seconds after which a bot that is not ready has failed


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

    def hook(self, number: int) -> tuple[str, str]:
        """Where a bot wants its updates, and with which secret; both empty if it has not said."""
        url, secret = json.loads(self.ask({"hook": number}))
        return urlsplit(url).path, secret


@dataclass(frozen=True, slots=True)
class Kind:
    """What is said in a round, by how many at once, and how many seconds the Bot API takes."""

    texts: str
    conversations: int
    latency: float = 0.0


@dataclass(frozen=True, slots=True)
class Bot:
    """A contender, and where it takes updates.

    url      the database of a house
    rows     counts the rows it has kept, if it keeps any
    at_once  more people than this only wait longer while the Bot API takes its time; 0: no limit
    """

    name: str
    number: int
    process: Process
    port: int
    path: str = "/"
    secret: str = ""
    url: str = ""
    rows: Callable[[], Kept] | None = None
    at_once: int = 0

    def play(self, fake: Fake, kind: Kind, seconds: float, first: int) -> Round:
        """One round: everybody writes to it at once."""
        people = kind.conversations
        if kind.latency and self.at_once:
            people = min(people, self.at_once)
        place = (self.number, self.port, self.path, self.secret)
        chats = Chats(*place, people, seconds, KINDS[kind.texts], first, kind.latency)
        before = self.process.cpu()
        counted = fake.ask(asdict(chats))
        return round_of(counted, self.process.cpu() - before)


@contextmanager
def open_plain(
    fake: Fake, folder: Path, number: int, module: str, at_once: int = 0
) -> Iterator[Bot]:
    """A bot of ours that keeps nothing, named as its folder."""
    command = ("-m", f"bot.cli.bench.{module}", fake.api, f"{number}{_KEY}")
    with _running(command, folder) as process:
        yield Bot(folder.name, number, process, int(process.line()), at_once=at_once)


@contextmanager
def open_floor(fake: Fake, folder: Path, number: int, server: str) -> Iterator[Bot]:
    """The bot by hand, on a database of its own: that of `server`, or else a file."""
    database = server or str(folder / "floor.db")
    command = ("-m", "bot.cli.bench.bot_floor", fake.api, f"{number}{_KEY}", database)
    with _running(command, folder) as process:
        port = int(process.line())
        yield Bot(folder.name, number, process, port, rows=partial(stored, database))


@contextmanager
def open_framework(
    fake: Fake, folder: Path, number: int, program: Sequence[str], modules: Path
) -> Iterator[Bot]:
    """A bot on a framework in an environment of its own; it is ready when it listens."""
    port = _free_port()
    start, *words = program
    command = (*words, fake.api, f"{number}{_KEY}", str(port), json.dumps(ANSWERS))
    with _running(command, folder, start, NODE_PATH=str(modules)) as process:
        _await_port(process, port)
        path, secret = fake.hook(number)
        yield Bot(folder.name, number, process, port, path or "/", secret)


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
    with _running(("-m", "bot.cli.bench.house_unpaced"), folder, **own) as process:
        process.line()
        path, secret = _hooked(fake, number)
        address = Settings(data_dir=folder, database_url=url).database()
        name, rows = f"citybot, {folder.name}", partial(kept, address)
        yield Bot(name, number, process, port, path, secret, address, rows)


@contextmanager
def _running(
    command: Sequence[str], folder: Path, program: str = sys.executable, **own: str
) -> Iterator[Process]:
    process = Process(command, folder, surroundings(folder.parent, **own), program)
    try:
        yield process
    finally:
        process.stop()


def _free_port() -> int:
    """For who does not say where it listens, as a house with a public address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await_port(process: Process, port: int) -> None:
    until = time.monotonic() + _START
    while time.monotonic() < until and process.process.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.05)
    raise process.complaint()


def _hooked(fake: Fake, number: int) -> tuple[str, str]:
    until = time.monotonic() + _START
    while time.monotonic() < until:
        path, secret = fake.hook(number)
        if path:
            return path, secret
        time.sleep(0.05)
    raise Broken("no webhook was set")
