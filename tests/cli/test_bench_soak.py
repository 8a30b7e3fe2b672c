"""The long run counts what it says it counts; whether this machine is fast, is no test."""

import asyncio
import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli.bench import bench
from bot.cli.bench.chats import OWN, Chats, Telegram
from bot.cli.bench.soak_page import as_lines, as_section, missed, write
from bot.cli.bench.soaking import Figure, Plan, Report, lines
from bot.cli.bench.steady import Crowd
from bot.cli.bench.watching import Growth, Sample, growth, second_half, tenths
from bot.cli.speech import language

NOWHERE = "postgresql://postgres@127.0.0.1:1/postgres"
MB = 1_000_000
SAMPLES = tuple(Sample(60.0 * n, 150 * MB + n * MB // 10, 40 + n % 3, 0.002) for n in range(31))
FIGURE = Figure(
    *("citybot, SQLite", 54_000, 6800, 54_000, 0, 360),
    *(0.012, 0.09, 0.2, 150 * MB, Growth(0.5 * MB, 0.1 * MB), SAMPLES, ()),
)
WHERE = {"system": "Linux", "cores": "2", "python": "3.11.7", "databases": "SQLite 3.40"}
WHERE |= {"load": "0.3"}
REPORT = Report(Plan(120.0, 30.0, NOWHERE), WHERE, (FIGURE,))


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "en")
    language.cache_clear()


# -- the whole of it -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, Path]:
    """One short run, without PostgreSQL, and the page it wrote."""
    page = tmp_path_factory.mktemp("docs") / "performance.md"
    flags = ["--minutes", "0.03", "--rate", "20", "--postgres", NOWHERE, "-o", "json"]
    return CliRunner().invoke(bench, ["soak", *flags, "--write", str(page)]), page


def test_a_short_run_loses_nothing(measured: tuple[Result, Path]) -> None:
    result, _page = measured
    assert result.exit_code == 0, result.output
    (figure,) = json.loads(result.stdout)["figures"]
    assert (figure["said"], figure["replies"], figure["void"]) == (36, 36, [])
    assert figure["pages"] >= 3
    assert 0 < figure["p50"] <= figure["p99"]
    assert all(s["memory"] > 50 * MB and s["files"] > 5 for s in figure["samples"])
    assert NOWHERE not in result.stdout


def test_its_page_says_what_a_short_run_cannot_show(measured: tuple[Result, Path]) -> None:
    _result, page = measured
    text = page.read_text(encoding="utf-8")
    assert "So short a run shows that nothing is lost, not whether it grows for ever." in text
    assert (page.parent / "performance-soak.svg").read_text(encoding="utf-8").startswith("<svg")


# -- who writes ----------------------------------------------------------------------------


def test_everybody_says_a_talk_of_their_own_to_its_end() -> None:
    said = lines()
    assert len(said) % OWN == 0
    assert said[:OWN].count("polls") == 1
    assert len({said[n + 1] for n in range(0, len(said), OWN)}) == len(said) // OWN


class Bot(asyncio.Protocol):
    """Takes an update and answers it, but for those of one chat; the first so many it refuses."""

    refuses = 0

    def __init__(self, telegram: Telegram, deaf: int) -> None:
        self.telegram, self.deaf = telegram, deaf

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, request: bytes) -> None:
        if Bot.refuses:
            Bot.refuses -= 1
            self.transport.write(b"HTTP/1.1 503 Away\r\nContent-Length: 0\r\n\r\n")
            return
        chat = json.loads(request.partition(b"\r\n\r\n")[2])["message"]["chat"]["id"]
        if chat != self.deaf:
            body = b'{"chat_id":%d}' % chat
            self.telegram.answer(b"POST /bot7:x/sendMessage HTTP/1.1", body)
        self.transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")


async def played(deaf: int = 0) -> dict[str, object]:
    telegram, loop = Telegram(), asyncio.get_running_loop()
    server = await loop.create_server(lambda: Bot(telegram, deaf), "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        wanted = Chats(7, port, "/", "secret", 2, 0.4, tuple("abcdefgh"), 1000)
        counted = await Crowd(telegram, wanted, 100.0).play()
        await asyncio.sleep(0.01)  # until both ends have hung up
    return counted


async def test_who_has_said_all_is_followed_by_somebody_new() -> None:
    counted = await played()
    assert (counted["said"], counted["replies"], counted["lost"]) == (40, 40, 0)
    assert counted["people"] == 2 + 2 * (20 // OWN)
    assert counted["refused"] == 0


async def test_a_line_that_was_refused_is_pushed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.cli.bench.steady._AGAIN", 0.01)
    monkeypatch.setattr(Bot, "refuses", 3)
    counted = await played()
    assert (counted["said"], counted["replies"], counted["lost"]) == (40, 40, 0)
    assert counted["refused"] == 3


async def test_a_line_that_nothing_answers_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.cli.bench.steady.PATIENCE", 0.2)
    counted = await played(deaf=1001)
    assert (counted["said"], counted["replies"], counted["lost"]) == (40, 39, 1)


# -- what is made of it --------------------------------------------------------------------


def test_growth_is_the_slope_of_a_line_in_bytes_an_hour() -> None:
    found = growth(second_half(SAMPLES))
    assert found.rate == pytest.approx(6 * MB)
    assert found.error == pytest.approx(0, abs=1)
    assert growth(SAMPLES[:2]) == Growth(0.0, 0.0)


def test_noise_around_a_line_is_its_error() -> None:
    wild = [replace(s, memory=150 * MB + (n % 2) * MB) for n, s in enumerate(SAMPLES)]
    found = growth(wild)
    assert abs(found.rate) < 2 * found.error


def test_the_time_is_shown_in_tenths() -> None:
    shown = tenths(SAMPLES)
    assert [at for at, _memory in shown] == [180.0 * n for n in range(1, 11)]
    assert shown[0][1] == pytest.approx(150.15 * MB)


def test_the_figures_are_told_in_lines() -> None:
    assert list(as_lines(REPORT)) == [
        "citybot, SQLite",
        "  54,000 messages, 54,000 replies: 12 ms p50, 90 ms p99",
        "  memory: 150.0 MB at the start, 153.0 at the end, +0.5 an hour",
        "  open files: 40 to 42",
    ]


@pytest.mark.parametrize(
    ("rate", "minutes", "told"),
    [
        (0.9, 120.0, []),
        (1.0, 120.0, ["citybot, SQLite: memory grows by less than 1 MB an hour. It was 1.00."]),
        (900.0, 119.0, []),
    ],
)
def test_only_a_long_run_is_judged(rate: float, minutes: float, told: list[str]) -> None:
    figure = replace(FIGURE, growth=Growth(rate * MB, 0.0))
    plan = replace(REPORT.plan, minutes=minutes)
    assert list(missed(replace(REPORT, plan=plan, figures=(figure,)))) == told


def test_the_page_gets_a_part_of_its_own(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    page.write_text("# Performance\n", encoding="utf-8")
    for _again in range(2):
        write(REPORT, page)
    text = page.read_text(encoding="utf-8")
    assert text.count("## Soak") == 1
    assert (
        "| citybot, SQLite | 54,000 | 6,800 | 12.0 | 90.0 | 150.0 | 153.0 | +0.50 ± 0.20 |" in text
    )
    section = as_section(REPORT, "chart.svg")
    assert "Aim: less than 1, met." in section
    assert "SQLite 3.40. Load when it began: 0.3." in section
