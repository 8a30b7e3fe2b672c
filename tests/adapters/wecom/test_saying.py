"""A reply, and the messages it is sent as."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.capabilities import WECOM
from adapters.wecom import saying
from bot.message import Choice, Reply
from bot.render import fit
from bot.text import columns


def choose(*labels: str) -> tuple[Choice, ...]:
    return tuple(Choice(f"v{number}", label) for number, label in enumerate(labels, 1))


def said(reply: Reply, language: str = "en", files: Sequence[saying.Piece] = ()) -> list[Any]:
    return [(m.kind, m.content) for m in saying.pieces(reply, files, language)]


def buttons(*labels: str) -> list[dict[str, Any]]:
    return [{"text": t, "style": 1, "key": f"7.{n}"} for n, t in enumerate(labels)]


def test_words_are_a_text() -> None:
    assert said(Reply("Guten Tag")) == [("text", {"content": "Guten Tag"})]


def test_a_short_question_is_the_title_of_its_buttons() -> None:
    reply = Reply("您想参加哪个活动？", choose("柏林学习之旅", "暑期学校"), ref=7, key="7-0-1")
    card = {
        "main_title": {"title": "您想参加哪个活动？"},
        "task_id": "7-0-1",
        "card_type": "button_interaction",
        "button_list": buttons("柏林学习之旅", "暑期学校"),
    }
    assert said(reply) == [("template_card", card)]


def test_a_second_paragraph_stands_below_the_title() -> None:
    (card,) = said(Reply("Ready?\n\nIt takes a minute.\nOr two.", choose("Yes"), ref=7))
    assert card[1]["main_title"] == {"title": "Ready?"}
    assert card[1]["sub_title_text"] == "It takes a minute.\nOr two."


def test_a_longer_text_stands_above_its_card() -> None:
    words, card = said(Reply("A long story. " * 20, choose("More", "Less"), ref=7))
    assert words == ("text", {"content": "A long story. " * 20})
    assert card[1]["main_title"] == {"title": "Please choose"}


@pytest.mark.parametrize(("language", "title"), [("de", "Bitte wählen"), ("zh", "请选择")])
def test_the_few_words_of_a_card_are_in_the_language_that_is_given(
    language: str, title: str
) -> None:
    (_text, card) = said(Reply("?" * 300, choose("A"), ref=7), language)
    assert card[1]["main_title"]["title"] == title


CARDS = {
    "six short ones": (choose(*"abcdef"), "button_interaction"),
    "seven": (choose(*"abcdefg"), "vote_interaction"),
    "twenty": (choose(*"abcdefghijklmnopqrst"), "vote_interaction"),
    "ten Chinese characters": (choose("一二三四五六七八九十"), "button_interaction"),
    "one of 21 columns": (choose("a", "b" * 21), "vote_interaction"),
    "a long one that is numbered": (choose("1. " + "b" * 27, "2. c"), "button_interaction"),
}


@pytest.mark.parametrize("name", CARDS)
def test_which_card_it_is(name: str) -> None:
    choices, kind = CARDS[name]
    ((_kind, card),) = said(Reply("Which?", choices, ref=7))
    assert card["card_type"] == kind


def test_a_numbered_label_is_cut_to_the_width_of_a_button() -> None:
    ((_kind, card),) = said(Reply("Which?", choose("1. How do housing coopera…", "2. No"), ref=7))
    assert [b["text"] for b in card["button_list"]] == ["1. How do housing c…", "2. No"]


def test_a_list_is_marked_and_sent() -> None:
    ((_kind, card),) = said(Reply("Welche?", choose("a" * 21, "b"), ref=7, key="7-0-1"), "de")
    assert card == {
        "main_title": {"title": "Welche?"},
        "task_id": "7-0-1",
        "card_type": "vote_interaction",
        "checkbox": {
            "question_key": "7",
            "mode": 0,
            "option_list": [{"id": "7.0", "text": "a" * 21}, {"id": "7.1", "text": "b"}],
        },
        "submit_button": {"text": "Absenden", "key": "7"},
    }


def test_files_come_between_the_words_and_the_card() -> None:
    files = [saying.file("media-1"), saying.file("media-2", "image")]
    kinds = [kind for kind, _content in said(Reply("x" * 300, choose("A")), files=files)]
    assert kinds == ["text", "file", "image", "template_card"]
    assert [kind for kind, _content in said(Reply(""), files=files)] == ["file", "image"]


LINKS = ["<a href='https://evil.example'>x</a>", "< A\nhref=x>y</a>", "<a>", "<A/>"]


@pytest.mark.parametrize("words", LINKS)
def test_nobodys_words_become_a_link(words: str) -> None:
    """The platform makes one of `<a href=...>`; a comparison or another element stays as it is."""
    content = saying.text(f"Ada {words} 1 <ab 2 < b").content["content"]
    assert content == f"Ada {words.replace('<', '[', 1)} 1 <ab 2 < b"


LABELS = st.lists(st.text(min_size=1, max_size=60), max_size=24)


@given(st.text(max_size=3000), LABELS, LABELS)
def test_whatever_is_said_the_platform_takes(
    words: str, labels: list[str], together: list[str]
) -> None:
    """Every text and every card is within the bounds of the document."""
    reply = Reply(words, choose(*labels), ref=7, key="7-0-1", several=choose(*together))
    for part in fit(reply, WECOM).parts:
        for kind, content in said(part):
            if kind == "text":
                assert len(content["content"].encode()) <= 2048
                continue
            assert 0 < columns(content["main_title"]["title"]) <= 52
            taps = content.get("button_list") or content["checkbox"]["option_list"]
            assert len(taps) == len(part.several or part.choices) <= 20


def test_a_message_is_the_same_json_at_every_try_and_no_other_ever() -> None:
    message = saying.text("Hello")
    names = [(f"{ref}-0-1795860000", place) for ref in range(1, 50) for place in range(3)]
    once, again = ([json.dumps(message.keyed(*name)) for name in names] for _ in range(2))
    assert once == again
    assert len(set(once)) == len(names)
    # Also for who knows only the fields of the document: most differ, and none is out of bounds.
    known = {json.loads(body)["duplicate_check_interval"] for body in once}
    assert len(known) > 0.9 * len(names)
    assert min(known) > saying.KEYED.total_seconds()
    assert max(known) <= 4 * 3600


def test_what_has_no_key_is_just_sent() -> None:
    assert saying.text("Hi").keyed("", 0) == {"msgtype": "text", "text": {"content": "Hi"}}
