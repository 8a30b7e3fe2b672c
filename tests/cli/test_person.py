"""`citybot person confirm`: a table for a mail merge, and nothing of it kept."""

import re
from pathlib import Path

from click.testing import CliRunner, Result

from bot.cli import citybot


def run(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(citybot, ["--data-dir", str(folder), "person", "confirm", *words])


def test_a_code_for_each_contact_once(tmp_path: Path) -> None:
    table = tmp_path / "people.csv"
    table.write_text('Anna@example.org;Anna\n"+49 30 1234567";Bert\nanna@example.org\n\n')
    done = run(tmp_path / "data", "--file", str(table), "030 7654321")
    code = r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}"
    patterns = ("+49307654321", "anna@example.org", "+49301234567")
    expected = "\n".join(f"{re.escape(contact)},{code}" for contact in patterns)
    assert (done.exit_code, bool(re.fullmatch(expected, done.stdout.strip()))) == (0, True)
    kept = b"".join(p.read_bytes() for p in (tmp_path / "data").iterdir() if p.is_file())
    found = [word in kept for word in (b"anna@example.org", b"4930123", b"cli:", b"contact.codes")]
    assert found == [False, False, True, True]


def test_one_that_is_no_contact_stops_all(tmp_path: Path) -> None:
    done = run(tmp_path, "anna@example.org", "nobody")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "nobody: this is neither an e-mail address nor a phone number." in done.stderr


def test_none_at_all_is_a_mistake(tmp_path: Path) -> None:
    assert run(tmp_path).exit_code == 2
