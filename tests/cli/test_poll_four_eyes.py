"""`citybot poll import-paper|extend|statements|create --open`: two people are two, one poll is one."""

import json
import pwd
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot.cli import citybot
from bot.cli.speech import language
from bot.services import passwords
from tests.services.polls.station import texts, written

Run = Callable[..., Result]
STATEMENTS = {
    "id": "say",
    "kind": "statements",
    "ask": texts("Do you agree?"),
    "adding": True,
    "options": [{"id": "loud", "label": texts("It is loud.")}],
}


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command in a folder of its own, in English, by somebody whose login is ops."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LANGUAGE", "en")
    language.cache_clear()

    def call(*words: str, login: str = "ops", claims: str = "", typed: str = "") -> Result:
        words = ("--data-dir", str(tmp_path), *words)
        monkeypatch.setattr(pwd, "getpwuid", lambda _uid: SimpleNamespace(pw_name=login))
        claimed = dict.fromkeys(("LOGNAME", "USER"), claims or login)
        return CliRunner(env=claimed).invoke(citybot, words, input=typed)

    return call


def create(run: Run, *questions: Any, poll: str = "lanes", opened: bool = True) -> Result:
    closes = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    plain = written(*questions, id=poll, level="web") | {"closes": closes}
    if not Path(f"{poll}.json").exists():
        Path(f"{poll}.json").write_text(json.dumps(plain), encoding="utf-8")
    done = run("poll", "create", f"{poll}.json", *(("--open",) if opened else ()))
    assert done.exit_code == 0, done.output
    return done


def enter(run: Run, staff: str, place: str, north: int = 7, login: str = "ops") -> str:
    Path("paper.csv").write_text(f"question,option,count\nwhere,north,{north}\n", encoding="utf-8")
    words = ("lanes", "paper.csv", "--place", place, "--ballots", "9", "--staff", staff)
    return run("poll", "import-paper", *words, login=login).stderr


