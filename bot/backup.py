"""A copy of the database one can trust: made while it runs, checked before it is called done."""

import hashlib
import os
import shutil
import sqlite3
import subprocess
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import URL, make_url

from bot.config import Settings
from bot.i18n import _
from bot.models import Base

_SQLITE = "citybot.sqlite3"
_DUMP = "citybot.dump"
_SIGNING = "secret"
_DAMAGED = _("{path} is damaged: {error}")


class BadBackup(Exception):
    """A backup that cannot be made or read; the text says why."""

    def __init__(self, msgid: str, **values: str) -> None:
        super().__init__(msgid)
        self.msgid, self.values = msgid, values


def backup(settings: Settings, folder: Path, now: datetime) -> Path:
    """Write one archive with the database and the secret (mode 600), its SHA-256 beside it.

    The archive has its name only when it is whole. Raises BadBackup.
    """
    archive = folder / f"citybot-{now:%Y%m%dT%H%M%SZ}.tar.gz"
    with _workshop(folder) as work:
        content = work / "content"
        content.mkdir()
        _copy_database(settings, content)
        secret = settings.data_dir / _SIGNING
        if secret.exists():
            shutil.copyfile(secret, content / _SIGNING)
        _pack(content, archive, work / archive.name)
    return archive


def restore(settings: Settings, archive: Path) -> None:
    """Put an archive in place of the database; the present one is kept in the data folder.

    Raises BadBackup when the archive is damaged or not one of ours; then nothing was changed.
    """
    check(archive)
    with _workshop(settings.data_dir) as work:
        with tarfile.open(archive) as packed:
            packed.extractall(work, filter="data")
        _replace_database(settings, work)
        if (work / _SIGNING).exists():
            _put(work / _SIGNING, settings.data_dir / _SIGNING)


def check(archive: Path) -> None:
    """Read the whole archive against its checksum. Raises BadBackup."""
    try:
        expected = _sum_file(archive).read_text(encoding="utf-8").split()[0]
        if expected != _digest(archive):
            raise BadBackup(_("{path} is damaged: its checksum differs."), path=str(archive))
        with tarfile.open(archive) as packed:
            names = packed.getnames()
    except (OSError, EOFError, ValueError, IndexError, zlib.error, tarfile.TarError) as error:
        raise BadBackup(
            _("{path} cannot be read: {error}"), path=str(archive), error=str(error)
        ) from error
    if not {_SQLITE, _DUMP} & set(names):
        raise BadBackup(_("{path} is not a backup of Citybot."), path=str(archive))


@contextmanager
def _workshop(folder: Path) -> Iterator[Path]:
    """A folder nobody else can look into, on the same disk as what is made in it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        made = TemporaryDirectory(dir=folder, prefix=".citybot-")
    except OSError as error:
        raise BadBackup(
            _("{path} cannot be written: {error}"), path=str(folder), error=error.strerror or ""
        ) from error
    with made as work:
        yield Path(work)


def _copy_database(settings: Settings, work: Path) -> None:
    url = settings.database()
    if url.startswith("sqlite"):
        _copy_sqlite(_file_of(url), work / _SQLITE)
    else:
        _run(url, "pg_dump", "--format=custom", f"--file={work / _DUMP}")


def _replace_database(settings: Settings, work: Path) -> None:
    url = settings.database()
    dump = work / (_SQLITE if url.startswith("sqlite") else _DUMP)
    if not dump.exists():
        raise BadBackup(_("This backup is of another kind of database."))
    if url.startswith("sqlite"):
        _check_sqlite(dump)
        _put_sqlite(dump, _file_of(url))
    else:
        _put_postgresql(url, dump, settings.data_dir)


def _file_of(url: str) -> Path:
    return Path(make_url(url).database or "")


def _copy_sqlite(source: Path, target: Path) -> None:
    if not source.exists():
        raise BadBackup(_("There is no database at {path} yet."), path=str(source))
    try:
        with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(target)) as copy:
            live.backup(copy)
    except sqlite3.Error as error:
        raise BadBackup(_DAMAGED, path=str(source), error=str(error)) from error
    _check_sqlite(target)


def _check_sqlite(path: Path) -> None:
    try:
        with closing(sqlite3.connect(path)) as copy:
            (verdict,) = copy.execute("PRAGMA integrity_check").fetchone()
    except sqlite3.Error as error:
        verdict = str(error)
    if verdict != "ok":
        raise BadBackup(_DAMAGED, path=str(path), error=verdict)


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
    kept = _free(folder / f"{_DUMP}.before-restore")
    os.close(os.open(kept, os.O_CREAT | os.O_WRONLY, 0o600))
    _run(url, "pg_dump", "--format=custom", f"--file={kept}")
    script = dump.with_suffix(".sql")
    how = ("--clean", "--if-exists", "--no-owner", "--no-privileges")
    _run(None, "pg_restore", *how, f"--file={script}", str(dump))
    tables = ", ".join(f'"{name}"' for name in (*Base.metadata.tables, "alembic_version"))
    drop = f"--command=DROP TABLE IF EXISTS {tables} CASCADE"
    quiet = ("--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--single-transaction")
    _run(url, "psql", *quiet, drop, f"--file={script}")


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


def _pack(content: Path, archive: Path, fresh: Path) -> None:
    """`fresh` is written where nobody looks, and is the archive once its checksum stands."""
    with tarfile.open(fresh, "w:gz") as packed:
        for path in sorted(content.iterdir()):
            packed.add(path, arcname=path.name)
    fresh.chmod(0o600)
    _sum_file(archive).write_text(f"{_digest(fresh)}  {archive.name}\n", encoding="utf-8")
    fresh.replace(archive)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sum_file(archive: Path) -> Path:
    return archive.with_name(archive.name + ".sha256")


def _without_password(url: URL) -> str:
    parts = (url.username, None, url.host, url.port, url.database, url.query)
    return URL.create("postgresql", *parts).render_as_string()


def _run(url: str | None, *command: str) -> None:
    """One of PostgreSQL's own tools; the password goes where `ps` does not show it."""
    environ = dict(os.environ)
    if url is not None:
        address = make_url(url)
        environ |= {"PGPASSWORD": str(address.password)} if address.password else {}
        command = (*command, f"--dbname={_without_password(address)}")
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, env=environ)  # noqa: S603
    except FileNotFoundError as error:
        raise BadBackup(_("{program} is not installed."), program=command[0]) from error
    except subprocess.CalledProcessError as error:
        raise BadBackup(
            _("{program} failed: {error}"), program=command[0], error=error.stderr.strip()[:300]
        ) from error
