"""A talk as a follower has it: what they do, and what their phone shows."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.services.organising import Organising
from tests.adapters.wechat.conftest import Open, World
from tests.eventful import SCHOOL, run
from tests.fakes.wechat import FakeWeChat

PUBLIC = "https://city.example"


async def test_a_follower_is_greeted_in_the_answer_to_the_push(world: World) -> None:
    (greeting,) = await world.phone().follows()
    assert greeting.startswith("Hello! I am Citybot")
    assert "1. " in greeting  # what may be picked is written as a list
    assert world.platform.api.sent == []


async def test_a_question_is_answered_at_once_and_costs_nothing_of_the_budget(world: World) -> None:
    phone = world.phone()
    (answer,) = await phone.says("What did Zurich do with the tram depot at Kalkbreite?")
    assert "Kalkbreite" in answer
    await world.deliver()
    assert (phone.shown, world.platform.api.sent) == ([answer], [])
    assert world.rows("outbox", "state") == ["sent"]


async def test_a_typed_number_picks_what_was_listed(world: World) -> None:
    phone = world.phone()
    (listed,) = await phone.says("help")
    (number,) = re.findall(r"^(\d)\. Ask a person$", listed, re.MULTILINE)
    (asked,) = await phone.says(number)
    assert asked.startswith("What may I pass on")


async def test_a_tap_on_the_menu_is_the_dialog_it_names(world: World) -> None:
    (shown,) = await world.phone().taps("help")
    assert shown.startswith("Ask me anything")


async def test_a_tap_on_an_entry_of_an_old_menu_is_answered(world: World) -> None:
    (shown,) = await world.phone().taps("no-such-thing")
    assert shown != ""


async def test_a_click_in_a_msgmenu_picks(world: World) -> None:
    (shown,) = await world.phone().says("whatever it says", bizmsgmenuid="language")
    assert "Deutsch" in shown


async def test_who_leaves_gets_nothing_more_and_may_come_back(world: World) -> None:
    """B15."""
    phone = world.phone()
    await phone.follows()
    assert await phone.unfollows() == []
    await world.deliver()
    assert world.platform.api.sent == []
    (again,) = await phone.follows()
    assert again.startswith("Hello again")


async def test_a_german_is_answered_in_german(world: World) -> None:
    (shown,) = await world.phone().says("Was hat Zürich mit dem Tramdepot Kalkbreite gemacht?")
    assert "Zürich" in shown or "Kalkbreite" in shown
    assert "read more" not in shown.casefold()


async def test_chinese_comes_in_parts_and_whole(world: World) -> None:
    phone = world.phone()
    await phone.says("卡尔克布莱特是什么？")
    (more,) = await phone.says("1")
    await world.deliver()
    parts = phone.shown[1:]
    assert parts[0] == more
    assert all(len(part.encode()) <= 1800 for part in parts)


async def test_in_passive_only_mode_a_sign_brings_the_rest(open_world: Open) -> None:
    """B27: without customer messages the talk goes on in answers."""
    async with open_world(wechat_service="no") as world:
        phone = world.phone()
        await phone.says("What did Zurich do with the tram depot at Kalkbreite?")
        (first,) = await phone.says("1")
        assert first.endswith("There is more: send me a full stop to read on.")
        await world.deliver()
        rest = []
        while phone.shown[-1].endswith("to read on."):
            rest += await phone.says(".")
        assert rest
        assert world.platform.api.calls == {}
        whole = " ".join(world.rows("outbox", "body")[-1]["text"].split()[-20:])
        assert whole in " ".join(" ".join([first, *rest]).split()) or rest[-1].endswith("http")


async def test_the_address_is_verified_with_the_very_bytes(world: World) -> None:
    """B01."""
    for echo in ("5921473096283946", "a b+c/d=é", ""):
        assert await world.platform.verify(echo) == (200, echo.encode())


async def test_an_unverified_account_is_found_out_and_talks_on(
    open_world: Open, platform: FakeWeChat
) -> None:
    platform.account.verified = False
    async with open_world() as world:
        await world.channel.listen()
        assert platform.api.calls == {"cgi-bin/stable_token": 1, "cgi-bin/openapi/quota/get": 1}
        (greeting,) = await world.phone().follows()
        assert greeting.startswith("Hello!")


@pytest.mark.parametrize("service", ["no", "yes"], ids=["unverified", "window-closed"])
async def test_what_is_said_while_a_rest_waits_is_answered_first(
    open_world: Open, service: str
) -> None:
    """Else a number would answer a question nobody has seen: a vote, or a deletion."""
    async with open_world(wechat_service=service) as world:
        phone = world.phone()
        await phone.says("What did Zurich do with the tram depot at Kalkbreite?")
        await phone.says("1")
        world.platform.account.followers[phone.openid].windows.clear()
        await world.deliver()
        (asked,) = await phone.says("privacy")
        assert "1. Get my data" in asked
        world.platform.account.followers[phone.openid].windows.clear()
        (sure,) = await phone.says("2")
        assert sure.startswith("Shall I delete everything")
        assert "There is more" not in asked + sure
        rest = [] if service == "no" else await phone.says(".")
        assert "\n1. " not in "".join(
            rest
        )  # the list that was numbered last is the one that counts


async def test_a_number_before_the_list_was_shown_brings_the_list(open_world: Open) -> None:
    async with open_world(wechat_service="no") as world:
        phone = world.phone()
        await phone.says("What did Zurich do with the tram depot at Kalkbreite?")
        await phone.says("1")
        (listed,) = await phone.says("1")
        assert "1. Not what I meant" in listed
        (answer,) = await phone.says("1")
        assert answer.startswith("Thank you for telling me.")


@pytest.mark.parametrize("service", ["no", "yes"])
async def test_a_full_stop_is_no_answer_where_nothing_waits(open_world: Open, service: str) -> None:
    """The placeholder asks for one, and it may come when the answer did already."""
    async with open_world(wechat_service=service) as world:
        phone = world.phone()
        await phone.says("human")
        (told,) = await phone.says("。")
        assert told.startswith("You have everything I had to say.")
        (asked,) = await phone.says("cancel")
        assert asked.startswith("All right, cancelled.")


@pytest.mark.parametrize(
    ("privacy", "told", "way"),
    [
        ("privacy", "no files can be sent in this chat", "write “link” here"),
        ("Datenschutz", "kann ich keine Dateien senden", "„verbinden“"),
        ("隐私", "这个聊天里无法发送文件", "“关联”"),
    ],
)
async def test_where_no_file_can_be_sent_people_hear_how_they_get_it(
    world: World, privacy: str, told: str, way: str
) -> None:
    phone = world.phone()
    await phone.says(privacy)
    (answer,) = await phone.says("1")
    assert told in answer
    assert way in answer
    assert "my-data.json" not in answer


def summer(world: World) -> None:
    """An event, some weeks from now."""
    now = world.platform.clock()
    starts = now + timedelta(days=30)
    event = replace(SCHOOL, starts_at=starts, ends_at=starts + timedelta(hours=8))
    run(world.house.database, lambda t: Organising(t).save(event), now)


@pytest.mark.parametrize("service", ["yes", "no"])
@pytest.mark.parametrize(
    ("words", "public_url", "told"),
    [
        (("register", "yes"), "", "Our other channels can: “link” joins them to this one."),
        (("register", "yes"), PUBLIC, f"{PUBLIC}/r/… No files can be sent in this chat. The page"),
        (("anmelden", "ja"), "", "Mit „verbinden“"),
        (("报名", "是的"), PUBLIC, "这个聊天里无法发送文件，您可以在页面上找到。"),
    ],
)
async def test_under_a_confirmation_stands_how_one_gets_the_calendar_file(
    open_world: Open, service: str, words: tuple[str, str], public_url: str, told: str
) -> None:
    """And never the bare name of a file that cannot be sent."""
    async with open_world(wechat_service=service, public_url=public_url) as world:
        summer(world)
        phone = world.phone()
        for text in words:
            await phone.says(text)
        await world.deliver()
        while phone.shown[-1].endswith("to read on."):
            await phone.says(".")
        shown = " ".join(" ".join(phone.shown).split())
        assert told in re.sub(r"/r/\S+", "/r/…", shown)
        assert not re.search(r"\.(ics|png)\b", shown)
        await phone.says("calendar file")  # where there is a page, a picture comes with it
        await world.deliver()
        assert len(re.findall("No files|keine Dateien|无法发送文件", " ".join(phone.shown))) == 2
