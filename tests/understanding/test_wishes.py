"""What people write, heard by the dialogs we have, in all languages."""

from pathlib import Path

import pytest
import yaml

import dialogs
from bot.engine import Engine

WISHES = yaml.safe_load(Path(__file__).with_name("wishes.yaml").read_text("utf-8"))


@pytest.fixture(scope="module")
def engine():
    return Engine(dialogs.load(), {}, dialogs.FALLBACK)


@pytest.mark.parametrize("dialog", [name for name in WISHES if name != "none"])
def test_a_wish_is_heard_by_its_dialog(engine, dialog):
    lines = WISHES[dialog]
    assert {line: engine.wish(line) for line in lines} == dict.fromkeys(lines, dialog)


def test_a_knowledge_question_is_left_to_the_knowledge_base(engine):
    lines = WISHES["none"]
    assert {line: engine.wish(line) for line in lines} == dict.fromkeys(lines)
