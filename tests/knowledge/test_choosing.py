"""The paragraph shown first tells of what was asked; what an article surely lacks is said."""

import pytest

from knowledge.answering import SCREEN, UNSAID, answer_text, beside, find, found_text
from knowledge.library import Library


@pytest.fixture(scope="module")
def library() -> Library:
    return Library.packaged()


@pytest.mark.parametrize(
    ("lang", "question", "says"),
    [
        ("en", "Who owns the land under Kalkbreite?", "The city stays owner"),
        ("de", "Wem gehört der Boden unter der Kalkbreite?", "Der Boden gehört der Stadt"),
        ("en", "What are the downsides of the superblocks?", "There is criticism"),
        ("de", "Was sind die Nachteile der Superblocks?", "stieß auf Protest"),
        ("zh", "超级街区有什么缺点", "批评也有"),
        ("en", "how many e-buses does shenzhen have and did it pay off", "16,359 buses"),
        ("zh", "深圳有多少辆电动公交车", "16359辆"),
        ("de", "Wie viele Menschen wohnen in der Kalkbreite?", "250 Menschen"),
        ("en", "How much did the electric buses in Shenzhen cost?", "two to four times as much"),
        ("zh", "永庆坊改造花了多少钱", "每平方米约1万元"),
        ("en", "We have a closed steel plant in our town. Ideas?", "What you need first"),
        ("en", "What is the Kalkbreite?", "is a cooperative city block"),
    ],
)
def test_the_first_paragraph_tells_of_what_is_asked(
    library: Library, lang: str, question: str, says: str
) -> None:
    finding = find(library, question, lang)
    assert not finding.is_unsaid
    assert says in finding.passages[0]


@pytest.mark.parametrize(
    ("lang", "question"),
    [
        ("zh", "小西湖改造花了多少钱"),
        ("zh", "永庆坊改造以后租金涨了没有"),
        ("en", "What did the Kalkbreite cost?"),
        ("de", "Was hat die Kalkbreite gekostet?"),
        ("en", "Who owns Decidim?"),
    ],
)
def test_what_the_article_lacks_is_said_before_what_it_says(
    library: Library, lang: str, question: str
) -> None:
    finding = find(library, question, lang)
    assert finding.article
    text = found_text(finding, finding.article)
    assert finding.is_unsaid
    assert len(text) <= SCREEN
    if lang == "en":
        assert text.startswith(f"{UNSAID}\n\n")


@pytest.mark.parametrize(
    ("lang", "question", "near"),
    [
        ("en", "superblocks", []),
        ("en", "Kalkbreite", []),
        ("en", "community gardens", ["prog-twin-gardens", "prinzessinnengarten-berlin"]),
        ("de", "Wie funktioniert die Mülltrennung in Shanghai?", ["zero-waste-ljubljana"]),
        ("en", "How do I renew my passport?", []),
    ],
)
def test_only_what_is_near_is_offered_with_an_answer(
    library: Library, lang: str, question: str, near: list[str]
) -> None:
    assert beside(library, find(library, question, lang)) == near


@pytest.mark.parametrize(
    ("lang", "origin"),
    [
        ("en", "1989-2017, suspended"),
        ("de", "1989-2017, ausgesetzt"),
        ("zh", "1989—2017年，已暂停"),
    ],
)
def test_a_period_that_tells_the_state_is_not_followed_by_it(
    library: Library, lang: str, origin: str
) -> None:
    article = library.article("participatory-budget-porto-alegre", lang)
    assert article
    assert f"{article.title} · {origin}\n" in answer_text(article, (), lang)
