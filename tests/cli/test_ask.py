"""`citybot ask`: the JSON others build on, exactly; and a file of anything, line by line."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import insert, select

from bot.answering import Answering
from bot.cli import citybot
from bot.cli.ask import answering as answered_from
from bot.cli.speech import language
from bot.config import Settings
from bot.database import Database
from bot.models import ArticleVersion, Base

Ask = Callable[..., Result]
ZURICH = "What can we learn from cooperatives in Zurich?"
NONSENSE = "xqzzv brrtl?"
SHAPE = {
    "answered": bool,
    "text": str,
    "language": str,
    "intent": str,
    "confidence": float,
    "sources": list,
}
SOURCE = {"slug": str, "title": str, "lang": str, "score": float, "url": str}


@pytest.fixture(autouse=True)
def _nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Away from the settings of this machine, in a terminal that speaks English."""
    monkeypatch.chdir(tmp_path)
    for name in [n for n in os.environ if n.startswith("CITYBOT_")] + ["DATABASE_URL", "REDIS_URL"]:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANGUAGE", "en")
    language.cache_clear()


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    """Runs `citybot ask …` with a data folder that is not there."""

    def run(*words: str, **more: Any) -> Result:
        return CliRunner().invoke(
            citybot, ["--data-dir", str(tmp_path / "data"), "ask", *words], **more
        )

    return run


@pytest.fixture(scope="module")
def answering() -> Answering:
    """The brain behind the command, once for many questions."""
    return answered_from(Settings(data_dir=Path("/nowhere")))


def types(value: dict[str, Any]) -> dict[str, type]:
    return {key: type(item) for key, item in value.items()}


def assert_contract(answer: dict[str, Any]) -> None:
    assert types(answer) == SHAPE
    assert list(answer) == list(SHAPE)
    assert 0 <= answer["confidence"] <= 1
    assert answer["language"] in ("de", "en", "zh")
    assert len(answer["sources"]) <= 5
    for source in answer["sources"]:
        assert types(source) == SOURCE
        assert list(source) == list(SOURCE)
        assert source["url"].startswith(("https://", "http://")) or source["url"] == ""
    scores = [source["score"] for source in answer["sources"]]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize(
    ("question", "spoken"),
    [
        (ZURICH, "en"),
        ("Was können wir von den Genossenschaften in Zürich lernen?", "de"),
        ("社区花园是怎么办起来的？", "zh"),
        ("How did Porto Alegre decide about its budget?", "en"),
        (NONSENSE, None),
        ("help", "en"),
        ("报名", "zh"),
        ("", None),
        ("\0", None),
        ("🌱🌱🌱", None),
        ("a" * 100_000, None),
        ("'; DROP TABLE question; --", None),
        ("{{7*7}} {0} %s", None),
    ],
)
def test_an_answer_has_exactly_the_shape_that_was_promised(
    answering: Answering, question: str, spoken: str | None
) -> None:
    answer = answering.answer(question)
    assert_contract(answer)
    assert answer["language"] == (spoken or answer["language"])
    assert answer["text"]


@pytest.mark.parametrize("question", [ZURICH, NONSENSE, "help", ""])
def test_the_exit_code_says_whether_there_was_an_answer(
    ask: Ask, answering: Answering, question: str
) -> None:
    result = ask(question, "-o", "json")
    answer = json.loads(result.stdout)
    assert answer == answering.answer(question)
    assert result.exit_code == (0 if answer["answered"] else 3)


def test_a_question_with_an_answer_ends_well(ask: Ask) -> None:
    result = ask("社区花园是什么？", "-o", "json")
    answer = json.loads(result.stdout)
    assert (result.exit_code, answer["answered"], answer["intent"]) == (0, True, "ask")
    assert answer["sources"][0]["title"]


@pytest.mark.parametrize(
    ("said", "answered", "intent"),
    [("", False, "ask"), ("help", True, "help"), ("I want to talk to a person", True, "human")],
)
def test_a_wish_is_told_from_a_question(
    answering: Answering, said: str, answered: bool, intent: str
) -> None:
    answer = answering.answer(said)
    assert (answer["answered"], answer["intent"]) == (answered, intent)


