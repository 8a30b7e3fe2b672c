"""Buttons: one effect a keyboard, always an answer, and none for what is old or not theirs."""

from sqlalchemy import select, update

from bot.models import Inbox, Outbox
from tests.adapters.telegram.living import Living
from tests.fakes.telegram import Dropped, Refuses, Shown, Throttles

STALE = "That button does not work any more. Please write what you would like."
TAKEN = "That question is answered already. Just write if you would like something else."

IN_GERMAN = [
    "Diese Frage ist schon beantwortet. Schreiben Sie einfach, wenn Sie etwas anderes möchten.",
    "Diese Schaltfläche geht nicht mehr. Bitte schreiben Sie einfach, was Sie möchten.",
]


def told(alive: Living) -> list[str | None]:
    """What taps were answered."""
    return [c.params.get("text") for c in alive.telegram.made("answerCallbackQuery")]


def heard(alive: Living) -> list[str]:
    with alive.house.database.read() as connection:
        found = connection.scalars(select(Inbox.payload).order_by(Inbox.id))
        return [str(payload["text"]) for payload in found if payload]


async def asked(alive: Living, language: str = "en") -> Shown:
    """Anna is asked which language."""
    anna = alive.telegram.person(42, "Anna", language)
    anna.says("language")
    return (await anna.hears(1))[0]


async def test_a_double_tap_has_one_effect_and_two_answers(webhook: Living) -> None:
    """A11: both arrive at once; otherwise the second would answer the next question."""
    shown = await asked(webhook)
    anna = webhook.telegram.chats[42]
    for label in ("English", "Deutsch"):
        webhook.telegram.press(anna, anna.user, shown, shown.button(label))  # type: ignore[attr-defined]
    await webhook.telegram.until(lambda: len(told(webhook)) == 2)
    assert set(told(webhook)) == {None, TAKEN}
    assert len(heard(webhook)) == 2
    await webhook.telegram.until(lambda: shown.edits == 1)
    await anna.hears(2)
    assert shown.labels == [[f"✓ {heard(webhook)[1]}"]]


async def test_the_marked_button_does_nothing_but_stop_waiting(polling: Living) -> None:
    shown = await asked(polling)
    anna = polling.telegram.chats[42]
    anna.presses("English")  # type: ignore[attr-defined]
    await polling.telegram.until(lambda: shown.labels == [["✓ English"]])
    anna.presses("✓ English")  # type: ignore[attr-defined]
    await polling.telegram.until(lambda: len(told(polling)) == 2)
    assert told(polling) == [None, None]
    assert heard(polling) == ["language", "English"]


async def test_a_button_of_somebody_else_has_no_effect(polling: Living) -> None:
    """A12: what it carries is bound to the place it was sent to."""
    shown = await asked(polling)
    bo = polling.telegram.person(43, "Bo", "de")
    polling.telegram.press(bo, bo.user, shown, shown.button("English"))
    await polling.telegram.until(lambda: len(told(polling)) == 1)
    assert told(polling) == [
        "Diese Schaltfläche geht nicht mehr. Bitte schreiben Sie einfach, was Sie möchten."
    ]
    assert heard(polling) == ["language"]


async def test_a_button_whose_message_is_forgotten_says_so(polling: Living) -> None:
    shown = await asked(polling)
    with polling.house.database.write() as connection:
        connection.execute(update(Outbox).values(body=None))
    anna = polling.telegram.chats[42]
    anna.presses("English")  # type: ignore[attr-defined]
    await polling.telegram.until(lambda: len(told(polling)) == 1)
    assert told(polling) == [STALE]
    assert shown.labels == [["Deutsch", "English", "中文"]]


