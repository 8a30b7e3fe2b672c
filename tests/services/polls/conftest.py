"""A polling station on each kind of database."""

from pathlib import Path

import pytest

from bot.database import Database
from tests.services.polls.station import Station


@pytest.fixture
def station(database: Database, tmp_path: Path) -> Station:
    return Station(database, tmp_path / "keys")
