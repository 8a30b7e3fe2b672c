"""One process at a time does it: who waits takes over, and nobody does it on a broken connection."""

import asyncio
from collections.abc import Callable
from contextlib import closing

import psycopg

from bot import sole
from bot.database import Database
from bot.sole import Sole

# Of this database: other runs on the same server have their own.
_HOLDS = """
    SELECT pid FROM pg_locks JOIN pg_database ON pg_database.oid = database
    WHERE locktype = 'advisory' AND classid = %s AND datname = current_database()"""


class Doing:
    """A process that wants to do it, and whether it does."""

    def __init__(self, database: Database, name: str) -> None:
        self.now, self.told = False, list[bool]()
        right = Sole(database, "clock", lambda _what, holds: self.told.append(holds))
        self.task = asyncio.create_task(right.run(self._work), name=name)

    async def _work(self) -> None:
        self.now = True
        try:
            await asyncio.Event().wait()
        finally:
            self.now = False

    async def end(self) -> None:
        self.task.cancel()
        await asyncio.wait([self.task])


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not holds():
            await asyncio.sleep(0.02)


async def test_one_does_it_and_another_takes_over(postgres_url: str, monkeypatch) -> None:
    monkeypatch.setattr(sole, "LOOK", 0.05)
    with closing(Database(postgres_url)) as one, closing(Database(postgres_url)) as two:
        first = Doing(one, "first")
        await until(lambda: first.now)
        second = Doing(two, "second")
        await asyncio.sleep(0.3)  # several tries
        assert (first.now, second.now) == (True, False)
        await first.end()
        await until(lambda: second.now)
        assert (first.told, second.told) == ([False, True, False], [False, True])
        await second.end()


async def test_a_connection_that_breaks_ends_the_work_until_there_is_another(
    postgres_url: str, monkeypatch
) -> None:
    monkeypatch.setattr(sole, "LOOK", 0.05)
    with closing(Database(postgres_url)) as database:
        doing = Doing(database, "alone")
        await until(lambda: doing.now)
        with psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True) as admin:
            ((pid,),) = admin.execute(_HOLDS, (sole._OURS,)).fetchall()
            admin.execute("SELECT pg_terminate_backend(%s)", (pid,))
        await until(lambda: doing.told[-3:] == [True, False, True])
        assert doing.now
        await doing.end()
        assert doing.told[-1] is False


async def test_different_things_are_done_beside_each_other(postgres_url: str) -> None:
    with closing(Database(postgres_url)) as database:
        clock, counting = Sole(database, "clock"), Sole(database, "counting")
        async with clock.sought(), counting.sought():
            await until(lambda: clock.holds and counting.holds)
        assert not clock.holds
        assert not counting.holds


async def test_what_raises_gives_the_right_back(postgres_url: str) -> None:
    async def broken() -> None:
        raise RuntimeError

    with closing(Database(postgres_url)) as database:
        for _again in range(2):
            (raised,) = await asyncio.gather(
                Sole(database, "clock").run(broken), return_exceptions=True
            )
            assert isinstance(raised, RuntimeError)
        assert database.engine.pool.checkedout() == 0  # type: ignore[attr-defined]


async def test_on_sqlite_nobody_waits(sqlite_url: str) -> None:
    with closing(Database(sqlite_url)) as one, closing(Database(sqlite_url)) as two:
        async with Sole(one, "clock").sought():
            right = Sole(two, "clock")
            async with right.sought():
                assert right.holds
