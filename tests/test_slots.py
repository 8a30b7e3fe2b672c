"""Where a form stands, and what a tap says of the question it answers."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.dialog import Invalid, Slot, Talk, Transaction, Turn
from bot.message import Address, Choice, Message, Reply
from bot.slots import Mark, before, due, filled, marked, new_serial, read, read_mark, unmarked

NOW = datetime(2027, 3, 1, tzinfo=UTC)
NAME, AGE = Slot("name", "Name?"), Slot("age", "Age?", when=lambda a: a.get("name") != "no")
TURN = Turn(
    Message("1", Address("script", "anna"), "", NOW),
    Talk("anna", Address("script", "anna"), "en"),
    Transaction(None, NOW),  # type: ignore[arg-type]
    {},
)


def test_what_is_due_is_the_first_that_is_not_answered_or_is_no_answer_any_more() -> None:
    assert due((NAME, AGE), {}) is NAME
    assert due((NAME, AGE), {"name": "no"}) is None
    picky = Slot("name", "Name?", fits=lambda value: value == "Anna")
    assert due((picky, AGE), {"name": "Bert", "age": 3}) is picky


def test_an_answer_can_take_others_back() -> None:
    change = Slot("change", "?", reopens=lambda value: (str(value), "change"))
    assert filled(change, "name", {"name": "Anna", "age": 3}) == {"age": 3}


def test_back_leads_to_what_was_answered_last_before() -> None:
    assert before((NAME, AGE), {"name": "Anna", "age": 3}, AGE) is NAME
    assert before((NAME, AGE), {"age": 3}, NAME) is AGE
    assert before((NAME, AGE), {}, NAME) is None


@pytest.mark.parametrize("value", ["yes", "a=b", "x.y=z", "", "@1.a=b", "🦄"])
def test_a_mark_is_read_back_and_a_typed_choice_needs_none(value: str) -> None:
    reply = marked(Reply("?", (Choice(value, "L"), Choice("cancel", "C"))), "k3x", NAME)
    assert read_mark(reply.choices[0].value) == Mark("k3x", "name", value)
    assert reply.choices[1].value == "cancel"
    assert unmarked(reply.choices) == (Choice(value, "L"), Choice("cancel", "C"))


@pytest.mark.parametrize("value", ["yes", "answer:x=y", "@", "@1", "@1.a", "@=", ""])
def test_what_is_no_mark_is_none(value: str) -> None:
    assert read_mark(value) is None


def test_a_round_of_a_form_has_a_name_of_its_own() -> None:
    names = [new_serial(NOW + timedelta(milliseconds=n)) for n in range(100)]
    assert len(set(names)) == 100
    assert all(name.isalnum() and len(name) < 12 for name in names)


@pytest.mark.parametrize("said", ["skip", "überspringen", "跳过", "Skip it"])
def test_an_optional_slot_can_be_left_out_in_any_language(said: str) -> None:
    assert read(Slot("x", "?", optional=True, figures=True), TURN, said, None) == ""
    with pytest.raises(Invalid):
        read(Slot("x", "?", choices=(Choice("a", "A"),)), TURN, said, None)
