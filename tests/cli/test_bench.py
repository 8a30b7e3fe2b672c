"""The benchmark counts what it says it counts; how fast this machine is, is no test."""

import asyncio
import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli.bench import bench, sections
from bot.cli.bench.chart import bars
from bot.cli.bench.databases import Kept, kept
from bot.cli.bench.load import Job, load
from bot.cli.bench.page import as_page, as_text, missed
from bot.cli.bench.registering import Rush
from bot.cli.bench.registering import measure as measure_rush
from bot.cli.bench.texts import KINDS
from bot.cli.bench.turn import Figure, Plan, Report, Standing
from bot.database import Database

NOWHERE = "postgresql://postgres@127.0.0.1:1/postgres"
JOB = Job("round0-test", 0, "/chat/api/messages", 4, 0.05, ("help",))


def answer(body: bytes, status: bytes = b"200 OK") -> bytes:
    return b"HTTP/1.1 %b\r\nContent-Length: %d\r\n\r\n%b" % (status, len(body), body)


class Server(asyncio.Protocol):
    """Says the same to every request; nothing at all hangs up."""

    def __init__(self, *said: bytes) -> None:
        self.said = said

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        if not self.said:
            transport.close()

    def data_received(self, _request: bytes) -> None:
        for part in self.said:
            self.transport.write(part)


