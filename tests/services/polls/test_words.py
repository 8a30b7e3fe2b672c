"""How a poll is told: numbers, quotation marks and stops as people of each language write them."""

from typing import Any

import pytest

from bot.dialog import Invalid
from bot.i18n import clauses
from bot.services.marks import read
from bot.services.poll_texts import how_to_answer, quoted
from bot.services.poll_written import read_poll
from bot.services.polls import Question
from tests.services.polls.station import NOON, SINGLE, written


def question(**more: Any) -> Question:
    return read_poll(written({**SINGLE, **more}), NOON).questions[0]


HOW = [
    ({"kind": "multiple"}, "Pick 1 to 3."),
    ({"kind": "multiple", "least": 2, "most": 2}, "Pick exactly 2."),
    ({"kind": "multiple", "most": 1}, "Pick exactly one."),
    ({"kind": "ranking"}, "Put 1 to 3 of them in order; 1 is the best."),
    ({"kind": "ranking", "least": 3}, "Put exactly 3 of them in order; 1 is the best."),
    ({"kind": "budget"}, "You have 100 points to give."),
    ({"kind": "single"}, ""),
]


@pytest.mark.parametrize(("more", "said"), HOW)
def test_how_one_answers_is_said(more: dict[str, Any], said: str) -> None:
    assert how_to_answer(question(**more), "en") == said


TOO_MANY = [
    ({"kind": "single"}, "Please pick exactly one of them."),
    ({"kind": "multiple", "most": 1}, "Please pick exactly one of them."),
    ({"kind": "multiple", "least": 2, "most": 2}, "Please pick exactly 2 of them."),
    ({"kind": "multiple", "most": 2}, "Please pick 1 to 2 of them."),
    ({"kind": "ranking", "least": 2, "most": 2}, "Please put exactly 2 of them in order."),
]


@pytest.mark.parametrize(("more", "said"), TOO_MANY)
def test_too_many_are_refused_with_how_many_it_takes(more: dict[str, Any], said: str) -> None:
    asked = question(**more)
    with pytest.raises(Invalid) as wrong:
        read(asked, "1, 2, 3", asked.options)
    assert wrong.value.why.format(**wrong.value.values) == said


def test_quotation_marks_and_commas_are_those_of_the_reader() -> None:
    assert [quoted("x", code) for code in ("en", "de", "zh")] == ["“x”", "„x“", "“x”"]
    assert [clauses(code, ("a", "", "b")) for code in ("en", "zh")] == ["a, b", "a，b"]
