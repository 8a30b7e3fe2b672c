"""Who asks for examples of a theme, a town or a country gets practices to choose from."""

import pytest

from dialogs.asking import find_asked
from knowledge.browsing import asked_for
from knowledge.library import Library


@pytest.fixture(scope="module")
def library() -> Library:
    return Library.packaged()


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("Give me good practices from China", "CN"),
        ("Zeig mir Beispiele aus China", "CN"),
        ("给我几个中国的案例", "CN"),
        ("中国有哪些好的做法？", "CN"),
        ("Which examples are there from Germany?", "DE"),
        ("Welche Beispiele gibt es aus Deutschland?", "DE"),
        ("Berlin", "DE"),
        ("上海有什么案例", "CN"),
    ],
)
def test_examples_from_a_place_are_from_there(library: Library, text: str, country: str) -> None:
    finding = find_asked(library, text, "en")
    assert finding.answered
    assert {article.country for article in finding.listed} == {country}
    assert [hit.slug for hit in finding.found] == [article.slug for article in finding.listed]


@pytest.mark.parametrize(
    ("lang", "text", "theme"),
    [
        ("en", "housing", "housing"),
        ("de", "Wohnen", "housing"),
        ("zh", "住房", "housing"),
        ("de", "Mobilität", "mobility"),
        ("en", "Participation in China", "participation"),
        ("zh", "中国的公众参与案例", "participation"),
    ],
)
def test_a_bare_theme_offers_its_practices_the_nearest_first(
    library: Library, lang: str, text: str, theme: str
) -> None:
    listed = asked_for(library, text, lang)
    assert len(listed) >= 2
    assert listed[0].themes[0] == theme
    assert all(theme in article.themes for article in listed)


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "community gardens"),
        ("en", "How do I move to China?"),
        ("en", "Kalkbreite"),
        ("de", "Wohnung in Berlin"),
        ("de", "Beispiele"),
        ("zh", "中国签证"),
        ("zh", "社区花园"),
        ("zh", "中国的社区花园"),
        ("en", "water in Porto Alegre"),  # one, or none, makes no list
        ("en", "housing " * 20),
        ("en", ""),
    ],
)
def test_who_asks_for_anything_more_gets_no_list(library: Library, lang: str, text: str) -> None:
    assert asked_for(library, text, lang) == ()
