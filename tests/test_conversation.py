"""Where a talk stands survives a restart, also one into another version of the program."""

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation import Conversation, OpenForm
from bot.message import Address, Choice

ANNA = Address("web", "anna")
BEGUN = Conversation(ANNA, "p1", "de")

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
value = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
    max_leaves=8,
)
values = st.dictionaries(text, value, max_size=4)
talks = st.builds(
    Conversation,
    st.just(ANNA),
    st.just("p1"),
    st.sampled_from(["de", "en", "zh"]),
    chosen=st.booleans(),
    forms=st.lists(st.builds(OpenForm, text, text, values), max_size=3).map(tuple),
    offered=st.lists(st.builds(Choice, text, text), max_size=3).map(tuple),
    memory=values,
    heard=st.integers(0, 2**53),
)


@given(talks)
def test_a_talk_goes_on_where_it_stood(talk: Conversation) -> None:
    state = orjson.loads(orjson.dumps(talk.to_json()))
    assert Conversation.from_json(ANNA, "p1", talk.language, state) == talk


@pytest.mark.parametrize(
    ("state", "talk"),
    [
        ({}, BEGUN),
        ({"heard": 3}, Conversation(ANNA, "p1", "de", heard=3)),
        (
            {"forms": [["human", "question"]], "offered": [["yes", "Yes"]]},
            Conversation(
                ANNA,
                "p1",
                "de",
                forms=(OpenForm("human", "question"),),
                offered=(Choice("yes", "Yes"),),
            ),
        ),
    ],
)
def test_a_state_of_an_older_version_has_defaults_for_what_it_did_not_know(
    state: dict[str, object], talk: Conversation
) -> None:
    assert Conversation.from_json(ANNA, "p1", "de", state) == talk


def test_a_state_of_a_newer_version_is_read_as_far_as_we_know_it() -> None:
    state = {
        "forms": [["human", "question", {"a": 1}, "k3x", "2026-05-04"]],
        "offered": [["yes", "Yes", "green"]],
        "mood": "good",
    }
    assert Conversation.from_json(ANNA, "p1", "de", state) == Conversation(
        ANNA,
        "p1",
        "de",
        forms=(OpenForm("human", "question", {"a": 1}, "k3x"),),
        offered=(Choice("yes", "Yes"),),
    )


def test_memory_is_laid_over_and_none_forgets() -> None:
    talk = BEGUN.remember({"asked": "who?", "count": 1}).remember({"asked": None, "seen": False})
    assert talk.memory == {"count": 1, "seen": False}
    assert BEGUN.memory == {}


def test_address_person_and_language_have_columns_of_their_own() -> None:
    assert BEGUN.to_json().keys() == {"chosen", "forms", "offered", "beside", "memory", "heard"}
