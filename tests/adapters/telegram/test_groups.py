"""Groups: a guest who speaks when spoken to."""

from bot.message import Address
from tests.adapters.telegram.living import Living
from tests.fakes.telegram import Page

NAME = "@CityTestBot"


async def test_in_a_group_only_what_is_said_to_us_is_answered(alive: Living) -> None:
    anna = alive.telegram.person(42)
    square = alive.telegram.group(-100_555)
    square.says(anna, "help")
    square.says(anna, "/help")
    square.says(anna, f"{NAME} help")
    (shown,) = await square.hears(1)
    square.says(anna, "language", reply_to_message=alive.telegram.as_json(square, shown))
    assert len(await square.hears(2)) == 2
    assert anna.sees == []


async def test_anybody_in_the_group_may_tap_once(alive: Living) -> None:
    anna, bo = alive.telegram.person(42), alive.telegram.person(43, "Bo", "de")
    square = alive.telegram.group(-100_555)
    square.says(anna, f"{NAME} language")
    (shown,) = await square.hears(1)
    square.press(bo.user, shown, shown.button("Deutsch"))
    assert (await square.hears(2))[1].text == "Ich antworte Ihnen ab jetzt auf Deutsch."
    await alive.telegram.until(lambda: shown.labels == [["✓ Deutsch"]])


async def test_we_say_hello_when_we_are_added_and_go_quietly(alive: Living) -> None:
    anna = alive.telegram.person(42)
    square = alive.telegram.group(-100_555)
    square.adds_bot(anna)
    (hello,) = await square.hears(1)
    assert hello.text.startswith("Hello! I am Citybot")
    square.removes_bot(anna)
    square.adds_bot(anna)
    assert len(await square.hears(2)) == 2


async def test_in_a_topic_we_answer_in_the_topic(alive: Living) -> None:
    anna = alive.telegram.person(42)
    square = alive.telegram.group(-100_555)
    square.says(anna, f"{NAME} help", message_thread_id=9, is_topic_message=True)
    assert (await square.hears(1))[0].thread == 9


async def test_a_group_that_becomes_a_supergroup_keeps_its_talk(alive: Living) -> None:
    """A20: told in an update."""
    anna = alive.telegram.person(42)
    square = alive.telegram.group(-555)
    square.says(anna, f"{NAME} Deutsch bitte")
    await square.hears(1)
    moved = square.becomes_supergroup(-100_555)
    moved.says(anna, f"{NAME} /help")
    assert (await moved.hears(1))[0].text.startswith("Fragen Sie")


async def test_what_is_sent_to_the_old_number_arrives_at_the_new(polling: Living) -> None:
    """A20: told by an error of sending."""
    anna = polling.telegram.person(42)
    square = polling.telegram.group(-555)
    moved = polling.telegram.group(-100_555)
    square.says(anna, f"{NAME} help")
    square.moved_to = moved.id
    assert len(await moved.hears(1)) == 1
    assert square.sees == []


async def test_who_we_are_is_asked_again_when_telegram_was_away(webhook: Living) -> None:
    """Without our @name we cannot tell what is said to us: it has to come again."""
    square = webhook.telegram.group(-100_555)
    webhook.telegram.script("getMe", Page(502))
    square.says(webhook.telegram.person(42), f"{NAME} help")
    await webhook.telegram.until(lambda: len(webhook.telegram.pusher.pushes) >= 1)
    assert webhook.telegram.pusher.pushes[0].status == 503
    await webhook.telegram.advance(5)
    assert len(await square.hears(1)) == 1


def test_a_group_is_known_by_its_number(polling: Living) -> None:
    assert polling.channel.is_group(Address("telegram", "-100555:9"))
    assert not polling.channel.is_group(Address("telegram", "42"))


async def test_what_is_for_two_alone_comes_with_the_way_to_it(polling: Living) -> None:
    """The link opens that dialog in the private chat, and says where it was found."""
    square, anna = polling.telegram.group(-100_555), polling.telegram.person(42)
    square.says(anna, f"{NAME} delete my data")
    (told,) = await square.hears(1)
    assert told.text.startswith("That is only between the two of us")
    button = told.button("Open a private chat")
    link, _start, code = button["url"].partition("?start=")
    assert link == f"https://t.me/{NAME.removeprefix('@')}"
    assert len(code) <= 64
    anna.starts(code)
    await polling.telegram.until(
        lambda: any(t.startswith("Shall I delete everything I keep") for t in anna.texts)
    )
