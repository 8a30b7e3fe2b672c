"""Closing never counts or drops a vote wrongly, however its steps and people's come together.

CITYBOT_TEST_LIVES=20000 plays more of them.
"""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.services.polls.interleaving import Interleaved, Life
from tests.services.polls.station import CLOSES, Station

LIVES = int(os.environ.get("CITYBOT_TEST_LIVES", "250"))
_OPEN = SimpleNamespace(state="open", drained_at=None, closes_at=CLOSES)


@pytest.fixture
def station(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Station]:
    """In memory: what is to be survived here is the order of things, not a power cut."""
    monkeypatch.setattr(os, "fsync", lambda _handle: None)
    database = Interleaved("sqlite://")
    database.upgrade()
    yield Station(database, tmp_path / "keys")
    database.close()


def play(station: Station, lives: int) -> None:
    for seed in range(lives):
        try:
            Life(station, seed).play()
        except BaseException as error:
            error.add_note(f"in the life with seed {seed}")
            raise


def test_what_people_were_told_is_what_is_counted(station: Station) -> None:
    play(station, LIVES)


GUARDS_OFF: dict[str, tuple[str, Any]] = {
    "a voter does not look at the poll again": (
        "bot.services.ballots.Ballots._held",
        lambda _self, _poll_id: _OPEN,
    ),
    "nobody is waited for": ("bot.services.closing.waiting", lambda _connection, _poll: 0),
    "nothing may be on its way": ("bot.services.closing.GRACE", timedelta(0)),
    "a ballot is left where its voter goes": (
        "bot.services.ballot_rows.BallotRows.void",
        lambda _self, _part, _state: True,
    ),
}


@pytest.mark.parametrize("guard", GUARDS_OFF)
def test_without_a_guard_somebody_was_told_what_is_not_so(
    station: Station, monkeypatch: pytest.MonkeyPatch, guard: str
) -> None:
    """The guard-off twins: each rule is missed within a few lives."""
    monkeypatch.setattr(*GUARDS_OFF[guard])
    with pytest.raises(AssertionError):
        play(station, LIVES)
