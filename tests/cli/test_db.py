"""`citybot db`: says what it does, asks before it replaces, and never ends in a traceback."""

import os
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import insert, select

from bot.cli import citybot
from bot.cli.speech import language
from bot.config import Settings
from bot.database import SCHEMA, Database
from bot.models import Person
from tests.services.test_retention import NOW
from tests.test_database import set_schema

Db = Callable[..., Result]


@pytest.fixture(autouse=True)
def _nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Away from the settings of this machine, in a terminal that speaks English."""
    monkeypatch.chdir(tmp_path)
    for name in [n for n in os.environ if n.startswith("CITYBOT_")] + ["DATABASE_URL", "REDIS_URL"]:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANGUAGE", "en")
    language.cache_clear()


@pytest.fixture
def db(tmp_path: Path) -> Db:
    """Runs `citybot db …` with a data folder of its own."""

    def run(*words: str, flags: tuple[str, ...] = (), **more: Any) -> Result:
        data = ["--data-dir", str(tmp_path / "data"), *flags]
        return CliRunner().invoke(citybot, [*data, "db", *words], **more)

    return run


def opened(tmp_path: Path) -> "closing[Database]":
    return closing(Database(Settings(data_dir=tmp_path / "data").database()))


def add(tmp_path: Path, name: str) -> None:
    with opened(tmp_path) as database, database.write() as connection:
        connection.execute(insert(Person).values(id=name, created_at=NOW))


def people(tmp_path: Path) -> set[str]:
    with opened(tmp_path) as database, database.read() as connection:
        return set(connection.scalars(select(Person.id)))


def told(result: Result) -> tuple[int, str, str]:
    return result.exit_code, result.stdout, result.stderr


FROM_NOTHING = f"Database schema: - → {SCHEMA}\n"
CURRENT = f"The database is up to date ({SCHEMA}).\n"


def test_an_operator_sets_the_database_up_and_a_second_time_hears_that_it_is(
    db: Db, tmp_path: Path
) -> None:
    assert told(db("upgrade")) == (0, "", FROM_NOTHING)
    assert told(db("upgrade")) == (0, "", CURRENT)
    with opened(tmp_path) as database:
        assert database.schema() == SCHEMA


def test_a_dry_run_says_what_would_be_done_and_makes_nothing(db: Db, tmp_path: Path) -> None:
    assert told(db("upgrade", "--dry-run")) == (0, "", FROM_NOTHING)
    assert not (tmp_path / "data").exists()
    (tmp_path / "data").mkdir()
    assert told(db("upgrade", "--dry-run")) == (0, "", FROM_NOTHING)
    assert list((tmp_path / "data").iterdir()) == []


@pytest.mark.parametrize("words", [("upgrade",), ("upgrade", "--dry-run")])
def test_a_database_out_of_reach_is_an_error_also_for_a_dry_run(
    db: Db, words: tuple[str, ...]
) -> None:
    flags = ("--database-url", "postgresql://x:canary@127.0.0.1:1/x")
    result = db(*words, flags=flags)
    assert told(result) == (
        1,
        "",
        "The database cannot be reached (OperationalError). See: citybot check\n",
    )


@pytest.mark.parametrize(
    "words",
    [
        ("db", "upgrade"),
        ("db", "upgrade", "--dry-run"),
        ("kb", "check"),
        ("kb", "gaps"),
        ("run", "--port", "0"),
        ("chat",),
    ],
    ids=" ".join,
)
def test_an_older_program_says_so_and_leaves_a_newer_database_alone(
    db: Db, tmp_path: Path, words: tuple[str, ...]
) -> None:
    db("upgrade")
    with opened(tmp_path) as database:
        set_schema(database, "9999")
    result = CliRunner().invoke(citybot, ["--data-dir", str(tmp_path / "data"), *words])
    newer = "The database is newer than this program (9999); please update.\n"
    assert told(result) == (1, "", newer)
    with opened(tmp_path) as database:
        assert database.schema() == "9999"


def test_a_file_that_is_no_database_is_an_error(db: Db, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "citybot.sqlite3").write_bytes(b"rubbish" * 1000)
    result = db("upgrade")
    assert result.exit_code == 1
    assert result.stderr.startswith("The database cannot be reached (DatabaseError).")


@pytest.fixture
def archive(db: Db, tmp_path: Path) -> str:
    """A backup of a house with anna in it; bert came later."""
    db("upgrade")
    add(tmp_path, "anna")
    result = db("backup")
    add(tmp_path, "bert")
    return result.stdout.strip()


def test_a_backup_prints_its_path_and_nothing_else(archive: str, tmp_path: Path) -> None:
    path = Path(archive)
    assert path.parent == Path("backups")
    assert path.is_file()
    assert archive.startswith("backups/citybot-2")


def test_a_backup_without_a_database_is_an_error(db: Db, tmp_path: Path) -> None:
    result = db("backup")
    path = tmp_path / "data" / "citybot.sqlite3"
    assert told(result) == (1, "", f"There is no database at {path} yet.\n")


def test_a_folder_that_cannot_be_written_is_an_error_that_names_it(
    db: Db, archive: str, tmp_path: Path
) -> None:
    result = db("backup", "/proc/nowhere")
    assert result.exit_code == 1
    assert result.stderr.startswith("/proc/nowhere cannot be written: ")


def test_restoring_asks_and_no_changes_nothing(db: Db, archive: str, tmp_path: Path) -> None:
    for answer in ("n\n", "", "maybe\n"):
        result = db("restore", archive, input=answer)
        assert (result.exit_code, result.stdout) == (1, "")
        assert "Replace the present database with this backup?" in result.stderr
    assert people(tmp_path) == {"anna", "bert"}


def test_restoring_puts_the_backup_in_place(db: Db, archive: str, tmp_path: Path) -> None:
    result = db("restore", archive, input="y\n")
    assert result.exit_code == 0
    assert result.stderr.endswith(f"Restored from {archive}.\n")
    assert people(tmp_path) == {"anna"}


def test_restoring_with_yes_does_not_ask(db: Db, archive: str, tmp_path: Path) -> None:
    assert told(db("restore", archive, "--yes")) == (0, "", f"Restored from {archive}.\n")
    assert people(tmp_path) == {"anna"}


def test_only_checking_changes_nothing(db: Db, archive: str, tmp_path: Path) -> None:
    assert told(db("restore", archive, "--check")) == (0, "", f"{archive} is complete.\n")
    assert people(tmp_path) == {"anna", "bert"}


@pytest.mark.parametrize("words", [("--check",), ("--yes",)])
def test_a_damaged_backup_is_refused_before_anything_is_asked(
    db: Db, archive: str, tmp_path: Path, words: tuple[str, ...]
) -> None:
    Path(archive).write_bytes(Path(archive).read_bytes()[:-10])
    result = db("restore", archive, *words)
    assert told(result) == (1, "", f"{archive} is damaged: its checksum differs.\n")
    assert people(tmp_path) == {"anna", "bert"}


@pytest.mark.parametrize(
    "words", [("restore",), ("restore", "gone.tar.gz"), ("downgrade",), ("upgrade", "now")]
)
def test_a_misspelt_call_ends_with_2(db: Db, words: tuple[str, ...]) -> None:
    result = db(*words)
    assert (result.exit_code, result.stdout) == (2, "")
