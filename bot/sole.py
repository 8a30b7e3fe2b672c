"""One process at a time does it; the others wait, and take over when it ends or is killed.

A lock of PostgreSQL's that lives as long as its connection: no lease has to lapse, no clocks have
to agree. It ends with a process that stands still, too. Nothing rests on it being perfect: what is
done under it is done in guarded statements, so for a moment there may be two. On SQLite, where one
process does everything, nobody waits.
https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Final
from zlib import crc32

import structlog
from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from bot.database import Database

log = structlog.get_logger()
LOOK: Final = 1.0  # seconds between two tries, and between two looks whether it is still ours
SILENCE = 20  # seconds without a look of ours, after which PostgreSQL ends our connection
_OURS: Final = 7_220_431  # any number, the same in every process
_TAKE = text("SELECT pg_try_advisory_lock(:ours, :what)")
_STILL = text("SELECT 1")
# Of a machine that is gone or stands still the connection stays open: its right would never end.
# Before PostgreSQL 14 there is no such setting, and no row here.
_END_WHEN_SILENT = text(
    "SELECT set_config(name, :milliseconds, false) FROM pg_settings "
    "WHERE name = 'idle_session_timeout'"
)

Work = Callable[[], Awaitable[None]]
Tell = Callable[[str, bool], None]


def untold(_what: str, _holds: bool) -> None:
    """Nobody asked to hear of it."""


class Sole:
    """The right to do one thing, named `what`, for all processes on this database."""

    def __init__(self, database: Database, what: str, tell: Tell = untold) -> None:
        """`tell` hears whenever this process gets the right or loses it."""
        self._database, self._what, self._tell = database, what, tell
        self.holds = database.is_sqlite

    async def run(self, work: Work) -> None:
        """Wait for the right and work until that is done; when the right is lost, wait again."""
        self._now(self._database.is_sqlite)
        if self._database.is_sqlite:
            return await work()
        while True:
            connection = await self._taken()
            if connection is not None and await self._worked(connection, work):
                return None
            await asyncio.sleep(LOOK)

    @asynccontextmanager
    async def sought(self) -> AsyncIterator[None]:
        """While the block runs, `holds` says whether the right is ours."""
        seeking = asyncio.create_task(self.run(_for_ever))
        try:
            yield
        finally:
            seeking.cancel()
            await asyncio.wait([seeking])

    async def _worked(self, connection: Connection, work: Work) -> bool:
        """Whether it is done; False when the right was lost before."""
        self._now(True)
        working = asyncio.ensure_future(work())
        try:
            while not (await asyncio.wait({working}, timeout=LOOK))[0]:
                if not await asyncio.to_thread(_is_there, connection):
                    log.warning("right_lost", what=self._what)
                    return False
            working.result()
            return True
        finally:
            working.cancel()
            await asyncio.wait({working})
            self._now(False)
            await asyncio.to_thread(_let_go, connection)

    async def _taken(self) -> Connection | None:
        """The connection that holds the right; None where another process has it."""
        taking = asyncio.create_task(asyncio.to_thread(self._take))
        try:
            return await asyncio.shield(taking)
        except asyncio.CancelledError:
            if (connection := await taking) is not None:
                await asyncio.to_thread(_let_go, connection)
            raise

    def _take(self) -> Connection | None:
        try:
            connection = self._database.engine.connect()
        except SQLAlchemyError:  # the database is away: so is everybody's right
            return None
        try:
            connection = connection.execution_options(isolation_level="AUTOCOMMIT")
            name = {"ours": _OURS, "what": crc32(self._what.encode()) >> 1}
            if connection.scalar(_TAKE, name):
                connection.execute(_END_WHEN_SILENT, {"milliseconds": str(SILENCE * 1000)})
                return connection
        except SQLAlchemyError:
            connection.invalidate()
        connection.close()
        return None

    def _now(self, holds: bool) -> None:
        self.holds = holds
        self._tell(self._what, holds)


async def _for_ever() -> None:
    await asyncio.Event().wait()


def _is_there(connection: Connection) -> bool:
    try:
        connection.execute(_STILL)
    except SQLAlchemyError:
        return False
    return True


def _let_go(connection: Connection) -> None:
    """With the connection itself: back in the pool it would still hold the lock."""
    with suppress(SQLAlchemyError):
        connection.invalidate()
    connection.close()
