"""The benchmark of polls measures what it says it measures; how fast, is no test."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli.bench import bench
from bot.cli.bench.polls_page import PROMISES, as_lines, write
from bot.cli.bench.voting import Figure, Plan, broken
from bot.cli.speech import language

NOWHERE = "postgresql://postgres@127.0.0.1:1/postgres"
PLAN = Plan(votes=20_000, seconds=60, rush=100, ballots=1_000, postgres=NOWHERE)
KEPT = Figure("SQLite", PLAN, 900.4, 0.01, 0.05, 0.2, (2_100,) * 3, 1.25, 2.5, 1_000)


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "en")
    language.cache_clear()


@pytest.mark.parametrize("server", [NOWHERE, "postgresql://postgres@127.0.0.1:5432/postgres"])
def test_a_short_run_keeps_and_counts_every_vote(server: str, tmp_path: Path) -> None:
    words = ["--votes", "12000", "--seconds", "0.5", "--rush", "20", "--ballots", "500"]
    page = tmp_path / "page.md"
    more = ["-o", "json", "--postgres", server, "--write", str(page)]
    result = CliRunner().invoke(bench, ["poll", *words, *more])
    assert result.exit_code == 0, result.output
    figures = json.loads(result.stdout)
    assert len(figures) == (1 if server == NOWHERE else 2)
    for figure in figures:
        assert (figure["is_right"], figure["counted"], figure["kept"]) == (True, 500, [30] * 3)
        assert figure["rate"] > 0
        assert 0 < figure["p50"] <= figure["p95"] <= figure["longest"]
        assert figure["counting"] > 0
        assert "postgres" not in figure["plan"]
    assert "500 ballots read" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("changed", "missed"),
    [
        ({}, []),
        ({"p95": 1.0}, ["p95"]),
        ({"closing": 61.0}, ["tally"]),
        ({"kept": (2_100, 2_099, 2_100)}, ["right"]),
        ({"counted": 999}, ["right"]),
    ],
)
def test_a_promise_that_is_not_kept_is_named(changed: dict[str, object], missed: list[str]) -> None:
    assert broken([replace(KEPT, **changed)]) == missed  # type: ignore[arg-type]
    assert set(missed) <= set(PROMISES)


def test_the_figures_are_told_in_lines() -> None:
    assert list(as_lines([KEPT])) == [
        "SQLite",
        "  900 votes a second, each on its ballot before the voter hears",
        "  2,000 votes in 60 s (20,000 in ten minutes): half within 10 ms, 95 % within 50 ms, the"
        " longest 200 ms",
        "  1,000 ballots: counted in 1.2 s, closed in 2.5 s",
    ]


def test_its_part_of_the_page_is_replaced_and_the_rest_is_kept(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Performance\n", encoding="utf-8")
    write([KEPT], page)
    write([replace(KEPT, rate=1234.0)], page)
    found = page.read_text(encoding="utf-8")
    assert found.startswith("# Performance\n")
    assert found.count("<!-- bench poll -->") == 1
    assert "| SQLite | 1,234 | 10 | 50 | 200 | 1.2 | 2.5 |" in found
