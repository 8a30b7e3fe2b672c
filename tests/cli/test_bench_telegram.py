"""`citybot bench telegram`: who is there plays, who is not is named, and a lost row voids it all."""

import asyncio
import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner, Result

from bot.cli.bench import _show, bench, bots_page
from bot.cli.bench.bot_floor import Keeper, OnPostgresql, OnSqlite, Store, stored
from bot.cli.bench.bots import BARE, FAR, FLOOR, PTB, Aim, BotPlan, Reached, Report, _doubts
from bot.cli.bench.bots_page import as_section, as_text, missed
from bot.cli.bench.chats import Chats, Telegram, play
from bot.cli.bench.contenders import Fake, Kind, open_floor, open_framework
from bot.cli.bench.databases import Kept, scratch
from bot.cli.bench.frameworks import AIOGRAM, FRAMEWORKS, GRAMMY, NONEBOT, start_of
from bot.cli.bench.peers import Broken
from bot.cli.bench.turn import Figure
from bot.cli.speech import language
from tests.cli.test_bench import Server, answer

NOWHERE = "postgresql://postgres@127.0.0.1:1/postgres"
HOUSE = "citybot, SQLite"
BY_HAND = FLOOR.format("SQLite")
SENT = "SELECT id FROM replies WHERE sent ORDER BY id"
ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "en")
    monkeypatch.delenv("CITYBOT_BENCH_FRAMEWORKS", raising=False)
    language.cache_clear()


# -- the whole of it -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def bots(tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, Path]:
    """One short measurement of bots, on a page that has other parts already."""
    page = tmp_path_factory.mktemp("docs") / "performance.md"
    page.write_text("# Performance\n\nTurns.\n", encoding="utf-8")
    flags = ["--seconds", "0.3", "--conversations", "4", "--postgres", NOWHERE, "-o", "json"]
    nowhere = {"CITYBOT_BENCH_FRAMEWORKS": ""}
    words = ["telegram", *flags, "--write", str(page)]
    return CliRunner().invoke(bench, words, env=nowhere), page


def test_bots_are_measured_side_by_side(bots: tuple[Result, Path]) -> None:
    result, _page = bots
    data = json.loads(result.stdout)
    assert data["void"] == []
    assert result.exit_code == int("Not kept:" in result.stderr), result.output
    names = [(f["name"], f["kind"]) for f in data["figures"]]
    contenders = (BARE, PTB, BY_HAND, HOUSE)
    assert names == [(name, kind) for kind in ("command", "question", FAR) for name in contenders]
    assert all(f["answers"] >= 8 and f["rate"] > 0 < f["p50"] <= f["p99"] for f in data["figures"])
    assert all(
        (f["p50"] > 0.05) == (f["kind"] == FAR) for f in data["figures"] if f["name"] == BARE
    )
    assert NOWHERE not in result.stdout


def test_frameworks_that_are_not_installed_are_named(bots: tuple[Result, Path]) -> None:
    result, page = bots
    assert json.loads(result.stdout)["absent"] == [AIOGRAM, NONEBOT, GRAMMY]
    left_out = "- Left out of this run, as they were not installed: aiogram 3, NoneBot2, grammY.\n"
    assert left_out in page.read_text(encoding="utf-8")


def test_each_benchmark_writes_its_own_part_of_the_page(bots: tuple[Result, Path]) -> None:
    _result, page = bots
    text = page.read_text(encoding="utf-8")
    assert text.startswith("# Performance\n\nTurns.\n")
    assert "### With a Bot API 50 ms away\n" in text
    assert "(performance-telegram.svg)" in text
    assert (page.parent / "performance-telegram.svg").exists()


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[Fake]:
    telegram = Fake(tmp_path)
    yield telegram
    telegram.stop()


def place(folder: Path, name: str) -> Path:
    (made := folder / name).mkdir()
    return made


# -- contenders ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", FRAMEWORKS)
def test_a_framework_answers_what_the_others_answer(fake: Fake, name: str, tmp_path: Path) -> None:
    home = ROOT / ".venv-frameworks"
    if not (program := start_of(name, home)):
        # Not even in CI a failure: the product needs none of them.
        pytest.skip(f"{name} is not there (make frameworks)")
    modules = home / "node_modules"
    with open_framework(fake, place(tmp_path, name), 7, program, modules) as bot:
        played = bot.play(fake, Kind("question", 3), 0.1, 1000)
    assert (bot.name, played.bad) == (name, "")
    assert played.answers == played.replies > 3


def test_without_their_environment_there_is_no_way_to_start_them(tmp_path: Path) -> None:
    assert [start_of(name, None) for name in FRAMEWORKS] == [(), (), ()]
    assert [start_of(name, tmp_path) for name in FRAMEWORKS] == [(), (), ()]


