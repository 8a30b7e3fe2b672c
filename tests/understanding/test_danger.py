"""Somebody in danger is heard, in all languages; a city topic is not mistaken for one."""

from pathlib import Path

import pytest
import yaml

from bot.understanding.danger import Danger, dangers

LINES = yaml.safe_load(Path(__file__).with_name("danger.yaml").read_text("utf-8"))


@pytest.mark.parametrize("danger", list(Danger))
def test_a_danger_is_heard(danger):
    unheard = {line: dangers(line) for line in LINES[danger] if danger not in dangers(line)}
    assert unheard == {}


def test_a_city_topic_is_no_danger():
    assert {line: dangers(line) for line in LINES["none"] if dangers(line)} == {}


@pytest.mark.parametrize(
    "frame",
    ["{}!!!", "Hallo, {}", "{} \U0001f622", "Wie starte ich einen Garten? {}", "{}\n\nHilfe"],
)
def test_danger_is_heard_whatever_stands_around_it(frame):
    lines = ("i am suicidal", "ich kann nicht mehr", "我要跳楼", "mein Mann schlägt mich")
    assert {line: bool(dangers(frame.format(line))) for line in lines} == dict.fromkeys(lines, True)


def test_danger_is_heard_at_the_end_of_a_long_text():
    assert dangers("Our garden is lovely. " * 180 + "I want to die.") == (Danger.CRISIS,)


def test_several_dangers_are_all_named():
    said = "My husband beats me and I want to die"
    assert dangers(said) == (Danger.VIOLENCE, Danger.CRISIS)