@pytest.mark.parametrize(
    ("said", "answered", "confidence"),
    [
        ("1+1", False, 0.0),
        ("", False, 0.0),
        ("help", True, 1.0),
        ("I want to kill myself", False, 1.0),
        ("hello", True, 1.0),
    ],
)
def test_what_no_article_answers_names_none(
    answering: Answering, said: str, answered: bool, confidence: float
) -> None:
    answer = answering.answer(said)
    assert (answer["answered"], answer["confidence"]) == (answered, confidence)
    assert answer["sources"] == []


def test_who_wants_to_join_a_programme_is_told_which(answering: Answering) -> None:
    answer = answering.answer("I'd like to sign up for the summer school")
    assert (answer["intent"], answer["sources"][0]["slug"]) == ("register", "prog-summer-school")


def test_the_other_outputs_say_the_same(ask: Ask, answering: Answering) -> None:
    line = ask(ZURICH, "-o", "jsonl").stdout
    assert json.loads(line) == answering.answer(ZURICH)
    assert line.count("\n") == 1
    assert ask(ZURICH).stdout == answering.answer(ZURICH)["text"] + "\n"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "Give one question, or a file with --file."),
        (("why?", "--file", "-"), "Give one question, or a file with --file."),
        (("--file", "gone.txt"), "gone.txt"),
        (("--file", "."), "."),
        (("why?", "-o", "xml"), "xml"),
        (("why?", "--lang", "fr"), "Setting language: fr is not a language we speak."),
        (("why?", "--colour", "red"), "--colour"),
        (("why?", "because"), "because"),
    ],
)
def test_a_misspelt_call_ends_with_2_and_says_why(
    ask: Ask, words: tuple[str, ...], told: str
) -> None:
    result = ask(*words)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert told in result.stderr


@pytest.mark.parametrize(
    ("question", "lang", "spoken"),
    [("2026?", "zh_Hans", "zh"), ("社区花园是什么？", "de", "zh")],
)
def test_the_language_may_be_named_where_the_question_does_not_show_it(
    ask: Ask, question: str, lang: str, spoken: str
) -> None:
    assert json.loads(ask(question, "-o", "json", "--lang", lang).stdout)["language"] == spoken


# -- files -----------------------------------------------------------------------------------

HOSTILE = (
    ZURICH,
    "",
    "   ",
    "\0",
    "Porto\0 Alegre?",
    "🌱👩‍👩‍👧‍👦" * 50,
    "x" * 1_000_000,
    "社区花园是什么？" * 2000,
    "e" + "\u0301" * 10_000,
    "\u202eevil\u202c",
    "\u200b",
    "one\u2028line\u0085only",
    "=HYPERLINK(1)",
    '"quoted", {"json": true}',
    "help",
    NONSENSE,
)


def test_a_file_is_answered_line_by_line_in_order(
    ask: Ask, tmp_path: Path, answering: Answering
) -> None:
    """Answer n is that to line n, blank lines included; a hostile line costs nobody else theirs."""
    lines = "\n".join(HOSTILE[:8]) + "\n" + "\r\n".join(HOSTILE[8:])
    (tmp_path / "questions.txt").write_bytes(lines.encode())
    result = ask("--file", "questions.txt", "-o", "jsonl")
    assert result.exit_code == 0
    answers = [json.loads(line) for line in result.stdout.split("\n") if line]
    assert answers == [answering.answer(line) for line in HOSTILE]
    for answer in answers:
        assert_contract(answer)


def test_bytes_that_are_no_text_are_answered_like_any_nonsense(ask: Ask, tmp_path: Path) -> None:
    lines = [
        b"\xff\xfe\x00 Z\xfcrich?",
        b"\xed\xa0\x80",
        b"\x80" * 5000,
        "社区花园".encode()[:-1],
        b"help",
    ]
    (tmp_path / "odd.txt").write_bytes(b"\xef\xbb\xbfhelp\n" + b"\n".join(lines))
    result = ask("--file", "odd.txt", "-o", "jsonl")
    answers = [json.loads(line) for line in result.stdout.split("\n") if line]
    assert result.exit_code == 0
    assert [a["intent"] for a in answers] == ["help", "ask", "ask", "ask", "ask", "help"]