def test_an_environment_that_lacks_one_is_told_with_what_it_said(
    fake: Fake, tmp_path: Path
) -> None:
    python = place(tmp_path, "bin") / "python"
    python.write_text("#!/bin/sh\necho No module named aiogram >&2\nexit 1\n", encoding="ascii")
    python.chmod(0o755)
    program = start_of(AIOGRAM, tmp_path)
    bot = open_framework(fake, place(tmp_path, AIOGRAM), 7, program, tmp_path)
    with pytest.raises(Broken, match="No module named aiogram"), bot:
        pass


@pytest.mark.parametrize(("at_once", "people"), [(0, 5), (2, 2)])
def test_a_bot_by_hand_keeps_every_update_and_reply(
    fake: Fake, at_once: int, people: int, tmp_path: Path
) -> None:
    with open_floor(fake, place(tmp_path, BY_HAND), 7, "") as bot:
        by_turns = replace(bot, at_once=at_once)
        played = by_turns.play(fake, Kind("command", 5, 0.02), 0.0, 1000)
    assert (played.bad, played.answers, played.replies) == ("", 2 * people, 2 * people)
    assert played.p50 >= 0.02
    assert stored(str(tmp_path / BY_HAND / "floor.db")) == Kept(*[2 * people] * 3)


async def kept_in(store: Store) -> None:
    """Four turns; the replies to two of them have been sent."""
    keeper = Keeper(store)
    keeping = asyncio.create_task(keeper.run())
    await asyncio.gather(*(keeper.keep((number, "Hello", "Help")) for number in (1, 2, 3)))
    keeper.sent(1)
    keeper.sent(3)
    await keeper.keep((4, "Hello", "Help"))
    keeping.cancel()


async def test_what_is_kept_by_hand_is_there_on_sqlite(tmp_path: Path) -> None:
    path = str(tmp_path / "floor.db")
    how = {"isolation_level": None, "check_same_thread": False}
    with closing(sqlite3.connect(path, **how)) as connection:
        await kept_in(OnSqlite(connection))
        assert connection.execute(SENT).fetchall() == [(1,), (3,)]
    assert stored(path) == Kept(4, 4, 4)


async def test_what_is_kept_by_hand_is_there_on_postgresql(postgres_url: str) -> None:
    with scratch(postgres_url.replace("+psycopg", "")) as address:
        with psycopg.connect(address, autocommit=True) as connection:
            await kept_in(OnPostgresql(connection))
            assert connection.execute(SENT).fetchall() == [(1,), (3,)]
        assert stored(address) == Kept(4, 4, 4)


# -- how it is told ------------------------------------------------------------------------

FIGURES = (
    Figure(BARE, "command", 6000, 1.0, 0.008, 0.05, 0.00015, 0.2, 30_000),
    Figure(HOUSE, "command", 1500, 0.25, 0.04, 0.07, 0.00065, 0.05, 7500),
)
REACHED = (
    Reached(HOUSE, "command", Aim(PTB, 3, 10), 2.994),
    Reached(HOUSE, "command", Aim(AIOGRAM, 2, 7), 7.1),
    Reached(HOUSE, "command", Aim(GRAMMY, 0, 2), 0.5),
    Reached(HOUSE, "command", Aim(BY_HAND, 0.4), 0.41),
    Reached(HOUSE, "question", Aim(PTB, 0), 0.3),
)
WHERE = {"system": "Linux", "cores": "2", "python": "3.11.7", "databases": "SQLite 3.40"}
REPORT = Report(BotPlan(5.0, 64, NOWHERE), WHERE, FIGURES, REACHED, (NONEBOT,), ())


def test_the_tables_stand_in_columns_and_who_is_absent_below() -> None:
    figures, reached, absent = as_text(REPORT).split("\n\n")
    assert figures.splitlines()[1].split() == [
        "bare",
        "aiohttp",
        "command",
        "6,000",
        "1.00",
        "8.0",
        "50.0",
        "150",
    ]
    assert reached.splitlines()[2] == (
        "citybot, SQLite  command   aiogram 3            7.10           2         7"
    )
    assert absent == "Left out, as not installed: NoneBot2. `make frameworks` installs them."


def test_only_a_promise_that_is_not_kept_is_said() -> None:
    """What is wished for stands on the page alone."""
    assert list(missed(REPORT)) == [
        "citybot, SQLite, command: at least 3 times as many replies as python-telegram-bot. It was 2.99 times."
    ]


