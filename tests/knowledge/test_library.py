"""The library: articles in force, with fall-back languages, swapped in one step."""

import threading
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.services.articles import Version
from knowledge.article import Article
from knowledge.files import as_text, packaged
from knowledge.library import Library, lay_over

GARDEN = Article("garden", "en", "Garden", "Peas and beans.", themes=("urban-agriculture",))
GARTEN = replace(GARDEN, lang="de", title="Garten", text="Erbsen und Bohnen.")
BUS = Article("bus", "zh", "公交", "电动公交。", themes=("mobility", "urban-agriculture"))
FORMAT = replace(GARDEN, slug="format", kind="programme", title="Format")


def version(article: Article, number: int = 1) -> Version:
    now = datetime(2026, 11, 21, tzinfo=UTC)
    return Version(article.slug, article.lang, number, as_text(article), now)


@pytest.mark.parametrize(
    ("slug", "lang", "found"),
    [
        ("garden", "en", GARDEN),
        ("garden", "de", GARTEN),
        ("garden", "zh", GARDEN),
        ("bus", "de", BUS),
        ("tram", "en", None),
    ],
)
def test_an_article_comes_in_the_language_asked_for_else_english_else_any(slug, lang, found):
    assert Library((GARTEN, GARDEN, BUS)).article(slug, lang) == found


def test_a_theme_lists_each_article_once_its_own_first_and_practices_before_programmes():
    library = Library((BUS, FORMAT, GARDEN, GARTEN))
    assert library.of_theme("urban-agriculture", "de") == (GARTEN, FORMAT, BUS)
    assert library.of_theme("water", "de") == ()


def test_search_passes_the_question_on_to_the_index():
    library = Library((GARDEN, GARTEN, BUS))
    assert [hit.slug for hit in library.search("beans in the garden", "en", k=1)] == ["garden"]


def test_an_empty_library_finds_nothing():
    library = Library()
    assert (library.articles, library.article("a", "en"), len(library.search("beans", "en"))) == (
        (), None, 0,
    )  # fmt: skip


def test_replaced_articles_are_in_force_in_lookup_and_search():
    library = Library((GARDEN,))
    library.replace((replace(GARDEN, slug="park", text="Chestnuts and maples."),))
    assert library.article("garden", "en") is None
    assert [hit.slug for hit in library.search("where are maples planted", "en")] == ["park"]


def test_a_reader_never_sees_half_a_change():
    old, new = (GARDEN, replace(BUS, lang="en")), (replace(GARDEN, title="New"),)
    library, seen, done = Library(old), set(), threading.Event()

    def read() -> None:
        while not done.is_set():
            seen.add(library.articles)

    reader = threading.Thread(target=read)
    reader.start()
    for _time in range(50):
        library.replace(new)
        library.replace(old)
    done.set()
    reader.join()
    assert seen <= {old, new}


def test_a_version_counts_instead_of_its_file_and_a_new_article_joins():
    edited = replace(GARDEN, title="Edited")
    laid = lay_over((GARDEN, GARTEN), (version(edited, 2), version(BUS)))
    assert laid == (edited, GARTEN, BUS)


def test_a_version_we_cannot_read_is_logged_and_the_file_counts(caplog):
    broken = replace(version(GARDEN), content="nothing")
    assert lay_over((GARDEN,), (broken,)) == (GARDEN,)
    assert caplog.messages == [
        "article version is unreadable, the file counts instead: database/garden.en.md:1: "
        "The file must begin with front matter between two lines “---”."
    ]


def test_the_packaged_library_holds_every_file_and_the_versions():
    library = Library.packaged((version(GARDEN),))
    assert len(library.articles) == len(packaged()) + 1
    assert library.article("garden", "en") == GARDEN
