"""The machine stops in the middle of a write: what SQLite finds afterwards is whole (H05)."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.database import Database
from tests.test_inbox import door, message

MESSAGES = 30


@pytest.fixture
async def stopped(sqlite_url: str, tmp_path: Path) -> tuple[Path, Path]:
    """The file and its log, as they lay there while people wrote."""
    there = tmp_path / "citybot.sqlite3"
    with closing(Database(sqlite_url)) as database:
        async with door(database) as inbox:
            for n in range(MESSAGES):
                await inbox.accept(message(f"p{n}", 1))
            for name in ("citybot.sqlite3", "citybot.sqlite3-wal"):
                shutil.copyfile(tmp_path / name, tmp_path / f"copy-{name}")
    assert there.exists()
    return tmp_path / "copy-citybot.sqlite3", tmp_path / "copy-citybot.sqlite3-wal"


def parts(log: Path) -> Iterator[int]:
    """Where it may be torn: at the edges of its frames, and within them."""
    size = log.stat().st_size
    yield from (0, 31, 32, 33, size - 1, size)
    yield from range(1000, size, max(1, size // 25))


async def test_wherever_its_log_is_torn_a_message_is_there_whole_or_not_at_all(
    stopped: tuple[Path, Path], tmp_path: Path
) -> None:
    """What is missing was committed last: as after a power cut, see what we do not promise."""
    file, log = stopped
    known = set()
    for torn in sorted(parts(log)):
        again = tmp_path / f"torn-{torn}.sqlite3"
        shutil.copyfile(file, again)
        Path(f"{again}-wal").write_bytes(log.read_bytes()[:torn])
        known.add(_kept(f"sqlite:///{again}"))
    assert {0, MESSAGES} <= known
    assert len(known) > 5


def _kept(url: str) -> int:
    """How many messages are there, each with its reply, its conversation and its person."""
    with closing(Database(url)) as database, database.read() as connection:
        assert connection.scalar(text("PRAGMA integrity_check")) == "ok"
        counts = {
            connection.scalar(text(f"SELECT count(*) FROM {table}"))
            for table in ("inbox", "outbox", "conversation", "person", "address")
        }
    assert len(counts) == 1
    return int(counts.pop())
