"""A copy of the database one can trust: made while it runs, checked before it is called done."""

import hashlib
import shutil
import sqlite3
import subprocess
import tarfile
from datetime import datetime
from pathlib import Path

from sqlalchemy import make_url

from bot.config import Settings
from bot.i18n import _

_SQLITE = "citybot.sqlite3"
_DUMP = "citybot.dump"
_SECRET = "secret"


class BadBackup(Exception):
    """A backup that cannot be made or read; the text says why."""

    def __init__(self, msgid: str, **values: str) -> None:
        super().__init__(msgid)
        self.msgid, self.values = msgid, values


def backup(settings: Settings, folder: Path, now: datetime) -> Path:
    """Write one archive with the database and the secret (mode 600), its SHA-256 beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    archive = folder / f"citybot-{now:%Y%m%dT%H%M%SZ}.tar.gz"
    work = folder / f".{archive.stem}"
    work.mkdir()
    try:
        _copy_database(settings, work)
        secret = settings.data_dir / _SECRET
        if secret.exists():
            shutil.copyfile(secret, work / _SECRET)
        _pack(work, archive)
    finally:
        shutil.rmtree(work)
    return archive


def restore(settings: Settings, archive: Path) -> None:
    """Put an archive in place of the database; the present one is kept beside it.

    Raises BadBackup when the archive is damaged or not one of ours.
    """
    check(archive)
    work = settings.data_dir / f".restore-{archive.stem}"
    work.mkdir(parents=True)
    try:
        with tarfile.open(archive) as packed:
            packed.extractall(work, filter="data")
        _replace_database(settings, work)
        if (work / _SECRET).exists():
            _put(work / _SECRET, settings.data_dir / _SECRET)
    finally:
        shutil.rmtree(work)


def check(archive: Path) -> None:
    """Read the whole archive against its checksum. Raises BadBackup."""
    try:
        expected = _sum_file(archive).read_text(encoding="utf-8").split()[0]
        actual = hashlib.sha256(archive.read_bytes()).hexdigest()
        with tarfile.open(archive) as packed:
            names = packed.getnames()
    except (OSError, tarfile.TarError, IndexError) as error:
        raise BadBackup(
            _("{path} cannot be read: {error}"), path=str(archive), error=str(error)
        ) from error
    if expected != actual:
        raise BadBackup(_("{path} is damaged: its checksum differs."), path=str(archive))
    if not {_SQLITE, _DUMP} & set(names):
        raise BadBackup(_("{path} is not a backup of Citybot."), path=str(archive))


def _copy_database(settings: Settings, work: Path) -> None:
    url = settings.database()
    if url.startswith("sqlite"):
        _copy_sqlite(Path(make_url(url).database or ""), work / _SQLITE)
    else:
        _run("pg_dump", "--format=custom", f"--file={work / _DUMP}", _plain_url(url))


def _replace_database(settings: Settings, work: Path) -> None:
    url = settings.database()
    dump = work / (_SQLITE if url.startswith("sqlite") else _DUMP)
    if not dump.exists():
        raise BadBackup(_("This backup is of another kind of database."))
    if url.startswith("sqlite"):
        _check_sqlite(dump)
        _put_sqlite(dump, Path(make_url(url).database or ""))
    else:
        _run(
            "pg_restore",
            "--clean",
            "--if-exists",
            "--no-owner",
            "--single-transaction",
            f"--dbname={_plain_url(url)}",
            str(dump),
        )


def _copy_sqlite(source: Path, target: Path) -> None:
    if not source.exists():
        raise BadBackup(_("There is no database at {path} yet."), path=str(source))
    with sqlite3.connect(source) as live, sqlite3.connect(target) as copy:
        live.backup(copy)
    _check_sqlite(target)


def _check_sqlite(path: Path) -> None:
    with sqlite3.connect(path) as copy:
        (verdict,) = copy.execute("PRAGMA integrity_check").fetchone()
    if verdict != "ok":
        raise BadBackup(_("{path} is damaged: {error}"), path=str(path), error=verdict)


def _put_sqlite(source: Path, target: Path) -> None:
    """Moves the present files aside: a leftover WAL would be replayed into the restored one."""
    for suffix in ("", "-wal", "-shm"):
        present = target.with_name(target.name + suffix)
        if present.exists():
            present.replace(target.with_name(f"{target.name}.before-restore{suffix}"))
    _put(source, target)


def _put(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f".{target.name}.new")
    shutil.copyfile(source, fresh)
    fresh.chmod(0o600)
    fresh.replace(target)


def _pack(work: Path, archive: Path) -> None:
    with tarfile.open(archive, "w:gz") as packed:
        for path in sorted(work.iterdir()):
            packed.add(path, arcname=path.name)
    archive.chmod(0o600)
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    _sum_file(archive).write_text(f"{digest}  {archive.name}\n", encoding="utf-8")


def _sum_file(archive: Path) -> Path:
    return archive.with_name(archive.name + ".sha256")


def _plain_url(url: str) -> str:
    """The address as PostgreSQL's own tools read it, without our driver's name."""
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


def _run(*command: str) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
    except FileNotFoundError as error:
        raise BadBackup(_("{program} is not installed."), program=command[0]) from error
    except subprocess.CalledProcessError as error:
        raise BadBackup(
            _("{program} failed: {error}"), program=command[0], error=error.stderr.strip()[:300]
        ) from error
