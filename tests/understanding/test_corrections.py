"""A wish to change an answer is heard, and an answer that speaks of changing is not taken for one."""

import pytest

from bot.understanding.corrections import correction

CALLED = {
    "email": ("email", "What is your e-mail address?", "e-mail|Mail|邮箱"),
    "name": ("name", "name|Name|姓名|名字"),
    "seats": ("seats|Plätze|名额",),
}


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("change my e-mail", "email"),
        ("I'd like to correct my name, please", "name"),
        ("sorry, my name was wrong", "name"),
        ("edit the seats", "seats"),
        ("Ich möchte meine Mail ändern", "email"),
        ("Name korrigieren", "name"),
        ("bitte die Plätze noch einmal", "seats"),
        ("修改邮箱", "email"),
        ("我要改名字", "name"),
        ("邮箱填错了", "email"),
        ("change", None),
        ("change my shoes", None),
        ("my name", None),
        ("change my name and my e-mail", None),
        ("", None),
        ("change " * 5000, None),
    ],
)
def test_a_wish_to_change_an_answer_names_it(said, wanted) -> None:
    assert correction(said, CALLED) == wanted


@pytest.mark.parametrize(
    "said",
    [
        "I want to change my city because its name is wrong for what we are",
        "Ich möchte in meiner Stadt etwas ändern, damit sie einen guten Namen hat",
    ],
)
def test_where_any_text_is_an_answer_a_long_one_is_never_a_wish(said) -> None:
    assert correction(said, CALLED, free=True) is None
