"""A greeting in front of a question, or a story before it, does not hide what is asked."""

import pytest

from bot.understanding.opening import question_after_story, without_opening


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("guten morgen! wie starte ich einen garten?", "wie starte ich einen garten?"),
        ("Hallo wie starte ich einen Garten", "wie starte ich einen Garten"),
        ("Hi, thanks a lot! How do gardens start?", "How do gardens start?"),
        ("Hello everyone - how do gardens start?", "how do gardens start?"),
        ("Sehr geehrte Damen und Herren, was ist ein Reallabor?", "was ist ein Reallabor?"),
        ("你好，社区花园怎么开始", "社区花园怎么开始"),
        ("您好请问社区花园怎么开始", "社区花园怎么开始"),
        ("謝謝！社區花園怎麼開始", "社區花園怎麼開始"),
        ("Verdammt, wie starte ich einen Garten?", "wie starte ich einen Garten?"),
    ],
)
def test_what_stands_in_front_of_a_question_is_cut_off(said, asked):
    assert without_opening(said) == asked


@pytest.mark.parametrize(
    "said",
    [
        "start a garden with children",
        "hello",
        "Guten Morgen!",
        "thank you",
        "Hi-tech cities",
        "high rents",
        "Hidden rivers in cities",
        "",
        "Moinland project",
        "How do cities say hello, and to whom?",
    ],
)
def test_nothing_else_is_cut_off(said):
    assert without_opening(said) == said


def test_a_question_after_a_story_of_oneself_can_stand_alone():
    said = "I killed my plants, how do I start a garden?"
    assert question_after_story(said) == "how do I start a garden"
    said = "Ich bin neu hier. Wie starte ich einen Garten?"
    assert question_after_story(said) == "Wie starte ich einen Garten"


@pytest.mark.parametrize(
    "said",
    [
        "Participatory budget in Lyon - how much money per year?",
        "I live in Lyon. How much money?",
        "How do I start a garden?",
        "Our market traders refuse to move. Is there a way without police?",
        "大鱼营造还招人吗？工资多少？",
        "",
    ],
)
def test_a_question_that_needs_what_stands_before_it_cannot(said):
    assert question_after_story(said) == ""
