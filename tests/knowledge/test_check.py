"""What `kb check` says about articles, alone and beside each other."""

from dataclasses import replace
from datetime import date

import pytest

from knowledge.article import Article, Source
from knowledge.check import check
from knowledge.figures import unvouched
from knowledge.files import ArticleFile, as_text, file_name, packaged
from knowledge.reading import ease, is_hard

TODAY = date(2026, 11, 21)
GARDEN = Article(
    slug="garden",
    lang="en",
    title="A garden in Cologne since 2014",
    text="The garden is open.\n\n## What happened\n\nSome 5,000 people came.",
    aliases=("a", "b", "c", "d", "e", "f"),
    themes=("urban-agriculture",),
    sources=(Source("City of Cologne", "https://example.org"),),
    figures=("2014", "5,000"),
    verified=True,
    checked_on=date(2026, 11, 1),
)
GERMAN = replace(
    GARDEN, lang="de", title="Ein Garten in Köln seit 2014",
    text="Der Garten ist offen.\n\n## Was geschah\n\nEs kamen 5.000 Menschen.",
    figures=("2014", "5.000"),
)  # fmt: skip
CHINESE = replace(
    GARDEN, lang="zh", title="科隆的花园，始于2014年",
    text="花园对外开放。\n\n## 做法\n\n来了5000人。", figures=("2014", "5000"),
)  # fmt: skip
PROGRAMME = replace(GARDEN, kind="programme")
# In the file that as_text writes of GARDEN.
TITLE, THEMES, VERIFIED, CHECKED, FIGURES, ASKED, TEXT = 4, 9, 14, 15, 16, 17, 25
LAST = TEXT + 4


def said(*articles: Article, today: date = TODAY) -> list[tuple[str, int, str, str]]:
    """The findings on these articles, translations of GARDEN added where they are missing."""
    given = {(a.slug, a.lang): a for a in (GARDEN, GERMAN, CHINESE)}
    given |= {(a.slug, a.lang): a for a in articles}
    files = [ArticleFile(file_name(a), as_text(a)) for a in given.values()]
    return [(f.file, f.line, f.severity, f.told("en")) for f in check(files, today)]


def said_of(**changes: object) -> list[tuple[int, str, str]]:
    """The findings on the English garden after a change to it in all languages."""
    shared = {k: v for k, v in changes.items() if k in ("kind", "themes", "sources", "verified")}
    others = (replace(GERMAN, **shared), replace(CHINESE, **shared))
    found = said(replace(GARDEN, **changes), *others)
    return [(line, how, text) for file, line, how, text in found if file == "garden.en.md"]


def test_nothing_is_said_of_a_good_article_in_all_languages():
    assert said() == []


def test_no_packaged_article_has_an_error_or_a_warning():
    found = check(packaged(), TODAY)
    assert [(f.file, f.told("en")) for f in found if f.severity != "hint"] == []


@pytest.mark.parametrize(
    ("change", "line", "severity", "text"),
    [
        ({"title": "A garden in Cologne since 2014, not 2015"}, TITLE, "error",
         "2015 is not among the figures the facts vouch for."),
        ({"period": "2014-2016"}, 10, "error",
         "2016 is not among the figures the facts vouch for."),
        ({"text": "One.\n\nSince 2014.\nSome 5,000 and 500."}, TEXT + 3, "error",
         "500 is not among the figures the facts vouch for."),
        ({"figures": ("2014", "5,000", "77")}, FIGURES, "hint",
         "The figure 77 is not used in the text."),
        ({"themes": ()}, THEMES, "warning", "No theme is named."),
        ({"checked_on": date(2025, 11, 20)}, CHECKED, "hint",
         "The facts were last checked on November 20, 2025, over a year ago."),
        ({"checked_on": date(2026, 11, 23)}, CHECKED, "warning",
         "The check date of the facts lies in the future: November 23, 2026."),
        ({"checked_on": None}, CHECKED, "hint", "The date the facts were checked is missing."),
        ({"aliases": ("a",)}, ASKED, "hint",
         "People find an article by “asked” lines: 1 here; 6 or more are better."),
        ({"text": "Since 2014, 5,000.\n\n- One\n"}, TEXT + 2, "warning",
         "Most chats show “-” as it stands; write plain paragraphs."),
        ({"text": "Since 2014, **5,000**."}, TEXT, "warning",
         "Most chats show “**” as it stands; write plain paragraphs."),
        ({"text": "Since 2014, 5,000.\n\n### Deep"}, TEXT + 2, "warning",
         "Most chats show “#” as it stands; write plain paragraphs."),
        ({"text": "Since 2014, 5,000. See https://example.org"}, TEXT, "warning",
         "Most chats show “https://” as it stands; write plain paragraphs."),
    ],
)  # fmt: skip
def test_a_fault_is_found_at_its_line(change, line, severity, text):
    assert said_of(**change) == [(line, severity, text)]


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (420, []),
        (421, [(TEXT, "warning", "This paragraph has 421 characters; 420 fit an answer.")]),
    ],
)
def test_a_paragraph_must_fit_an_answer(length, text):
    paragraph = f"Since 2014, 5,000. {'We dig. ' * 60}"[: length - 1] + "."
    found = [f for f in said_of(text=paragraph) if f[1] != "hint"]
    assert found == text


