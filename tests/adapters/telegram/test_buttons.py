"""Choices and links as an inline keyboard."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import InlineKeyboardMarkup

from adapters.taps import Tap, token
from adapters.telegram.buttons import DONE, can_be_button, keyboard, picked
from bot.message import Choice, Link
from tests.fakes.telegram import markup

REF = 36**3


def labels(choices: list[str], *links: Link) -> list[list[str]]:
    found = keyboard([Choice("value", label) for label in choices], links, REF)
    return [[button["text"] for button in row] for row in found]


@pytest.mark.parametrize(
    ("choices", "rows"),
    [
        (["Ja", "Nein"], [["Ja", "Nein"]]),
        (["1", "2", "3", "4"], [["1", "2", "3"], ["4"]]),
        (["是", "不是", "不知道呀"], [["是", "不是", "不知道呀"]]),
        (["柏林学习之旅", "暑期学校"], [["柏林学习之旅", "暑期学校"]]),
        (["Read more", "Not what I meant"], [["Read more", "Not what I meant"]]),
        (["Read more", "That is not what I meant"], [["Read more"], ["That is not what I meant"]]),
        (["上海的垃圾分类推行经验", "好"], [["上海的垃圾分类推行经验"], ["好"]]),
    ],
)
def test_short_labels_stand_side_by_side_as_a_phone_has_room(
    choices: list[str], rows: list[list[str]]
) -> None:
    assert labels(choices) == rows


def test_links_stand_below_with_a_row_each() -> None:
    page = Link("The whole report of the city on how it all began, with figures", "https://x.org")
    assert labels(["Ja", "Nein"], page, Link("B", "https://y.org")) == [
        ["Ja", "Nein"],
        ["The whole report of the city on how it all began, with figu…"],
        ["B"],
    ]


def test_nothing_to_tap_is_no_keyboard() -> None:
    assert keyboard((), (), REF) == []


def test_after_a_tap_the_picked_one_is_marked_and_links_stay() -> None:
    made = keyboard(
        [Choice("a", "Berlin"), Choice("b", "Köln")], [Link("Map", "https://x.org")], REF
    )
    shown = InlineKeyboardMarkup.de_json({"inline_keyboard": made})
    after = picked(shown, token(Tap(REF, 1)))
    assert after is not None
    rows = [[(b.text, b.callback_data, b.url) for b in row] for row in after.inline_keyboard]
    assert rows == [[("✓ Köln", DONE, None)], [("Map", None, "https://x.org")]]


def test_a_keyboard_that_is_gone_cannot_be_marked() -> None:
    assert picked(None, token(Tap(REF, 1))) is None


@pytest.mark.parametrize(
    ("url", "possible"),
    [
        ("https://www.berlin.de/x?y=1#z", True),
        ("http://例子.中国/", True),
        ("https://localhost/x", False),
        ("http://127.0.0.1:8080/chat", False),
        ("http://[::1]/", False),
        ("https://intranet/x", False),
        ("https://x.org:99999/", False),
        (f"https://x.org/{'a' * 2000}", False),
    ],
)
def test_telegram_takes_no_button_to_a_page_only_we_can_see(url: str, possible: bool) -> None:
    assert can_be_button(Link("x", url)) is possible


@given(
    st.lists(st.text(min_size=1, max_size=40).filter(str.strip), max_size=24),
    st.lists(st.text(min_size=1, max_size=300).filter(str.strip), max_size=20),
)
def test_telegram_takes_every_keyboard_we_make(choices: list[str], links: list[str]) -> None:
    """C17: labels in any writing; what is tapped is never more than 64 bytes."""
    made = keyboard(
        [Choice("value " * 99, label) for label in choices],
        [Link(label, "https://example.org/" + "a" * 200) for label in links],
        2**63 - 1,
    )
    read = markup.read({"inline_keyboard": made} if made else None)
    assert (read is None) == (not choices and not links)
