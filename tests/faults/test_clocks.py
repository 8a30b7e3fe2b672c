"""A machine whose clock is an hour wrong (C18): nothing is early, late, or taken from others."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from bot import app, lapsing, outbox
from bot.agreed import Agreed
from bot.config import Settings
from bot.database import Database
from bot.message import Address, Reply
from bot.models import Outbox
from knowledge.library import Library
from tests.blackhole import Line

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
WRONG = pytest.mark.parametrize("by", [HOUR, -HOUR], ids=["ahead", "behind"])
Moment = Callable[[], datetime]


def right() -> datetime:
    return datetime.now(UTC)


def wrong(by: timedelta) -> Moment:
    return lambda: right() + by


@pytest.fixture
def there(postgres_url: str) -> Iterator[Database]:
    with closing(Database(postgres_url)) as database:
        yield database


def queue(database: Database, due: timedelta = -MINUTE, over: timedelta = HOUR) -> None:
    """Something to Anna, due and over then."""
    draft = outbox.Draft(
        Address("post", "anna"), Reply("hello"), kind="reminder",
        due_at=right() + due, expires_at=right() + over,
    )  # fmt: skip
    with database.write() as connection:
        outbox.add(connection, [draft], right())


def claimed(database: Database, moment: Moment) -> int:
    with database.write() as connection:
        return len(outbox.claim(connection, "post", moment()))


@WRONG
def test_all_go_by_the_clock_of_the_database(there: Database, by: timedelta) -> None:
    ours, theirs = Agreed(there, wrong(by)), Agreed(there, right)
    assert abs(ours() - theirs()) < MINUTE
    assert abs(ours() - right()) < MINUTE


@WRONG
def test_what_another_is_just_sending_is_not_taken_from_them(
    there: Database, by: timedelta
) -> None:
    """A lease is a minute from when it was taken, whoever took it and whoever looks."""
    queue(there)
    assert claimed(there, Agreed(there, wrong(by))) == 1
    assert lapsing.release_lapsed(there, Agreed(there, wrong(-by))()) == 0


def test_by_its_own_clock_it_would_be_taken(there: Database) -> None:
    """The guard-off twin: it would be sent twice, or, of a broadcast, not be known of."""
    queue(there)
    assert claimed(there, right) == 1
    assert lapsing.release_lapsed(there, wrong(HOUR)()) == 1


def test_nothing_is_said_early_and_nothing_expires_early(there: Database) -> None:
    queue(there, due=HOUR / 2, over=HOUR)
    ahead = Agreed(there, wrong(HOUR))
    assert claimed(there, ahead) == 0
    assert claimed(there, wrong(HOUR / 2 + MINUTE)) == 1  # the guard-off twin
    with there.write() as connection:
        connection.execute(update(Outbox).values(state="queued"))
    assert lapsing.expire(there, ahead()) == 0
    assert lapsing.expire(there, wrong(HOUR + MINUTE)()) == 1


def test_between_two_looks_a_jump_of_the_wall_clock_is_not_noticed(there: Database) -> None:
    steady = [100.0]
    moment = Agreed(there, wrong(HOUR), lambda: steady[0])
    before = moment()
    steady[0] += 7
    assert moment() - before == timedelta(seconds=7)


def test_staff_hear_once_that_a_clock_is_wrong(
    there: Database, capfd: pytest.CaptureFixture[str]
) -> None:
    moment = Agreed(there, wrong(HOUR))
    moment._agree(*moment._asked())
    assert capfd.readouterr().out.count("clock_differs") == 1
    Agreed(there, right)
    assert "clock_differs" not in capfd.readouterr().out


async def test_while_the_database_is_away_it_goes_on(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.agreed.LOOK", 0.01)
    line = Line(postgres_url)
    with closing(Database(line.url)) as database:
        moment = Agreed(database, right)
        with line.cut():
            database.engine.dispose()
            task = asyncio.create_task(moment.run())
            await asyncio.sleep(0.3)
            assert not task.done()
            assert abs(moment() - right()) < MINUTE
        task.cancel()
        await asyncio.wait([task])
    line.close()


def test_a_house_on_postgresql_goes_by_it(
    postgres_url: str, sqlite_url: str, tmp_path: Path, library: Library
) -> None:
    for url, kind in ((postgres_url, Agreed), (sqlite_url, type(app.now))):
        settings = Settings(data_dir=tmp_path, database_url=url, secret="for tests only")
        house = app.build(settings, [], library=library)
        assert type(house.now) is kind
        house.database.close()
