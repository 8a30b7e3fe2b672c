"""`citybot bench wechat`: sealed pushes, opened replies, counted rows; and void if any is wrong."""

import asyncio
import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli.bench import _show, bench, pushes_page
from bot.cli.bench.pushed import AIM, BARE, Report
from bot.cli.bench.pushes import Platform, Pushes, load
from bot.cli.bench.turn import Figure, Plan
from tests.cli.test_bench import Server, answer

NOWHERE = "postgresql://nobody@127.0.0.1:1/nothing"
KEYS = ("token", "a" * 43, "wx01")


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, Path]:
    """One short measurement, without PostgreSQL, and the page it wrote."""
    page = tmp_path_factory.mktemp("docs") / "performance.md"
    page.write_text("# Performance\n\nWhat stood there before.\n", encoding="utf-8")
    flags = ["--seconds", "0.3", "--conversations", "4", "--postgres", NOWHERE, "-o", "json"]
    return CliRunner().invoke(bench, ["wechat", *flags, "--write", str(page)]), page


def test_a_short_measurement_gives_the_figures_as_json(measured: tuple[Result, Path]) -> None:
    result, _page = measured
    data = json.loads(result.stdout)
    assert data["void"] == []
    late = [f for f in data["figures"] if f["kind"] == "question, normal load" and f["p99"] >= AIM]
    assert result.exit_code == int(bool(late)), result.output
    assert {(f["name"], f["kind"]) for f in data["figures"]} == {
        (BARE, "command"),
        ("citybot, SQLite", "command"),
        ("citybot, SQLite", "question"),
        ("citybot, SQLite", "question, 8 at once"),
        ("citybot, SQLite", "question, normal load"),
        ("citybot, slow SQLite", "question, normal load"),
    }
    assert all(f["answers"] >= 4 and f["rate"] > 0 < f["p50"] <= f["p99"] for f in data["figures"])


def test_its_part_of_the_page_stands_below_the_rest(measured: tuple[Result, Path]) -> None:
    _result, path = measured
    page = path.read_text(encoding="utf-8")
    assert page.startswith("# Performance\n\nWhat stood there before.\n\n<!-- bench wechat -->\n")
    assert "(performance-wechat.svg)" in page
    assert "127.0.0.1" not in page
    assert (path.parent / "performance-wechat.svg").is_file()


async def answering(body: bytes, status: bytes = b"200 OK") -> dict[str, object]:
    """What the load client counts of a server that always says this."""
    loop, said = asyncio.get_running_loop(), answer(body, status)
    server = await loop.create_server(lambda: Server(said), "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        return await load(Pushes(port, KEYS, 2, 0.01, ("help",), 1))


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        (b"success", b"200 OK", "answers hold no reply"),
        (b"<xml></xml>", b"200 OK", "answers hold no reply"),
        (b"", b"403 Forbidden", "HTTP/1.1 403 Forbidden"),
    ],
)
async def test_an_answer_that_is_no_reply_voids_the_figures(
    body: bytes, status: bytes, told: str
) -> None:
    counted = await answering(body, status)
    assert told in str(counted["bad"])
    assert counted["replies"] == 0


def test_everything_said_is_a_message_of_its_own() -> None:
    platform = Platform(Pushes(1, KEYS, 2, 0.01, ("a", "b"), 1))
    requests = [r for number in (0, 1) for r in platform.follower(number).sealed]
    assert len(set(requests)) == len(requests) > 4


def test_somebody_quicker_than_expected_goes_on_talking() -> None:
    follower = Platform(Pushes(1, KEYS, 2, 0.01, ("a", "b"), 1)).follower(0)
    said = []
    for _ in range(len(follower.sealed) + 3):
        said.append(follower.next())
        follower.replies.append(b"")
    assert len(set(said)) == len(follower.sealed) + 3


async def test_who_comes_at_a_steady_rate_is_not_waited_for() -> None:
    """Five a second by two people, for a second: five, and what is late counts as waiting."""
    server = await asyncio.get_running_loop().create_server(
        lambda: Server(answer(b"success")), "127.0.0.1", 0
    )
    async with server:
        port = server.sockets[0].getsockname()[1]
        counted = await load(Pushes(port, KEYS, 2, 1.0, ("help",), 1, rate=5.0))
    assert counted["answers"] == 2 + 5


REPORT = Report(
    plan=Plan(5.0, 64, NOWHERE),
    machine={"system": "Linux", "cores": "2", "python": "3.11.7", "databases": "SQLite 3.40"},
    figures=(
        Figure(BARE, "command", 2_000, 1.0, 0.02, 0.04, 0.0003, 0.3, 10_000),
        Figure("citybot, SQLite", "command", 500, 0.25, 0.1, 0.2, 0.001, 0.05, 2_500),
        Figure("citybot, SQLite", "question, normal load", 90, 0.04, 0.1, 0.34, 0.01, 0.05, 450),
        Figure("citybot, slow SQLite", "question, normal load", 9, 0.01, 0.3, 1.6, 0.01, 0.05, 45),
    ),
    void=(),
)


def test_the_section_reads_its_sentences_from_the_figures() -> None:
    section = pushes_page.as_section(REPORT, "performance-wechat.svg")
    assert "citybot, SQLite: 500 replies a second" in section
    assert "0.25 of what aiohttp and wechatpy do" in section
    assert "99 of 100 within 0.34 s. Aim: under 1.5, met; WeChat waits 5 s." in section
    assert "99 of 100 within 1.60 s. Aim: under 1.5, MISSED; WeChat waits 5 s." in section
    assert "{" not in section


def shown(report: Report, write: Path | None = None) -> None:
    """What the command does with a report it has measured."""
    _show(lambda *_measuring: report, pushes_page, "text", write, Plan(5.0, 64, NOWHERE))


def test_a_missed_aim_is_said_and_the_command_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "performance.md"
    with pytest.raises(SystemExit) as ended:
        shown(REPORT, page)
    assert ended.value.code == 1
    assert capsys.readouterr().err.splitlines() == [
        "Not kept: citybot, slow SQLite, in normal load: 99 of 100 passive replies are there in "
        "less than 1.5 s. It took 1.60 s. Other programs may have kept this machine busy; please "
        "measure again on a quiet one."
    ]
    assert "MISSED" in page.read_text(encoding="utf-8")


def test_where_the_aim_is_met_nothing_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody promises how fast a bare handler is, nor what 64 people at once wait for."""
    hurried = replace(REPORT.figures[1], p99=9.0)
    shown(replace(REPORT, figures=(REPORT.figures[0], hurried, REPORT.figures[2])))
    assert capsys.readouterr().err == ""


def test_the_table_stands_in_columns() -> None:
    assert pushes_page.as_text(REPORT).splitlines()[1:2] == [
        "aiohttp and wechatpy  command                2,000             1.00                     20.0    40.0    300",
    ]
