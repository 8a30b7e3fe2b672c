"""Menu, QR codes, notices, and what the platform says when it is asked."""

from datetime import timedelta
from typing import Any

import pytest

from adapters.tencent.menu import BUTTON_WIDTH, ENTRY_WIDTH, Menu, menu_of
from adapters.wechat.notice import Notice, headline, notice_of
from bot.channel import Misconfigured, Refused, Told
from bot.config import BadSetting
from bot.dialog import Transaction
from bot.i18n import languages, translate
from bot.message import Choice, Reply
from bot.services.channels import Channels, Health
from bot.services.invites import Invite, Signer
from bot.text import columns
from tests.adapters.wechat.conftest import Open, World
from tests.adapters.wechat.test_sending import ANNA, heard, queue

ONLY_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
TEMPLATE = "ngqIpbwh8bUfcSsECmogfXcV14J0tQlEpBO27izEYtY"


def told(lines: tuple[Told, ...]) -> list[str]:
    return [translate("en", line.msgid, **line.values) for line in lines]


# -- the menu ------------------------------------------------------------------------------------


async def test_the_menu_is_made_of_what_we_can_do(small: World) -> None:
    lines = told(await small.channel.set_up())
    menu = small.platform.account.menu
    assert menu is not None
    entries = [entry for button in menu["button"] for entry in button["sub_button"]]
    assert {entry["key"] for entry in entries} == {c.value for c in small.channel.desk.menu}
    assert lines[-1] == f"The menu has {len(entries)} entries."
    for entry in entries:
        (shown,) = await small.phone().taps(entry["key"])
        assert shown


@pytest.mark.parametrize("language", sorted(languages()))
async def test_the_labels_have_room_in_every_language(small: World, language: str) -> None:
    """4 and 8 Chinese characters; nothing of ours has to be cut."""
    made = menu_of(small.channel.desk.menu, language)
    assert made.told == ()
    assert all(columns(button["name"]) <= BUTTON_WIDTH for button in made.buttons)
    labels = [entry["name"] for button in made.buttons for entry in button["sub_button"]]
    assert all(0 < columns(label) <= ENTRY_WIDTH for label in labels)


def names(made: Menu) -> list[list[str]]:
    return [[entry["key"] for entry in button["sub_button"]] for button in made.buttons]


def test_three_buttons_and_five_entries_are_all_there_is() -> None:
    entries = [Choice(f"other{n}", f"Entry {n}") for n in range(6)]
    made = menu_of([Choice("poll", "Poll"), Choice("help", "Help"), *entries], "en")
    assert names(made) == [["help"], ["poll"], [f"other{n}" for n in range(5)]]
    assert told(made.told) == ["No room in the menu for: other5"]


def test_a_label_that_is_too_long_is_cut_and_told() -> None:
    made = menu_of([Choice("x", "A label without end")], "en")
    assert made.buttons[0]["sub_button"][0]["name"] == "A label without…"
    assert told(made.told) == ["Shortened for the menu: A label without end → A label without…"]


def test_a_menu_has_an_entry() -> None:
    with pytest.raises(ValueError, match="entry"):
        menu_of([], "en")


# -- QR codes ------------------------------------------------------------------------------------


async def test_who_scans_a_code_comes_with_its_invite(small: World) -> None:
    code = Signer(small.house.settings).make(Invite("answer:kalkbreite-zurich", "poster"))
    made = await small.channel.scene(code)
    assert small.platform.account.scenes[code]["action_name"] == "QR_LIMIT_STR_SCENE"
    assert made.image.startswith("https://mp.weixin.qq.com/cgi-bin/showqrcode?ticket=")
    assert await small.channel.invitation(code) == "http://weixin.qq.com/q/ticket-2"
    phone = small.phone()
    (new,) = await phone.follows(code)
    assert new.startswith("Hello! I am Citybot")
    assert "The Kalkbreite is a cooperative city block" in new
    small.platform.clock.advance(minutes=1)
    (known,) = await phone.scans(code)
    assert "The Kalkbreite is a cooperative city block" in known


async def test_a_code_may_lapse_within_thirty_days(small: World) -> None:
    await small.channel.scene("poll.x", timedelta(days=100))
    made = small.platform.account.scenes["poll.x"]
    assert (made["action_name"], made["expire_seconds"]) == ("QR_STR_SCENE", 30 * 24 * 3600)


async def test_a_code_that_is_too_long_is_refused(small: World) -> None:
    with pytest.raises(Refused, match="40053"):
        await small.channel.scene("x" * 65)


# -- notices -------------------------------------------------------------------------------------

REMINDER = Reply("Tomorrow at 18:00: neighbourhood workshop, Nordstadt\n\nBring a friend.")


@ONLY_SQLITE
async def test_a_reminder_beyond_the_window_is_announced_and_waits(open_world: Open) -> None:
    async with open_world(wechat_notice=f"template:{TEMPLATE}:thing1") as world:
        phone = await heard(world)
        world.platform.clock.advance(hours=49)
        queue(world, REMINDER, kind="reminder")
        for _round in range(3):
            await world.deliver(seconds=600)
        assert phone.shown == ["[notice] Tomorrow at 18:00:…"]
        assert world.rows("outbox", "state")[-1] == "parked"
        (shown,) = await phone.says("help")
        assert shown.startswith(REMINDER.text)


@ONLY_SQLITE
@pytest.mark.parametrize(("kind", "notices"), [("reminder", 1), ("confirmation", 1), ("reply", 0)])
async def test_only_what_people_signed_up_for_is_announced(
    open_world: Open, kind: Any, notices: int
) -> None:
    async with open_world(wechat_notice=f"template:{TEMPLATE}:thing1") as world:
        await heard(world)
        world.platform.clock.advance(hours=49)
        queue(world, REMINDER, kind=kind)
        await world.deliver()
        assert len(world.platform.api.notices) == notices


