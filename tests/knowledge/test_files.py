"""Article files: what is read, what is refused and on which line, and the way back to a file."""

import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.article import Article, Source
from knowledge.files import (
    BadArticle,
    as_text,
    decode,
    file_name,
    in_folder,
    packaged,
    read_article,
    read_articles,
)

GOOD = """\
---
slug: twin-gardens
lang: de
title: "Gärten zu zweit: Köln und Peking"
kind: practice
status: running
city: "Köln"
country: NO
themes: [urban-agriculture, participation]
period: "seit 2014"
sources:
  - title: "Stadt Köln: Gärten"
    url: "https://example.org/gaerten"
  - title: Jahresbericht
verified: true
checked_on: 2026-11-21
figures: ["2014", 5.000]
asked:
  - Wie fängt man einen Garten an?
  - "Garten: wer zahlt?"
---
Die Gärten bestehen seit 2014.

## Was geschah

Es kamen 5.000 Menschen.
"""

ARTICLE = Article(
    slug="twin-gardens",
    lang="de",
    title="Gärten zu zweit: Köln und Peking",
    text="Die Gärten bestehen seit 2014.\n\n## Was geschah\n\nEs kamen 5.000 Menschen.",
    aliases=("Wie fängt man einen Garten an?", "Garten: wer zahlt?"),
    themes=("urban-agriculture", "participation"),
    kind="practice",
    status="running",
    city="Köln",
    country="NO",
    period="seit 2014",
    sources=(
        Source("Stadt Köln: Gärten", "https://example.org/gaerten"),
        Source("Jahresbericht"),
    ),
    figures=("2014", "5.000"),
    verified=True,
    checked_on=date(2026, 11, 21),
)
SMALLEST = "---\nslug: a\nlang: en\ntitle: A\n---\nText.\n"


def faults(text: str) -> list[tuple[int, str]]:
    with pytest.raises(BadArticle) as bad:
        read_article(text, "a.en.md")
    return [(fault.line, fault.msgid.format(**fault.values)) for fault in bad.value.faults]


def lines_at_fault(text: str) -> list[int]:
    try:
        read_article(text, "x")
    except BadArticle as bad:
        return [fault.line for fault in bad.faults]
    return []


def test_a_file_is_read_with_words_as_they_are_written():
    assert read_article(GOOD, "twin-gardens.de.md") == ARTICLE


