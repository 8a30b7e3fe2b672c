"""Points as people write them: by number or by name, with the sign or without."""

import pytest

from bot.dialog import Invalid
from bot.services.marks import read
from bot.services.polls import Option, Question

OPTIONS = (
    Option(id="park", label={"en": "Park", "zh": "公园"}),
    Option(id="school", label={"en": "School", "zh": "学校"}),
    Option(id="square", label={"en": "Square 1", "zh": "广场"}),
)
BUDGET = Question(id="money", kind="budget", ask={"en": "Where to?"}, options=OPTIONS, most=100)


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("Park 50, School 50", {"park": 50, "school": 50}),
        ("park 30 points and school 70 points", {"park": 30, "school": 70}),
        ("公园50，学校50", {"park": 50, "school": 50}),
        ("公园 40分，学校 60分", {"park": 40, "school": 60}),
        ("Park=20, School 80", {"park": 20, "school": 80}),
        ("Square 1 50, Park 50", {"square": 50, "park": 50}),
        ("Park 100", {"park": 100}),
        ("1 = 60, 3 = 40", {"park": 60, "square": 40}),
        ("1=60 2=40", {"park": 60, "school": 40}),
        ("Park = 20 2: 80", {"park": 20, "school": 80}),
        ("60 40", {"park": 60, "school": 40}),
    ],
)
def test_points_are_read_by_name_and_by_number(text: str, marks: dict[str, int]) -> None:
    assert read(BUDGET, text, OPTIONS).marks == marks


@pytest.mark.parametrize(
    "text", ["1 60, 2 40", "Square 1 = 50 Park = 50", "Park", "Park 50, Lake 50", "Park fifty"]
)
def test_what_may_mean_two_things_is_asked_again(text: str) -> None:
    with pytest.raises(Invalid):
        read(BUDGET, text, OPTIONS)
