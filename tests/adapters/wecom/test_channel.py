"""The channel as the house and its staff see it: declarations, set-up, examination, settings."""

from dataclasses import replace

import pytest

from bot import app
from bot.channel import Misconfigured, Told, Unreachable
from bot.config import BadSetting, Settings
from bot.i18n import translate
from knowledge.library import Library
from tests.adapters import contract
from tests.adapters.wecom.conftest import Open, World, settings_for


def in_english(told: tuple[Told, ...]) -> list[str]:
    return [translate("en", line.msgid, **line.values) for line in told]


async def test_it_holds_to_the_contract(world: World) -> None:
    contract.check("wecom", world.channel)
    await contract.check_ending(world.channel)


async def test_set_up_makes_the_menu_and_asks_to_be_told_who_comes(world: World) -> None:
    told = in_english(await world.channel.set_up())
    menu = world.platform.corp.menu
    assert menu is not None
    entries = [entry for button in menu["button"] for entry in button["sub_button"]]
    assert told[-2:] == [
        f"The menu has {len(entries)} entries.",
        "WeCom tells us when a member opens the app, and never where they are.",
    ]
    assert {entry["key"] for entry in entries} <= {
        choice.value for choice in world.channel.desk.menu
    }
    agent = world.platform.corp.agent
    assert (agent["isreportenter"], agent["report_location_flag"]) == (1, 0)


@pytest.mark.parametrize("language", ["de", "zh"])
async def test_the_menu_fits_in_every_language(open_world: Open, language: str) -> None:
    """The platform refuses names of more than 16 and 40 bytes."""
    async with open_world(wecom_language=language) as world:
        await world.channel.set_up()
        assert world.platform.corp.menu is not None


async def test_every_entry_of_the_menu_is_answered(world: World) -> None:
    await world.channel.set_up()
    assert world.platform.corp.menu is not None
    entries = [e for button in world.platform.corp.menu["button"] for e in button["sub_button"]]
    for number, entry in enumerate(entries):
        phone = world.phone(
            f"member-{number}"
        )  # one alone would wait: so much at once is held back
        await phone.taps_menu(entry["key"])
        await world.deliver()
        assert phone.shown, entry


async def test_examine_says_what_is_missing_until_it_is_not(world: World) -> None:
    world.platform.corp.agent["home_url"] = "https://city.example"
    assert in_english(await world.channel.examine()) == [
        "WeCom knows this app as Stadt.",
        "WeCom does not tell us when a member opens the app, so nobody is greeted: "
        "citybot channel setup wecom changes that.",
        "The app opens a home page. Whoever reads it in WeChat then gets only the first 20 bytes "
        "of each message: take the page away.",
        "There is no menu yet: citybot channel setup wecom makes one.",
    ]
    await world.channel.set_up()
    del world.platform.corp.agent["home_url"]
    assert in_english(await world.channel.examine()) == [
        "WeCom knows this app as Stadt.",
        "There is a menu.",
    ]


async def test_examine_tells_what_is_wrong(world: World) -> None:
    corp = world.platform.corp
    corp.listed = False
    with pytest.raises(Misconfigured, match="60020 not allow"):
        await world.channel.examine()


async def test_an_app_that_is_switched_off_is_named(world: World) -> None:
    world.platform.corp.agent["close"] = 1
    with pytest.raises(Misconfigured, match="is switched off in the admin console"):
        await world.channel.examine()


async def test_a_platform_that_is_away_is_unreachable(open_world: Open) -> None:
    async with open_world(wecom_api="http://127.0.0.1:9") as world:
        with pytest.raises(Unreachable):
            await world.channel.examine()


@pytest.mark.parametrize("key", ["", "short", "x" * 44, "!" * 43])
def test_a_key_that_cannot_be_is_named(sqlite_url: str, library: Library, key: str) -> None:
    settings = settings_for("http://127.0.0.1:9", Settings(database_url=sqlite_url, secret="s"))
    with pytest.raises(BadSetting, match="wecom_aes_key"):
        app.build(replace(settings, wecom_aes_key=key), ("wecom",), library=library)
