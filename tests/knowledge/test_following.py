"""Questions that go on from the article shown last: which they are, and what answers them there."""

import random

import pytest

from knowledge.following import follow
from knowledge.library import Library

KALKBREITE, GHENT = "kalkbreite-zurich", "circulation-plan-ghent"
FELLOWS = "prog-learning-journeys"
COUNCIL, GARDEN = "citizens-council-ostbelgien", "kic-garden-shanghai"
SUPERBLOCKS, DECIDIM = "superblocks-barcelona", "decidim-barcelona"
EXROTAPRINT, KIOSK = "exrotaprint-berlin", "health-kiosk-hamburg"
PORTO_ALEGRE, CLOUDBURST = "participatory-budget-porto-alegre", "cloudburst-copenhagen"


def said(library: Library, text: str, language: str, slug: str) -> str | None:
    """The first passage, "" when the article does not say, None when it is another question."""
    followed = follow(library, text, language, slug)
    return "".join(followed.passages[:1]) if followed else None


@pytest.mark.parametrize(
    ("slug", "language", "text", "tells"),
    [
        (GHENT, "en", "how much did it cost?", "cost around 4 million euro"),
        (GHENT, "en", "And the costs?", "cost around 4 million euro"),
        (GHENT, "de", "was hat das gekostet?", "ungefähr 4 Millionen Euro"),
        (GHENT, "de", "Können Sie mir sagen, was das gekostet hat?", "ungefähr 4 Millionen Euro"),
        (GHENT, "zh", "花了多少钱？", "约400万欧元"),
        (GHENT, "zh", "成本高吗", "约400万欧元"),
        (GHENT, "en", "who paid for it", "4 million euro"),
        (KALKBREITE, "en", "and when was that?", "ran from 2007"),
        (KALKBREITE, "de", "und wann war das?", "2014"),
        (KALKBREITE, "zh", "那是什么时候？", "2007年"),
        (KALKBREITE, "zh", "什么时候开始的", "2007年"),
        (KALKBREITE, "en", "how many people live there?", "About 250 people"),
        (KALKBREITE, "de", "wie viele Leute wohnen dort?", "250"),
        (KALKBREITE, "zh", "有多少人住在那里？", "250人"),
        (KALKBREITE, "en", "who is behind it?", "cooperative city block"),
        (KALKBREITE, "de", "Wer steckt dahinter?", "genossenschaftlicher Wohnblock"),
        (KALKBREITE, "zh", "谁发起的？", "合作社"),
        (KALKBREITE, "en", "did it work?", "keep rents low in a simple way"),
        (KALKBREITE, "de", "Was hat es gebracht?", "Mieten niedrig halten"),
        (KALKBREITE, "zh", "效果怎么样？", "低于市场价"),
        (KALKBREITE, "en", "Can this be copied elsewhere?", "suits any city"),
        (KALKBREITE, "de", "können wir das auch machen?", "ein Vorbild für Städte"),
        (KALKBREITE, "zh", "我们也能做吗？", "可以参考卡尔克布莱特"),
        (FELLOWS, "en", "who can take part?", "Learning Journeys are meant for"),
        (FELLOWS, "de", "Wer kann mitmachen?", "Lernreisen"),
        (FELLOWS, "zh", "谁可以参加？", "中国"),
        (KALKBREITE, "de", "Und wie viele Leute wohnen da?", "250"),
        (KALKBREITE, "en", "how many flats?", "97 flats"),
        (KALKBREITE, "de", "wie hoch sind die Mieten?", "Mieten niedrig halten"),
        (COUNCIL, "de", "Wie viele Mitglieder hat der?", "25 bis 50 Mitglieder"),
        (COUNCIL, "en", "how many members are there", "citizens' council of 24 people"),
        (COUNCIL, "de", "Wo gibt es den?", "Ostbelgien"),
        (GARDEN, "en", "what did it achieve?", "garden decays after the first season"),
        (SUPERBLOCKS, "zh", "谁反对过", "批评"),
        (SUPERBLOCKS, "en", "who was against it?", "criticism"),
        (SUPERBLOCKS, "de", "Wer war dagegen?", "Kritik"),
        (DECIDIM, "en", "how many users does it have?", "120,000 people"),
        (EXROTAPRINT, "en", "Who owns the land?", "heritable building right"),
        (KIOSK, "de", "wer hat das bezahlt?", "zahlte der Innovationsfonds"),
        (KALKBREITE, "en", "is it still running?", "Last known state (2026): running."),
        (KALKBREITE, "de", "läuft das noch?", "Letzter bekannter Stand (2026): läuft."),
        (PORTO_ALEGRE, "zh", "现在还在吗？", "已结束"),
        # The article is not translated into the language of the question's mistake: still it goes on.
        (KALKBREITE, "de", "how many people live there?", "About 250 people"),
    ],
)
def test_it_is_answered_from_the_article(
    library: Library, slug: str, language: str, text: str, tells: str
) -> None:
    assert tells in (said(library, text, language, slug) or "")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "how much did it cost?"),
        ("en", "How was it financed?"),
        ("de", "Was hat das gekostet?"),
        ("de", "wer hat das bezahlt?"),
        ("zh", "花了多少钱？"),
        ("zh", "钱从哪里来？"),
    ],
)
def test_what_the_article_does_not_say_is_not_made_up(
    library: Library, language: str, text: str
) -> None:
    assert said(library, text, language, KALKBREITE) == ""