def test_the_page_judges_promises_and_wishes_apart() -> None:
    page = as_section(REPORT, "chart.svg")
    assert [line.rpartition(" | ")[2] for line in page.splitlines() if HOUSE in line][1:] == [
        "MISSED; wish not met |",
        "kept; wish met |",
        "wish not met |",
        "kept |",
        " |",
    ]
    assert "does what it is asked at once." in page
    assert "50 ms away" not in page
    assert "{" not in page


def test_the_page_says_what_a_bot_by_hand_reaches_of_a_promise_that_is_not_kept() -> None:
    figures = [
        replace(FIGURES[0], name=PTB, rate=500),
        replace(FIGURES[0], name=BY_HAND, rate=4100),
    ]
    page = as_section(replace(REPORT, figures=(*FIGURES, *figures)), "chart.svg")
    (told,) = re.findall(r"^- .* are promised(?:.|\n)*?times as many[.]$", page, re.MULTILINE)
    assert " ".join(told.split()) == (
        "- citybot, SQLite, command: 3 times as many replies as python-telegram-bot are promised, and not "
        "reached. The bot by hand, SQLite, which does nothing but keep the same rows, gives 8.20 "
        "times as many."
    )


def test_the_page_says_how_long_the_bot_api_took() -> None:
    plan = replace(REPORT.plan, latency=50.0)
    assert "does what it is asked 50 ms later." in as_section(
        replace(REPORT, plan=plan), "chart.svg"
    )
    assert set(plan.kinds()) == {"command", "question"}
    assert {kind.latency for kind in plan.kinds().values()} == {0.05}


def test_a_row_too_few_voids_everything(fake: Fake, tmp_path: Path) -> None:
    with open_floor(fake, place(tmp_path, BY_HAND), 7, "") as bot:
        played = bot.play(fake, Kind("command", 2), 0.0, 1000)
        assert _doubts(bot, [played]) == []
        with closing(sqlite3.connect(tmp_path / BY_HAND / "floor.db")) as opened, opened:
            opened.execute("DELETE FROM replies WHERE id = (SELECT max(id) FROM replies)")
        assert _doubts(bot, [played]) == [
            "by hand, SQLite: Kept(inbox=4, done=4, outbox=3) instead of 4"
        ]


def test_void_figures_are_written_nowhere(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page, void = tmp_path / "performance.md", replace(REPORT, void=("a row too few",))
    with pytest.raises(SystemExit) as ended:
        _show(lambda *_measuring: void, bots_page, "text", page, REPORT.plan)
    assert (ended.value.code, page.exists()) == (1, False)
    assert capsys.readouterr().err == "The figures are void: a row too few\n"


# -- the lean Telegram -----------------------------------------------------------------------


CHATS = Chats(7, 0, "/", "secret", 3, 0.05, ("help",), 1000)


async def test_the_lean_telegram_counts_an_update_when_it_is_taken_and_answered() -> None:
    telegram, loop = Telegram(), asyncio.get_running_loop()
    taken = answer(b"")

    class Bot(Server):
        def data_received(self, request: bytes) -> None:
            assert b"X-Telegram-Bot-Api-Secret-Token: secret\r\n" in request
            update = json.loads(request.partition(b"\r\n\r\n")[2])
            chat = update["message"]["chat"]["id"]
            said = telegram.answer(b"POST /bot7:x/sendMessage HTTP/1.1", b'{"chat_id":%d}' % chat)
            assert json.loads(said)["result"]["chat"]["id"] == chat
            super().data_received(request)

    server = await loop.create_server(lambda: Bot(taken), "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        counted = await play(telegram, replace(CHATS, port=port))
    assert counted["bad"] == ""
    assert counted["answers"] == counted["replies"] > 3


async def test_a_bot_may_take_an_update_with_204_and_no_words() -> None:
    telegram, loop = Telegram(), asyncio.get_running_loop()
    taken = b"HTTP/1.1 204 No Content\r\n\r\n"

    class Bot(Server):
        def data_received(self, request: bytes) -> None:
            super().data_received(request)
            chat = json.loads(request.partition(b"\r\n\r\n")[2])["message"]["chat"]["id"]
            telegram.answer(b"POST /bot7:x/sendMessage HTTP/1.1", b'{"chat_id":%d}' % chat)

    server = await loop.create_server(lambda: Bot(taken), "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        counted = await play(telegram, replace(CHATS, port=port))
    assert (counted["bad"], counted["answers"]) == ("", counted["replies"])


@pytest.mark.parametrize(("said", "told"), [((answer(b"", b"503 Away"),), "HTTP/1.1 503 Away"), ((), "connection lost")])  # fmt: skip
async def test_the_lean_telegram_complains_of_a_bot_that_takes_nothing(
    said: tuple[bytes, ...], told: str
) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Server(*said), "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        counted = await play(Telegram(), replace(CHATS, port=port))
    assert (counted["bad"], counted["answers"]) == (told, 0)
