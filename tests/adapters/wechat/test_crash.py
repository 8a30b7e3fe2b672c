"""kill -9 at every step around the passive reply: the platform asks again, and gets it, once."""

import asyncio
import multiprocessing
import os
import socket
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import aiohttp
from sqlalchemy import select

from bot.config import Settings
from bot.database import Database
from bot.models import Inbox, Outbox
from tests.adapters.wechat import crash_child
from tests.adapters.wechat.conftest import settings_for
from tests.fakes.wechat import FakeWeChat

# Forked, not spawned: what is imported already starts in a tenth of a second.
processes = multiprocessing.get_context("fork")
HELP = {"MsgType": "text", "Content": "help", "MsgId": 7}


class Server:
    """A house that may be killed and started again at the same address."""

    def __init__(self, settings: Settings, platform: FakeWeChat) -> None:
        self._settings, self._platform = settings, platform
        self._socket = socket.create_server(("127.0.0.1", 0))
        platform.callback = f"http://127.0.0.1:{self._socket.getsockname()[1]}/wechat"

    def start(self, kill_at: int) -> None:
        ready = self._settings.data_dir / "ready"
        ready.unlink(missing_ok=True)
        args = (self._settings, self._socket, kill_at, self._platform.clock())
        self._process = processes.Process(target=crash_child.run, args=args, daemon=True)
        self._process.start()
        until = time.monotonic() + 20
        while not ready.exists():
            assert time.monotonic() < until, "the child does not start"
            time.sleep(0.005)

    def stop(self) -> int:
        self._process.kill()
        self._process.join(10)
        return int(self._process.exitcode or 0)

    def close(self) -> None:
        self._socket.close()


async def attempt(platform: FakeWeChat, body: bytes) -> bytes | None:
    """One try of the platform; None when nobody answered."""
    url, sealed = platform.envelope(body)
    timeout = aiohttp.ClientTimeout(total=5)
    async with aiohttp.ClientSession(timeout=timeout) as http:
        with suppress(aiohttp.ClientError, TimeoutError):
            async with http.post(url, data=sealed) as response:
                return await response.read() if response.status == 200 else None
    return None


def states(url: str) -> tuple[list[str], list[str]]:
    database = Database(url)
    with database.read() as connection:
        inbox = list(connection.scalars(select(Inbox.state)))
        outbox = list(connection.scalars(select(Outbox.state)))
    database.close()
    return inbox, outbox


def test_a_reply_survives_a_kill_at_every_step(database_url: str, tmp_path: Path) -> None:
    """A04 to A06 of the reference, for a push: one effect, one reply, nothing lost."""
    platform = FakeWeChat()
    plain = Settings(data_dir=tmp_path, database_url=database_url, secret="for tests only")
    settings = replace(settings_for("http://127.0.0.1:9", plain), wechat_service="no")
    server = Server(settings, platform)
    steps = whole(server, platform, tmp_path)
    assert steps >= 8
    for kill_at in range(1, steps + 1):
        clear(database_url)
        body = platform.phone().compose(HELP)
        server.start(kill_at)
        assert asyncio.run(attempt(platform, body)) is None, f"answered after step {kill_at}"
        assert server.stop() == -9
        server.start(0)
        answered = [asyncio.run(attempt(platform, body)) for _ in range(2)]
        server.stop()
        shown = {platform.read_reply(reply or b"", platform.phone().openid) for reply in answered}
        assert shown == {"1: help"}, f"killed at step {kill_at}"
        assert states(database_url) == (["done"], ["sent"])
    server.close()


def whole(server: Server, platform: FakeWeChat, tmp_path: Path) -> int:
    """How many steps a push takes that nobody kills."""
    server.start(0)
    assert asyncio.run(attempt(platform, platform.phone().compose(HELP)))
    server.stop()
    return int((tmp_path / "steps").read_text(encoding="utf-8"))


def clear(url: str) -> None:
    database = Database(url)
    with database.write() as connection:
        for table in ("outbox", "inbox", "conversation", "address", "person", "allowance"):
            connection.exec_driver_sql(f"DELETE FROM {table}")
    database.close()


def test_the_child_really_dies(sqlite_url: str, tmp_path: Path) -> None:
    """The guard-off twin: without a kill the first try is answered."""
    platform = FakeWeChat()
    plain = Settings(data_dir=tmp_path, database_url=sqlite_url, secret="for tests only")
    server = Server(settings_for("http://127.0.0.1:9", plain), platform)
    server.start(10_000)
    answered = asyncio.run(attempt(platform, platform.phone().compose(HELP)))
    assert answered is not None
    assert os.path.exists(tmp_path / "steps")
    server.stop()
    server.close()
