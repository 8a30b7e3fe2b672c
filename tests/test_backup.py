"""A copy one can trust, and putting it back without losing what stands now."""

import hashlib
import io
import os
import stat
import subprocess
import sys
import tarfile
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, text

from bot.backup import BadBackup, backup, check
from bot.config import Settings
from bot.database import SCHEMA, Database
from bot.dialog import Transaction
from bot.models import Base, Erasure, Person
from bot.restore import restore
from bot.secret import keep_secret
from bot.services.keys import Keys
from bot.services.privacy import Privacy
from tests.broadcasting import City

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
NAME = "citybot-20260504T120000Z.tar.gz"


@pytest.fixture
def house(settings: Settings, tmp_path: Path) -> Settings:
    """A house on a fresh database of either kind, with a secret of its own."""
    made = replace(settings, secret="", data_dir=tmp_path)
    keep_secret(made)
    return made


@contextmanager
def opened(settings: Settings) -> Iterator[Database]:
    with closing(Database(settings.database())) as database:
        yield database


def add(settings: Settings, *names: str) -> None:
    with opened(settings) as database, database.write() as connection:
        connection.execute(insert(Person), [{"id": n, "created_at": NOW} for n in names])


def people(settings: Settings) -> set[str]:
    with opened(settings) as database, database.read() as connection:
        return set(connection.scalars(select(Person.id)))


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def seal(archive: Path) -> None:
    """Write the checksum of an archive a test made."""
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    archive.with_name(f"{archive.name}.sha256").write_text(f"{digest}  {archive.name}\n")


def packed(archive: Path, **content: bytes) -> Path:
    with tarfile.open(archive, "w:gz") as tar:
        for name, data in content.items():
            member = tarfile.TarInfo(name.replace("__", "."))
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    seal(archive)
    return archive


def test_what_was_backed_up_comes_back(house: Settings, tmp_path: Path) -> None:
    add(house, "anna", "bert")
    archive = backup(house, tmp_path / "backups", NOW)
    add(house, "too late")
    secret = keep_secret(house)
    (tmp_path / "secret").write_text("another", encoding="utf-8")
    restore(house, archive, NOW)
    assert people(house) == {"anna", "bert"}
    assert keep_secret(house) == secret
    with opened(house) as database:
        assert database.schema() == SCHEMA


def test_a_backup_is_one_file_and_its_checksum_for_their_owner_only(
    house: Settings, tmp_path: Path
) -> None:
    archive = backup(house, tmp_path / "backups", NOW)
    assert archive.name == NAME
    assert sorted(os.listdir(tmp_path / "backups")) == [NAME, f"{NAME}.sha256"]
    assert mode(archive) == 0o600
    with tarfile.open(archive) as tar:
        kind = "citybot.sqlite3" if "sqlite" in house.database() else "citybot.dump"
        assert sorted(tar.getnames()) == [kind, "secret"]
    check(archive)


def test_after_restoring_the_secret_and_the_database_are_for_their_owner_only(
    house: Settings, tmp_path: Path
) -> None:
    archive = backup(house, tmp_path / "backups", NOW)
    before = os.umask(0)  # the most careless of systems
    try:
        restore(house, archive, NOW)
    finally:
        os.umask(before)
    assert mode(tmp_path / "secret") == 0o600
    assert {mode(p) for p in tmp_path.glob("citybot.*") if "-" not in p.suffix} <= {0o600, 0o644}
    if house.database().startswith("sqlite"):
        assert mode(tmp_path / "citybot.sqlite3") == 0o600


def test_a_backup_made_while_people_write_is_whole(house: Settings, tmp_path: Path) -> None:
    """Each writer's transaction holds two rows: both are in the copy, or none is."""
    stop, wrote = threading.Event(), threading.Semaphore(0)

    def write() -> None:
        number = 0
        while not stop.is_set():
            add(house, f"left-{number}", f"right-{number}")
            number += 1
            wrote.release()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _ in range(3):
            wrote.acquire(timeout=30)
        archive = backup(house, tmp_path / "backups", NOW)
        for _ in range(3):
            wrote.acquire(timeout=30)
    finally:
        stop.set()
        writer.join()
    restore(house, archive, NOW)
    names = people(house)
    left = {n.removeprefix("left-") for n in names if n.startswith("left-")}
    right = {n.removeprefix("right-") for n in names if n.startswith("right-")}
    assert left == right
    assert len(left) >= 3


