"""Replies in three languages, as each channel shows them."""

from dataclasses import replace

import pytest

from adapters.capabilities import ALL, TELEGRAM, WECHAT, WECOM
from bot.message import POLL, Attachment, Capabilities, Choice, Link, Reply
from bot.render import Fitted, fit


def choose(*labels: str) -> tuple[Choice, ...]:
    return tuple(Choice(f"v{number}", label) for number, label in enumerate(labels, 1))


PLACES = {
    "en": Reply(
        "Which event would you like to join?", choose("Learning journey Berlin", "Summer school")
    ),
    "de": Reply(
        "An welcher Veranstaltung möchten Sie teilnehmen?", choose("Lernreise", "Sommerschule")
    ),
    "zh": Reply("您想参加哪个活动？", choose("柏林学习之旅", "暑期学校")),
}
NUMBERED = {
    "en": "Which event would you like to join?\n\n1. Learning journey Berlin\n2. Summer school",
    "de": "An welcher Veranstaltung möchten Sie teilnehmen?\n\n1. Lernreise\n2. Sommerschule",
    "zh": "您想参加哪个活动？\n\n1. 柏林学习之旅\n2. 暑期学校",
}


@pytest.mark.parametrize("language", PLACES)
def test_choices_are_tapped_on_telegram_and_numbered_on_wechat(language: str) -> None:
    asked = PLACES[language]
    written = Reply(NUMBERED[language], asked.choices)
    assert fit(asked, TELEGRAM) == Fitted((asked,), ())
    assert fit(asked, WECHAT) == Fitted((written,), ("choices:numbered",))


LONG = choose("Lernreise", "Sommerschule für Stadtmacherinnen und Stadtmacher")
REGISTER = Link("报名", "https://city.example/anmelden")
PARK = Attachment(POLL, b'{"question": "A park?", "options": ["Yes", "No"]}', "poll")
POSTER = Attachment("image/png", "https://city.example/poster.png", "Plakat")
DATE = Attachment("text/calendar", b"BEGIN:VCALENDAR", "termin.ics")
LED = replace(DATE, instead="Auf der Seite stehen sie.")
SHEET = Attachment("application/pdf", "https://city.example/plan.pdf", "Programm")
ALPHABET = "abcdefghijklmnopqrstu"  # 21
MANY = [f"{number}. {sign}" for number, sign in enumerate(ALPHABET, 1)]

