"""Pace: every message gets the moment at which it may go."""

import pytest

from bot.message import Address
from bot.pace import Pace, Pacemaker

ANNA, BERT, GROUP = (Address("telegram", user) for user in ("anna", "bert", "-100"))


class Hands:
    """The hands of a clock, moved by the test."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


def waits(pacemaker: Pacemaker, *to: Address | None, group: bool = False) -> list[float]:
    return [round(pacemaker.turn(address, group), 6) for address in to]


def test_one_person_gets_one_message_a_second() -> None:
    pacemaker = Pacemaker(Pace(to_one=((1, 1.0),)), Hands())
    assert waits(pacemaker, ANNA, ANNA, ANNA, BERT) == [0, 1, 2, 0]


def test_a_burst_is_allowed_and_then_spread() -> None:
    pacemaker = Pacemaker(Pace(to_one=((3, 3.0),)), Hands())
    assert waits(pacemaker, *[ANNA] * 5) == [0, 0, 0, 1, 2]


def test_everybody_together_keeps_to_the_accounts_limit() -> None:
    pacemaker = Pacemaker(Pace(overall=((2, 1.0),)), Hands())
    assert waits(pacemaker, None, None, None, None) == [0, 0, 0.5, 1]


def test_who_would_wait_too_long_takes_no_place() -> None:
    """Else what is put back pushes all others on, and in the end nobody's turn ever comes."""
    pacemaker = Pacemaker(Pace(overall=((1, 1.0),)), Hands())
    assert waits(pacemaker, None, None, None) == [0, 1, 2]
    assert [pacemaker.turn(longest=2) for _again in range(5)] == [3] * 5
    assert pacemaker.turn(longest=3) == 3
    assert pacemaker.turn() == 4


def test_one_who_must_wait_holds_up_nobody_else() -> None:
    pacemaker = Pacemaker(Pace(overall=((10, 1.0),), to_one=((1, 60.0),)), Hands())
    assert waits(pacemaker, ANNA, ANNA) == [0, 60]
    assert waits(pacemaker, BERT, None) == [0, 0]


def test_a_group_has_limits_of_its_own() -> None:
    pacemaker = Pacemaker(Pace(to_one=((1, 1.0),), to_group=((2, 60.0),)), Hands())
    assert waits(pacemaker, GROUP, GROUP, GROUP, group=True) == [0, 0, 30]


def test_several_limits_hold_together() -> None:
    pacemaker = Pacemaker(Pace(to_one=((2, 1.0), (3, 60.0))), Hands())
    assert waits(pacemaker, *[ANNA] * 4) == [0, 0, 0.5, 20]


def test_time_that_passes_is_given_back() -> None:
    hands = Hands()
    pacemaker = Pacemaker(Pace(to_one=((1, 1.0),)), hands)
    waits(pacemaker, ANNA, ANNA)
    hands.at = 60.0
    assert waits(pacemaker, ANNA, ANNA) == [0, 1]


def test_a_channel_without_limits_never_waits() -> None:
    assert waits(Pacemaker(Pace(), Hands()), *[ANNA] * 100) == [0] * 100


def test_who_was_written_to_long_ago_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.pace._REMEMBERED", 2)
    pacemaker = Pacemaker(Pace(to_one=((1, 1.0),)), Hands())
    waits(pacemaker, *(Address("telegram", str(n)) for n in range(100)))
    assert len(pacemaker._full_at) == 2