def kept(folder: Path, wanted: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(folder / "citybot.sqlite3") as database:
        return database.execute(wanted).fetchall()


def test_one_person_who_spells_their_name_otherwise_is_not_two(run: Run) -> None:
    create(run)
    assert "once a second person" in enter(run, "anna", "library")
    assert "once a second person" in enter(run, "Anna ", "Library")
    assert "waits for a second person" in run("poll", "show", "lanes").stderr
    assert "it counts" in enter(run, "bert", " LIBRARY", login="bert")
    assert "On paper, library: two people have the same" in run("poll", "show", "lanes").stderr


def test_the_audit_knows_the_login_beside_the_name(run: Run, tmp_path: Path) -> None:
    create(run)
    enter(run, "anna", "library")
    actors = kept(tmp_path, "SELECT actor FROM audit_entry WHERE action = 'poll.paper'")
    assert actors == [("staff:anna via cli:ops",)]


def test_who_closes_is_told_of_tallies_that_do_not_count(run: Run) -> None:
    create(run)
    enter(run, "anna", "library")
    enter(run, "anna", "market")
    enter(run, "bert", "market", north=6, login="bert")
    said = run("poll", "close", "lanes", "--yes").stderr
    assert "On paper, library: waits" in said
    assert "On paper, market: the figures differ" in said


def test_fewer_than_none_is_said_as_it_is(run: Run) -> None:
    create(run)
    assert "where, north: there cannot be fewer than none." in enter(run, "anna", "library", -3)


def test_nobody_agrees_with_themselves(run: Run) -> None:
    create(run)
    words = ("poll", "extend", "lanes")
    asked = run(*words, "--until", "2127-05-14 18:00", "--reason", "en=Ice", "--staff", "Anna")
    assert asked.exit_code == 0, asked.output
    assert "A second person must agree" in run(*words, "--agree", "--staff", "anna").stderr
    assert run(*words, "--agree", "--staff", "bert", login="bert").exit_code == 0


def test_a_login_that_the_environment_claims_is_not_another_one(run: Run, tmp_path: Path) -> None:
    create(run)
    words = ("poll", "extend", "lanes")
    until = ("--until", "2127-05-14 18:00", "--reason", "en=Ice", "--staff", "anna")
    assert run(*words, *until).exit_code == 0
    agreed = run(*words, "--agree", "--staff", "bert", claims="bert")
    assert "Both names were given at one login." in agreed.stderr
    asked = kept(tmp_path, "SELECT asked_by, agreed_by FROM poll_extension")
    assert asked == [("staff:anna via cli:ops", None)]


def test_two_names_at_one_login_are_two_people_once_one_of_them_signs(
    run: Run, tmp_path: Path
) -> None:
    create(run)
    word, wrong = "four words of mine", "four words of ours"
    run("staff", "add", "bert", "--role", "editor")
    with sqlite3.connect(tmp_path / "citybot.sqlite3") as database:
        database.execute("UPDATE staff SET password = ?", (passwords.kept(word),))
    words = ("poll", "extend", "lanes")
    until = ("--until", "2127-05-14 18:00", "--reason", "en=Ice", "--staff", "anna")
    assert run(*words, *until).exit_code == 0
    agree = (*words, "--agree", "--staff", "bert")
    assert "Both names were given at one login." in run(*agree).stderr
    assert "not the password of a member" in run(*agree, "--sign", typed=f"{wrong}\n").stderr
    assert run(*agree, "--sign", typed=f"{word}\n").exit_code == 0
    extended = "SELECT actor FROM audit_entry WHERE action = 'poll.extend'"
    assert kept(tmp_path, extended) == [("staff:bert",)]


def test_one_login_counts_no_paper_alone(run: Run) -> None:
    create(run)
    assert "once a second person" in enter(run, "anna", "library")
    assert "once a second person" in enter(run, "bert", "library")
    assert "waits for a second person" in run("poll", "show", "lanes").stderr


def test_a_draft_is_opened_by_bringing_it_in_again(run: Run) -> None:
    create(run, opened=False)
    assert "State: draft" in run("poll", "show", "lanes").stderr
    opened = create(run)
    assert "unchanged" in opened.stdout
    assert "lanes is open until" in opened.stderr
    assert "State: open" in run("poll", "show", "lanes").stderr
    assert "unchanged" in create(run).stdout


def test_who_writes_a_question_of_many_messages_is_told_where(run: Run) -> None:
    def where(count: int, label: str) -> dict[str, Any]:
        words = [{"id": f"o{n}", "label": texts(f"{n} {label}")} for n in range(count)]
        return {"id": "where", "kind": "single", "ask": texts("Where?"), "options": words}

    said = create(run, where(24, "字" * 120), opened=False).stderr
    assert "messages on WeChat: take fewer options" in said
    paged = create(run, where(100, "x" * 40), poll="paged", opened=False).stderr
    assert "messages" not in paged  # twenty at a time
    assert "messages" not in create(run, poll="short", opened=False).stderr


def test_who_says_what_happens_in_one_language_is_told_and_adds_the_others(
    run: Run, tmp_path: Path
) -> None:
    closes = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    plain = written(level="web") | {"closes": closes, "next_steps": {"en": "The council decides."}}
    Path("lanes.json").write_text(json.dumps(plain), encoding="utf-8")
    said = create(run).stderr
    assert "lanes, next_steps: de is missing; those who speak it read another language." in said
    assert run("poll", "say", "lanes", "--next", "de=Der Rat entscheidet.").exit_code == 0
    ((texts_kept,),) = kept(tmp_path, "SELECT next_steps FROM poll")
    assert json.loads(texts_kept) == {"en": "The council decides.", "de": "Der Rat entscheidet."}


def test_who_writes_answers_with_figures_is_told_where_they_have_two_numbers(run: Run) -> None:
    """The points of a scale are called by their figures, wherever it begins."""
    lanes = [{"id": f"n{n}", "label": texts(f"{n} lanes")} for n in (2, 3)]
    single = {"id": "how", "kind": "single", "ask": texts("How many?"), "options": lanes}
    told = "how: the answers are figures, but not their places in a list."
    assert told in create(run, single, opened=False).stderr
    scale = {"id": "how", "kind": "scale", "ask": texts("How safe?"), "low": 0, "high": 5}
    assert told not in create(run, scale, poll="other", opened=False).stderr


@pytest.mark.parametrize("wrong", ["nonsense", "1", "٣", "9" * 30])
def test_a_statement_of_another_poll_is_not_judged(run: Run, tmp_path: Path, wrong: str) -> None:
    """Statement 1 waits in `lanes`; `other` has none."""
    create(run, STATEMENTS)
    create(run, STATEMENTS, poll="other")
    now = datetime.now(UTC).isoformat(" ")
    with sqlite3.connect(tmp_path / "citybot.sqlite3") as database:
        database.execute(
            "INSERT INTO poll_statement (id, poll_id, question, text, state, added_at)"
            " VALUES (1, 'lanes', 'say', '{\"en\": \"Trees\"}', 'new', ?)",
            (now,),
        )
    refused = run("poll", "statements", "other", "--accept", wrong)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert f"No statement {wrong} waits in other" in refused.stderr
    assert kept(tmp_path, "SELECT state FROM poll_statement") == [("new",)]
    assert run("poll", "statements", "lanes", "--accept", "1").exit_code == 0
    assert kept(tmp_path, "SELECT state FROM poll_statement") == [("accepted",)]