EXAMPLES = {
    "a long label is tapped by its beginning": (
        *(TELEGRAM, Reply("Welche?", LONG)),
        Reply(
            "Welche?\n\n1. Lernreise\n2. Sommerschule für Stadtmacherinnen und Stadtmacher",
            choose("1. Lernreise", "2. Sommerschule für Stadtmacherinnen un…"),
        ),
        ("choices:numbered", "label:shortened"),
    ),
    "a label with little room is tapped by its number": (
        *(Capabilities(choices=2, choice_length=4), Reply("Welche?", choose("Bonn", "Berlin"))),
        Reply("Welche?\n\n1. Bonn\n2. Berlin", choose("1", "2")),
        ("choices:numbered", "label:shortened"),
    ),
    "a Chinese label of eleven characters is too long for a button of WeCom": (
        *(WECOM, Reply("请选择", choose("城市更新与社区参与学习", "柏林"))),
        Reply(
            "请选择\n\n1. 城市更新与社区参与学习\n2. 柏林",
            choose("1. 城市更新与社区参…", "2. 柏林"),
        ),
        ("choices:numbered", "label:shortened"),
    ),
    "twenty-one choices are too many for WeCom": (
        *(WECOM, Reply("?", choose(*ALPHABET))),
        Reply("\n".join(("?\n", *MANY)), choose(*ALPHABET)),
        ("choices:numbered",),
    ),
    "a list the author wrote is not written twice": (
        *(WECHAT, Reply("?\n\n1. a\n2. b", choose("a", "b"))),
        *(Reply("?\n\n1. a\n2. b", choose("a", "b")), ()),
    ),
    "a list the author wrote serves for long labels": (
        *(
            Capabilities(choices=2, choice_length=4),
            Reply("1. Bonn\n2. Ulm", choose("Bonn", "Ulm")),
        ),
        *(Reply("1. Bonn\n2. Ulm", choose("Bonn", "Ulm")), ()),
    ),
    "a label is shortened below a list the author wrote": (
        *(Capabilities(choices=1, choice_length=5), Reply("1. Berlin", choose("Berlin"))),
        *(Reply("1. Berlin", choose("1. B…")), ("label:shortened",)),
    ),
    "a link is a button on Telegram": (
        *(TELEGRAM, Reply("好", links=(REGISTER,))),
        *(Reply("好", links=(REGISTER,)), ()),
    ),
    "a link is a line on WeChat": (
        *(WECHAT, Reply("好", links=(REGISTER,))),
        *(Reply("好\n\n报名: https://city.example/anmelden"), ("links:in-text",)),
    ),
    "a link without a label is its address": (
        *(WECHAT, Reply("", links=(Link("", "https://x.org"),))),
        *(Reply("https://x.org"), ("links:in-text",)),
    ),
    "a link that is no web page is only its label": (
        *(TELEGRAM, Reply("Hi", links=(Link("Free", "javascript:alert(1)"), REGISTER))),
        *(Reply("Hi\n\nFree", links=(REGISTER,)), ("links:refused",)),
    ),
    "files are sent where they can be": (
        *(TELEGRAM, Reply("Bis dann", attachments=(POSTER, DATE))),
        *(Reply("Bis dann", attachments=(POSTER, DATE)), ()),
    ),
    "files are addresses and names where they cannot": (
        *(WECHAT, Reply("Bis dann", attachments=(POSTER, SHEET, DATE))),
        Reply(
            "Bis dann\n\nProgramm: https://city.example/plan.pdf\ntermin.ics", attachments=(POSTER,)
        ),
        ("attachment:as-link", "attachment:missing"),
    ),
    "or the words that stand for them, once": (
        *(WECHAT, Reply("Bis dann", attachments=(LED, replace(LED, name="b.ics")))),
        *(Reply("Bis dann\n\nAuf der Seite stehen sie."), ("attachment:in-words",)),
    ),
    "a poll of the platform's own stays one where groups have them": (
        *(TELEGRAM, Reply("Vote", attachments=(PARK,))),
        *(Reply("Vote", attachments=(PARK,)), ()),
    ),
    "and is written out where they have none": (
        *(WECOM, Reply("Vote", attachments=(PARK,))),
        *(Reply("Vote\n\nA park?\n· Yes\n· No"), ("poll:in-words",)),
    ),
    "one that nobody can read is only its name": (
        *(WECOM, Reply("Vote", attachments=(Attachment(POLL, b"[]", "poll"),))),
        *(Reply("Vote\n\npoll"), ("poll:in-words",)),
    ),
    "a path is never sent as a file": (
        *(TELEGRAM, Reply("", attachments=(Attachment("text/plain", "/etc/passwd", ""),))),
        *(Reply("text/plain"), ("attachment:missing",)),
    ),
    "all at once, in the order it is read": (
        *(WECHAT, Reply("Hallo", choose("Ja", "Nein"), (REGISTER,), (SHEET,))),
        Reply(
            "Hallo\n\n报名: https://city.example/anmelden\nProgramm: https://city.example/plan.pdf"
            "\n\n1. Ja\n2. Nein",
            choose("Ja", "Nein"),
        ),
        ("links:in-text", "attachment:as-link", "choices:numbered"),
    ),
}


@pytest.mark.parametrize(("can", "reply", "shown", "rewritten"), EXAMPLES.values(), ids=EXAMPLES)
def test_what_a_channel_cannot_show_is_said(can, reply, shown, rewritten) -> None:
    assert fit(reply, can) == Fitted((shown,), rewritten)


def test_a_list_is_kept_together_where_it_has_room() -> None:
    can = Capabilities(text_limit=30)
    labels = choose("Berlin", "Wuhan", "Nanjing")
    assert fit(Reply("Fahren Sie mit? Wir freuen uns.", labels), can) == Fitted(
        (
            Reply("Fahren Sie mit?"),
            Reply("Wir freuen uns."),
            Reply("1. Berlin\n2. Wuhan\n3. Nanjing", labels),
        ),
        ("choices:numbered", "split:3"),
    )


def test_a_list_longer_than_a_part_keeps_its_choices_on_the_last() -> None:
    can = Capabilities(text_limit=20)
    labels = choose("Berlin", "Wuhan", "Nanjing")
    parts = (Reply("Wohin?"), Reply("1. Berlin\n2. Wuhan"), Reply("3. Nanjing", labels))
    assert fit(Reply("Wohin?", labels), can) == Fitted(parts, ("choices:numbered", "split:3"))
    assert fit(parts[-1], can) == Fitted((parts[-1],), ())


def test_every_channel_says_what_it_can() -> None:
    assert sorted(ALL) == ["telegram", "terminal", "web", "wechat", "wecom"]
    assert all(
        can.text_limit > 0 and (can.choices == 0) == (can.choice_length == 0)
        for can in ALL.values()
    )


def test_a_keyboard_of_telegram_never_passes_ten_kilobytes() -> None:
    # The server answers "reply markup is too long"; a label escaped takes six bytes a unit.
    assert TELEGRAM.choices * (TELEGRAM.choice_length * 6 + 64 + 46) < 10_000
