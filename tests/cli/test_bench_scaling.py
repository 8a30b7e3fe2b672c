"""The benchmark of a second process counts what it says it counts; how fast, is no test."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli.bench import bench
from bot.cli.bench.scaling_page import as_section, as_text, missed, write
from bot.cli.bench.spreading import COMING, WAITING, Figure, Plan, Report
from bot.cli.speech import language

NOWHERE = "postgresql://postgres@127.0.0.1:1/postgres"
WHERE = {"system": "Linux", "cores": "4", "python": "3.11.7", "databases": "PostgreSQL 17.2"}
FIGURES = (
    Figure(1, COMING, 100.0, 1.0, 0.009, 1.5, 1500),
    Figure(2, COMING, 175.0, 1.75, 0.0095, 2.9, 2600),
)
REPORT = Report(Plan(15.0, 64, 600, NOWHERE), WHERE, FIGURES)


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "en")
    language.cache_clear()


def test_a_short_run_takes_every_turn_once(postgres_url: str) -> None:
    flags = ["--seconds", "0.6", "--conversations", "4", "--backlog", "12", "-o", "json"]
    server = postgres_url.replace("+psycopg", "")
    result = CliRunner().invoke(bench, ["scaling", *flags, "--postgres", server])
    data = json.loads(result.stdout)
    assert data["void"] == []
    assert result.exit_code == int("Not kept:" in result.stderr), result.output
    known = [(f["processes"], f["work"]) for f in data["figures"]]
    assert known == [(1, COMING), (2, COMING), (1, WAITING), (2, WAITING)]
    assert all(f["rate"] > 0 < f["ratio"] and f["turns"] >= 12 for f in data["figures"])
    assert [f["turns"] for f in data["figures"][2:]] == [12, 12]
    assert server not in result.stdout


def test_without_postgresql_there_is_nothing_to_share(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    words = ["scaling", "--postgres", NOWHERE, "--write", str(page)]
    result = CliRunner().invoke(bench, words)
    assert (result.exit_code, page.exists()) == (0, False)
    assert result.stdout == "This needs PostgreSQL: on SQLite one process does everything.\n"


def test_the_table_stands_in_columns() -> None:
    assert as_text(REPORT).splitlines()[1:] == [
        "1, as they come in  100             1.00            9,000                1.5",
        "2, as they come in  175             1.75            9,500                2.9",
    ]


def test_an_aim_that_is_missed_is_said_where_there_are_cores_for_it() -> None:
    slow = replace(REPORT, figures=(FIGURES[0], replace(FIGURES[1], ratio=1.59)))
    assert list(missed(REPORT)) == []
    assert list(missed(slow)) == [
        "2, as they come in: at least 1.6 times the turns of one process. It was 1.59."
    ]
    assert list(missed(replace(slow, machine=WHERE | {"cores": "2"}))) == []


def test_the_page_says_when_cores_were_not_free(tmp_path: Path) -> None:
    write(replace(REPORT, machine=WHERE | {"cores": "2"}), tmp_path / "page.md")
    page = (tmp_path / "page.md").read_text(encoding="utf-8")
    assert "Here they are not: with one process 1.5 of 2 cores were at work already" in page
    assert "Aim: at least 1.6, met." in as_section(REPORT, "chart.svg")
    assert (tmp_path / "page-scaling.svg").exists()