async def played(*said: bytes) -> dict[str, object]:
    """What the load client counts when the server says this."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Server(*said), "127.0.0.1", 0)
    async with server:
        return await load(replace(JOB, port=server.sockets[0].getsockname()[1]))


async def test_the_load_client_counts_answers_and_the_replies_in_them() -> None:
    two_replies = answer(b'{"messages":[{"from":"citybot"},{"from":"citybot"}]}')
    counted = await played(two_replies[:20], two_replies[20:])
    assert counted["bad"] == ""
    assert counted["answers"] > JOB.conversations
    assert counted["replies"] == 2 * counted["answers"]


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        (answer(b'{"error":"slow_down"}', b"429 Too Many"), "HTTP/1.1 429 Too Many"),
        (answer(b'{"messages":[]}'), "HTTP/1.1 200 OK"),
    ],
    ids=["refused", "without a reply"],
)
async def test_the_load_client_complains_of_an_answer_that_is_none(bad: bytes, told: str) -> None:
    counted = await played(bad)
    assert (counted["bad"], counted["answers"]) == (told, 0)


async def test_the_load_client_complains_when_the_server_hangs_up() -> None:
    counted = await played()
    assert (counted["bad"], counted["answers"]) == ("connection lost", 0)


def test_questions_vary_so_that_no_cache_serves_them() -> None:
    assert len(set(KINDS["question"])) == len(KINDS["question"]) == 480


def test_an_empty_database_holds_no_rows(database: Database) -> None:
    assert kept(database.url) == Kept(0, 0, 0)


# -- the whole of it -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, Path]:
    """One short measurement, without PostgreSQL, and the page it wrote."""
    page = tmp_path_factory.mktemp("docs") / "performance.md"
    flags = ["--seconds", "0.3", "--conversations", "4", "--postgres", NOWHERE, "-o", "json"]
    return CliRunner().invoke(bench, ["turn", *flags, "--write", str(page)]), page


def test_a_short_measurement_gives_the_figures_as_json(measured: tuple[Result, Path]) -> None:
    result, _page = measured
    data = json.loads(result.stdout)
    assert data["void"] == []
    assert result.exit_code == int("Not kept:" in result.stderr), result.output
    assert {(f["name"], f["kind"]) for f in data["figures"]} == {
        ("bare aiohttp", "command"),
        ("web, SQLite", "command"),
        ("web, SQLite", "question"),
        ("in process, SQLite", "command"),
        ("in process, SQLite", "question"),
    }
    assert all(f["answers"] >= 8 and f["rate"] > 0 < f["p50"] <= f["p99"] for f in data["figures"])
    assert [house["name"] for house in data["houses"]] == ["web, SQLite"]
    assert len(data["ask"]) == 3


def test_no_address_of_a_server_is_written_down(measured: tuple[Result, Path]) -> None:
    result, page = measured
    for text in (result.stdout, page.read_text(encoding="utf-8")):
        assert NOWHERE not in text
        assert "127.0.0.1" not in text


def test_the_page_has_its_chart_beside_it(measured: tuple[Result, Path]) -> None:
    _result, page = measured
    assert "(performance.svg)" in page.read_text(encoding="utf-8")
    assert (page.parent / "performance.svg").read_text(encoding="utf-8").startswith("<svg")


# -- how it is told ------------------------------------------------------------------------

REPORT = Report(
    plan=Plan(5.0, 64, NOWHERE),
    machine={"system": "Linux", "cores": "2", "python": "3.11.7", "databases": "SQLite 3.40"},
    figures=(
        Figure("bare aiohttp", "command", 10_000, 1.0, 0.006, 0.01, 0.0001, 0.3, 50_000),
        Figure("web, SQLite", "command", 2_000, 0.2, 0.03, 0.06, 0.0005, 0.05, 10_000),
    ),
    houses=(Standing("web, SQLite", 1.4, 0.9, 90_000_000, None),),
    ask=(0.5, 0.6, 0.9),
    void=(),
)


def test_the_table_stands_in_columns() -> None:
    turns, house, asked = as_text(REPORT).split("\n\n")
    assert turns.splitlines()[1:] == [
        "bare aiohttp  command  10,000          1.00             6.0     10.0    100",
        "web, SQLite   command  2,000           0.20             30.0    60.0    500",
    ]
    assert house.splitlines()[1] == (
        "web, SQLite  1.40           0.90           90                 -"
    )
    assert asked == "First answer of citybot ask: 0.60 s"


def test_the_page_reads_its_sentences_from_the_figures() -> None:
    page = as_page(REPORT, "performance.svg")
    assert "web, SQLite: one process takes 2,000 commands a second" in page
    assert "0.20 of what bare aiohttp does" in page
    assert "{" not in page


def test_who_meets_every_aim_hears_nothing_of_them() -> None:
    assert list(missed(REPORT)) == []


def test_every_aim_that_is_missed_is_said_with_what_it_was() -> None:
    slow = replace(REPORT.figures[1], ratio=0.11)
    house = replace(REPORT.houses[0], second_start=1.6, at_rest=151_000_000)
    report = replace(REPORT, figures=(REPORT.figures[0], slow), houses=(house,), ask=(1.2,))
    assert list(missed(report)) == [
        "web, SQLite: at least 0.12 of the turns of bare aiohttp. It was 0.11.",
        "web, SQLite: ready within 1.5 s. It took 1.60 s.",
        "web, SQLite: at most 150 MB of memory at rest. It was 151 MB.",
        "The first answer of citybot ask within 1 s. It took 1.20 s.",
    ]


def test_the_longest_bar_fills_the_width() -> None:
    drawn = bars("Share", [("half & half", 0.25), ("whole", 0.5)])
    assert 'width="190"' in drawn
    assert 'width="380"' in drawn
    assert "half &amp; half" in drawn


# -- parts of a page, and a rush ------------------------------------------------------------


def test_a_part_replaces_itself_and_keeps_the_others(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    sections.put(page, "telegram", "one\n")
    sections.put(page, "wechat", "two\n")
    sections.put(page, "telegram", "three\n")
    sections.put_head(page, "# Head\n")
    assert page.read_text(encoding="utf-8") == (
        "# Head\n\n<!-- bench telegram -->\nthree\n<!-- end of bench telegram -->\n\n"
        "<!-- bench wechat -->\ntwo\n<!-- end of bench wechat -->\n"
    )


def test_a_rush_gives_every_seat_once_and_keeps_the_order(tmp_path: Path) -> None:
    done = measure_rush(tmp_path, "", Rush(people=30, seconds=0.1, seats=7))
    assert (done.confirmed, done.waiting, done.in_order, done.is_right) == (7, 23, True, True)
    assert 0 < done.p50 <= done.p95 <= done.longest
    assert not replace(done, confirmed=8).is_right
