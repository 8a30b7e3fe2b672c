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

# What a channel needs to open at all.
NEEDED = {
    "telegram": {
        "telegram_token": "7000000001:AAcontract-tests-token-0123456789",
        "telegram_mode": "polling",
    },
    "wechat": {
        "wechat_app_id": "wx5823bf96d3bd56c7",
        "wechat_app_secret": "secret",
        "wechat_token": "token",
        "wechat_aes_key": "a" * 43,
    },
    "wecom": {
        "wecom_corp_id": "ww1a2b3c4d5e6f7890",
        "wecom_agent_id": 1000002,
        "wecom_secret": "secret",
        "wecom_token": "token",
        "wecom_aes_key": "a" * 43,
    },
}


@pytest.mark.parametrize("name", sorted(adapters.CHANNELS))
async def test_a_channel_holds_to_the_contract(
    name: str, sqlite_url: str, tmp_path: Path, library: Library
) -> None:
    settings = Settings(
        data_dir=tmp_path, database_url=sqlite_url, secret="for tests only", **NEEDED.get(name, {})
    )
    house = app.build(settings, (name,), library=library)
    contract.check(name, house.channels[name])
    await contract.check_ending(house.channels[name])
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
