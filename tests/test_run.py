"""`citybot run` as a process: it serves, drains when told to stop, and survives kill -9."""

import asyncio
import gc
import json
import os
import re
import resource
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import IO

import pytest
from aiohttp import ClientConnectionError, ClientSession, CookieJar
from click.testing import CliRunner
from sqlalchemy import func, select

from bot.cli import citybot
from bot.cli.run import _base, _say_where
from bot.config import Settings
from bot.database import Database
from bot.models import Inbox, Outbox
from bot.processes import ROLES

ROOT = Path(__file__).parent.parent
API = "/chat/api"
PEOPLE, MESSAGES = 20, 10


class Running:
    """A house in a process of its own."""

    def __init__(self, process: "subprocess.Popen[str]", log: Path) -> None:
        self.process, self._log = process, log
        assert process.stdout
        first = process.stdout.readline()
        assert first.startswith("Chat page: http://localhost:"), first + self.log
        self.url = first.removeprefix("Chat page: ").strip().removesuffix("/chat")
        self.port = int(self.url.rpartition(":")[2])

    @property
    def log(self) -> str:
        """What it wrote on stderr so far."""
        return self._log.read_text(encoding="utf-8")

    def end(self, how: signal.Signals) -> int:
        """Send a signal and wait; gives the exit code."""
        self.process.send_signal(how)
        return self.process.wait(20)


def environment(**settings: str) -> dict[str, str]:
    """Without this machine's settings; nobody is held up by the flood gate."""
    known = ("CITYBOT_", "DATABASE_URL", "REDIS_URL", "PORT")
    clean = {k: v for k, v in os.environ.items() if not k.startswith(known)}
    flood = {"CITYBOT_FLOOD_MESSAGES": "1000"}
    return clean | {"LANGUAGE": "en", "PYTHONPATH": str(ROOT)} | flood | settings


def begin(folder: Path, log: IO[str], *words: str, **settings: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "bot", "--data-dir", str(folder / "data"), *words]
    return subprocess.Popen(
        command,
        cwd=folder,
        env=environment(**settings),
        stdout=subprocess.PIPE,
        stderr=log,
        text=True,
    )


@contextmanager
def running(folder: Path, **settings: str) -> Iterator[Running]:
    """`citybot run --port 0` in this folder; killed at the end if it still runs."""
    path = folder / f"log-{time.monotonic_ns()}"
    with path.open("w", encoding="utf-8") as log:
        process = begin(folder, log, "run", "--port", "0", **settings)
        try:
            yield Running(process, path)
        finally:
            process.kill()
            process.communicate()


def visitor(house: Running) -> ClientSession:
    """A browser, with the cookies it was given; an address is one person's."""
    return ClientSession(
        house.url, cookie_jar=CookieJar(unsafe=True), headers={"Origin": house.url}
    )


async def say(browser: ClientSession, number: str, text: str) -> dict[str, object]:
    async with browser.post(f"{API}/messages", json={"id": number, "text": text}) as response:
        assert response.status == 200, await response.text()
        return dict(await response.json())


# -- serving ---------------------------------------------------------------------------------


def _open_files(house: Running) -> int | None:
    """How many it may have; None where the system does not tell."""
    limits = Path(f"/proc/{house.process.pid}/limits")
    if not limits.exists():
        return None
    told = re.search(r"^Max open files +(\d+)", limits.read_text(encoding="utf-8"), re.MULTILINE)
    return int(told[1]) if told else None


async def test_it_answers_and_knows_the_talk_after_a_restart(tmp_path: Path) -> None:
    """Also at the most talkative level, no secret and no word of a person is in the log."""
    secret = {"CITYBOT_SECRET": "canary-secret", "CITYBOT_RASA_TOKEN": "canary-token"}
    with running(tmp_path, CITYBOT_LOG_LEVEL="debug", **secret) as house:
        async with visitor(house) as browser:
            answer = await say(browser, "message-1", "Porto Alegre canary-question?")
            assert answer["status"] == "accepted"
            assert answer["messages"]
            assert _open_files(house) in (None, resource.getrlimit(resource.RLIMIT_NOFILE)[1])
            async with browser.get("/readyz") as ready:
                assert await ready.json() == {"status": "ok"}
            cookies = [(c.key, c.value) for c in browser.cookie_jar]
        assert house.end(signal.SIGTERM) == 0
        log = house.log
    events = [json.loads(line)["event"] for line in log.splitlines()]
    assert events.count("schema_upgraded") == 1
    assert "draining" in events
    assert not any(e.startswith(("setup plugin", "Context impl", "Running")) for e in events)
    assert "canary" not in log
    with running(tmp_path, **secret) as house:
        assert house.log == ""  # the schema is as it was
        async with visitor(house) as browser:
            browser.cookie_jar.update_cookies(cookies)
            async with browser.get(f"{API}/messages") as response:
                said = (await response.json())["messages"]
        assert said[0]["text"] == "Porto Alegre canary-question?"
        assert [line["text"] for line in said[1:]] == [m["text"] for m in answer["messages"]]
        assert house.end(signal.SIGINT) == 0


