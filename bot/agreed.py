"""The moment by the database's clock: what is due, late or lapsed is the same for every process.

A machine whose clock is wrong would send early, let expire what is not over, and take away rows
that others are just sending. Between two looks our own steady counter goes on, so that a wall clock
that is wrong, or is put right, changes nothing.
"""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from bot.database import Database

log = structlog.get_logger()
LOOK: Final = 10.0  # seconds between two looks: a machine that slept is late for so long
_WRONG: Final = timedelta(seconds=5)  # that staff should know of
_MOMENT = select(func.clock_timestamp())


class Agreed:
    """A clock of a house on PostgreSQL. Call it for the moment."""

    def __init__(
        self,
        database: Database,
        own: Callable[[], datetime],
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        """`own`: the clock of this machine, which is only compared with."""
        self._database, self._own, self._steady = database, own, steady
        self._known = own(), steady()
        self._was_wrong = False
        self._agree(*self._asked())

    def __call__(self) -> datetime:
        at, mark = self._known
        return at + timedelta(seconds=self._steady() - mark)

    async def run(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            await asyncio.sleep(LOOK)
            try:
                self._agree(*await asyncio.to_thread(self._asked))
            except SQLAlchemyError:  # it is away: our counter goes on
                log.debug("clock_not_compared")

    def _asked(self) -> tuple[datetime, float, float]:
        """What the database says, and between which two marks it said so."""
        with self._database.read() as connection:
            begun = self._steady()
            there: datetime = connection.execute(_MOMENT).scalar_one()
            return there, begun, self._steady()

    def _agree(self, there: datetime, begun: float, ended: float) -> None:
        """A difference smaller than the asking took is none: our moments would only tremble."""
        half = timedelta(seconds=(ended - begun) / 2)
        at, mark = self._known
        if abs(at + timedelta(seconds=ended - mark) - there) > 2 * half:
            self._known = there + half, ended
        ahead = self._own() - self()
        is_wrong = abs(ahead) > _WRONG
        if is_wrong and not self._was_wrong:
            log.warning("clock_differs", seconds=round(ahead.total_seconds()))
        self._was_wrong = is_wrong