async def test_an_old_button_is_answered_in_the_language_of_the_talk(polling: Living) -> None:
    """Her Telegram is English; she has asked for German."""
    shown = await asked(polling)
    anna, other = polling.telegram.chats[42], shown.button("中文")
    anna.presses("Deutsch")  # type: ignore[attr-defined]
    await anna.hears(2)
    polling.telegram.press(anna, anna.user, shown, other)  # type: ignore[attr-defined]
    forged = {"text": "x", "callback_data": "zz.0"}
    polling.telegram.press(anna, anna.user, shown, forged)  # type: ignore[attr-defined]
    await polling.telegram.until(lambda: len(told(polling)) == 3)
    assert told(polling) == [None, *IN_GERMAN]


async def test_a_forged_button_has_no_effect(polling: Living) -> None:
    shown = await asked(polling)
    anna = polling.telegram.chats[42]
    for data in ("language:de", "1.99", "zz.0", "é" * 20, "."):
        forged = {"text": "x", "callback_data": data}
        polling.telegram.press(anna, anna.user, shown, forged)  # type: ignore[attr-defined]
    await polling.telegram.until(lambda: len(told(polling)) == 5)
    assert told(polling) == [STALE, STALE, STALE, STALE, None]
    assert heard(polling) == ["language"]


async def test_the_answer_to_a_tap_is_tried_again_for_a_while(polling: Living) -> None:
    await asked(polling)
    polling.telegram.script("answerCallbackQuery", Refuses(500, "Internal Server Error"), Dropped())
    polling.telegram.chats[42].presses("English")  # type: ignore[attr-defined]
    await polling.telegram.until(lambda: len(told(polling)) == 3)


async def test_an_answer_that_comes_too_late_is_let_go_and_the_effect_kept(webhook: Living) -> None:
    """A13: 160 s later nobody waits for it any more."""
    shown = await asked(webhook)
    anna = webhook.telegram.chats[42]
    webhook.telegram.press(anna, anna.user, shown, shown.button("English"))  # type: ignore[attr-defined]
    for query in webhook.telegram.queries:
        webhook.telegram.queries[query] -= 160
    await anna.hears(2)
    await webhook.telegram.until(lambda: len(told(webhook)) == 1)
    (call,) = webhook.telegram.made("answerCallbackQuery")
    assert call.status == 400
    assert heard(webhook) == ["language", "English"]


async def test_a_keyboard_that_cannot_be_changed_stops_nobody(polling: Living) -> None:
    await asked(polling)
    refused = Refuses(400, "Bad Request: message can't be edited")
    polling.telegram.script("editMessageReplyMarkup", refused)
    polling.telegram.chats[42].presses("English")  # type: ignore[attr-defined]
    assert len(await polling.telegram.chats[42].hears(2)) == 2
    await polling.telegram.until(lambda: polling.telegram.counts["editMessageReplyMarkup"] == 1)


async def test_a_throttled_edit_waits_as_told(polling: Living) -> None:
    shown = await asked(polling)
    polling.telegram.script("editMessageReplyMarkup", Throttles(1))
    polling.telegram.chats[42].presses("English")  # type: ignore[attr-defined]
    await polling.telegram.until(lambda: shown.labels == [["✓ English"]])
    assert polling.telegram.counts["editMessageReplyMarkup"] == 2


async def test_who_is_too_fast_is_told_in_the_language_of_the_talk(polling: Living) -> None:
    await asked(polling)
    anna = polling.telegram.chats[42]
    anna.presses("中文")  # type: ignore[attr-defined]
    await anna.hears(2)
    for number in range(30):
        anna.says(f"{number}")  # type: ignore[attr-defined]
    await polling.telegram.until(lambda: "消息有点多，请稍等片刻再继续。" in anna.texts)


async def test_somebody_who_taps_too_much_hears_so_once(polling: Living) -> None:
    anna = polling.telegram.person(42)
    for number in range(30):
        anna.says(f"hello {number}")
    await polling.telegram.until(lambda: any("at once" in text for text in anna.texts))
    assert sum("at once" in text for text in anna.texts) == 1
    assert len(heard(polling)) <= 25