def test_slug_language_title_and_text_are_enough():
    assert read_article(SMALLEST, "a.en.md") == Article("a", "en", "A", "Text.")


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff" + GOOD,
        GOOD.replace("\n", "\r\n"),
        GOOD.replace("\n", "\r"),
        GOOD.rstrip(),
        GOOD.replace("status: running\n", "status: ~\n").replace("kind: practice", "kind: null"),
        GOOD.replace("---\n", "---  \n"),
    ],
    ids=["byte order mark", "windows", "old mac", "no last line end", "nulls", "blanks"],
)
def test_a_file_reads_the_same_however_an_editor_saved_it(text):
    assert read_article(text, "twin-gardens.de.md") == ARTICLE


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("", 1, "The file is empty."),
        (" \n\n", 1, "The file is empty."),
        ("Just text.\n", 1, "The file must begin with front matter between two lines “---”."),
        ("---\nslug: a\n", 1,
         "The front matter does not end: a second line “---” is missing."),
        ("---\n- a\n- b\n---\nText.\n", 2,
         "The front matter must be lines of “key: value”."),
        ("---\nslug: a\ntitle: A: B\n---\nText.\n", 3,
         "The front matter is not valid YAML: mapping values are not allowed in this context"),
        ('---\nslug: a\nlang: en\ntitle: "A\ncity: B\n---\nText.\n', 4,
         "The front matter is not valid YAML: found unexpected end of stream"),
        ("---\nslug: a\nslug: b\n---\nText.\n", 3, "The key “slug” stands here twice."),
        ("---\nslug: a\ntitle: A\x00B\n---\nText.\n", 3,
         "There is an invisible character, U+0000, in this line."),
        ("---\nslug: a\n---\nText.\nMore\u2028text.\n", 5,
         "There is an invisible character, U+2028, in this line."),
        ('---\nslug: a\ntitle: "A\\0"\n---\nText.\n', 3,
         "There is an invisible character, U+0000, in this line."),
        (SMALLEST + "x" * 1_000_000, 1, "The file is longer than 64000 characters."),
        ("---\nslug: a\n...\nlang: en\n---\nText.\n", 4,
         "The front matter is not valid YAML: did not find expected <document start>"),
        ("---\nslug: a\n--- more\n---\nText.\n", 3, "The front matter must be one document."),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused_at_its_line(text, line, said):
    assert faults(text) == [(line, said)]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("period: !!python/object/apply:os.system [ls]",
         "YAML tags such as tag:yaml.org,2002:python/object/apply:os.system are not allowed."),
        ("period: !!python/name:os.system",
         "YAML tags such as tag:yaml.org,2002:python/name:os.system are not allowed."),
        ("themes: &a [x]", "YAML anchors and aliases (& and *) are not allowed."),
        ("themes: *a", "YAML anchors and aliases (& and *) are not allowed."),
        ("? [a, b]\n: c", "A key must be a word."),
        ("sources: [[[a]]]", "The front matter is nested too deeply."),
        ("sources: " + "[" * 30_000, "The front matter is nested too deeply."),
    ],
    ids=["call", "name", "anchor", "alias", "list as key", "nested", "thousands of brackets"],
)  # fmt: skip
def test_yaml_that_does_more_than_hold_words_is_refused(line, said):
    assert faults(SMALLEST.replace("title: A", line)) == [(4, said)]


def test_a_yaml_bomb_is_refused_before_it_grows():
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{name}: &{name} [{','.join(['*' + before] * 9)}]\n"
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    assert faults(f"---\n{bomb}---\nText.\n") == [
        (2, "YAML anchors and aliases (& and *) are not allowed.")
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("titel: A", "There is no key “titel”."),
        ("kind: story", "“kind” must be one of practice, programme, faq."),
        ("status: open", "“status” must be one of running, ended, contested, proposed, described."),
        ("city: [Köln, Peking]", "“city” must be a single value."),
        ("themes: housing", "“themes” must be a list."),
        ("themes: {a: b}", "“themes” must be a list."),
        ("asked: [a, [b]]", "“asked” must be a list of single values."),
        ("asked: [a, '']", "“asked” must be a list of single values."),
        ("verified: perhaps", "“verified” must be true or false."),
        ("checked_on: 21.11.2026", "“checked_on” must be a date such as 2026-11-21."),
        ("checked_on: 2026-02-30", "“checked_on” must be a date such as 2026-11-21."),
        ("sources: [A book]", "“sources” must be a list of entries with title, url."),
        ("sources: [{url: 'https://a.org'}]", "“title” is missing."),
        ("sources: [{title: A, url: 'javascript:alert(1)'}]",
         "An address must begin with https:// or http://."),
        ("sources: [{title: A, author: B}]", "There is no key “author”."),
    ],
)  # fmt: skip
def test_a_value_of_the_wrong_kind_is_refused_at_its_line(line, said):
    assert faults(SMALLEST.replace("title: A", f"title: A\n{line}")) == [(5, said)]


@pytest.mark.parametrize(
    ("line", "instead", "said"),
    [
        ("slug: a", "slug: Köln", "A slug is lowercase letters and digits, joined by hyphens."),
        ("slug: a", "slug: ../a", "A slug is lowercase letters and digits, joined by hyphens."),
        ("lang: en", "lang: fr", "“lang” must be one of de, en, zh."),
        ("lang: en", "lang:", "“lang” is missing."),
        ("title: A", "title: ''", "“title” is missing."),
    ],
)
def test_what_names_an_article_must_be_there(line, instead, said):
    place = SMALLEST.splitlines().index(line) + 1
    assert faults(SMALLEST.replace(line, instead)) == [(place, said)]