def test_restoring_keeps_what_stood_there_each_time(house: Settings, tmp_path: Path) -> None:
    """Who restores the wrong archive, then the right one, still has the first state."""
    add(house, "original")
    archive = backup(house, tmp_path / "backups", NOW)
    add(house, "newer")
    restore(house, archive, NOW)
    add(house, "newest")
    restore(house, archive, NOW)
    assert people(house) == {"original"}
    kept = [p for p in tmp_path.glob("*.before-restore*") if not p.name.endswith(("-wal", "-shm"))]
    assert len(kept) == 2
    if house.database().startswith("sqlite"):
        stood = [people(replace(house, database_url=f"sqlite:///{path}")) for path in sorted(kept)]
        assert stood == [{"original", "newer"}, {"original", "newest"}]


def test_what_postgresql_kept_can_be_restored_too(postgres_url: str, tmp_path: Path) -> None:
    house = Settings(data_dir=tmp_path, database_url=postgres_url)
    archive = backup(house, tmp_path / "backups", NOW)
    add(house, "newer")
    restore(house, archive, NOW)
    (kept,) = tmp_path.glob("*.before-restore")
    assert mode(kept) == 0o600
    again = packed(tmp_path / "kept.tar.gz", citybot__dump=kept.read_bytes())
    restore(house, again, NOW)
    assert people(house) == {"newer"}


def test_a_table_newer_than_the_backup_does_not_stand_in_the_way(
    postgres_url: str, tmp_path: Path
) -> None:
    """An older backup does not know it; left there, the next start could not make it again."""
    house = Settings(data_dir=tmp_path, database_url=postgres_url)
    with opened(house) as database, database.write() as connection:
        connection.execute(text("CREATE TABLE set_aside AS SELECT * FROM question"))
        connection.execute(text("DROP TABLE question"))
    archive = backup(house, tmp_path / "backups", NOW)
    with opened(house) as database, database.write() as connection:
        Base.metadata.tables["question"].create(connection)
    restore(house, archive, NOW)
    with opened(house) as database, database.read() as connection:
        there = connection.execute(text("SELECT to_regclass('question')")).scalar()
        others = connection.execute(text("SELECT to_regclass('set_aside')")).scalar()
    assert (there, others) == (None, "set_aside")


def test_a_postgresql_restore_that_fails_changes_nothing(postgres_url: str, tmp_path: Path) -> None:
    house = Settings(data_dir=tmp_path, database_url=postgres_url)
    add(house, "anna")
    broken = packed(tmp_path / "broken.tar.gz", citybot__dump=b"PGDMP this is no dump")
    with pytest.raises(BadBackup):
        restore(house, broken, NOW)
    assert people(house) == {"anna"}


