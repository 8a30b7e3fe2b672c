"""What a button carries comes back as it was, and nothing else is taken for it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.taps import Tap, read_token, token


@given(st.integers(0, 2**63 - 1), st.integers(0, 999), st.booleans())
def test_a_token_comes_back_as_the_tap_it_was_made_of(ref: int, place: int, several: bool) -> None:
    tap = Tap(ref, place, several)
    assert read_token(token(tap)) == tap
    assert len(token(tap).encode()) <= 64


NONE_OF_OURS = [
    *(None, "", ".", "x", "1", "a.", ".1", "1.", "a.1.1", "1.2.3", "A.1", "-1.0", "é.1"),
    *("１.0", "a.1\n", "1.0 ", "1.0++", "+", "a" * 64, "0" * 14 + ".1", "1.1000", "1\x00.1"),
    "z" * 13 + ".1",  # more than a row of any database can have as its number
]


@pytest.mark.parametrize("data", NONE_OF_OURS)
def test_what_we_never_gave_out_is_no_tap(data: str | None) -> None:
    assert read_token(data) is None
