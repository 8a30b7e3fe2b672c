"""Citybot as a whole city runs it: several processes of each role on this machine, Telegram fake."""

import asyncio
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO

import aiohttp

from tests.fakes.telegram import FakeTelegram, Person
from tests.stack.machines import ROOT, PostgreSQL, free_port, nginx, redis

PUBLIC = "https://bot.example.org"
NAMES = ("web-1", "web-2", "worker-1", "worker-2", "delivery-1", "delivery-2", "clock-1", "clock-2")


class City:
    """All of it. Each process has a name, and a port of its own."""

    def __init__(self, folder: Path, telegram: FakeTelegram) -> None:
        self.folder, self.telegram = folder, telegram
        self.postgres, self.redis = PostgreSQL(folder), redis()
        self.ports = {name: free_port() for name in NAMES}
        self.nginx = nginx(folder, (self.ports["web-1"], self.ports["web-2"]))
        self.telegram.pusher.reach[PUBLIC] = f"http://127.0.0.1:{self.nginx.port}"
        self._running: dict[str, subprocess.Popen[str]] = {}
        self._log: IO[str] = (folder / "log").open("a", encoding="utf-8")
        self._people = 1000

    # -- processes -----------------------------------------------------------------------------

    def start(self, *names: str) -> None:
        """Begin these, and wait until each is at work."""
        for name in names:
            role = name.partition("-")[0]
            words = ("run", "--roles", role, "--port", str(self.ports[name]))
            self._running[name] = self._program(*words, stdout=subprocess.PIPE)
        for name in names:
            pipe = self._running[name].stdout
            assert pipe
            assert pipe.readline(), self.log[-3000:]

    def signal(self, name: str, how: signal.Signals) -> None:
        self._running[name].send_signal(how)

    def ended(self, name: str, seconds: float = 20) -> int:
        """The exit code, when it has ended."""
        process = self._running.pop(name)
        code = process.wait(seconds)
        process.communicate()
        return code

    def kill(self, name: str) -> None:
        """kill -9."""
        self.signal(name, signal.SIGKILL)
        assert self.ended(name) == -signal.SIGKILL

    def says(self, *words: str) -> str:
        """What a command of `citybot` prints."""
        process = self._program(*words, stdout=subprocess.PIPE)
        told, _nothing = process.communicate(timeout=60)
        assert process.returncode == 0, self.log[-3000:]
        return told

    def close(self) -> None:
        for process in self._running.values():
            process.kill()
            process.communicate()
        for server in (self.nginx, self.redis):
            server.kill()
        self.postgres.close()
        self._log.close()

    @property
    def at_work(self) -> set[str]:
        """The names of the processes that were begun and not ended."""
        return set(self._running)

    @property
    def log(self) -> str:
        """What all of them wrote."""
        return (self.folder / "log").read_text(encoding="utf-8")

    # -- what it says of itself ----------------------------------------------------------------

    async def page(self, name: str, path: str) -> tuple[int, str]:
        """What a process answers at its own port."""
        url = f"http://127.0.0.1:{self.ports[name]}{path}"
        async with aiohttp.ClientSession() as session, session.get(url) as response:
            return response.status, await response.text()

    async def metric(self, name: str, line: str) -> float:
        """The value behind a name with its labels; 0 where it is not said."""
        _status, text = await self.page(name, "/metrics")
        found = [one.rpartition(" ")[2] for one in text.splitlines() if one.startswith(f"{line} ")]
        return float(found[0]) if found else 0.0

    async def holder(self, what: str, names: Iterable[str]) -> str:
        """The process that does it alone now; waits until there is one."""
        found: list[str] = []

        async def known() -> bool:
            held = f'citybot_right{{what="{what}"}}'
            found[:] = [name for name in names if await self.metric(name, held) == 1]
            return len(found) == 1

        await eventually(known)
        return found[0]

    # -- people --------------------------------------------------------------------------------

    def people(self, count: int) -> list[Person]:
        """People who have never written."""
        first, self._people = self._people, self._people + count
        return [self.telegram.person(first + n, f"P{first + n}") for n in range(count)]

    async def hear(self, people: Iterable[Person], replies: int = 1, seconds: float = 60) -> None:
        """Until each has heard so many replies; what was refused comes again meanwhile."""
        waiting = list(people)

        async def heard() -> bool:
            await self.telegram.advance(2)
            return all(len(person.sees) >= replies for person in waiting)

        await eventually(heard, seconds)

    def replies(self, people: Iterable[Person]) -> dict[str, int]:
        """By the state of their messages, how many there are; and how many replies each has."""
        ours = ", ".join(f"'telegram:{person.id}'" for person in people)
        rows = self.postgres.asked(
            "SELECT i.state, count(o.id) FROM inbox i LEFT JOIN outbox o ON o.inbox_id = i.id "
            f"WHERE i.address IN ({ours}) GROUP BY i.id"
        )
        return Counter(f"{state}, {count} replies" for state, count in rows)

    def _program(self, *words: str, **how: int) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "bot", "--data-dir", str(self.folder / "data"), *words]
        known = ("CITYBOT_", "DATABASE_URL", "REDIS_URL", "PORT")
        clean = {k: v for k, v in os.environ.items() if not k.startswith(known)}
        return subprocess.Popen(
            command,
            cwd=self.folder,
            env=clean | self._settings(),
            stderr=self._log,
            text=True,
            **how,  # type: ignore[call-overload]
        )

    def _settings(self) -> dict[str, str]:
        return {
            "LANGUAGE": "en",
            "PYTHONPATH": str(ROOT),
            "DATABASE_URL": self.postgres.url(),
            "REDIS_URL": f"redis://127.0.0.1:{self.redis.port}/0",
            "CITYBOT_LOG_FORMAT": "json",
            "CITYBOT_PUBLIC_URL": PUBLIC,
            "CITYBOT_TRUSTED_PROXIES": "1",
            "CITYBOT_QUIET_HOURS": "",
            "CITYBOT_BROADCAST_LIMIT": "0",
            "CITYBOT_TELEGRAM_TOKEN": self.telegram.token,
            "CITYBOT_TELEGRAM_API": self.telegram.api,
        }


async def eventually(holds: Callable[[], object], seconds: float = 60) -> None:
    """Wait until something holds; it may be asked for with await."""
    async with asyncio.timeout(seconds):
        while True:
            held = holds()
            if await held if asyncio.iscoroutine(held) else held:
                return
            await asyncio.sleep(0.05)
