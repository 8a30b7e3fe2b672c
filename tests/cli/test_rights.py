"""`citybot person export` and `erase`: the person a pseudonym names, once, and on record."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from bot.cli import citybot
from bot.cli.speech import language
from bot.database import Database
from tests import eventful

BEN = "7f3a29bc" + "0" * 24


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "en")
    language.cache_clear()


@pytest.fixture
def database(tmp_path: Path) -> Database:
    database = Database(f"sqlite:///{tmp_path}/citybot.sqlite3")
    database.upgrade()
    eventful.meet(database, BEN, "another")
    return database


@pytest.fixture
def person(tmp_path: Path, database: Database) -> Callable[..., Result]:
    def run(*words: str, answer: str = "") -> Result:
        arguments = ["--data-dir", str(tmp_path), "person", *words]
        return CliRunner().invoke(citybot, arguments, input=answer)

    return run


def rows(database: Database, statement: str) -> list[tuple[object, ...]]:
    with database.read() as connection:
        return [tuple(row) for row in connection.execute(text(statement))]


def test_the_file_is_what_the_page_gives(person, database: Database) -> None:
    shown = person("export", "p-7f3a29bc", "--staff", "anna")
    kept = json.loads(shown.stdout)
    assert [place["id"] for place in kept["address"]] == [f"script:{BEN}"]
    assert kept["person"][0]["id"] == BEN
    audit = rows(database, "SELECT actor, action, object FROM audit_entry")
    assert [("anna" in str(a), b, c) for a, b, c in audit] == [
        (True, "person.export", "person:p-7f3a29bc")
    ]


def test_deleting_asks_first(person, database: Database) -> None:
    eventful.held(database)
    now = datetime.now(UTC)
    reference = eventful.register(database, BEN, min(now, eventful.NOW)).registration.reference
    assert person("erase", reference, answer="n\n").exit_code == 1
    tried = person("erase", reference, "--dry-run")
    assert "places at events to come 1" in tried.stderr
    assert rows(database, "SELECT count(*) FROM person") == [(2,)]
    assert person("erase", reference, "--yes").exit_code == 0
    assert rows(database, "SELECT id FROM person") == [("another",)]
    assert rows(database, "SELECT action FROM audit_entry")[-1] == ("person.erase",)
    again = person("erase", reference, "--yes")
    assert (again.exit_code, "not exactly one person" in again.stderr) == (1, True)


@pytest.mark.parametrize("who", ["anna", "12", "script:another", "p-ffff", ""])
def test_who_is_nobody_is_said(person, who: str) -> None:
    for command in ("export", "erase"):
        done = person(command, who)
        assert (done.exit_code, done.stdout) == (1, ""), command
        assert "is not exactly one person we know" in done.stderr


def test_without_a_database_nobody_is_known(tmp_path: Path) -> None:
    done = CliRunner().invoke(citybot, ["--data-dir", str(tmp_path / "x"), "person", "export", "1"])
    assert done.exit_code == 1
    assert not (tmp_path / "x").exists()
