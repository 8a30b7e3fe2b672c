"""A copy of the database that PostgreSQL keeps, for pages that may be a moment old.

Lists, figures and searches of the console are asked there, so that turns need not wait for them.
While it cannot be asked, the database itself answers: slower, never wrong.
https://www.postgresql.org/docs/current/hot-standby.html
"""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

import structlog
from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from bot.config import BadSetting, Settings
from bot.database import DATABASE_DOWN, Database
from bot.i18n import _

log = structlog.get_logger()
Got = TypeVar("Got")
_ALONE = _("console_database_url is a copy of PostgreSQL: name the first in database_url.")
# The last transaction is long ago where nobody writes: who has taken all in is not behind.
_LAG = text(
    "SELECT CASE WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0 ELSE "
    "coalesce(extract(epoch FROM now() - pg_last_xact_replay_timestamp()), 0) END"
)


class Replica:
    """The copy, and the database it is one of."""

    def __init__(self, url: str, first: Database) -> None:
        """`url` as SQLAlchemy wants it."""
        self._copy, self._first, self._is_away = Database(url), first, False

    @classmethod
    def of(cls, settings: Settings, first: Database) -> "Replica | None":
        """That of the settings, if they name one. Raises BadSetting."""
        if not settings.console_database_url:
            return None
        if first.is_sqlite:
            raise BadSetting(_ALONE)
        return cls(replace(settings, database_url=settings.console_database_url).database(), first)

    def ask(self, what: Callable[[Connection], Got]) -> Got:
        """Read something; `what` is asked again of the database itself when the copy breaks off."""
        try:
            with self._copy.read() as connection:
                got = what(connection)
        except DATABASE_DOWN as error:
            self._note(error)
            with self._first.read() as connection:
                return what(connection)
        self._note(None)
        return got

    def lag(self) -> float | None:
        """Seconds that the copy is behind; None while it cannot be asked."""
        try:
            with self._copy.read() as connection:
                return float(connection.scalar(_LAG) or 0)
        except SQLAlchemyError:
            return None

    def close(self) -> None:
        """Close every connection to the copy."""
        self._copy.close()

    def _note(self, error: Exception | None) -> None:
        """Said once, until it is back: there may be many pages a second."""
        if error and not self._is_away:
            log.warning("replica_away", error=type(error).__name__)
        if self._is_away and not error:
            log.info("replica_back")
        self._is_away = error is not None
