"""Several processes begin on a new database at the same moment; each of them serves."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from bot import app
from bot.cli import run
from bot.config import Settings
from bot.database import Database
from bot.models import Base
from knowledge.library import Library

WEBS = 4


def links(url: str, tmp_path: Path, library: Library) -> list[str | None]:
    """What each of them says the first member can come in by."""
    settings = Settings(data_dir=tmp_path, database_url=url, secret="for tests only")
    together = Barrier(WEBS)

    def begin(_web: int) -> str | None:
        house = app.build(settings, [], library=library)
        with closing(house.database):
            together.wait(20)
            return run._first_link(house)

    with ThreadPoolExecutor(WEBS) as threads:
        return list(threads.map(begin, range(WEBS)))


def test_there_is_one_first_member_and_nobody_fails(
    postgres_url: str, tmp_path: Path, library: Library
) -> None:
    assert all(links(postgres_url, tmp_path, library))
    with closing(Database(postgres_url)) as database, database.read() as connection:
        names = connection.scalars(select(Base.metadata.tables["staff"].c.name)).all()
    assert len(names) == 1


def test_without_a_second_try_only_one_of_them_would_begin(
    postgres_url: str, tmp_path: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The guard-off twin."""
    monkeypatch.setattr(run, "_first_link", run._made_link)
    with pytest.raises(IntegrityError):
        links(postgres_url, tmp_path, library)
