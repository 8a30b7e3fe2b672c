"""The benchmark of the console asks for every page there is; how fast they are, is no test."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from click.testing import CliRunner

from bot.cli.bench import bench
from bot.cli.bench.console_page import PROMISES, as_lines, broken, write
from bot.cli.bench.looking import Figure, Plan, Timed
from bot.cli.bench.looks import looks
from bot.cli.bench.painted import Painted
from bot.cli.bench.peers import Broken
from bot.cli.bench.plans import reads_whole
from bot.cli.speech import language
from bot.database import Database

WORDS = ("people", "menschen", "城市")
NOWHERE = "postgresql://postgres@127.0.0.1:1/postgres"
PLAN = Plan(messages=3_000, people=300, rounds=1, postgres=NOWHERE)
QUICK = Timed("/console", True, 0.01, 0.02, 5_000, 24_000, 20_000)
KEPT = Figure("SQLite 3.40.1, WAL", 2.5, (QUICK,), ())
FILE = replace(QUICK, address="/console/questions.csv", is_promised=False, p95=3.0, page=5_000_000)


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "en")
    language.cache_clear()


def ran(*more: str) -> tuple[dict[str, Any], ...]:
    words = ["--messages", "3000", "--people", "300", "--rounds", "1", "--no-paint", "-o", "json"]
    result = CliRunner().invoke(bench, ["console", *words, *more])
    return tuple(json.loads(result.stdout))  # of one that broke off there is none


def test_a_short_run_opens_every_page_and_every_list_is_read_along_an_index(
    postgres_url: str, tmp_path: Path
) -> None:
    page = tmp_path / "page.md"
    server = postgres_url.replace("postgresql+psycopg:", "postgresql:")
    figures = ran("--postgres", server, "--write", str(page))
    assert [figure["database"].partition(" ")[0] for figure in figures] == ["SQLite", "PostgreSQL"]
    for figure in figures:
        assert figure["whole"] == []
        sizes = {page["address"]: page["page"] for page in figure["pages"]}
        found = "/console/conversations?q="
        assert all(sizes[found + word] > sizes[f"{found}xylophonquark"] for word in WORDS)
        assert sizes["/console/radar?weeks=52"] > sizes["/console/radar?weeks=now"] > 3_000
    assert "3,000 messages of 300 people" in page.read_text(encoding="utf-8")


def test_a_room_whose_address_nobody_fills_in_is_named() -> None:
    application = web.Application()

    async def gardens(_request: web.Request) -> web.Response:
        return web.Response()

    application.router.add_get("/console/gardens/{garden:[a-z]+}", gardens)
    with pytest.raises(Broken, match=r"^/console/gardens/{garden}: nothing in PARTS says"):
        list(looks(application.router.resources(), {}))


@pytest.mark.parametrize(
    ("asked", "is_whole"),
    [
        ("SELECT id FROM inbox ORDER BY id DESC LIMIT 5", False),
        ("SELECT id FROM inbox ORDER BY received_at DESC LIMIT 5", False),
        ("SELECT id FROM inbox WHERE state = 'done' ORDER BY attempts LIMIT 5", True),
        ("SELECT i.id FROM inbox i, poll p WHERE p.code = i.error ORDER BY i.id LIMIT 5", False),
        ("SELECT i.id FROM inbox i, poll p WHERE p.state = i.error ORDER BY i.id LIMIT 5", False),
        ("SELECT i.id FROM inbox i, poll p WHERE p.zone <> i.error ORDER BY i.id LIMIT 5", True),
        ("SELECT count(*) FROM inbox WHERE error = 'x'", False),  # no list
    ],
)
def test_what_is_read_or_sorted_whole_is_found(
    database: Database, asked: str, is_whole: bool
) -> None:
    database.upgrade()
    with database.write() as connection:
        connection.exec_driver_sql("ANALYZE")
    assert reads_whole(database, {asked: ()}) == is_whole


@pytest.mark.parametrize(
    ("page", "missed"),
    [
        (QUICK, []),
        (FILE, []),
        (replace(QUICK, p95=0.5), ["p95"]),
        (replace(QUICK, page=76_000), ["weight"]),
        (replace(QUICK, scripts=40_000), ["script"]),
    ],
)
def test_a_promise_that_is_not_kept_is_named(page: Timed, missed: list[str]) -> None:
    assert broken([replace(KEPT, pages=(QUICK, page))]) == missed
    assert set(missed) <= set(PROMISES)


def test_a_first_paint_that_comes_late_is_named() -> None:
    late = Painted("/console", 1.0, 1.2)
    assert broken([replace(KEPT, paints=(late,))]) == ["paint"]
    assert broken([replace(KEPT, paints=(replace(late, p50=0.9),))]) == []


def test_the_figures_are_told_in_lines() -> None:
    whole = ("/console/gaps",)
    assert broken([replace(KEPT, whole=whole)]) == ["index"]
    assert list(as_lines([replace(KEPT, pages=(QUICK, FILE), whole=whole)])) == [
        "SQLite 3.40.1, WAL",
        "page                      p50 ms  p95 ms  kB\n"
        "/console/questions.csv *  10      3000    5024\n"
        "/console                  10      20      29",
        "  2 pages, filled in 2 s; * hands out or checks all there is",
        "  the heaviest page: 29 kB packed, 20 kB of it script",
        "  /console/gaps is not read along an index",
    ]


def test_its_part_of_the_page_is_replaced_and_the_rest_is_kept(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Performance\n", encoding="utf-8")
    write([KEPT], PLAN, page)
    other = replace(KEPT, database="PostgreSQL 15", pages=(replace(QUICK, p95=0.7),))
    write([KEPT, other], PLAN, page)
    found = page.read_text(encoding="utf-8")
    assert found.startswith("# Performance\n")
    assert found.count("<!-- bench console -->") == 1
    assert "| `/console` | 10, 20 | 10, 700 | 29 |" in found
    assert "PostgreSQL: the slowest of 1 pages, lists and charts is `/console`" in found
    assert "p95 700 ms. Aim: less than 500 ms, MISSED." in found
    assert "Every long list is read along an index, and none is sorted whole." in found
