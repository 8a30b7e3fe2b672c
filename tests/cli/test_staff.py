"""`citybot staff`: the first link, another one, and the door shut."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import citybot
from bot.cli.speech import language
from bot.config import read
from bot.database import Database
from bot.services.audit import verify

Staff = Callable[..., Result]


@pytest.fixture
def staff(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Staff:
    """Runs `citybot staff …` on the database in this test's folder."""
    monkeypatch.setenv("LANGUAGE", "en")
    monkeypatch.delenv("DATABASE_URL", raising=False)
    language.cache_clear()

    def run(*words: str) -> Result:
        return CliRunner().invoke(citybot, ["--data-dir", str(tmp_path), "staff", *words])

    return run


def test_somebody_is_added_and_gets_a_link(staff: Staff) -> None:
    added = staff("add", "Anna", "--role", "admin")
    assert added.exit_code == 0
    assert added.stdout.startswith("http://localhost:8080/console/welcome/")
    assert "once, within 24 hours" in added.stderr
    assert staff("list").stdout == "anna  admin  invited  False\n"


def test_what_cannot_be_is_told(staff: Staff) -> None:
    staff("add", "anna", "--role", "admin")
    for words, told in [
        (("add", "anna"), "anna is in the team already."),
        (("add", "Ännchen"), "A name has 1 to 40"),
        (("reset", "ben", "--yes"), "ben is not in the team."),
        (("disable", "anna", "--yes"), "Somebody must stay administrator."),
    ]:
        refused = staff(*words)
        assert (refused.exit_code, refused.stdout) == (1, "")
        assert told in refused.stderr
    assert staff("add", "eve", "--role", "root").exit_code == 2


def test_another_link_ends_the_one_before(staff: Staff, tmp_path: Path) -> None:
    first = staff("add", "anna", "--role", "admin").stdout
    second = staff("reset", "anna", "--yes").stdout
    assert first != second
    database = Database(read({"data_dir": str(tmp_path)}).database())
    with database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM staff_link").scalar() == 1
        assert list(verify(connection)) == []
    database.close()


def test_nothing_is_taken_without_asking(staff: Staff) -> None:
    staff("add", "anna", "--role", "admin")
    assert staff("reset", "anna").exit_code == 1
    staff("add", "ben", "--role", "editor")
    assert staff("disable", "ben", "--yes").exit_code == 0
    assert "ben  editor  disabled  False" in staff("list").stdout