async def is_open(house: Running) -> bool:
    """Whether somebody new gets in."""
    try:
        async with ClientSession(house.url) as session, session.get("/livez") as response:
            return response.status == 200
    except ClientConnectionError:
        return False


# -- stopping --------------------------------------------------------------------------------


async def test_told_to_stop_it_drains(tmp_path: Path) -> None:
    """A message under way is answered, an open stream ends, nobody new comes in, then exit 0."""
    with running(tmp_path) as house:
        async with visitor(house) as browser:
            async with browser.post(f"{API}/session") as response:
                assert response.status == 204
            stream = await browser.get(f"{API}/events", params={"after": "0"})
            with closing(sqlite3.connect(tmp_path / "data" / "citybot.sqlite3")) as other:
                other.execute("BEGIN IMMEDIATE")  # nobody else can write now
                waiting = asyncio.create_task(say(browser, "message-1", "help"))
                await asyncio.sleep(0.5)
                assert await is_open(house)  # so what was said before has come in, too
                begun = time.monotonic()
                house.process.send_signal(signal.SIGTERM)
                while await is_open(house):
                    await asyncio.sleep(0.05)
                with pytest.raises(ClientConnectionError):
                    await say(browser, "message-2", "help")
                assert not waiting.done()
                other.rollback()
            assert (await waiting)["status"] == "accepted"
            await stream.read()
        assert await asyncio.to_thread(house.process.wait, 20) == 0
        assert time.monotonic() - begun < 20
    assert answered(tmp_path) == {"help": 1}


def database_of(folder: Path, url: str = "") -> "closing[Database]":
    settings = Settings(data_dir=folder / "data", database_url=url)
    return closing(Database(settings.database()))


def answered(folder: Path, url: str = "", done: bool = True) -> dict[str, int]:
    """The replies each message has in the database, by its text.

    `done`: after draining, no message may be left that waits.
    """
    wanted = (
        select(Inbox.id, func.count(Outbox.id))
        .outerjoin(Outbox, Outbox.inbox_id == Inbox.id)
        .where(Inbox.state == "done")
        .group_by(Inbox.id)
    )
    with database_of(folder, url) as database, database.read() as connection:
        found = [tuple(row) for row in connection.execute(wanted)]
        texts = dict(connection.execute(select(Inbox.id, Inbox.payload)).all())
        kept = connection.execute(select(func.count(Inbox.id))).scalar()
    assert not done or len(found) == kept
    assert len({texts[row]["text"] for row, _replies in found}) == len(found)
    return {texts[row]["text"]: replies for row, replies in found}


async def flood(browsers: list[ClientSession], acked: set[str]) -> None:
    """Every person's messages, all at once; who is cut off will send again."""

    async def send(browser: ClientSession, number: str) -> None:
        with suppress(ClientConnectionError):
            await say(browser, number, number)
            acked.add(number)

    await asyncio.gather(
        *(
            send(browser, f"message-{person}-{n}")
            for n in range(MESSAGES)
            for person, browser in enumerate(browsers)
        )
    )


async def people(house: Running) -> list[ClientSession]:
    browsers = [visitor(house) for _ in range(PEOPLE)]
    for browser in browsers:
        async with browser.post(f"{API}/session") as response:
            assert response.status == 204
    return browsers


async def moved(browsers: list[ClientSession], house: Running) -> list[ClientSession]:
    """The same browsers at the address the house has now."""
    again = []
    for browser in browsers:
        fresh = visitor(house)
        fresh.cookie_jar.update_cookies([(c.key, c.value) for c in browser.cookie_jar])
        await browser.close()
        again.append(fresh)
    return again


async def until(acked: set[str], some: int) -> None:
    async with asyncio.timeout(30):
        while len(acked) < some:
            await asyncio.sleep(0.001)


