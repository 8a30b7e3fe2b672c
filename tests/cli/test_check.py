"""`citybot check`: one line a thing looked at, exit 1 when something is not in order."""

import json
import os
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from redis import Redis, RedisError

from bot.backup import backup
from bot.cli import citybot
from bot.cli.speech import language
from bot.config import Settings
from bot.database import SCHEMA, Database
from bot.restore import restore
from tests.conftest import REDIS, missing
from tests.test_database import NOW, set_schema

Check = Callable[..., Result]
NEWER = "The database is newer than this program (9999); please update."


@pytest.fixture(autouse=True)
def _nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Away from the settings of this machine, in a terminal that speaks English."""
    monkeypatch.chdir(tmp_path)
    for name in [n for n in os.environ if n.startswith("CITYBOT_")] + ["DATABASE_URL", "REDIS_URL"]:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANGUAGE", "en")
    language.cache_clear()


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Check:
    """Runs `citybot check …` with a data folder and an environment of its own."""

    def run(*words: str, **environ: str) -> Result:
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        return CliRunner().invoke(citybot, ["--data-dir", str(tmp_path / "data"), "check", *words])

    return run


def looks(result: Result) -> dict[str, dict[str, object]]:
    return {look["name"]: look for look in json.loads(result.stdout)}


def test_on_a_fresh_machine_everything_is_well(check: Check, tmp_path: Path) -> None:
    result = check("-o", "json")
    found = looks(result)
    assert result.exit_code == 0
    assert list(found) == ["data", "database", "redis", "articles", "office"]
    assert all(look["ok"] is True for look in found.values())
    assert found["data"]["text"] == str(tmp_path / "data")
    assert "citybot db upgrade" in str(found["database"]["text"])
    assert str(found["office"]["text"]) == "Monday to Friday 9:00\u202fAM–5:00\u202fPM (Berlin)"


def test_looking_leaves_no_trace_but_the_folder(check: Check, tmp_path: Path) -> None:
    check()
    assert list((tmp_path / "data").iterdir()) == []


def test_the_text_says_the_same_one_line_a_thing(check: Check) -> None:
    lines = check().stdout.splitlines()
    assert [line.split()[:2] for line in lines] == [
        ["ok", name] for name in ("data", "database", "redis", "articles", "office")
    ]


def test_a_database_that_is_set_up_is_named_with_its_schema(
    check: Check, database_url: str
) -> None:
    found = looks(check("-o", "json", DATABASE_URL=database_url))
    kind = "sqlite" if database_url.startswith("sqlite") else "postgresql"
    assert found["database"]["text"] == f"{kind}, schema {SCHEMA}"


def test_a_database_out_of_reach_is_not_well_and_shows_no_password(check: Check) -> None:
    result = check("-o", "json", DATABASE_URL="postgresql://x:canary@127.0.0.1:1/x")
    look = looks(result)["database"]
    assert result.exit_code == 1
    assert (look["ok"], look["text"]) == (False, "postgresql: not reachable (OperationalError)")
    assert "canary" not in result.output


def test_a_database_of_a_newer_program_is_not_well(check: Check, database_url: str) -> None:
    with closing(Database(database_url)) as database:
        set_schema(database, "9999")
    result = check("-o", "json", DATABASE_URL=database_url)
    look = looks(result)["database"]
    assert (result.exit_code, look["ok"], look["text"]) == (1, False, NEWER)


def test_looking_for_an_sqlite_file_elsewhere_does_not_make_it(
    check: Check, tmp_path: Path
) -> None:
    there = tmp_path / "there.sqlite3"
    assert check(DATABASE_URL=f"sqlite:///{there}").exit_code == 0
    assert not there.exists()


def test_a_house_just_restored_is_well(check: Check, sqlite_url: str, tmp_path: Path) -> None:
    old = Settings(data_dir=tmp_path / "old", database_url=sqlite_url)
    archive = backup(old, tmp_path / "backups", NOW)
    restore(Settings(data_dir=tmp_path / "data"), archive, NOW)
    result = check("-o", "json")
    assert result.exit_code == 0
    assert looks(result)["database"]["text"] == f"sqlite, schema {SCHEMA}"


def test_a_file_that_is_no_database_is_not_well(check: Check, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "citybot.sqlite3").write_bytes(b"rubbish" * 1000)
    result = check("-o", "json")
    assert (result.exit_code, looks(result)["database"]["ok"]) == (1, False)


def test_a_folder_that_cannot_be_written_is_not_well(check: Check, tmp_path: Path) -> None:
    (tmp_path / "data").touch()
    result = check("-o", "json")
    assert (result.exit_code, looks(result)["data"]["ok"]) == (1, False)


def test_a_redis_out_of_reach_is_told_with_what_it_means(check: Check) -> None:
    result = check("-o", "json", REDIS_URL="redis://:canary@127.0.0.1:1/0")
    look = looks(result)["redis"]
    assert (result.exit_code, look["ok"]) == (1, False)
    assert look["text"] == "not reachable (ConnectionError); everything works, only slower"
    assert "canary" not in result.output


def test_a_redis_that_answers_is_well(check: Check) -> None:
    try:
        with Redis.from_url(REDIS, socket_timeout=3) as client:
            client.ping()
    except (RedisError, OSError):
        missing("Redis")
    assert looks(check("-o", "json", REDIS_URL=REDIS))["redis"]["text"] == "answers"


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("CITYBOT_ZONE", "Europe/Nowhere", "office_hours or zone cannot be read"),
        ("CITYBOT_PORT", "http", "Setting port: http is not a number."),
        ("CITYBOT_COLOUR", "red", "There is no setting named colour."),
        ("DATABASE_URL", "mysql://u:canary@h/d", "Setting database_url is not the address"),
        ("REDIS_URL", "http://:canary@h", "Setting redis_url is not the address"),
    ],
)
def test_a_setting_nobody_can_read_is_named_instead(
    check: Check, name: str, value: str, told: str
) -> None:
    result = check(**{name: value})
    assert (result.exit_code, result.stdout) == (2, "")
    assert told in result.stderr
    assert "canary" not in result.stderr


def test_the_doctor_speaks_the_language_of_the_terminal(check: Check) -> None:
    told = set()
    for spoken in ("en", "de", "zh", "zh_TW", "de_AT.UTF-8"):
        language.cache_clear()
        told.add(looks(check("-o", "json", LANGUAGE=spoken))["redis"]["text"])
    language.cache_clear()
    assert len(told) == 3
