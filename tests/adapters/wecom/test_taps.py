"""One effect a card, and always something to be seen."""

from sqlalchemy import update

from bot import outbox
from bot.message import Address, Choice, Reply
from bot.models import Outbox
from bot.outbox import Draft
from tests.adapters.wecom.conftest import World

ASKED = "Which language shall we speak? [Deutsch] [English] [中文]"
STALE = "That button does not work any more. Please write what you would like."
TAKEN = "That question is answered already. Just write if you would like something else."

TAKEN_DE = (
    "Diese Frage ist schon beantwortet. Schreiben Sie einfach, wenn Sie etwas anderes möchten."
)


async def test_a_second_tap_on_a_card_is_told_that_it_is_answered(world: World) -> None:
    phone = world.phone()
    await world.talk(phone, "language")
    card = phone.last_card()
    await phone.taps("Deutsch", card)
    await phone.taps("中文", card)  # before the card shows what was tapped
    await world.deliver()
    assert sorted(phone.lines[1:]) == sorted([TAKEN_DE, "Ich antworte Ihnen ab jetzt auf Deutsch."])
    assert card.done == "✓ Deutsch"


async def test_the_platform_repeating_itself_is_no_second_tap(world: World) -> None:
    """B06: three tries of one push, the last two because we were slow."""
    phone = world.phone()
    await world.talk(phone, "language")
    body = phone.tapped("Deutsch", phone.last_card())
    for _try in range(3):
        await phone.push(body)
        world.platform.clock.advance(seconds=5)
    await world.deliver()
    assert phone.lines[1:] == ["Ich antworte Ihnen ab jetzt auf Deutsch."]
    assert world.platform.api.calls["cgi-bin/message/update_template_card"] == 1


async def test_a_recorded_tap_is_answered_once(world: World) -> None:
    """Its seal holds for minutes; answers to it would use up what the member may get."""
    phone = world.phone()
    await world.talk(phone, "language")
    card = phone.last_card()
    first, second = phone.tapped("Deutsch", card), phone.tapped("中文", card)
    for body in (first, second, *[first, second] * 5):
        await phone.push(body)
    await world.deliver()
    assert phone.lines[1:].count(TAKEN_DE) == 1
    assert world.platform.api.calls["cgi-bin/message/update_template_card"] == 1


async def test_a_recorded_tap_on_an_old_card_is_answered_once(world: World) -> None:
    phone = world.phone()
    fields = {"MsgType": "event", "Event": "template_card_event", "EventKey": "x", "TaskId": "t"}
    body = phone.compose({**fields, "ResponseCode": "c"})
    for _time in range(5):
        await phone.push(body)
    await world.deliver()
    assert phone.lines == [STALE]


async def test_a_card_whose_reply_is_kept_no_longer_says_so(world: World) -> None:
    phone = world.phone()
    await world.talk(phone, "language")
    with world.house.database.write() as connection:
        connection.execute(update(Outbox).values(body=None))
    assert await world.tap(phone, "Deutsch") == [STALE]
    assert phone.lines[0] == "Which language shall we speak? (No longer valid)"
    assert len(world.rows("inbox", "id")) == 1


async def test_a_card_that_went_to_somebody_else_has_no_effect(world: World) -> None:
    """A12: the key of a button is bound to whom it was sent to."""
    anna, bo = world.phone("anna"), world.phone("bo")
    await world.talk(anna, "language")
    await bo.taps("Deutsch", anna.last_card())
    await world.deliver()
    assert bo.lines == [STALE]
    assert len(world.rows("inbox", "id")) == 1


async def test_a_card_of_another_making_has_no_effect(world: World) -> None:
    phone = world.phone()
    await phone.event("template_card_event", EventKey="approve", TaskId="t", ResponseCode="c")
    await world.deliver()
    assert phone.lines == [STALE]


async def test_what_is_said_of_an_old_card_is_in_the_language_of_the_talk(open_world) -> None:
    """The account is Chinese; this member has asked for German."""
    async with open_world(wecom_language="zh") as world:
        phone = world.phone()
        await world.talk(phone, "language")
        card = phone.last_card()
        await world.tap(phone, "Deutsch")
        await phone.taps("中文", card)
        await phone.event("template_card_event", EventKey="x", TaskId="t", ResponseCode="c")
        await world.deliver()
        assert sorted(phone.lines[-2:]) == [
            TAKEN_DE,
            "Diese Schaltfläche geht nicht mehr. Bitte schreiben Sie einfach, was Sie möchten.",
        ]


async def test_what_is_said_of_an_old_card_to_a_stranger_is_in_that_of_the_account(
    open_world,
) -> None:
    async with open_world(wecom_language="zh") as world:
        phone = world.phone()
        await phone.event("template_card_event", EventKey="x", TaskId="t", ResponseCode="c")
        await world.deliver()
        assert phone.lines == ["这个按钮已失效。请直接写下您想做什么。"]


async def test_the_words_of_a_card_are_in_the_language_of_the_talk(world: World) -> None:
    """What it asks about may be in another one."""
    phone = world.phone()
    await world.talk(phone, "language")
    await world.tap(phone, "Deutsch")
    reply = Reply("A long story, told in English words. " * 8, (Choice("yes", "Yes"),))
    with world.house.database.write() as connection:
        draft = Draft(Address("wecom", "anna.li"), reply)
        outbox.add(connection, [draft], world.platform.clock())
    await world.deliver()
    assert "Bitte wählen" in phone.lines[-1]


async def test_a_code_that_was_used_or_is_too_old_costs_only_the_looks(world: World) -> None:
    phone = world.phone()
    await world.talk(phone, "language")
    card = phone.last_card()
    body = phone.tapped("Deutsch", card)
    for code in world.platform.corp.codes.values():
        code.used = True
    await phone.push(body)
    await world.deliver()
    assert phone.lines == [ASKED, "Ich antworte Ihnen ab jetzt auf Deutsch."]


async def test_a_card_that_cannot_be_changed_at_once_is_changed_later(world: World) -> None:
    phone = world.phone()
    await world.talk(phone, "language")
    world.platform.api.next_answers["cgi-bin/message/update_template_card"].append(-1)
    await world.tap(phone, "Deutsch")
    assert phone.lines[0] == "Which language shall we speak? (✓ Deutsch)"


async def test_who_says_too_much_hears_so_once(open_world) -> None:
    async with open_world(flood_messages=2, flood_seconds=60) as world:
        phone = world.phone()
        for number in range(5):
            await phone.says(f"hello {number}")
        await world.deliver()
        assert len(world.rows("inbox", "id")) == 2
        told = [line for line in phone.lines if "slow" in line.lower() or "moment" in line.lower()]
        assert len(told) == 1
