"""What the team reads by default says nothing that finds a person."""

import pytest

from bot.services.redaction import redacted

MASKED = [
    "anna@example.org",
    "我的邮箱abc@qq.com。",
    "anna.müller+x@post.example.co.uk",
    "+49 (0)221 / 221-12345",
    "0170-1234567",
    "0049 170 1234567",
    "138 1234 5678",
    "电话13812345678",
    "１３８１２３４５６７８",
    "1\u200b38\u200b1234\u200b5678",
    "DE89 3704 0044 0532 0130 00",
    "11010519491231002X",
    "@anna_builds",
]
KEPT = [
    "14.05.2026",
    "2026-11-21",
    "03.12.2026 um 18:00",
    "2014-2026",
    "12.500 €, 1,500 homes",
    "10437 Berlin",
    "200000 上海",
    "100 points for 3 of 5",
    "www.example.org/2026/11/21",
]


@pytest.mark.parametrize("text", MASKED)
def test_what_finds_a_person_is_blacked_out(text: str) -> None:
    shown = redacted(f"Write to {text} please")
    assert "█" in shown
    assert not any(part in shown for part in ("1234", "example", "qq", "0044", "1949", "builds"))


@pytest.mark.parametrize("text", KEPT)
def test_dates_prices_and_places_stay(text: str) -> None:
    assert redacted(text) == text


def test_how_long_it_was_is_not_shown() -> None:
    assert redacted("a-very-long-name-indeed@a-long-house.example.org") == "████████"
