"""A talk as a member has it: what they do, and what their phone shows."""

from tests.adapters.wecom.conftest import Open, World


async def test_who_may_see_the_app_is_greeted_once(both: World) -> None:
    phone = both.phone()
    await phone.follows()
    await phone.enters()
    await both.deliver()
    greeting = [line for line in phone.lines if line.startswith("Hello! I am Citybot")]
    assert (len(greeting), len(phone.shown)) == (1, 2)  # the words, and a card below them
    await phone.enters()
    await both.deliver()
    assert len(phone.shown) == 2


async def test_who_opens_the_app_before_we_knew_them_is_greeted(world: World) -> None:
    phone = world.phone()
    await phone.enters()
    await world.deliver()
    assert phone.lines[0].startswith("Hello! I am Citybot")


async def test_opening_the_app_ends_nothing_a_member_is_in_the_middle_of(world: World) -> None:
    phone = world.phone()
    await world.talk(phone, "human")
    await phone.enters()
    (answer,) = await world.talk(phone, "Please call me about the garden")
    assert answer.startswith("Thank you. I have put your question on the team's list.")


async def test_a_question_is_answered_and_what_follows_can_be_tapped(world: World) -> None:
    phone = world.phone()
    shown = await world.talk(phone, "What did Zurich do with the tram depot at Kalkbreite?")
    assert "Kalkbreite" in shown[0]
    assert shown[-1].startswith("Please choose [")
    assert phone.shown[-1].kind == "template_card"


async def test_a_tap_is_what_it_says_and_the_card_shows_it(world: World) -> None:
    phone = world.phone()
    await world.talk(phone, "language")
    assert phone.lines == ["Which language shall we speak? [Deutsch] [English] [中文]"]
    (answer,) = await world.tap(phone, "Deutsch")
    assert answer == "Ich antworte Ihnen ab jetzt auf Deutsch."
    assert phone.lines[0] == "Which language shall we speak? (✓ Deutsch)"


async def test_more_than_buttons_hold_is_a_list_to_be_marked(world: World) -> None:
    phone = world.phone()
    await world.talk(phone, "Hilfe")
    card = phone.last_card()
    assert card.body["template_card"]["card_type"] == "vote_interaction"  # one label is too long
    assert card.taps[-1][0] == "Was über mich gespeichert ist"
    await world.tap(phone, "Sprache wechseln")
    assert card.done == "✓ Sprache wechseln"
    assert phone.lines[-1].endswith("[Deutsch] [English] [中文]")


async def test_a_number_is_as_good_as_a_tap(world: World) -> None:
    phone = world.phone()
    assert await world.talk(phone, "language", "3") == [
        "Which language shall we speak? [Deutsch] [English] [中文]",
        "好的，接下来我用中文回答您。",
    ]


async def test_a_tap_on_the_menu_is_the_dialog_it_names(world: World) -> None:
    phone = world.phone()
    await phone.taps_menu("help")
    await world.deliver()
    assert phone.lines[0].startswith("Ask me anything")


async def test_a_chinese_company_is_spoken_to_in_chinese(open_world: Open) -> None:
    async with open_world(wecom_language="zh") as world:
        phone = world.phone("WangFang")
        await phone.follows()
        await world.deliver()
        assert phone.lines[0].startswith("您好！")
        assert phone.lines[-1].startswith("请选择 [")


async def test_who_leaves_gets_nothing_more_and_may_come_back(both: World) -> None:
    phone = both.phone()
    await phone.follows()
    await phone.unfollows()
    await both.deliver()
    assert (phone.shown, both.platform.api.sent) == ([], [])
    both.platform.clock.advance(seconds=1)
    await phone.follows()
    await both.deliver()
    assert phone.lines[0].startswith("Hello")


async def test_a_userid_in_another_case_is_the_same_member(world: World) -> None:
    await world.talk(world.phone("Anna.Li"), "hello")
    await world.talk(world.phone("ANNA.LI"), "hello")
    assert world.rows("address", "id") == ["wecom:anna.li"]


async def test_a_picture_is_answered_kindly(world: World) -> None:
    phone = world.phone()
    await phone.sends("image", PicUrl="https://example.org/1.jpg", MediaId="m1")
    await world.deliver()
    assert len(phone.shown) >= 1
    assert phone.shown[0].text != ""
