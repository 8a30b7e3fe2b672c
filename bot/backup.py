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
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import URL, make_url

from bot.config import Settings
from bot.i18n import _

SQLITE = "citybot.sqlite3"
DUMP = "citybot.dump"
SIGNING = "secret"
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
    with workshop(folder) as work:
        content = work / "content"
        content.mkdir()
        _copy_database(settings, content)
        secret = settings.data_dir / SIGNING
        if secret.exists():
            shutil.copyfile(secret, content / SIGNING)
        _pack(content, archive, work / archive.name)
    return archive


def check(archive: Path) -> None:
    """Read the whole archive against its checksum. Raises BadBackup."""
    if not _sum_file(archive).exists():
        raise BadBackup(
            _("The checksum of {path} is missing: {sum} must lie beside it."),
            path=str(archive),
            sum=_sum_file(archive).name,
        )
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
    if not {SQLITE, DUMP} & set(names):
        raise BadBackup(_("{path} is not a backup of Citybot."), path=str(archive))


@contextmanager
def workshop(folder: Path) -> Iterator[Path]:
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
        _copy_sqlite(file_of(url), work / SQLITE)
    else:
        run(url, "pg_dump", "--format=custom", f"--file={work / DUMP}")


def file_of(url: str) -> Path:
    """Where an SQLite database lies."""
    return Path(make_url(url).database or "")


def _copy_sqlite(source: Path, target: Path) -> None:
    if not source.exists():
        raise BadBackup(_("There is no database at {path} yet."), path=str(source))
    try:
        with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(target)) as copy:
            live.backup(copy)
    except sqlite3.Error as error:
        raise BadBackup(_DAMAGED, path=str(source), error=str(error)) from error
    check_sqlite(target)


def check_sqlite(path: Path) -> None:
    """Raises BadBackup when a file is not a whole SQLite database."""
    try:
        with closing(sqlite3.connect(path)) as copy:
            (verdict,) = copy.execute("PRAGMA integrity_check").fetchone()
    except sqlite3.Error as error:
        verdict = str(error)
    if verdict != "ok":
        raise BadBackup(_DAMAGED, path=str(path), error=verdict)


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


def run(url: str | None, *command: str) -> None:
    """One of PostgreSQL's own tools; the password goes where `ps` does not show it."""
    environ = dict(os.environ)
    if url is not None:
        address = make_url(url)
        environ |= {"PGPASSWORD": str(address.password)} if address.password else {}
        command = (*command, f"--dbname={_without_password(address)}")
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, env=environ)  # noqa: S603 - a list
    except FileNotFoundError as error:
        raise BadBackup(_("{program} is not installed."), program=command[0]) from error
    except subprocess.CalledProcessError as error:
        raise BadBackup(
            _("{program} failed: {error}"), program=command[0], error=error.stderr.strip()[:300]
        ) from error
