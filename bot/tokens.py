"""Access tokens of platforms, kept once for all processes; one of them renews at a time.

Two that renew at once make each other's token worthless. So whoever wants to renew raises the
version of the row first, and only the one who raised it writes what became of it.
"""

import asyncio
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Table, or_, select, update

from bot.database import Database
from bot.models import Base
from bot.rows import dialect_of, insert_into

LEASE: Final = timedelta(seconds=25)
_TABLE: Table = Base.metadata.tables["platform_token"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What is known of an account's token; see models.PlatformToken."""

    token: str | None = None
    expires_at: datetime | None = None
    refreshed_at: datetime | None = None
    forced: int = 0
    forced_at: datetime | None = None
    failures: int = 0
    error_kind: str | None = None
    error: str | None = None
    retry_at: datetime | None = None


_COLUMNS = [_TABLE.c[field.name] for field in fields(Kept)]


class TokenShelf:
    """The tokens of all accounts."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database, self._now = database, now

    async def look(self, account: str) -> tuple[int, Kept]:
        """The version of an account's row, and what is kept in it; 0 and nothing if new."""
        return await asyncio.to_thread(self._look, account)

    async def lease(self, account: str, version: int) -> int | None:
        """The right to renew what was seen at that version, for LEASE; None if another has it.

        Gives the version to settle with.
        """
        return await asyncio.to_thread(self._lease, account, version)

    async def settle(self, account: str, version: int, kept: Kept) -> bool:
        """Write down what became of a renewal; False, and nothing, if the lease had passed on."""
        return await asyncio.to_thread(self._settle, account, version, kept)

    def _look(self, account: str) -> tuple[int, Kept]:
        wanted = select(_TABLE.c.version, *_COLUMNS).where(_TABLE.c.account == account)
        with self._database.read() as connection:
            row = connection.execute(wanted).mappings().first()
        if row is None:
            return 0, Kept()
        return row["version"], Kept(**{column.name: row[column.name] for column in _COLUMNS})

    def _lease(self, account: str, version: int) -> int | None:
        now = self._now()
        free = or_(_TABLE.c.lease_until.is_(None), _TABLE.c.lease_until <= now)
        taken = (
            update(_TABLE)
            .where(_TABLE.c.account == account, _TABLE.c.version == version, free)
            .values(version=version + 1, lease_until=now + LEASE)
        )
        with self._database.write() as connection:
            fresh = insert_into(dialect_of(connection), _TABLE)
            fresh = fresh.values(account=account, version=0, **asdict(Kept()))
            connection.execute(fresh.on_conflict_do_nothing())
            return version + 1 if connection.execute(taken).rowcount else None

    def _settle(self, account: str, version: int, kept: Kept) -> bool:
        ours = update(_TABLE).where(_TABLE.c.account == account, _TABLE.c.version == version)
        with self._database.write() as connection:
            done = connection.execute(ours.values(lease_until=None, **asdict(kept)))
        return bool(done.rowcount)


def renewed(kept: Kept, token: str, expires_at: datetime, now: datetime) -> Kept:
    """After a renewal that went well; how often it had to be forced is remembered."""
    return Kept(
        token=token,
        expires_at=expires_at,
        refreshed_at=now,
        forced=kept.forced,
        forced_at=kept.forced_at,
    )


def failed(kept: Kept, kind: str, error: str, retry_at: datetime) -> Kept:
    """After one that did not: the old token stays, for it may still be good."""
    return replace(
        kept, failures=kept.failures + 1, error_kind=kind, error=error, retry_at=retry_at
    )
