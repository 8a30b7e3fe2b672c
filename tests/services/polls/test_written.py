"""What organisers write: read as it is meant, or refused with what to write instead."""

from typing import Any

import pytest
import yaml

from bot.services.poll_check import check_poll
from bot.services.poll_texts import how_far
from bot.services.poll_written import BadPoll, read_poll
from bot.services.polls import Poll
from tests.services.polls.station import NOON, SINGLE, written


def checked(*questions: Any, **more: Any) -> Poll:
    """The poll, as `citybot poll create` takes it."""
    poll = read_poll(written(*questions, **more), NOON)
    check_poll(poll)
    return poll


@pytest.mark.parametrize(
    ("mode", "level"), [("web-secret", "web"), ("confidential", "account"), ("named", "account")]
)
def test_who_may_vote_follows_from_where_one_votes(mode: str, level: str) -> None:
    """On our own page nobody has an account of a messenger."""
    assert checked(SINGLE, mode=mode).level == level


def test_a_poll_in_which_nobody_could_vote_is_refused() -> None:
    with pytest.raises(BadPoll, match="write level: web"):
        checked(SINGLE, mode="web-secret", level="account")
    assert checked(SINGLE, mode="web-secret", level="code").level == "code"


def test_how_far_secrecy_goes_is_said_of_where_one_votes() -> None:
    assert "Your own messenger" in how_far(checked(SINGLE), "en")
    assert "messenger" not in how_far(checked(SINGLE, mode="web-secret"), "en")
    assert "Who uses your browser after you" in how_far(checked(SINGLE, mode="web-secret"), "en")


MEANINGLESS = [
    ({"kind": "single", "least": 1}, "least means nothing for single"),
    ({"kind": "single", "grid": 0.01}, "grid means nothing for single"),
    ({"kind": "multiple", "points": 5}, "points means nothing for multiple; it is for budget"),
    ({"kind": "budget", "method": "irv"}, "method means nothing for budget"),
]


@pytest.mark.parametrize(("more", "why"), MEANINGLESS)
def test_what_would_change_nothing_is_refused(more: dict[str, Any], why: str) -> None:
    with pytest.raises(BadPoll, match=why):
        checked({**SINGLE, **more})


def test_a_label_that_yaml_reads_as_true_is_to_be_put_in_quotes() -> None:
    question = yaml.safe_load(
        "{id: q, kind: single, ask: {en: Shall we}, options: [{id: a, label: {en: Yes}}]}"
    )
    with pytest.raises(BadPoll, match=r"options\[1\].label.en: .* put it in quotes"):
        checked(question)


def test_two_options_that_read_alike_are_refused() -> None:
    alike = [{"id": "a", "label": {"en": "Trees"}}, {"id": "b", "label": {"en": "trees "}}]
    with pytest.raises(BadPoll, match="a and b have the same label"):
        checked({**SINGLE, "ask": {"en": "What?"}, "options": alike}, title={"en": "T"})
