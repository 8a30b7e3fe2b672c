"""No talk is left out unseen, and a stage notices what is missing."""

import ast
from pathlib import Path

import pytest

from bot.message import Capabilities, Choice, Reply
from tests.conformance.aside import ASIDE, MOST, is_aside, pairs
from tests.conformance.looks import looks, words

HERE = Path(__file__).parent
DIALOGS = HERE.parent / "dialogs"


def scripts(file: Path) -> set[str]:
    """The tests of a file that play one."""
    tests = ast.parse(file.read_text(encoding="utf-8")).body
    named = (test for test in tests if isinstance(test, ast.AsyncFunctionDef))
    return {f"{file.stem}::{test.name}" for test in named if ".play(" in ast.unparse(test)}


SCRIPTS = {talk for file in DIALOGS.glob("test_*.py") for talk in scripts(file)}


def test_every_file_of_talks_is_on_the_stages() -> None:
    there = {file.name for file in DIALOGS.glob("test_*.py")}
    here = {file.name for file in HERE.glob("test_*.py")}
    assert there <= here


def test_what_is_set_aside_is_a_talk_and_the_table_only_shrinks() -> None:
    named = list(pairs())
    assert {talk for talk, _channel in named} <= SCRIPTS
    assert len(named) == len(set(named))
    assert len(named) <= MOST
    assert all(aside.why for aside in ASIDE)


def test_almost_every_talk_is_played_on_every_channel() -> None:
    everywhere = {talk for talk in SCRIPTS if not any(talk == t for t, _channel in pairs())}
    assert len(everywhere) >= 0.8 * len(SCRIPTS)


@pytest.mark.parametrize(
    "talk",
    [
        "test_registration::test_a_city_maker_registers",
        "test_registration::test_eine_stadtmacherin_meldet_sich_an",
        "test_registration::test_yi_wei_chengshi_chuangzhizhe_baoming",
        "test_poll::test_a_resident_votes_with_two_messages",
        "test_poll::test_a_resident_votes_in_german",
        "test_poll::test_a_resident_votes_in_chinese",
    ],
)
def test_people_register_and_vote_in_three_languages(talk: str) -> None:
    assert talk in SCRIPTS
    assert not any(is_aside(talk, channel) for channel in ("telegram", "wechat", "wecom"))


def test_a_stage_would_notice_a_missing_button_and_a_missing_file() -> None:
    """The guard-off twin: looks are not the words alone."""
    reply = Reply("Well?", (Choice("y", "Yes"), Choice("n", "No")))
    buttons = looks([reply], Capabilities(choices=2, choice_length=10))
    numbers = looks([reply], Capabilities())
    assert (buttons, numbers) == (["Well? [Yes] [No]"], ["Well?\n\n1. Yes\n2. No"])
    assert words(["{a.ics} Well?", "[Yes]"]) == words(["Well? {a.ics} [Yes]"])
    assert words(["Well? {a.ics}"]) != words(["Well?"])
