"""Lists are read from a copy of the database, and nothing that was changed just now is missed."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import insert
from structlog.testing import capture_logs

from bot import app
from bot.config import BadSetting, Settings
from bot.console.door import BY_ITSELF
from bot.database import Database
from bot.models import Base
from knowledge.library import Library
from tests.console.office import NOW, Desk, Office, opened
from tests.postgres import Postgres

NOWHERE = "postgresql://postgres@127.0.0.1:1/nowhere"
QUESTIONS = "/console/questions?outcome=all"


@pytest.fixture(scope="module")
def _copy() -> Iterator[Postgres]:
    """No copy at all: a database of its own shows where a page was read."""
    postgres = Postgres()
    yield postgres
    postgres.close()


@pytest.fixture
def chosen(postgres_url: str, tmp_path: Path) -> Settings:
    """SQLite has no copy."""
    return Settings(data_dir=tmp_path, database_url=postgres_url, secret="for tests only")


@pytest.fixture
async def office(chosen: Settings, library: Library, _copy: Postgres) -> AsyncIterator[Office]:
    copy = Database(_copy.url)
    ask(copy, "only in the copy")
    copy.close()
    async with opened(chosen, library, console_database_url=_copy.url) as office:
        ask(office.house.database, "only in the first")
        yield office
    _copy.clean()


def ask(database: Database, text: str) -> None:
    known = {"language": "en", "text": text, "outcome": "declined", "confidence": 0.1, "found": []}
    with database.write() as connection:
        connection.execute(insert(Base.metadata.tables["question"]).values(asked_at=NOW, **known))


async def place(desk: Desk, path: str = QUESTIONS, **headers: str) -> str:
    """Where a page was read."""
    text = (await desk.get(path, **headers)).body.decode()
    (found,) = [where for where in ("copy", "first") if f"only in the {where}" in text]
    return found


async def test_lists_and_their_files_are_read_from_the_copy(office: Office) -> None:
    """Who is signed in is asked of the first: the copy knows of no session."""
    anna = await office.joins("anna", "admin")
    forget_the_change(anna)
    assert await place(anna) == "copy"
    assert await place(anna, "/console/questions.csv?outcome=all") == "copy"


async def test_who_has_changed_something_sees_it_at_once(office: Office) -> None:
    anna = await office.joins("anna", "admin")
    forget_the_change(anna)
    assert await place(anna) == "copy"
    await anna.get("/console/account")
    assert (await anna.post("/console/account/digest", end="1")).status == 303
    assert await place(anna) == "first"
    forget_the_change(anna)
    assert await place(anna) == "copy"


def forget_the_change(desk: Desk) -> None:
    """As a browser does after ten seconds."""
    ages = {cookie.key: cookie["max-age"] for cookie in desk.http.cookie_jar}
    assert ages["citybot-staff-wrote"] == "10"
    desk.http.cookie_jar.clear(lambda cookie: cookie.key == "citybot-staff-wrote")


async def test_a_page_that_heard_of_a_change_sees_it(office: Office) -> None:
    anna = await office.joins("anna", "admin")
    forget_the_change(anna)
    assert await place(anna, **{BY_ITSELF: "1"}) == "first"


async def test_what_may_not_be_old_is_read_from_the_first(office: Office) -> None:
    anna = await office.joins("anna", "admin")
    forget_the_change(anna)
    assert "anna" in (await anna.get("/console/team")).body.decode()


async def test_the_page_of_settings_says_how_far_behind_it_is(office: Office) -> None:
    anna = await office.joins("anna", "admin")
    text = (await anna.get("/console/settings?lang=en")).body.decode()
    assert "Copy that lists are read from" in text
    assert "0 seconds behind" in text


async def test_a_copy_that_is_away_is_said_once_and_missed_by_nobody(
    chosen: Settings, library: Library
) -> None:
    async with opened(chosen, library, console_database_url=NOWHERE) as office:
        ask(office.house.database, "only in the first")
        anna = await office.joins("anna", "admin")
        forget_the_change(anna)
        with capture_logs() as told:
            assert [await place(anna) for _again in range(2)] == ["first", "first"]
        assert [line["event"] for line in told if "replica" in line["event"]] == ["replica_away"]
        assert "cannot be reached" in (await anna.get("/console/settings?lang=en")).body.decode()


def test_a_copy_needs_a_database_that_can_be_copied(
    sqlite_url: str, tmp_path: Path, library: Library
) -> None:
    alone = Settings(data_dir=tmp_path, database_url=sqlite_url, console_database_url=NOWHERE)
    with pytest.raises(BadSetting, match="name the first in database_url"):
        app.build(alone, (), lambda: NOW, library)