@pytest.mark.parametrize(
    ("slug", "language", "text"),
    [
        (COUNCIL, "de", "was kostet so was?"),
        (CLOUDBURST, "de", "wer hat das bezahlt?"),  # it names the damage, and nobody who pays
        (EXROTAPRINT, "de", "Wer entscheidet dort?"),  # another article decides in its title
        (GARDEN, "zh", "她们工资多少？"),
    ],
)
def test_it_stays_with_the_article_even_where_that_does_not_say(
    library: Library, slug: str, language: str, text: str
) -> None:
    assert said(library, text, language, slug) == ""


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "how much does a community garden cost?"),
        ("en", "How many people live in Tokyo?"),
        ("en", "What time is it?"),
        ("en", "How do I get a parking permit?"),
        ("de", "Wie funktioniert eine Schwammstadt?"),
        ("de", "Was ist die Samtweberei?"),
        ("en", "What is the PlanBude?"),
        ("zh", "大鱼营造是什么？"),
        ("zh", "海绵城市怎么做？"),
        ("en", "Are there community gardens in Berlin?"),
        ("en", "Is there something like that in Berlin?"),
        ("en", "who are you?"),
        ("en", "where are you?"),
        ("en", "hello"),
        ("en", "tell me about car-free streets"),
        ("en", "what about bicycles?"),
        ("de", "Wer sind Sie?"),
        ("de", "Was kostet ein Gemeinschaftsgarten?"),
        ("de", "Und in Hamburg?"),
        ("de", "Wie halten Genossenschaften die Mieten niedrig?"),
        ("zh", "你是谁？"),
        ("zh", "社区花园怎么开始？"),
        ("zh", "柏林有没有类似的？"),
        ("en", "it " * 100),
        ("en", ""),
        ("zh", "？？？"),
        ("en", "\ud800\0\u202e"),
    ],
)
def test_a_question_that_stands_by_itself_is_left_alone(
    library: Library, language: str, text: str
) -> None:
    assert said(library, text, language, KALKBREITE) is None


def test_what_people_ask_about_other_articles_is_hardly_ever_taken_for_it(library: Library) -> None:
    """All wordings of all articles, each after some other article was shown."""
    chance = random.Random(7)
    slugs = sorted({article.slug for article in library.articles})
    taken = [
        line
        for article in library.articles
        for line in article.aliases
        if (slug := chance.choice(slugs)) != article.slug
        and follow(library, line, article.lang, slug)
    ]
    assert len(taken) <= 3, taken


def test_an_article_nobody_has_any_more_is_no_context(library: Library) -> None:
    assert said(library, "how much did it cost?", "en", "gone") is None