def test_everything_wrong_in_a_file_is_told_at_once():
    assert faults("---\nlang: xx\nslug: a\nverified: 1\n---\n\n") == [
        (2, "“lang” must be one of de, en, zh."),
        (2, "“title” is missing."),
        (4, "“verified” must be true or false."),
        (6, "The text is missing below the front matter."),
    ]


def test_a_bad_article_is_told_with_file_and_line_in_the_persons_language():
    with pytest.raises(BadArticle) as bad:
        read_article("---\nslug: a\nlang: en\n---\nText.\n", "folder/a.en.md")
    assert bad.value.told("en") == "folder/a.en.md:2: “title” is missing."
    assert bad.value.line == 2


def test_a_file_that_is_not_utf_8_is_refused_at_its_line():
    with pytest.raises(BadArticle) as bad:
        decode("---\ntitle: Köln\n".encode("latin-1"), "a.de.md")
    assert str(bad.value) == "a.de.md:2: This is not text in UTF-8."


def test_a_folder_gives_its_markdown_files_by_name(tmp_path: Path):
    for name in ("b.en.md", "a.en.md", "notes.txt"):
        (tmp_path / name).write_text(SMALLEST)
    assert [file.name for file in in_folder(tmp_path, "here/")] == ["here/a.en.md", "here/b.en.md"]


def test_an_article_is_written_as_it_was_read():
    written = as_text(ARTICLE)
    assert read_article(written, "x") == ARTICLE
    assert as_text(read_article(written, "x")) == written
    assert file_name(ARTICLE) == "twin-gardens.de.md"


_WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp"),
                  exclude_characters="\ufeff\ufffe\uffff"),
    min_size=1,
).map(str.strip).filter(bool)  # fmt: skip
_LISTS = st.lists(_WORDS, max_size=3).map(tuple)


@given(
    st.builds(
        replace,
        st.just(ARTICLE),
        title=_WORDS,
        text=_WORDS,
        aliases=_LISTS,
        themes=_LISTS,
        city=_WORDS | st.just(""),
        country=st.sampled_from(["NO", "DE", "", "null", "~", "yes"]),
        period=_WORDS,
        sources=st.lists(_WORDS.map(Source), max_size=2).map(tuple),
        figures=_LISTS,
        verified=st.booleans(),
        checked_on=st.none() | st.dates(),
    )
)
def test_any_article_survives_the_way_to_a_file_and_back(article):
    assert read_article(as_text(article), "x") == article


_PIECES = ["---\n", "slug: a\n", "lang: en\n", "title: ", "sources:\n", "  - ", "url: ", "[", "]",
           "{", "}", "&a ", "*a", "!!set", '"', "'", "|\n", ": ", "? ", "# ", "\t", "%YAML 9\n",
           "...\n", "\r", "\u2028", "\x85", "<<: ", "\\", "x", "中", "\n", " "]  # fmt: skip


@given(st.lists(st.sampled_from(_PIECES), max_size=25).map("".join), st.booleans())
def test_whatever_stands_in_a_file_it_is_an_article_or_refused_with_a_line(text, framed):
    text = f"---\n{text}\n---\nText." if framed else text
    last = text.count("\n") + text.count("\r") + 1
    assert all(1 <= line <= last for line in lines_at_fault(text))


def test_every_packaged_article_survives_the_way_to_a_file_and_back():
    articles = read_articles(packaged())
    assert tuple(read_article(as_text(a), file_name(a)) for a in articles) == articles


def test_reading_all_packaged_articles_is_quick():
    files = packaged()
    best = min(_seconds(files) for _try in range(3))
    assert best < 0.0015 * len(files)  # alone on a core: a fifth of that


def _seconds(files):
    start = time.perf_counter()
    read_articles(files)
    return time.perf_counter() - start
