"""`citybot poll kiosk|poster`: secret links, and a page to hang up."""

import json
import re
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot.cli import citybot
from bot.cli.speech import language
from tests.services.polls.station import written

PUBLIC = "https://chat.example.org"
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command in a folder of its own, in English."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LANGUAGE", "en")
    monkeypatch.setenv("CITYBOT_PUBLIC_URL", PUBLIC)
    monkeypatch.setenv("CITYBOT_SECRET", "for tests only")
    language.cache_clear()

    def call(*words: str) -> Result:
        return CliRunner().invoke(citybot, ["--data-dir", str(tmp_path), *words])

    return call


def opened(run: Run, **more: Any) -> None:
    closes = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    plain = written(level="web", **more) | {"closes": closes}
    Path("poll.json").write_text(json.dumps(plain), encoding="utf-8")
    done = run("poll", "create", "poll.json", "--open")
    assert done.exit_code == 0, done.output


def test_a_kiosk_link_is_printed_once_and_made_useless(run: Run) -> None:
    opened(run, kiosk=True)
    first = run("poll", "kiosk", "lanes", "--place", "library")
    assert re.fullmatch(rf"{PUBLIC}/kiosk/[\w-]{{43}}\n", first.stdout)
    assert "can vote as often as they like" in first.stderr
    again = run("poll", "kiosk", "lanes", "--place", "library")
    assert again.stdout != first.stdout
    assert "do not work any more: 1." in run("poll", "kiosk", "lanes", "--void").stderr
    assert "do not work any more: 0." in run("poll", "kiosk", "lanes", "--void").stderr


def test_no_kiosk_for_a_poll_that_was_not_written_for_it(run: Run) -> None:
    opened(run)
    refused = run("poll", "kiosk", "lanes")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "kiosk: true" in refused.stderr


def test_without_a_public_address_there_is_no_link(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(run, kiosk=True)
    monkeypatch.delenv("CITYBOT_PUBLIC_URL")
    assert run("poll", "kiosk", "lanes").exit_code == 1


@pytest.mark.parametrize(("name", "begins"), [("a.pdf", b"%PDF-"), ("a.HTML", b"<!doctype html>")])
def test_a_poster_is_written_where_it_was_asked_for(run: Run, name: str, begins: bytes) -> None:
    opened(run)
    done = run("poll", "poster", "lanes", "-o", name, "--size", "a3")
    assert (done.exit_code, done.stdout) == (0, f"{name}\n"), done.output
    assert Path(name).read_bytes().startswith(begins)


def test_with_the_web_alone_the_poster_has_one_code(run: Run) -> None:
    opened(run)
    assert run("poll", "poster", "lanes").stdout == "lanes.pdf\n"
    run("poll", "poster", "lanes", "-o", "a.html")
    assert Path("a.html").read_text(encoding="utf-8").count("<svg") == 1


def test_a_poster_that_nobody_could_vote_by_says_so(run: Run) -> None:
    """One needs an account of a messenger, and none is open."""
    opened(run)
    plain = json.loads(Path("poll.json").read_text(encoding="utf-8")) | {"level": "account"}
    Path("poll.json").write_text(json.dumps(plain), encoding="utf-8")
    run("poll", "create", "poll.json")
    assert "No open channel takes votes" in run("poll", "poster", "lanes").stderr


@pytest.mark.parametrize(
    ("words", "code"),
    [(["lanes", "-o", "a.png"], 2), (["other"], 1), (["lanes", "-o", "nowhere/a.pdf"], 1)],
)
def test_what_cannot_be_is_said(run: Run, words: list[str], code: int) -> None:
    opened(run)
    refused = run("poll", "poster", *words)
    assert (refused.exit_code, refused.stdout) == (code, "")
    assert refused.stderr


def test_an_informal_poll_is_queued_for_a_group_after_a_yes(run: Run, tmp_path: Path) -> None:
    opened(run)
    tried = run("poll", "post", "lanes", "--group", "-100555", "--dry-run")
    assert "nobody counts it" in tried.stdout
    assert queued(tmp_path) == []
    assert (
        run("poll", "post", "lanes", "--group", "-100555", "--language", "de", "--yes").exit_code
        == 0
    )
    ((address, kind, body),) = queued(tmp_path)
    assert (address, kind) == ("telegram:-100555", "broadcast")
    assert "Bike lanes (de)" in body


def queued(folder: Path) -> list[tuple[str, str, str]]:
    with sqlite3.connect(folder / "citybot.sqlite3") as database:
        return database.execute("SELECT address, kind, body FROM outbox").fetchall()


@pytest.mark.parametrize("group", ["42", "telegram:-5", "-x"])
def test_a_person_is_no_group(run: Run, group: str) -> None:
    opened(run)
    refused = run("poll", "post", "lanes", "--yes", "--group", group)
    assert (refused.exit_code, refused.stdout) == (2, "")
