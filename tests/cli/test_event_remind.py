"""`citybot event remind`: rules as organisers write them, and the ledger they see."""

import json
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import citybot
from bot.cli.speech import language
from bot.database import Database
from tests.services.reminding import BERLIN, Town

NOW = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
STARTS = NOW + timedelta(days=40)
Remind = Callable[..., Result]


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "en")
    monkeypatch.delenv("DATABASE_URL", raising=False)
    language.cache_clear()


@pytest.fixture
def remind(tmp_path: Path, sqlite_url: str) -> Remind:
    """Runs `citybot event remind …` on a database with one event and two people."""
    with closing(Database(sqlite_url)) as database:
        town = Town(database, datetime.now(UTC))
        town.event(starts_at=STARTS, ends_at=STARTS + timedelta(hours=2))
        for name in ("anna", "ben"):
            town.register(town.person(name))

    def run(*words: str) -> Result:
        command = ["--data-dir", str(tmp_path), "event", "remind", *words]
        return CliRunner().invoke(citybot, command)

    return run


def listed(remind: Remind) -> list[dict[str, object]]:
    return list(json.loads(remind("list", "school", "-o", "json").stdout))


def local(days: int, at: str) -> str:
    """So many days from the start, at that time on the wall in Berlin."""
    day = STARTS.astimezone(BERLIN).date() + timedelta(days=days)
    wall = datetime.fromisoformat(f"{day}T{at}")
    return wall.replace(tzinfo=BERLIN).isoformat()


def test_every_new_event_has_the_evening_before(remind: Remind) -> None:
    (rule,) = listed(remind)
    assert (rule["fires_at"], rule["who"]) == (local(-1, "18:00"), "confirmed")
    assert rule["counts"] == {"due": 2}
    line = remind("list", "school")
    assert line.stdout.split("  ")[-1] == "due: 2\n"
    assert line.stderr == "Rules: 1.\n"


def test_a_rule_is_added_with_reminders_for_all(remind: Remind) -> None:
    words = ("add", "school", "--before", "2h", "--text", "en=Bring cake.", "--late", "30")
    tried = remind(*words, "--dry-run")
    assert (tried.exit_code, tried.stderr.startswith("It would fire on ")) == (0, True)
    assert len(listed(remind)) == 1
    assert remind(*words).stderr.startswith("It fires on ")
    added = listed(remind)[1]
    assert (added["late_minutes"], added["counts"]) == (30, {"due": 2})


def test_rules_rest_work_and_go(remind: Remind) -> None:
    (rule,) = listed(remind)
    number = str(rule["rule"])
    assert remind("pause", number).exit_code == 0
    assert [(r["enabled"], r["counts"]) for r in listed(remind)] == [(False, {"cancelled": 2})]
    assert remind("list", "school").stdout.split("  ")[3] == "rests"
    assert remind("resume", number).exit_code == 0
    assert [r["counts"] for r in listed(remind)] == [{"due": 2}]
    assert remind("remove", number).stderr == f"Rule {number} is gone.\n"
    assert listed(remind) == []


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--before", "soon"),
        ("--before", "1d", "--after", "1d"),
        ("--before", "99999d"),
        ("--before", "1d", "--at", "25:00"),
        ("--on", "2027-02-31 09:00"),
        ("--before", "1d", "--text", "hello"),
        ("--before", "1d", "--text", "fr=bonjour"),
    ],
)
def test_what_is_no_rule_is_refused_with_an_example(remind: Remind, words: tuple[str]) -> None:
    refused = remind("add", "school", *words)
    assert refused.exit_code == 2
    assert refused.stderr == "I cannot read that rule. For example: --before 1d --at 18:00\n"
    assert len(listed(remind)) == 1


def test_the_past_an_unknown_event_and_an_unknown_rule_are_named(remind: Remind) -> None:
    over = remind("add", "school", "--before", "400d")
    assert (over.exit_code, "which is over already" in over.stderr) == (1, True)
    years_later = f"{datetime.now(UTC).year + 3}-01-01 09:00"
    too_late = remind("add", "school", "--on", years_later, "--dry-run")
    assert (too_late.exit_code, "The event is over by" in too_late.stderr) == (1, True)
    meant = remind("add", "school", "--on", years_later, "--status", "attended", "--dry-run")
    assert meant.exit_code == 0
    assert remind("list", "nowhere").stderr == "There is no event named nowhere.\n"
    assert remind("remove", "99").stderr == "There is no rule 99.\n"
