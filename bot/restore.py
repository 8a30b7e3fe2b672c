"""Puts a backup in place of the database: alone with it, all or nothing, the present one kept.

Whoever had their data deleted since the backup was made does not come back with it, and what was
sent to many since then is not sent again.
"""

import os
import shutil
import sqlite3
import tarfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from bot.backup import DUMP, SIGNING, SQLITE, BadBackup, check, check_sqlite, file_of, run, workshop
from bot.config import Settings
from bot.database import Database
from bot.dialog import Transaction
from bot.i18n import _
from bot.models import Base
from bot.services.erasures import Erasures
from bot.services.keys import Keys
from bot.services.privacy import Privacy
from bot.services.regained import hold_back_broadcasts

_RUNNING = _(
    "Something still uses the database. Please stop the house first (Ctrl-C, or systemctl stop)."
)


def restore(settings: Settings, archive: Path, now: datetime) -> None:
    """Put an archive in place of the database; the present one is kept in the data folder.

    Whoever was erased since then is erased again, and broadcasts are held back. Raises BadBackup
    when the archive is damaged or not one of ours, or when the house still runs; then nothing was
    changed.
    """
    check(archive)
    erased = _erased(settings)
    with workshop(settings.data_dir) as work, _alone(settings):
        with tarfile.open(archive) as packed:
            packed.extractall(work, filter="data")
        _replace_database(settings, work)
        if (work / SIGNING).exists():
            _put(work / SIGNING, settings.data_dir / SIGNING)
    _settle(settings, erased, now)


def _erased(settings: Settings) -> dict[str, datetime]:
    """Who is known to be erased in the database that is there; nobody where there is none."""
    if settings.database().startswith("sqlite") and not file_of(settings.database()).exists():
        return {}
    with closing(Database(settings.database())) as database:
        try:
            with database.read() as connection:
                return Erasures(Transaction(connection, datetime.now(UTC))).all()
        except DBAPIError:  # damaged, or older than the journal: that may be why one restores
            return {}


def _settle(settings: Settings, erased: dict[str, datetime], now: datetime) -> None:
    """What has happened since the backup counts, as far as it is known here or can be guessed."""
    with closing(Database(settings.database())) as database:
        database.upgrade()
        with database.write() as connection:
            transaction = Transaction(connection, now)
            hold_back_broadcasts(transaction)
            if erased:  # what came back of them goes again; their journal stays
                Privacy(transaction, Keys.of(settings)).repeat(erased)


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """Nobody else has the database open. Raises BadBackup: what a running house has taken in since
    would be lost, and it would go on writing into the file that was moved aside.
    """
    url = settings.database()
    if not url.startswith("sqlite"):
        if _others(url):
            raise BadBackup(_RUNNING)
        yield
        return
    file = file_of(url)
    if not file.exists():
        yield
        return
    with closing(sqlite3.connect(file, timeout=0, isolation_level=None)) as connection:
        try:
            # A log that others read cannot be put away: https://www.sqlite.org/wal.html#persistence_of_wal_mode
            connection.execute("PRAGMA journal_mode = DELETE")
        except sqlite3.OperationalError as error:
            raise BadBackup(_RUNNING) from error
        except sqlite3.DatabaseError:  # damaged: nobody can run on it
            pass
        yield


def _others(url: str) -> int:
    """How many programs besides us are connected to a PostgreSQL database."""
    counted = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    )
    try:
        with closing(Database(url)) as database, database.read() as connection:
            return int(connection.exec_driver_sql(counted).scalar_one())
    except DBAPIError:  # not there: what comes next says so
        return 0


def _replace_database(settings: Settings, work: Path) -> None:
    url = settings.database()
    dump = work / (SQLITE if url.startswith("sqlite") else DUMP)
    if not dump.exists():
        raise BadBackup(_("This backup is of another kind of database."))
    if url.startswith("sqlite"):
        check_sqlite(dump)
        _put_sqlite(dump, file_of(url))
    else:
        _put_postgresql(url, dump, settings.data_dir)


def _put_sqlite(source: Path, target: Path) -> None:
    """Moves the present files aside: a leftover WAL would be replayed into the restored one."""
    kept = _free(target.with_name(f"{target.name}.before-restore"))
    for suffix in ("-wal", "-shm", ""):
        present = target.with_name(target.name + suffix)
        if present.exists():
            present.replace(kept.with_name(kept.name + suffix))
    _put(source, target)


def _put_postgresql(url: str, dump: Path, folder: Path) -> None:
    """One transaction: either everything is as in the dump, or nothing has changed.

    Our tables go first, also those an older dump does not know: migrations make them again.
    """
    kept = _free(folder / f"{DUMP}.before-restore")
    os.close(os.open(kept, os.O_CREAT | os.O_WRONLY, 0o600))
    run(url, "pg_dump", "--format=custom", f"--file={kept}")
    script = dump.with_suffix(".sql")
    how = ("--clean", "--if-exists", "--no-owner", "--no-privileges")
    run(None, "pg_restore", *how, f"--file={script}", str(dump))
    tables = ", ".join(f'"{name}"' for name in (*Base.metadata.tables, "alembic_version"))
    drop = f"--command=DROP TABLE IF EXISTS {tables} CASCADE"
    quiet = ("--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--single-transaction")
    run(url, "psql", *quiet, drop, f"--file={script}")


def _free(path: Path) -> Path:
    """This name, or with a number: what an earlier restore kept is not written over."""
    names = (path.with_name(f"{path.name}-{n}") if n > 1 else path for n in count(1))
    return next(name for name in names if not name.exists())


def _put(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f".{target.name}.new")
    fresh.unlink(missing_ok=True)
    fresh.touch(mode=0o600)
    shutil.copyfile(source, fresh)
    fresh.replace(target)
