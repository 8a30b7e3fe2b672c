"""Every channel we have holds to the contract."""

from pathlib import Path

import pytest

import adapters
from adapters.capabilities import ALL
from bot import app
from bot.channel import Channel
from bot.config import Settings
from knowledge.library import Library
from tests.adapters import contract


@pytest.mark.parametrize("name", sorted(adapters.CHANNELS))
async def test_a_channel_holds_to_the_contract(
    name: str, sqlite_url: str, tmp_path: Path, library: Library
) -> None:
    settings = Settings(data_dir=tmp_path, database_url=sqlite_url, secret="for tests only")
    house = app.build(settings, (name,), library=library)
    contract.check(name, house.channels[name])
    await house.inbox.close()
    house.database.close()


class Mute(Channel):
    """A channel that neither sends nor lets people fetch."""

    name = "mute"
    can = ALL["web"]

    def __init__(self) -> None:
        pass


def test_the_contract_finds_a_channel_that_cannot_say_anything() -> None:
    """The guard-off twin."""
    with pytest.raises(AssertionError, match="sends, or its people come"):
        contract.check("mute", Mute())
