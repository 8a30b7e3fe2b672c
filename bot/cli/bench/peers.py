"""What is measured, each in a process of its own: the house, its bare inbox, bare aiohttp."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol
from urllib.error import URLError

from bot.cli.bench.load import Job
from bot.cli.bench.texts import ASKED, KINDS

_HERE = Path(__file__).parent
_SOURCE = str(_HERE.parents[2])
_START = 60.0  # seconds after which a house that does not answer has failed
_PATH = "/chat/api/messages"


class Broken(Exception):
    """A process that is measured did not do its part; says which and what."""


@dataclass(frozen=True, slots=True)
class Round:
    """What one round counted. Times in seconds; `busy` is the client's share of one core."""

    answers: int
    replies: int
    rate: float
    p50: float
    p99: float
    busy: float
    bad: str
    cpu: float = 0.0  # seconds of processor time an answer, in the process that is measured


class Peer(Protocol):
    """Something a round can be played with."""

    def play(self, kind: str, conversations: int, seconds: float, name: str) -> Round:
        """All conversations at once, for that long. `name` makes the message ids its own."""


def surroundings(folder: Path, **own: str) -> dict[str, str]:
    """The environment of what is measured: without anybody's settings, with bytecode kept."""
    environ = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("CITYBOT_") and name not in ("DATABASE_URL", "REDIS_URL", "PORT")
    }
    if environ.pop("PYTHONDONTWRITEBYTECODE", ""):
        # An installed program has its bytecode; compiling at every start would be measured too.
        environ["PYTHONPYCACHEPREFIX"] = str(folder / "bytecode")
    paths = filter(None, (_SOURCE, environ.get("PYTHONPATH")))
    return environ | {"PYTHONPATH": os.pathsep.join(paths), "LANGUAGE": "en"} | own


class Process:
    """A process and what can be read of it from outside."""

    def __init__(
        self,
        command: Sequence[str],
        folder: Path,
        environ: Mapping[str, str],
        program: str = sys.executable,
    ) -> None:
        self._log = (folder / "log").open("a+", encoding="utf-8")
        self.process = subprocess.Popen(  # noqa: S603 - our own files
            [program, *command],
            cwd=folder,
            env=dict(environ),
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
        )

    def line(self) -> str:
        """The next line it says. Raises Broken with what it complained of when it ended."""
        said = self.process.stdout.readline() if self.process.stdout else ""
        if not said:
            raise self.complaint()
        return said

    def complaint(self) -> Broken:
        """What it complained of."""
        self._log.seek(0)
        return Broken(self._log.read()[-2000:] or "ended without a word")

    def memory(self) -> int | None:
        """Resident bytes; None where /proc does not tell."""
        with suppress(OSError):
            status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
            if found := re.search(r"VmRSS:\s+(\d+) kB", status):
                return int(found[1]) * 1024
        return None

    def cpu(self) -> float:
        """Seconds of processor time so far; 0 where /proc does not tell."""
        with suppress(OSError):
            fields = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii").split()
            return (int(fields[13]) + int(fields[14])) / os.sysconf("SC_CLK_TCK")
        return 0.0

    def stop(self) -> None:
        """End it as an operator would, and wait."""
        self.process.send_signal(signal.SIGTERM)
        with self._log, self.process:  # closes its pipes
            self.process.wait(_START)


class WebPeer(Process):
    """A server on a port of its own, talked to by the load client."""

    port = 0

    def play(self, kind: str, conversations: int, seconds: float, name: str) -> Round:
        """One run of the load client. Raises Broken when it could not finish."""
        job = Job(name, self.port, _PATH, conversations, seconds, KINDS[kind])
        before = self.cpu()
        client = subprocess.run(  # noqa: S603 - our own file
            [sys.executable, str(_HERE / "load.py")],
            input=json.dumps(asdict(job)),
            capture_output=True,
            text=True,
            check=False,
        )
        if client.returncode:
            raise Broken(client.stderr[-2000:])
        return round_of(client.stdout, self.cpu() - before)


class Bare(WebPeer):
    """The bare aiohttp handler."""

    def __init__(self, folder: Path) -> None:
        super().__init__([str(_HERE / "bare.py")], folder, surroundings(folder))
        self.port = int(self.line())


class House(WebPeer):
    """`citybot run` on a data folder; `ready` is how long it took until /readyz answered."""

    def __init__(
        self, folder: Path, environ: Mapping[str, str], program: Sequence[str] = ("bot",)
    ) -> None:
        """`program`: the module that is `citybot`, perhaps changed, and what comes before `run`."""
        begun = time.perf_counter()
        super().__init__(["-m", *program, "run", "--port", "0"], folder, environ)
        found = re.search(r":(\d+)/", self.line())
        self.port = int(found[1]) if found else 0
        self._await_ready(begun + _START)
        self.ready = time.perf_counter() - begun

    def _await_ready(self, until: float) -> None:
        while time.perf_counter() < until:
            with suppress(URLError, OSError):
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5).close()
                return
            time.sleep(0.005)
        raise Broken("not ready in time")


class Inside(Process):
    """The inbox of a house without HTTP."""

    def __init__(self, folder: Path, environ: Mapping[str, str]) -> None:
        super().__init__(["-m", "bot.cli.bench.inside"], folder, environ)
        self.line()

    def play(self, kind: str, conversations: int, seconds: float, name: str) -> Round:
        """Have it play a round within its own process."""
        job = Job(name, 0, "", conversations, seconds, KINDS[kind])
        before = self.cpu()
        if self.process.stdin:
            self.process.stdin.write(json.dumps(asdict(job)) + "\n")
            self.process.stdin.flush()
        return round_of(self.line(), self.cpu() - before)


def first_answer(folder: Path, environ: Mapping[str, str]) -> float:
    """Seconds of wall time from the shell's prompt to the answer of `citybot ask`."""
    begun = time.perf_counter()
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "bot", "ask", ASKED],
        cwd=folder,
        env=dict(environ),
        capture_output=True,
        text=True,
        check=False,
    )
    if not done.stdout:
        raise Broken(done.stderr[-2000:])
    return time.perf_counter() - begun


def round_of(counted: str, cpu: float) -> Round:
    """A round as it was counted; `cpu`: processor seconds it took what is measured."""
    fields = json.loads(counted)
    return Round(**fields, cpu=cpu / fields["answers"] if fields["answers"] else 0.0)