def test_a_paragraph_over_several_lines_is_measured_whole():
    text = "Since 2014, 5,000.\n\n" + "\n".join(["Ten signs."] * 40)
    assert said_of(text=text) == [
        (TEXT + 2, "warning", "This paragraph has 439 characters; 420 fit an answer.")
    ]


def test_a_chinese_paragraph_is_measured_by_its_own_limit():
    text = "始于2014年，来了5000人。" + "好。" * 70
    assert said(replace(CHINESE, text=text)) == [
        ("garden.zh.md", TEXT, "warning", "This paragraph has 156 characters; 150 fit an answer.")
    ]


@pytest.mark.parametrize(("kind", "limit"), [("practice", 1500), ("programme", 800)])
def test_a_text_is_limited_by_its_kind(kind, limit):
    text = "Since 2014, 5,000.\n\n" + "We dig. We sow.\n\n" * (limit // 17)
    found = said_of(kind=kind, text=text.strip())
    assert [text for _line, _severity, text in found] == [
        f"The text has {len(text.strip())} characters; {limit} is the limit for its kind."
    ]


def test_verified_needs_an_address_where_the_facts_were_seen():
    assert said_of(sources=(Source("A book"),)) == [
        (12 + 1, "error", "Verified, but no source has an address where the facts were seen.")
    ]


def test_an_article_without_sources_is_warned_about_but_a_frequent_question_is_not():
    assert said_of(sources=(), verified=False) == [(11, "warning", "No source is named.")]
    assert said_of(sources=(), verified=False, kind="faq") == []


def test_an_unknown_theme_is_an_error():
    found = said_of(themes=("gardning",))
    assert [(line, severity) for line, severity, _text in found] == [(THEMES, "error")]
    assert found[0][2].startswith("There is no theme “gardning”. There are: climate-adaptation, ")


@pytest.mark.parametrize(
    ("lang", "words", "told"),
    [
        ("en", "Apply now, 5,000 did since 2014.", "Apply now"),
        ("en", "The deadline was 2014 for 5,000.", "deadline"),
        ("de", "Seit 2014: Jetzt bewerben wie 5.000.", "Jetzt bewerben"),
        ("zh", "2014年起，立即报名，已有5000人。", "立即报名"),
        ("en", "Whether it runs, only the organisers know: 2014, 5,000.", None),
        ("zh", "是否正在招募，只有主办方知道：2014，5000。", None),
    ],
)
def test_words_that_promise_an_open_call_are_hinted_at_in_a_programme(lang, words, told):
    everywhere = [replace(a, kind="programme") for a in (GARDEN, GERMAN, CHINESE)]
    one = next(a for a in everywhere if a.lang == lang)
    hint = f"“{told}” may promise an open call; only the organisers know."
    wanted = [(f"garden.{lang}.md", TEXT, "hint", hint)] if told else []
    assert said(*everywhere, replace(one, text=words)) == wanted
    assert said(replace(one, kind="practice", text=words)) == []


def test_a_file_must_be_named_after_slug_and_language():
    files = [ArticleFile(f"x/garden.{a.lang}.md", as_text(a)) for a in (GARDEN, GERMAN)]
    found = check([*files, ArticleFile("x/garden.en (1).md", as_text(CHINESE))], TODAY)
    assert [(f.file, f.line, f.severity, f.told("en")) for f in found] == [
        ("x/garden.en (1).md", 2, "error",
         "Slug and language say that this file should be named garden.zh.md.")
    ]  # fmt: skip


def test_the_same_article_twice_is_an_error():
    files = [ArticleFile(file_name(a), as_text(a)) for a in (GARDEN, GERMAN, CHINESE)]
    found = check([*files, ArticleFile("old/garden.en.md", as_text(GARDEN))], TODAY)
    assert [(f.file, f.line, f.severity, f.told("en")) for f in found] == [
        ("old/garden.en.md", 2, "error", "garden.en.md is the same article in the same language.")
    ]


def test_a_missing_language_is_told_and_a_slug_nearly_right_is_recognised():
    alone = replace(GERMAN, slug="gardens", aliases=("u", "v", "w", "x", "y", "z"))
    assert said(alone) == [
        ("gardens.de.md", 2, "warning", "This article is missing in: en, zh."),
        ("gardens.de.md", 2, "warning", "Did you mean the slug garden?"),
    ]


def test_translations_must_agree_on_what_is_not_language():
    assert said(replace(GERMAN, status="ended", country="DE")) == [
        ("garden.de.md", 6, "warning", "“status” differs from garden.en.md."),
        ("garden.de.md", 8, "warning", "“country” differs from garden.en.md."),
    ]


def test_the_same_question_under_two_articles_is_told_once():
    other = replace(GARDEN, slug="park", aliases=("A?", "u", "v", "w", "x", "y"))
    found = said(other, replace(other, lang="de"), replace(other, lang="zh"))
    questions = [f for f in found if "also asked" in f[3]]
    assert questions[0] == ("park.de.md", ASKED, "warning", "“A?” is also asked in garden.de.md.")
    assert len(questions) == 3


def test_a_file_that_is_no_article_is_an_error_and_the_others_are_still_checked():
    files = [ArticleFile("a.en.md", ""), ArticleFile("garden.en.md", as_text(GARDEN))]
    assert [(f.file, f.line, f.severity, f.told("en")) for f in check(files, TODAY)] == [
        ("a.en.md", 1, "error", "The file is empty."),
        ("garden.en.md", 2, "warning", "This article is missing in: de, zh."),
    ]


@pytest.mark.parametrize(
    ("lang", "text", "figures", "missing"),
    [
        ("en", "5,000 homes", ["5000"], ()),
        ("de", "5.000 Wohnungen", ["5000"], ()),
        ("de", "5\u202f000 Wohnungen", ["5.000"], ()),
        ("de", "2,25 Millionen", ["2,25"], ()),
        ("en", "2.25 million", ["2,25"], ("2.25",)),
        ("en", "1.234", ["1,234"], ("1.234",)),
        ("de", "1.234.567,5", ["1234567,50"], ()),
        ("zh", "1.36亿人", ["136000000"], ()),
        ("zh", "1.36亿人", ["1.36"], ("1.36亿",)),
        ("zh", "12万人", ["120,000"], ()),
        ("zh", "约 3 万", ["30000"], ()),
        ("en", "2007-2014", ["2007", "2014"], ()),
        ("en", "the 1990s, 4th", ["1990", "4"], ()),
        ("en", "PM2.5, CO2 and D4UC", [], ()),
        ("en", "9:30", ["9"], ("30",)),
        ("de", "am 21.11.2026", ["21.11.2026"], ()),
        ("en", "7 and 7 and 8", ["8"], ("7",)),
    ],
)
def test_a_number_is_vouched_for_however_it_is_written(lang, text, figures, missing):
    assert unvouched(text, lang, figures) == missing


@pytest.mark.parametrize(
    ("lang", "easy", "hard"),
    [
        ("en", "We dig. We sow. We eat what we grow.",
         "Municipal organisational interdependencies necessitate institutional harmonisation."),
        ("de", "Wir graben. Wir säen. Wir essen, was wächst.",
         "Die Verwaltungszuständigkeitsverordnung reglementiert Beteiligungsmöglichkeiten."),
        ("zh", "我们挖土。我们播种。", "我们在城市里面" * 8 + "。"),
    ],
)  # fmt: skip
def test_hard_sentences_are_told_from_easy_ones(lang, easy, hard):
    assert (is_hard(easy, lang), is_hard(hard, lang)) == (False, True)


def test_reading_ease_follows_the_published_formulas():
    assert ease("The cat sat on the mat.", "en") == pytest.approx(206.835 - 1.015 * 6 - 84.6)
    assert ease("Die Katze sitzt.", "de") == pytest.approx(180 - 3 - 58.5 * 4 / 3)
    assert ease("猫坐在垫子上。好。", "zh") == 3.5
    assert ease("", "en") == 100.0