def test_the_password_is_not_shown_to_others_on_the_machine(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Commands are visible in `ps` to everybody; pg_dump is a stand-in that writes its own down."""
    stand_in = tmp_path / "pg_dump"
    stand_in.write_text(
        f'#!/bin/sh\necho "$@" > {tmp_path}/seen\necho "$PGPASSWORD" > {tmp_path}/env\nexit 1\n'
    )
    stand_in.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    url = "postgresql+psycopg://user:p%40ss canary@127.0.0.1:5432/name?sslmode=disable"
    with pytest.raises(BadBackup) as caught:
        backup(Settings(data_dir=tmp_path, database_url=url), tmp_path / "backups", NOW)
    seen = (tmp_path / "seen").read_text()
    assert "--dbname=postgresql://user@127.0.0.1:5432/name?sslmode=disable" in seen
    assert "canary" not in seen + str(caught.value.values)
    assert (tmp_path / "env").read_text() == "p@ss canary\n"


def test_a_tool_that_is_not_installed_is_named(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BadBackup) as caught:
        backup(Settings(data_dir=tmp_path, database_url=postgres_url), tmp_path / "backups", NOW)
    assert caught.value.values == {"program": "pg_dump"}
    assert os.listdir(tmp_path / "backups") == []


# -- damage ----------------------------------------------------------------------------------


@pytest.fixture
def small(sqlite_url: str, tmp_path: Path) -> Settings:
    """A house on SQLite with somebody in it."""
    house = Settings(data_dir=tmp_path, database_url=sqlite_url)
    add(house, "anna")
    return house


@pytest.mark.parametrize("damage", ["cut", "emptied", "changed", "gone"])
def test_a_damaged_archive_is_refused_and_changes_nothing(
    small: Settings, tmp_path: Path, damage: str
) -> None:
    archive = backup(small, tmp_path / "backups", NOW)
    data = archive.read_bytes()
    archive.unlink()
    wrong = {"cut": data[: len(data) // 2], "emptied": b"", "changed": data[:-9] + b"123456789"}
    if damage in wrong:
        archive.write_bytes(wrong[damage])
    before = (tmp_path / "citybot.sqlite3").read_bytes()
    with pytest.raises(BadBackup):
        restore(small, archive, NOW)
    assert (tmp_path / "citybot.sqlite3").read_bytes() == before
    assert list(tmp_path.glob("*.before-restore*")) == []


@pytest.mark.parametrize("content", [b"half", b"\x1f\x8b\x08\x00broken gzip", b"", b"\0" * 1024])
def test_an_archive_that_is_none_is_refused_although_its_checksum_is_right(
    small: Settings, tmp_path: Path, content: bytes
) -> None:
    archive = tmp_path / "odd.tar.gz"
    archive.write_bytes(content)
    seal(archive)
    with pytest.raises(BadBackup):
        check(archive)


def test_a_whole_archive_cut_in_its_content_is_refused(small: Settings, tmp_path: Path) -> None:
    archive = backup(small, tmp_path / "backups", NOW)
    archive.write_bytes(archive.read_bytes()[:-200])
    seal(archive)
    with pytest.raises(BadBackup):
        check(archive)


@pytest.mark.parametrize("sums", [None, b"", b"\xff\xfe", b"0" * 64])
def test_without_its_right_checksum_an_archive_is_refused(
    small: Settings, tmp_path: Path, sums: bytes | None
) -> None:
    archive = backup(small, tmp_path / "backups", NOW)
    beside = archive.with_name(f"{archive.name}.sha256")
    beside.unlink()
    if sums is not None:
        beside.write_bytes(sums)
    with pytest.raises(BadBackup):
        check(archive)


def test_an_archive_of_something_else_is_refused(small: Settings, tmp_path: Path) -> None:
    with pytest.raises(BadBackup) as caught:
        restore(small, packed(tmp_path / "photos.tar.gz", photo=b"..."), NOW)
    assert caught.value.msgid == "{path} is not a backup of Citybot."


@pytest.mark.parametrize(
    "content", [b"not a database at all" * 100, b"SQLite format 3\0" + b"x" * 4000]
)
def test_a_database_in_the_archive_that_is_damaged_is_refused(
    small: Settings, tmp_path: Path, content: bytes
) -> None:
    archive = packed(tmp_path / "odd.tar.gz", citybot__sqlite3=content)
    with pytest.raises(BadBackup):
        restore(small, archive, NOW)
    assert people(small) == {"anna"}


def test_an_archive_of_the_other_kind_of_database_is_refused(
    sqlite_url: str, postgres_url: str, tmp_path: Path
) -> None:
    small = Settings(data_dir=tmp_path, database_url=sqlite_url)
    large = Settings(data_dir=tmp_path, database_url=postgres_url)
    add(small, "anna")
    add(large, "bert")
    archives = [backup(s, tmp_path / kind, NOW) for s, kind in ((small, "a"), (large, "b"))]
    for house, archive in ((small, archives[1]), (large, archives[0])):
        with pytest.raises(BadBackup) as caught:
            restore(house, archive, NOW)
        assert caught.value.msgid == "This backup is of another kind of database."
    assert (people(small), people(large)) == ({"anna"}, {"bert"})


def test_an_archive_cannot_write_outside_its_folder(small: Settings, tmp_path: Path) -> None:
    archive = tmp_path / "evil.tar.gz"
    with tarfile.open(archive, "w:gz") as tar:
        tar.add(tmp_path / "citybot.sqlite3", arcname="citybot.sqlite3")
        tar.add(tmp_path / "citybot.sqlite3", arcname="../../escaped")
    seal(archive)
    with pytest.raises((BadBackup, tarfile.TarError)):
        restore(small, archive, NOW)
    assert not (tmp_path.parent / "escaped").exists()


# -- folders ---------------------------------------------------------------------------------


def test_without_a_database_there_is_nothing_to_back_up(tmp_path: Path) -> None:
    with pytest.raises(BadBackup) as caught:
        backup(Settings(data_dir=tmp_path / "data"), tmp_path / "backups", NOW)
    assert caught.value.msgid == "There is no database at {path} yet."
    assert not (tmp_path / "data").exists()
    assert os.listdir(tmp_path / "backups") == []


def test_a_live_database_that_is_damaged_is_not_called_a_backup(
    small: Settings, tmp_path: Path
) -> None:
    (tmp_path / "citybot.sqlite3").write_bytes(b"rubbish" * 1000)
    with pytest.raises(BadBackup):
        backup(small, tmp_path / "backups", NOW)
    assert os.listdir(tmp_path / "backups") == []


def test_a_folder_that_cannot_be_made_is_named(small: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BadBackup) as caught:
        backup(small, tmp_path / "file", NOW)
    assert caught.value.values["path"] == str(tmp_path / "file")


def test_what_a_killed_run_left_does_not_stop_the_next_one(small: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    (folder / f".{NAME.removesuffix('.gz')}").mkdir(parents=True)
    archive = backup(small, folder, NOW)
    (tmp_path / f".restore-{archive.stem}").mkdir()
    (tmp_path / ".citybot.sqlite3.new").write_bytes(b"half a database")
    restore(small, archive, NOW)
    assert people(small) == {"anna"}


def test_a_leftover_log_is_not_replayed_into_the_restored_database(
    small: Settings, tmp_path: Path
) -> None:
    """SQLite would take up a -wal file it finds beside the database, whoever's it was."""
    archive = backup(small, tmp_path / "backups", NOW)
    killed = """if True:
        import os, sqlite3, sys
        live = sqlite3.connect(sys.argv[1])
        live.execute("INSERT INTO person (id, created_at) VALUES ('in the log', '2026-05-04')")
        live.commit()
        os.kill(os.getpid(), 9)
    """
    subprocess.run([sys.executable, "-c", killed, tmp_path / "citybot.sqlite3"], check=False)
    assert (tmp_path / "citybot.sqlite3-wal").stat().st_size > 0
    restore(small, archive, NOW)
    assert people(small) == {"anna"}
    with opened(small) as database, database.read() as connection:
        assert connection.execute(select(func.count()).select_from(Person)).scalar() == 1


def test_who_was_erased_does_not_come_back(house: Settings, tmp_path: Path) -> None:
    """H12: a backup of yesterday brings nobody back who went today, restored once or twice."""
    add(house, "anna", "bert")
    archive = backup(house, tmp_path / "backups", NOW)
    with opened(house) as database, database.write() as connection:
        Privacy(Transaction(connection, NOW), Keys.of(house)).erase("bert")
    for _time in range(2):
        restore(house, archive, NOW)
        assert people(house) == {"anna"}
    with opened(house) as database, database.read() as connection:
        (digest,) = connection.scalars(select(Erasure.digest))
    assert digest == hashlib.sha256(b"bert").hexdigest()


async def sent_after_a_restore(house: Settings, tmp_path: Path) -> tuple[list[str], list[str]]:
    """What a restored house sends, and how its two broadcasts stand.

    One was under way when the backup was made, one was to begin that evening, and both were sent.
    """
    with opened(house) as database:
        city = City(database)
        city.person("cleo", "post")
        both = (city.sent(), city.do("send", city.write(begins="2027-03-01 18:00")))
        archive = backup(house, tmp_path / "backups", NOW)
        city.pass_minutes(360)
        await city.deliver()
        assert len(city.post.sent) == 2
    restore(house, archive, NOW)
    with opened(house) as database:
        again = City(database, now=city.now)
        again.pass_minutes(1)
        await again.deliver()
        return again.post.sent, [again.state(one) for one in both]


async def test_what_was_sent_to_many_since_is_not_sent_again(
    house: Settings, tmp_path: Path
) -> None:
    """H12: the team decides of the first, and may send off the second."""
    assert await sent_after_a_restore(house, tmp_path) == ([], ["done", "draft"])


async def test_if_nothing_was_held_back_it_would_be(
    small: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The guard-off twin."""
    monkeypatch.setattr("bot.restore.hold_back_broadcasts", lambda _transaction: None)
    sent, _states = await sent_after_a_restore(small, tmp_path)
    assert len(sent) == 2


def test_under_a_running_house_nothing_is_put_in_place(house: Settings, tmp_path: Path) -> None:
    """What people write meanwhile would go into a file that was moved aside."""
    add(house, "anna")
    archive = backup(house, tmp_path / "backups", NOW)
    with opened(house) as running:
        with running.write() as connection:
            connection.execute(insert(Person), [{"id": "meanwhile", "created_at": NOW}])
        with pytest.raises(BadBackup, match="stop the house"):
            restore(house, archive, NOW)
        with running.write() as connection:
            connection.execute(insert(Person), [{"id": "later", "created_at": NOW}])
    assert people(house) == {"anna", "meanwhile", "later"}
    restore(house, archive, NOW)
    assert people(house) == {"anna"}


def test_without_its_checksum_an_archive_says_what_is_missing(
    house: Settings, tmp_path: Path
) -> None:
    add(house, "anna")
    archive = backup(house, tmp_path, NOW)
    archive.with_name(f"{archive.name}.sha256").unlink()
    with pytest.raises(BadBackup) as bad:
        check(archive)
    assert bad.value.values["sum"] == f"{NAME}.sha256"
