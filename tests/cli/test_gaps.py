"""`citybot kb gaps`: what people asked in vain, for whoever writes articles; never who asked."""

import csv
import io
import json
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot.cli import citybot
from bot.cli.speech import language
from bot.config import Settings
from bot.database import Database
from knowledge.library import Library
from tests.script import Chat
from tests.services.test_retention import heard, keep

NOW = datetime.now(UTC).replace(microsecond=0)
HOUR = timedelta(hours=1)
Gaps = Callable[..., Result]


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "en")
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("CITYBOT_ZONE", "UTC")
    language.cache_clear()


@pytest.fixture
def gaps(tmp_path: Path) -> Gaps:
    """Runs `citybot kb gaps …` on the database in this test's folder."""

    def run(*words: str) -> Result:
        return CliRunner().invoke(citybot, ["--data-dir", str(tmp_path), "kb", "gaps", *words])

    return run


def asked(database: Database, said: str, outcome: str, **other: Any) -> None:
    values = {"person_id": "anna", "address": "web:anna", "language": "en", "text": said}
    values |= {"asked_at": NOW - HOUR, "outcome": outcome, "confidence": 0.5, "found": []}
    keep(database, "question", **(values | other))


@pytest.fixture
def house(sqlite_url: str) -> None:
    """Every outcome, old and new, and two messages that could not be handled."""
    with closing(Database(sqlite_url)) as database:
        asked(database, "declined first", "declined", asked_at=NOW - 3 * HOUR)
        near = [{"slug": "seed-swap", "score": 0.4}, {"slug": "compost", "score": 0.2}]
        asked(database, "missed", "not_meant", asked_at=NOW - 2 * HOUR, found=near)
        asked(database, "=1+1\nand more", "declined", language="de", asked_at=NOW - HOUR)
        asked(database, "for staff", "for_staff", asked_at=NOW - 24 * HOUR)
        asked(database, "long ago", "declined", asked_at=NOW - timedelta(days=31))
        asked(database, "well answered", "answered")
        for number, state in enumerate(("dead", "dead", "done", "new")):
            heard(database, NOW, event_id=str(number), state=state)


def at(hours: int) -> str:
    return f"{NOW - hours * HOUR:%Y-%m-%d %H:%M}"


COUNTED = (
    "Left for the team: 1; no answer known: 2; answer missed: 1. "
    "Messages that could not be handled: 2.\n"
)


@pytest.mark.usefixtures("house")
def test_the_team_sees_what_was_left_for_it_then_the_rest_newest_first(gaps: Gaps) -> None:
    result = gaps()
    assert (result.exit_code, result.stderr) == (0, COUNTED)
    assert result.stdout.splitlines() == [
        f"{at(24)}  left for the team  en  for staff",
        f"{at(1)}  no answer known  de  =1+1 and more",
        f"{at(2)}  answer missed  en  missed → seed-swap",
        f"{at(3)}  no answer known  en  declined first",
    ]


@pytest.mark.usefixtures("house")
def test_the_days_decide_how_far_back_is_looked(gaps: Gaps) -> None:
    (oldest,) = [x for x in gaps("--days", "32").stdout.splitlines() if "long ago" in x]
    assert oldest.endswith("no answer known  en  long ago")
    assert gaps("--days", "0").exit_code == 2


@pytest.mark.usefixtures("house")
def test_json_says_the_same_and_names_nobody(gaps: Gaps) -> None:
    shown = json.loads(gaps("-o", "json").stdout)
    assert (len(shown["questions"]), shown["not_handled"]) == (4, 2)
    assert shown["questions"][2] == {
        "asked_at": (NOW - 2 * HOUR).isoformat(),
        "outcome": "not_meant",
        "language": "en",
        "text": "missed",
        "nearest": "seed-swap",
    }
    assert "anna" not in str(shown)


@pytest.mark.usefixtures("house")
def test_a_table_runs_nothing_that_a_stranger_wrote(gaps: Gaps) -> None:
    header, *lines = csv.reader(io.StringIO(gaps("-o", "csv").stdout, newline=""))
    assert header == ["asked_at", "outcome", "language", "text", "nearest"]
    assert [line[3] for line in lines] == [
        "for staff",
        "'=1+1\nand more",
        "missed",
        "declined first",
    ]


def test_what_several_asked_stands_first_and_together(gaps: Gaps, sqlite_url: str) -> None:
    with closing(Database(sqlite_url)) as database:
        values = {"created_at": NOW, "asked_at": NOW - HOUR, "people": 3, "state": "open"}
        keep(database, "gap", version=1, **values)
        for number, lang in enumerate(("de", "zh", "zh")):
            said = {"language": lang, "person_id": f"p{number}", "gap_id": 1}
            asked(database, f"bike? anna@example.org {number}", "declined", **said)
    matter, *questions = gaps().stdout.splitlines()
    assert matter == f"{at(1)}  3 people  zh 2 de 1  bike? ████████ 2"
    assert len(questions) == 3
    (shown,) = json.loads(gaps("-o", "json").stdout)["gaps"]
    assert (shown["people"], shown["languages"]) == (3, {"zh": 2, "de": 1})
    assert [one["language"] for one in shown["questions"]] == ["zh", "zh", "de"]
    assert "anna" not in str(shown)


def test_without_a_database_there_is_nothing_to_see_and_none_is_made(
    gaps: Gaps, tmp_path: Path
) -> None:
    result = gaps("-o", "json")
    assert json.loads(result.stdout) == {"gaps": [], "questions": [], "not_handled": 0}
    assert list(tmp_path.iterdir()) == []


async def test_the_team_sees_what_could_not_be_answered(
    gaps: Gaps, sqlite_url: str, tmp_path: Path, library: Library
) -> None:
    """From the chat to the terminal."""
    settings = Settings(data_dir=tmp_path, database_url=sqlite_url, secret="for tests only")
    async with Chat.opened(settings, library) as chat:
        await chat.say("How do I repair my bicycle gears?")
        await chat.say("I want to talk to a real person")
        await chat.say("Who runs the garden in my street?")
    told = [line[18:] for line in gaps().stdout.splitlines()]
    assert told[0] == "left for the team  en  Who runs the garden in my street?"
    assert told[1].startswith("no answer known  en  How do I repair my bicycle gears?")
    assert len(told) == 2
