"""Texts written to break the reader: no exception, and time that grows with nothing."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.message import Choice
from bot.understanding import Phrases, detect, is_question, picked
from bot.understanding.choices import number, yes_or_no

PHRASES = Phrases({"erase": ("delete my data|删除我的数据",), "stop": ("stop|no more messages",)})
OFFERED = (Choice("yes", "Yes"), Choice("berlin", "Berlin, Haus der Statistik"))
MILLION = 1_000_000

HOSTILE = {
    "empty": "",
    "nul": "\0" * 50 + "stop\0",
    "emoji": "👩‍👩‍👧‍👦" * 200,
    "right to left": "\u202e\u2066stop\u2069\u202c\u200f",
    "lone surrogates": "\ud800 delete \udfff my data \ud83d",
    "one word": "a" * MILLION,
    "blanks": " " * MILLION,
    "points": "." * MILLION + "a",
    "a and points": "a." * (MILLION // 2),
    "courtesies": "please " * (MILLION // 7),
    "first words": "delete my " * (MILLION // 10),
    "Chinese": "删除" * (MILLION // 2),
    "questions": "吗？" * (MILLION // 2),
    "combining marks": "a" + "\u0301\u0316" * (MILLION // 2),
    "mail addresses": "a@" * (MILLION // 2),
    "ligatures": "\ufdfa" * MILLION,
    "kana": "ア" * MILLION,
    "broken markup": "{0.__class__} %s %(x)s </script>",
}


def understand(text):
    """All that reads a text in a turn."""
    detect(text)
    is_question(text)
    PHRASES.whole(text)
    PHRASES.within(text)
    picked(text, OFFERED)
    number(text)
    yes_or_no(text)


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_text_costs_no_more_than_a_long_one(kind):
    understand("Landschaftspark Duisburg")  # lists and model are loaded once
    started = time.process_time()
    understand(HOSTILE[kind])
    assert time.process_time() - started < 0.25


def test_a_wish_is_heard_through_invisible_characters():
    assert PHRASES.whole(HOSTILE["right to left"]).dialog == "stop"
    assert PHRASES.within(HOSTILE["lone surrogates"]).dialog == "erase"


@given(st.text(alphabet=st.characters(), max_size=300))
def test_any_text_is_understood_or_not_but_breaks_nothing(text):
    understand(text)
