"""`citybot chat` as people start it: in a pipe, and in a terminal of its own."""

import json
import os
import pty
import re
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import citybot
from tests.services.polls.station import written

ROOT = Path(__file__).parents[2]
CHAT = (sys.executable, "-m", "bot", "chat")
PATIENCE = 60.0  # seconds; on an idle machine the slowest takes two
# Make standard input the terminal that Ctrl-C comes from, then become the program.
_OWN_TERMINAL = (
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); "
    "os.execv(sys.argv[1], sys.argv[1:])"
)
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]|\r")


@pytest.fixture
def environ(sqlite_url: str, tmp_path: Path) -> dict[str, str]:
    """What a shell hands over: a fresh database, English, no settings of the machine."""
    kept = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TERM": "xterm", "USER": "anna"}
    kept["PROMPT_TOOLKIT_NO_CPR"] = "1"  # our terminal does not say where its cursor is
    return kept | {
        "CITYBOT_DATA_DIR": str(tmp_path), "DATABASE_URL": sqlite_url, "PYTHONPATH": str(ROOT),
    }  # fmt: skip


def chat(environ, *flags, lines="", **streams):
    streams = {"stdout": subprocess.PIPE, **streams}
    return subprocess.run(
        [*CHAT, *flags], input=lines.encode(), env=environ, cwd=environ["CITYBOT_DATA_DIR"],
        stderr=subprocess.PIPE, timeout=PATIENCE, check=False, **streams,
    )  # fmt: skip


def test_a_pipe_gets_an_answer_for_each_line_and_nothing_else(environ):
    done = chat(environ, "--lang", "de", "--as", "wechat", lines="thanks\nbye")
    assert (done.returncode, done.stderr.decode()) == (0, "")
    assert [line.split(": ")[0] for line in done.stdout.decode().split("\n\n")] == [
        "Citybot (WeChat)", "Citybot (WeChat)",
    ]  # fmt: skip


def test_a_reader_who_has_enough_ends_the_chat_without_a_word(environ):
    reading, writing = os.pipe()
    os.close(reading)
    done = chat(environ, lines="thanks\n" * 3, stdout=writing)
    os.close(writing)
    assert (done.returncode, done.stderr.decode()) == (1, "")


@pytest.mark.parametrize(
    ("settings", "flag", "code", "told"),
    [
        (
            {"DATABASE_URL": "postgresql://127.0.0.1:1/none"}, "--plain", 1,
            "The database cannot be reached (OperationalError). See: citybot check\n",
        ),
        (
            {"DATABASE_URL": "sqlite:////dev/null/none"}, "--plain", 1,
            "That does not work here: File exists: /dev/null\n",
        ),
        (
            {}, "--lang=fr", 2,
            "Usage: citybot chat [OPTIONS]\nTry 'citybot chat --help' for help.\n\n"
            "Error: Setting language: fr is not a language we speak.\n",
        ),
    ],
)  # fmt: skip
def test_what_cannot_work_is_told_in_a_sentence(environ, settings, flag, code, told):
    done = chat(environ | settings, flag, lines="help\n")
    assert (done.returncode, done.stdout, done.stderr.decode()) == (code, b"", told)


class Terminal:
    """A terminal with a person before it."""

    def __init__(self, descriptor: int, process: subprocess.Popen[bytes]) -> None:
        self._descriptor, self.process, self._shown = descriptor, process, ""

    def type(self, keys: str) -> None:
        os.write(self._descriptor, keys.encode())

    def wait_for(self, wanted: str) -> None:
        """Read on until that is shown; what was read before does not count."""
        until = time.monotonic() + PATIENCE
        while wanted not in self._shown:
            assert time.monotonic() < until, f"{wanted!r} is not shown in {self._shown!r}"
            if select.select([self._descriptor], [], [], 0.1)[0]:
                self._shown += _ESCAPES.sub("", os.read(self._descriptor, 65536).decode())
        self._shown = self._shown.partition(wanted)[2]

    def ended(self) -> int:
        return self.process.wait(PATIENCE)


@contextmanager
def terminal(environ: dict[str, str], *flags: str) -> Iterator[Terminal]:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", _OWN_TERMINAL, *CHAT, *flags], stdin=theirs, stdout=theirs,
        stderr=theirs, env=environ, cwd=environ["CITYBOT_DATA_DIR"], start_new_session=True,
    )  # fmt: skip
    os.close(theirs)
    try:
        yield Terminal(ours, process)
    finally:
        process.kill()
        process.wait()
        os.close(ours)


def test_a_person_asks_picks_and_leaves_with_ctrl_d(environ):
    with terminal(environ) as person:
        person.wait_for("Hello! I am Citybot")
        person.wait_for("Ask a question, or pick a number.")
        person.type("langu\t")
        person.wait_for("ge")
        person.type("\r")
        person.wait_for("1. Deutsch")
        person.wait_for("Ask a question, or pick a number.")
        person.type("2\r")
        person.wait_for("I will answer in English from now on.")
        person.wait_for("Ask a question, or pick a number.")
        person.type("\x04")
        person.wait_for("Goodbye. To go on with this talk, type: citybot chat")
        assert person.ended() == 0
    assert "+language\n" in Path(environ["CITYBOT_DATA_DIR"], "chat-history").read_text("utf-8")


@pytest.mark.parametrize(("term", "flags"), [("dumb", ()), ("xterm", ("--plain",))])
def test_a_plain_terminal_says_who_speaks_and_lets_go_at_the_second_ctrl_c(environ, term, flags):
    with terminal(environ | {"TERM": term}, *flags) as person:
        person.wait_for("Citybot: Hello! I am Citybot")
        person.wait_for("\nYou: ")
        person.type("half a line\x03")
        person.wait_for("Citybot: Press Ctrl-C once more to leave.\nYou: ")
        person.type("thanks\n")
        person.wait_for("\nCitybot: You are welcome.")
        person.wait_for("\nYou: ")
        person.type("\x03")
        person.wait_for("\nYou: ")
        person.type("\x03")
        person.wait_for("\nCitybot: Goodbye.")
        assert person.ended() == 0


def test_the_list_of_commands_names_the_chat_and_says_what_it_does(environ):
    done = chat(environ, "--help")
    assert done.stdout.decode().splitlines()[:3] == [
        "Usage: citybot chat [OPTIONS]", "", "  Talk to the assistant here, in the terminal.",
    ]  # fmt: skip


def test_a_secret_poll_is_voted_in_as_that_channel_would(environ, tmp_path: Path) -> None:
    """The terminal is ours and may hear a vote; a messenger gets a link to a ballot."""
    site = "https://chat.example.org"
    environ |= {"CITYBOT_PUBLIC_URL": site}
    poll = tmp_path / "poll.json"
    times = {"opens": "2026-01-01T08:00Z", "closes": "2127-05-14T18:00Z"}
    poll.write_text(json.dumps(written(mode="web-secret", **times)))
    done = CliRunner(env=environ).invoke(citybot, ["poll", "create", str(poll), "--open"])
    assert done.exit_code == 0, done.output
    heard = [
        chat(environ, *flags, lines="vote\n").stdout.decode() for flags in ((), ("--as", "wechat"))
    ]
    assert ["Where first?" in said for said in heard] == [True, False]
    assert [f"{site}/ballot/" in said for said in heard] == [False, True]
