"""A host that does not answer costs the first who asks some seconds, and nobody else."""

from collections.abc import Callable

import pytest
from sqlalchemy.exc import OperationalError

from bot.breaker import PAUSE, SLOW, Breaker
from bot.database import DATABASE_DOWN, Database
from tests.blackhole import blackhole


class Away(Exception):
    """Not let through."""


class Clock:
    """Moves when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Host:
    """Counts who comes; does not answer for `takes` seconds, then refuses, unless it is there."""

    def __init__(self, clock: Clock) -> None:
        self.takes, self.is_there, self.asked, self._clock = 0.0, False, 0, clock

    def connect(self) -> str:
        self.asked += 1
        self._clock.now += self.takes
        if not self.is_there:
            raise ConnectionError
        return "connected"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def host(clock: Clock) -> Host:
    return Host(clock)


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    return Breaker(Away, clock)


def tried(breaker: Breaker, connect: Callable[[], str]) -> str:
    try:
        return breaker.attempt(connect)
    except (Away, ConnectionError) as error:
        return type(error).__name__


def test_who_comes_after_a_long_silence_hears_at_once(breaker: Breaker, host: Host) -> None:
    host.takes = SLOW
    assert [tried(breaker, host.connect) for _ in range(5)] == ["ConnectionError"] + ["Away"] * 4
    assert host.asked == 1


def test_a_host_that_refuses_is_asked_each_time(breaker: Breaker, host: Host) -> None:
    """It costs nothing, and the moment it takes connections again nobody is turned away."""
    host.takes = SLOW / 2
    assert [tried(breaker, host.connect) for _ in range(3)] == ["ConnectionError"] * 3
    host.is_there = True
    assert tried(breaker, host.connect) == "connected"


def test_after_the_pause_one_goes_ahead(breaker: Breaker, host: Host, clock: Clock) -> None:
    host.takes = SLOW
    tried(breaker, host.connect)
    clock.now += PAUSE
    beside: list[str] = []

    def connect() -> str:
        beside.append(tried(breaker, host.connect))  # while the first one waits
        return host.connect()

    assert (tried(breaker, connect), beside) == ("ConnectionError", ["Away"])
    assert host.asked == 2
    clock.now += PAUSE
    host.is_there = True
    assert [tried(breaker, host.connect) for _ in range(2)] == ["connected"] * 2


def test_who_gives_up_when_it_is_back_turns_nobody_away(
    breaker: Breaker, host: Host, clock: Clock
) -> None:
    """Several wait at once; one of them was answered."""

    def connect() -> str:
        host.is_there = True
        assert breaker.attempt(host.connect) == "connected"
        clock.now += SLOW
        raise ConnectionError

    assert tried(breaker, connect) == "ConnectionError"
    assert tried(breaker, host.connect) == "connected"


def test_a_database_whose_host_has_vanished_is_asked_once() -> None:
    with blackhole() as port:
        database = Database(f"postgresql+psycopg://nobody@127.0.0.1:{port}/nothing")
        errors = [error_of(database) for _ in range(5)]
        database.close()
    told = [str(error.orig) for error in errors]
    assert "timeout" in told[0]
    assert told[1:] == ["the database has not answered"] * 4
    assert all(isinstance(error, DATABASE_DOWN) for error in errors)


def error_of(database: Database) -> OperationalError:
    with pytest.raises(OperationalError) as caught, database.read():
        pass
    return caught.value


def test_the_operator_may_wait_longer_or_shorter(postgres_url: str) -> None:
    """What stands in the address counts."""
    database = Database(f"{postgres_url}?connect_timeout=7")
    with database.read() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        how = driver.info.get_parameters()
    database.close()
    assert (how["connect_timeout"], how["tcp_user_timeout"]) == ("7", "5000")