@ONLY_SQLITE
@pytest.mark.parametrize(("agreed", "notices"), [(1, 1), (0, 0)])
async def test_a_subscription_notice_goes_to_who_agreed_to_it(
    open_world: Open, agreed: int, notices: int
) -> None:
    """Refused or not, the reminder waits in the chat."""
    async with open_world(wechat_notice=f"subscription:{TEMPLATE}:thing1") as world:
        phone = await heard(world)
        world.platform.account.followers[phone.openid].subscribed[TEMPLATE] = agreed
        world.platform.clock.advance(hours=49)
        queue(world, REMINDER, kind="reminder")
        await world.deliver()
        assert len(world.platform.api.notices) == notices
        assert world.rows("outbox", "state")[-1] == "parked"


def mute(world: World) -> str | None:
    """Why people cannot be told, as `channel list` and `check` read it."""
    with world.house.database.read() as connection:
        health = Channels(Transaction(connection, world.house.now())).health()
    found = health.get("wechat", Health()).mute
    return found.reason if found else None


@ONLY_SQLITE
@pytest.mark.parametrize("code", [43101, 40037, 47003])
async def test_staff_see_that_notices_are_refused_until_one_goes_out(
    open_world: Open, code: int
) -> None:
    async with open_world(wechat_notice=f"template:{TEMPLATE}:thing1") as world:
        phone = await heard(world)
        assert mute(world) is None
        for refused in (code, None):
            await phone.says("help")
            world.platform.clock.advance(hours=49)
            answers = world.platform.api.next_answers["cgi-bin/message/template/send"]
            answers.extend([refused] if refused else ())
            queue(world, REMINDER, kind="reminder")
            await world.deliver()
            told = mute(world)
            assert (told or "").startswith(str(refused or ""))
            assert bool(told) == bool(refused)
            assert world.rows("outbox", "state")[-1] == "parked"


async def test_without_a_template_nothing_is_announced(small: World) -> None:
    await heard(small)
    small.platform.clock.advance(hours=49)
    queue(small, REMINDER, kind="reminder")
    await small.deliver()
    assert small.platform.api.calls == {}


def test_a_notice_is_read_from_its_setting() -> None:
    assert notice_of("") is None
    assert notice_of(f"template:{TEMPLATE}:thing1") == Notice("template", TEMPLATE, "thing1")


@pytest.mark.parametrize("setting", ["template", "sms:x:y", f"template:{TEMPLATE}", "template::"])
def test_a_setting_that_is_no_notice_stops_the_start(setting: str) -> None:
    with pytest.raises(BadSetting, match="wechat_notice"):
        notice_of(setting)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Short", "Short"),
        ("\n\n  A first line\nand more", "A first line"),
        ("城" * 30, "城" * 19 + "…"),
        ("", ""),
    ],
)
def test_a_field_takes_one_line_of_twenty(text: str, expected: str) -> None:
    assert headline(text) == expected


# -- what the platform says ----------------------------------------------------------------------


async def test_an_account_in_order_is_told_so(small: World) -> None:
    await small.channel.set_up()
    await small.channel.send(*await opened(small))
    assert told(await small.channel.examine()) == [
        "WeChat knows this server as wx5823bf96d3bd56c7.",
        "There is a menu.",
        "Customer-service messages today: 1 of 500000.",
    ]


async def opened(small: World) -> tuple[Any, Reply]:
    await heard(small)
    return ANNA, Reply("hello")


async def test_what_is_missing_is_told(small: World) -> None:
    small.platform.account.verified = False
    assert told(await small.channel.examine())[1:] == [
        "This account may not make a menu from here; on mp.weixin.qq.com you can make one.",
        "This account may not send customer-service messages: people get answers, and what comes "
        "later when they write again.",
    ]


async def test_an_address_that_is_not_allowed_is_named(small: World) -> None:
    """40164: staff read which address to put on the list."""
    small.platform.account.allowed = False
    with pytest.raises(Misconfigured, match=r"40164 invalid ip 203\.0\.113\.7"):
        await small.channel.examine()


@ONLY_SQLITE
@pytest.mark.parametrize("key", ["short", "!" * 43])
async def test_a_key_that_is_none_stops_the_start_unshown(open_world: Open, key: str) -> None:
    with pytest.raises(BadSetting, match="wechat_aes_key") as refused:
        async with open_world(wechat_aes_key=key):
            pass
    assert key not in str(refused.value)


@ONLY_SQLITE
@pytest.mark.parametrize("token", ["ab", "with blank", "x" * 33, "ünï"])
async def test_a_token_the_platform_would_not_take_is_named(open_world: Open, token: str) -> None:
    with pytest.raises(BadSetting, match="wechat_token") as refused:
        async with open_world(wechat_token=token):
            pass
    assert token not in str(refused.value)


# -- an account without the right ----------------------------------------------------------------

NO_MENU = "This account may not make a menu from here; on mp.weixin.qq.com you can make one."


async def test_an_unverified_account_is_told_that_it_has_no_menu(small: World) -> None:
    """B27: it works all the same, so neither is a failure."""
    small.platform.account.verified = False
    assert told(await small.channel.set_up()) == [NO_MENU]
    assert small.platform.account.menu is None
    _known, menu, service = told(await small.channel.examine())
    assert menu == NO_MENU
    assert service.startswith("This account may not send customer-service messages")