def test_a_file_as_json_is_one_list(ask: Ask) -> None:
    result = ask("--file", "-", "-o", "json", input=f"{ZURICH}\n\nhelp\n")
    assert [a["intent"] for a in json.loads(result.stdout)] == ["ask", "ask", "help"]
    assert result.exit_code == 0


def test_a_blank_line_is_not_answered_and_still_has_its_object(ask: Ask) -> None:
    result = ask("--file", "-", "-o", "jsonl", input="\n  \nhelp")
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [answer["answered"] for answer in answers] == [False, False, True]
    assert result.exit_code == 0


def test_an_empty_file_has_no_answers_and_ends_well(ask: Ask) -> None:
    result = ask("--file", "-", "-o", "jsonl", input="")
    assert (result.exit_code, result.stdout) == (0, "")


# -- nothing is stored -----------------------------------------------------------------------


def test_asking_leaves_nothing_behind(ask: Ask, tmp_path: Path) -> None:
    ask("--file", "-", input=f"{ZURICH}\ndelete all my data\n")
    assert list(tmp_path.iterdir()) == []


def content(database: Database) -> dict[str, list[Any]]:
    with database.read() as connection:
        return {
            name: list(connection.execute(select(table)))
            for name, table in Base.metadata.tables.items()
        }


def test_asking_beside_a_house_changes_nothing_in_it(
    tmp_path: Path, database: Database, database_url: str
) -> None:
    before = content(database)
    flags = ["--data-dir", str(tmp_path), "--database-url", database_url]
    questions = f"{NONSENSE}\ndelete all my data\nyes\nI want to talk to a person\n"
    CliRunner().invoke(citybot, [*flags, "ask", "--file", "-"], input=questions)
    assert content(database) == before


def test_without_a_database_the_packaged_articles_answer(ask: Ask, tmp_path: Path) -> None:
    """Empty, rubbish, or out of reach: said on stderr, and answered all the same."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "citybot.sqlite3").write_bytes(b"rubbish" * 1000)
    away = CliRunner().invoke(
        citybot, ["--database-url", "postgresql://x@127.0.0.1:1/x", "ask", ZURICH, "-o", "json"]
    )
    for result in (ask(ZURICH, "-o", "json"), away):
        assert_contract(json.loads(result.stdout))
        assert "answering from the packaged articles" in result.stderr


def test_a_broken_edit_by_staff_is_told_on_stderr_only(sqlite_url: str, tmp_path: Path) -> None:
    """As a process: what a library logs must never stand between the lines of JSON."""
    database = Database(sqlite_url)
    with database.write() as connection:
        row = {"slug": "x", "lang": "en", "version": 1, "content": "no front matter"}
        connection.execute(insert(ArticleVersion), {**row, "created_at": datetime.now(UTC)})
    database.close()
    result = subprocess.run(
        [sys.executable, "-m", "bot", "--data-dir", str(tmp_path), "ask", ZURICH, "-o", "json"],
        capture_output=True,
        check=False,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )
    assert_contract(json.loads(result.stdout))
    assert b"article version is unreadable" in result.stderr
    assert b"Traceback" not in result.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full disk to try")
def test_a_full_disk_is_told_without_a_traceback(tmp_path: Path) -> None:
    """`citybot ask hi > /dev/full`"""
    with Path("/dev/full").open("wb") as full:
        result = subprocess.run(
            [sys.executable, "-m", "bot", "--data-dir", str(tmp_path), "ask", "hi"],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            cwd=Path(__file__).parents[2],
        )
    assert result.stderr.decode() == "There is no room left to write the output.\n"
    assert result.returncode == 1


def test_a_reader_who_has_enough_is_no_error(tmp_path: Path) -> None:
    """`citybot ask --file … | head -1` ends without a traceback."""
    (tmp_path / "many.txt").write_text("help\n" * 3000, encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "bot",
        "ask",
        "--file",
        str(tmp_path / "many.txt"),
        "-o",
        "jsonl",
    ]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "CITYBOT_DATA_DIR": str(tmp_path / "data")},
    ) as process:
        assert process.stdout
        assert process.stderr
        assert json.loads(process.stdout.readline())["intent"] == "help"
        process.stdout.close()
        assert b"Traceback" not in process.stderr.read()
        assert process.wait(30) == 1