async def test_stopped_in_floods_it_answers_each_message_once_after_all(
    database_url: str, tmp_path: Path
) -> None:
    """200 messages at once; killed in the middle, then told to stop in the middle, then done.

    Each time everything is sent again, as a browser does that heard no 'ok'.
    """
    acked: set[str] = set()
    browsers: list[ClientSession] = []
    for how in (signal.SIGKILL, signal.SIGTERM, None):
        with running(tmp_path, DATABASE_URL=database_url) as house:
            browsers = await moved(browsers, house) if browsers else await people(house)
            heard = set[str]()
            flooding = asyncio.create_task(flood(browsers, heard))
            if how is None:
                await flooding
            else:
                await until(heard, 40)
            code = await asyncio.to_thread(house.end, how or signal.SIGTERM)
            assert code == (-signal.SIGKILL if how is signal.SIGKILL else 0)
            await flooding
            acked |= heard
        replies = answered(tmp_path, database_url, done=how is not signal.SIGKILL)
        assert acked <= replies.keys()  # no 'ok' was a lie
        assert set(replies.values()) == {1}
    for browser in browsers:
        await browser.close()
    assert len(replies) == len(heard) == PEOPLE * MESSAGES


# -- not starting ----------------------------------------------------------------------------


@pytest.fixture
def fail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, str]]:
    """Runs `citybot run` here, as it will not come far: its exit code and stderr."""
    monkeypatch.chdir(tmp_path)

    def run(*words: str, **settings: str) -> tuple[int, str]:
        unset = dict.fromkeys(os.environ.keys() - environment().keys())
        command = ["--data-dir", str(tmp_path / "data"), "run", *words]
        result = CliRunner().invoke(citybot, command, env={**unset, **environment(**settings)})
        gc.enable()  # the house switches it off while it is built
        assert result.stdout == ""
        assert not result.exception or isinstance(result.exception, SystemExit)
        return result.exit_code, result.stderr

    return run


Fail = Callable[..., tuple[int, str]]


def test_a_port_that_is_taken_is_named(fail: Fail) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        code, told = fail("--port", port, CITYBOT_LOG_LEVEL="warning")
    assert (code, told) == (1, f"Cannot listen on 127.0.0.1:{port}: Address already in use\n")


def test_a_database_out_of_reach_is_told_without_its_password(fail: Fail) -> None:
    told = "The database cannot be reached (OperationalError). See: citybot check\n"
    assert fail(DATABASE_URL="postgresql://x:canary@127.0.0.1:1/x") == (1, told)


def test_a_folder_that_cannot_be_written_is_named(fail: Fail, tmp_path: Path) -> None:
    (tmp_path / "data").touch()
    assert fail() == (1, f"That does not work here: File exists: {tmp_path / 'data'}\n")


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [
        ("CITYBOT_EMBED_ORIGINS", "not an origin", "embed_origins"),
        ("CITYBOT_COLOUR", "red", "colour"),
        ("CITYBOT_PORT", "70000", "port"),
        ("CITYBOT_LOG_LEVEL", "loud", "log_level"),
        ("CITYBOT_ZONE", "Europe/Nowhere", "zone"),
        ("CITYBOT_METRICS_FROM", "everywhere", "metrics_from"),
        ("CITYBOT_ROLES", "web,cook", "web worker delivery clock"),
        ("CITYBOT_ROLES", "", "web worker delivery clock"),
        ("CITYBOT_ROLES", " , ", "web worker delivery clock"),
        ("CITYBOT_ROLES", "web", "with SQLite one process does everything"),
    ],
)
def test_a_setting_that_is_wrong_is_named(fail: Fail, name: str, value: str, word: str) -> None:
    code, told = fail(**{name: value})
    assert code == 2
    assert word in told


@pytest.mark.parametrize(
    ("host", "public", "said"),
    [
        ("127.0.0.1", "", "http://localhost:80/chat"),
        ("0.0.0.0", "", "http://localhost:80/chat"),
        ("::", "", "http://localhost:80/chat"),
        ("10.0.0.7", "", "http://10.0.0.7:80/chat"),
        ("fd00::7", "", "http://[fd00::7]:80/chat"),
        ("0.0.0.0", "https://chat.example.org/", "https://chat.example.org/chat"),
    ],
)
def test_the_address_it_says_can_be_opened(
    host: str, public: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    _say_where(_base(Settings(host=host, public_url=public), 80), ROLES, None)
    assert f" {said}\n" in capsys.readouterr().out
