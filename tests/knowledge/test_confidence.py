"""When we dare to answer: sure of what the articles say, silent on what they cannot know."""

from dataclasses import replace

import pytest

from knowledge import Article, Index
from knowledge.confidence import ANSWERED_FROM, Signs, confidence

PRACTICES = tuple(
    Article(slug, lang, title, text, aliases=asked, kind="practice", country=country)
    for slug, lang, title, text, asked, country in [
        (
            "edible-city",
            "en",
            "Andernach: the edible city",
            "Andernach has planted vegetables in its public flower beds since 2010. Anybody may"
            " pick tomatoes and beans. A farm for people without work looks after the beds.",
            ("Which town lets people pick vegetables in public parks?",),
            "DE",
        ),
        (
            "time-bank",
            "en",
            "Nanjing: a time bank for the care of older people",
            "Volunteers in Nanjing help older people and save the hours. Later they get the same"
            " hours of help. The city keeps the accounts.",
            ("Young people care for the elderly and save hours, does that work?",),
            "CN",
        ),
        (
            "edible-city",
            "de",
            "Andernach: die essbare Stadt",
            "Andernach pflanzt seit 2010 Gemüse in öffentliche Beete. Alle dürfen Tomaten und"
            " Bohnen pflücken. Ein Hof für Arbeitslose pflegt die Beete.",
            ("In welcher Stadt darf man Gemüse pflücken?",),
            "DE",
        ),
        (
            "time-bank",
            "de",
            "Nanjing: eine Zeitbank für die Pflege Älterer",
            "Freiwillige in Nanjing helfen älteren Menschen und sparen Stunden an. Später bekommen"
            " sie ebenso viele Stunden Hilfe. Die Stadt führt die Konten.",
            ("Junge pflegen Alte und sparen Stunden an, klappt das?",),
            "CN",
        ),
        (
            "edible-city",
            "zh",
            "安德纳赫：可食城市",
            "安德纳赫从2010年起在公共花坛里种菜。谁都可以采摘番茄和豆子。一个帮助失业者的农场负责养护。",
            ("哪个城市的菜可以随便摘？",),
            "DE",
        ),
        (
            "time-bank",
            "zh",
            "南京：照顾老人的时间银行",
            "南京的志愿者照顾老人，把时间存起来，以后可以换来同样时长的服务。账户由市里统一管理。",
            ("年轻人照顾老人能存时间吗？",),
            "CN",
        ),
    ]
)
SCHOOL = tuple(
    Article("summer-school", lang, title, text, aliases=(asked,), kind="programme")
    for lang, title, text, asked in [
        ("en", "Summer school for city makers", "A short course for students.", "Can I join?"),
        ("de", "Sommerschule für Stadtmacher", "Ein kurzer Kurs für Studierende.", "Mitmachen?"),
        ("zh", "城市创制者暑期学校", "面向大学生的短期课程。", "怎么参加？"),
    ]
)


@pytest.fixture(scope="module")
def index():
    return Index.build([*PRACTICES, *SCHOOL])


@pytest.mark.parametrize(
    ("lang", "question", "slug"),
    [
        ("en", "Where may anybody pick tomatoes from public beds?", "edible-city"),
        ("en", "edible city andernach", "edible-city"),
        ("en", "help older people and save the hours", "time-bank"),
        ("en", "nanjing tiem bank volunteers", "time-bank"),
        ("de", "Wer pflegt die Beete in Andernach?", "edible-city"),
        ("de", "Stunden ansparen mit Hilfe für ältere Menschen", "time-bank"),
        ("zh", "公共花坛里的菜谁都可以摘吗？", "edible-city"),
        ("zh", "南京时间银行怎么存时间", "time-bank"),
        ("en", "I would like to join the summer school for students", "summer-school"),
    ],
)
def test_what_an_article_tells_is_answered(index, lang, question, slug):
    found = index.search(question, lang=lang)
    assert (found[0].slug, found.confidence >= ANSWERED_FROM) == (slug, True)


@pytest.mark.parametrize(
    ("lang", "question"),
    [
        ("en", "What is the weather like tomorrow?"),
        ("en", "How do I renew my passport?"),
        ("en", "Tell me a joke"),
        ("de", "Wie wird das Wetter am Samstag?"),
        ("de", "Wo kann ich meinen Führerschein verlängern?"),
        ("de", "Rezept für Pfannkuchen"),
        ("zh", "明天会下雨吗？"),
        ("zh", "怎么办理签证？"),
        ("zh", "推荐一部电影"),
    ],
)
def test_what_is_not_our_matter_is_declined(index, lang, question):
    assert index.search(question, lang=lang).confidence < ANSWERED_FROM


@pytest.mark.parametrize(
    ("lang", "question"),
    [
        ("en", "What is the phone number of the time bank?"),
        ("en", "Edible city in Toulouse: how many beds?"),
        ("en", "Does the farm in Andernach hire, and what is the monthly salary?"),
        ("de", "Wie sind heute die Öffnungszeiten des Hofs?"),
        ("de", "Zeitbank in Osnabrück, wie viele Freiwillige?"),
        ("zh", "里昂有时间银行吗？"),
        ("zh", "时间银行的电话号码是多少？"),
    ],
)
def test_what_only_sounds_like_an_article_is_declined(index, lang, question):
    assert index.search(question, lang=lang).confidence < ANSWERED_FROM


def test_a_question_is_trusted_less_once_its_article_is_gone():
    question = "Which town lets people pick tomatoes and beans from its flower beds?"
    with_it = Index.build(PRACTICES).search(question)
    without = Index.build([a for a in PRACTICES if a.slug != "edible-city"]).search(question)
    assert with_it.confidence >= ANSWERED_FROM > without.confidence


def test_one_may_ask_to_join_a_programme_but_not_a_practice():
    asked = "apply for the summer school: is there a fee?"
    told, offered = (
        Index.build([replace(article, kind=kind) for article in SCHOOL]).search(asked)
        for kind in ("practice", "programme")
    )
    assert told.confidence < offered.confidence


NOTHING = Signs(*[0.0] * 17)


@pytest.mark.parametrize(
    ("sign", "better"),
    [
        ("covered", True),
        ("letters", True),
        ("meaning", True),
        ("asked_words", True),
        ("lead", True),
        ("length", True),
        ("told", True),
        ("topic", True),
        ("term", True),
        ("place", False),
        ("errand", False),
        ("home", False),
        ("strange", False),
        ("elsewhere", False),
        ("now", False),
        ("service", False),
        ("task", False),
    ],
)
def test_each_sign_speaks_for_or_against(sign, better):
    assert (confidence(replace(NOTHING, **{sign: 1.0})) > confidence(NOTHING)) == better


def test_confidence_stays_between_none_and_all():
    all_for = Signs(1, 1, 1, 1, 1, 4, 3, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0)
    all_against = Signs(0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1)
    assert 0 < confidence(all_against) < 0.001
    assert 0.99 < confidence(all_for) < 1
