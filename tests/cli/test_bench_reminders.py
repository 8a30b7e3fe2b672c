"""The benchmark of reminders measures what it says it measures; how fast, is no test."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli.bench import bench
from bot.cli.bench.due import Figure, Plan
from bot.cli.bench.due_page import as_lines, broken, write
from bot.cli.speech import language

NOWHERE = "postgresql://postgres@127.0.0.1:1/postgres"
KEPT = Figure("SQLite", 10, 100, 1e-4, 1e-4, 1e-4, 1.4e-4, 50, 50, 0.5, 1.9, 2.5, 4.2)


def test_a_short_run_hands_over_everything_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "en")
    language.cache_clear()
    words = ["--few", "1000", "--many", "2000", "--due", "300", "--seconds", "2", "-o", "json"]
    result = CliRunner().invoke(bench, ["reminders", *words, "--postgres", NOWHERE])
    (figure,) = json.loads(result.stdout)
    assert (figure["name"], figure["played"], figure["came"]) == ("SQLite", 10, 10)
    assert 0 < figure["fire_many"] < 0.1
    assert figure["late_p50"] > 0
    assert 0 < figure["at_once"] < 30


@pytest.mark.parametrize(
    ("changed", "missed"),
    [
        ({}, []),
        (
            {"fire_many": 1.6e-4},
            ["a reminder costs no more than 1.5 times as much with many stored"],
        ),
        ({"late_p99": 2.1}, ["99 of 100 come within 2 seconds"]),
        ({"came": 49}, ["each comes exactly once"]),
    ],
)
def test_a_promise_that_is_not_kept_is_named(changed: dict[str, float], missed: list[str]) -> None:
    assert broken([replace(KEPT, **changed)]) == missed  # type: ignore[arg-type]


def test_the_figures_are_told_in_lines() -> None:
    assert list(as_lines([KEPT])) == [
        "SQLite",
        "  a look, nothing due: 0.10 ms with 10, 0.10 ms with 100",
        "  one reminder: 100 µs, 140 µs (1.40 times)",
        "  late: 0.50 s p50, 1.90 s p99, 2.50 s at most; 50 of 50",
        "  all at one moment: 99 of 100 have come after 4.2 s",
    ]


def test_the_page_gets_a_part_of_its_own(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    page.write_text("# Performance\n", encoding="utf-8")
    for _again in range(2):
        write([KEPT], Plan(10, 100, 50, 60, ""), page)
    text = page.read_text(encoding="utf-8")
    assert text.startswith("# Performance\n")
    assert text.count("## Reminders") == 1
    assert "| SQLite | 0.10 → 0.10 | 100 → 140 | 0.50 | 1.90 | 4.20 |" in text
    assert (
        "with 100 stored a reminder costs 1.40 times what it costs with 10; 50 of 50 came" in text
    )
