"""How much is stored, how old the last backup is, and what the next hour will remove."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text

from bot.config import Settings
from bot.dialog import Transaction
from bot.services.retention import due


@dataclass(frozen=True, slots=True)
class Backup:
    """The newest archive that lies where `citybot db backup` writes by itself."""

    name: str
    made_at: datetime
    size: int


@dataclass(frozen=True, slots=True)
class Storage:
    """The figures. `kind`: sqlite or postgresql; `due`: rows by table, None where not counted."""

    kind: str
    size: int
    due: Mapping[str, int] | None


class Stored:
    """Takes them, bound to a transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection, self._now = transaction.connection, transaction.now

    def figures(self, with_due: bool) -> Storage:
        """All of them; what the next hour removes is counted only when asked for: it reads much."""
        counted = due(self._connection, self._now) if with_due else None
        return Storage(self._connection.dialect.name, self._size(), counted)

    def _size(self) -> int:
        """Bytes of the database."""
        if self._connection.dialect.name == "sqlite":
            pages = text("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
            return int(self._connection.scalar(pages) or 0)
        whole = text("SELECT pg_database_size(current_database())")
        return int(self._connection.scalar(whole) or 0)


def last_backup(settings: Settings) -> Backup | None:
    """The newest there is; None where none lies there."""
    found = sorted(_archives(settings), key=lambda one: one.made_at)
    return found[-1] if found else None


def folders(settings: Settings) -> tuple[Path, ...]:
    """Where backups are looked for."""
    return (Path("backups"), settings.data_dir / "backups")


def _archives(settings: Settings) -> Iterable[Backup]:
    for folder in folders(settings):
        for path in folder.glob("citybot-*.tar.gz"):
            try:
                known = path.stat()
            except OSError:  # it is being put away at this moment
                continue
            yield Backup(path.name, datetime.fromtimestamp(known.st_mtime, UTC), known.st_size)
