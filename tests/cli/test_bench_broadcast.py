"""The benchmark of broadcasts measures what it says it measures; how fast, is no test."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bot.cli.bench import bench
from bot.cli.bench.mailed import Figure, Plan
from bot.cli.bench.mailed_page import as_lines, broken, write
from bot.cli.speech import language

NOWHERE = "postgresql://postgres@127.0.0.1:1/postgres"
KEPT = Figure(
    *("SQLite", 1000, 0.5, 3000.0, 4500.0, 2e-4, 180.0, 1_000_000),
    *(10, 500, {"sent": 480, "unsure": 20}, 490, 0, 2560),
)


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "en")
    language.cache_clear()


def test_a_short_run_reaches_everybody_once() -> None:
    words = ["--people", "300", "--fewer", "300", "--kills", "1", "-o", "json"]
    result = CliRunner().invoke(bench, ["broadcast", *words, "--postgres", NOWHERE])
    (figure,) = json.loads(result.stdout)
    assert (figure["name"], figure["people"], figure["doubled"]) == ("SQLite", 300, 0)
    assert sum(figure["tally"].values()) == 300
    assert figure["tally"]["sent"] <= figure["arrived"] <= 300
    assert figure["rate"] > 0
    assert figure["bare"] > 0


@pytest.mark.parametrize(
    ("changed", "missed"),
    [
        ({}, []),
        ({"rate": 2600.0}, ["a broadcast drains at 0.6 of what aiohttp's client alone can post"]),
        ({"rows_a_commit": 99.0}, ["a hundred recipients share a transaction"]),
        ({"grown": 100_000_000}, ["memory stays as it is, whatever the number of people"]),
        ({"doubled": 1}, ["nobody gets a broadcast twice, also after a kill"]),
        ({"arrived": 479}, ["the ledger is exact, also after a kill"]),
        ({"audience": 501}, ["the ledger is exact, also after a kill"]),
    ],
)
def test_a_promise_that_is_not_kept_is_named(changed: dict[str, Any], missed: list[str]) -> None:
    assert broken([replace(KEPT, **changed)]) == missed


def test_the_figures_are_told_in_lines() -> None:
    assert list(as_lines([KEPT])) == [
        "SQLite",
        "  1,000 people queued in 0.5 s, by one statement",
        "  3,000 a second, 0.67 of what aiohttp alone posts; 200 µs each",
        "  180 recipients a transaction, 1 MB more memory",
        "  killed 10 times: 490 arrived, 0 twice; ledger: sent 480, unsure 20",
    ]


def test_the_page_gets_a_part_of_its_own(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    page.write_text("# Performance\n", encoding="utf-8")
    for _again in range(2):
        write([KEPT], Plan(1000, 500, 10, NOWHERE), page)
    assert page.read_text(encoding="utf-8").count("## Broadcasts") == 1
