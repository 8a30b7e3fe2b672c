"""Invitations to vote: too many to guess, and those made before stay good."""

from math import log2

import pytest

from bot.services.receipts import new_invitation, read_invitation


def test_nobody_guesses_an_invitation() -> None:
    code = new_invitation()
    signs = code.replace("-", "")
    assert [len(part) for part in code.split("-")] == [5, 5, 4]
    assert len(signs) * log2(28) > 64
    assert read_invitation(signs.lower()) == code


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("7f3k2 9qmb4", "7F3K2-9QMB4"),
        ("7F3K2-9QMB4-HX6T", "7F3K2-9QMB4-HX6T"),
        ("7F3K2-9QMB4-HX6", None),
        ("7F3K2", None),
    ],
)
def test_an_invitation_is_read_however_it_is_written(written: str, read: str | None) -> None:
    assert read_invitation(written) == read
