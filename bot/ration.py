"""How much an address may get where the platform drops the rest without a word.

Elsewhere pace is politeness, kept by each process, and a platform that was written to too fast says
so. One that says nothing would make us call a message sent that nobody got: there the limits are
counted in the database, by all processes together and over restarts.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, select, update

from bot.database import Database
from bot.message import Address
from bot.models import Allowance
from bot.pace import Limit
from bot.rows import dialect_of, insert_into

_NONE = timedelta(0)


class Rations:
    """The limits of one channel: buckets, each kept as the instant at which it is full again."""

    def __init__(
        self, database: Database, limits: Sequence[Limit], now: Callable[[], datetime]
    ) -> None:
        self._database, self._now = database, now
        self._limits = {
            f"{count} in {seconds:.0f} s": (count, seconds) for count, seconds in limits
        }

    async def take(self, to: Address, messages: int) -> timedelta:
        """Room for so many messages: taken, and 0; or nothing is taken, and how long to wait.

        More at once than a limit ever has room for count as a whole bucket.
        """
        return await asyncio.to_thread(self._take, str(to), messages)

    def _take(self, to: str, messages: int) -> timedelta:
        now = self._now()
        with self._database.write() as connection:
            full_at = _full_at(connection, to, list(self._limits), now)
            after = {name: self._after(name, full_at[name], messages, now) for name in self._limits}
            waits = (after[name] - now - timedelta(seconds=self._limits[name][1]) for name in after)
            wait = max(waits, default=_NONE)
            if wait > _NONE:
                return wait
            for name, until in after.items():
                whose = (Allowance.address == to, Allowance.source == name)
                connection.execute(update(Allowance).where(*whose).values(until=until))
        return _NONE

    def _after(self, name: str, full_at: datetime, messages: int, now: datetime) -> datetime:
        count, seconds = self._limits[name]
        return max(full_at, now) + timedelta(seconds=min(messages, count) * seconds / count)


def _full_at(
    connection: Connection, to: str, names: Sequence[str], now: datetime
) -> Mapping[str, datetime]:
    """The buckets of an address, held until the transaction ends; who is new has full ones."""
    fresh = [{"address": to, "source": name, "until": now, "left": 0} for name in names]
    new = insert_into(dialect_of(connection), Allowance).values(fresh)
    connection.execute(new.on_conflict_do_nothing())
    theirs = (Allowance.address == to, Allowance.source.in_(names))
    wanted = select(Allowance.source, Allowance.until).where(*theirs).order_by(Allowance.source)
    return {row.source: row.until for row in connection.execute(wanted.with_for_update())}
