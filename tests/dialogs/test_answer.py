"""Going on from an answer: questions about the article shown, and interest in a programme."""

import pytest
from sqlalchemy import select

from bot.models import Question
from tests.script import Chat


def kept(chat: Chat) -> list[tuple[str, str, str]]:
    """Every question as the team sees it: outcome, text, nearest article."""
    with chat.house.database.read() as connection:
        rows = connection.execute(
            select(Question.outcome, Question.text, Question.found).order_by(Question.id)
        )
        return [(outcome, text, found[0]["slug"]) for outcome, text, found in rows]


async def test_a_talk_goes_on_from_the_article(chat: Chat) -> None:
    await chat.play("""
        > How did Ghent get cars out of the centre with its circulation plan?
        < … Ghent … [Not what I meant]
        > how much did it cost?
        < Ghent's circulation plan reportedly cost around 4 million euro… Source: … [Read more] [Not what I meant]
        > und wann war das?
        < … 2017 … [Mehr lesen] [Das meinte ich nicht]
        > 谁出钱？
        < 据说，根特交通循环计划花了约400万欧元… [查看全文] [不是我想问的]
    """)
    assert kept(chat)[1] == ("answered", "how much did it cost?", "circulation-plan-ghent")


async def test_what_the_article_does_not_say_is_noted_for_the_team(chat: Chat) -> None:
    await chat.play("""
        > How do housing cooperatives keep rents low?
        < … Kalkbreite, Zurich: … [Not what I meant]
        > How much did it cost?
        < My article “Kalkbreite, Zurich: cooperative homes on top of a tram depot” does not say that. Your question is noted: the team sees what I could not answer. [Read more] [Tell me when you know] [Ask a person] [Not what I meant]
        > [Not what I meant]
        < Thank you for telling me. …
    """)
    assert kept(chat)[1] == ("not_meant", "How much did it cost?", "kalkbreite-zurich")


async def test_a_talk_stays_with_the_article_until_another_is_named(chat: Chat) -> None:
    await chat.play("""
        > Was ist die Kalkbreite in Zürich?
        < … Kalkbreite … [Das meinte ich nicht]
        > Und wie viele Leute wohnen da?
        < … Rund 250 Menschen wohnen hier … Kalkbreite in Zürich: …
        > läuft das noch?
        < Letzter bekannter Stand (2026): läuft.…
        > Wer entscheidet dort?
        < … Sagen Sie früh, was Beteiligte entscheiden können. … Kalkbreite in Zürich: …
        > Und wie funktioniert eine Schwammstadt?
        < Eine Schwammstadt hält Regen dort, wo er fällt…
    """)


async def test_what_comes_near_is_offered_beside_the_themes(chat: Chat) -> None:
    await chat.play("""
        > participatory budgeting in Paris
        < I do not know that, and I would rather not guess.… This comes near. Perhaps it helps, or one of these themes, or a person? [Porto Alegre: where participatory budgeting began, and why it stopped] [Citizen dialogues, participatory budgets and guiding principles] [Having a say] …
        > [Porto Alegre: where participatory budgeting began, and why it stopped]
        < Porto Alegre in Brazil is where participatory budgeting began…
    """)


async def test_an_article_that_was_tapped_is_what_one_goes_on_from(chat: Chat) -> None:
    await chat.play("""
        > How do housing cooperatives keep rents low?
        < …
    """)
    await chat.say("", picked="answer:circulation-plan-ghent")
    await chat.play("""
        > And what did it cost?
        < Ghent's circulation plan reportedly cost around 4 million euro…
    """)


async def test_without_an_article_there_is_nothing_to_go_on_from(chat: Chat) -> None:
    await chat.play("""
        > how much did it cost?
        < What do you mean? Please name a city, a project or a topic.
        > und wann war das?
        < Was meinen Sie? Nennen Sie bitte eine Stadt, ein Projekt oder ein Thema.
        > 花了多少钱？
        < 您指的是什么？请告诉我城市、项目或主题。
    """)
    assert kept(chat) == []


async def test_interest_in_a_programme_reaches_the_team_with_its_name(chat: Chat) -> None:
    await chat.play("""
        > I want to go on a learning journey to China with other city makers
        < … [Read more] [Note my interest] …
        > [Note my interest]
        < I will tell the team that you are interested in “… What should they know? … [Send it like this] [Cancel]
        > I am from Aachen and care about gardens. English and German.
        < Thank you. I have put your interest on the team's list. …
    """)
    outcome, text, slug = kept(chat)[-1]
    assert (outcome, slug) == ("for_staff", "prog-learning-journeys")
    assert text.startswith("Interest in “")
    assert text.endswith("”: I am from Aachen and care about gardens. English and German.")


async def test_interest_needs_no_more_words_and_can_be_given_up(chat: Chat) -> None:
    await chat.say("你好")
    await chat.say("", picked="interest:prog-learning-journeys")
    await chat.play("""
        > 2
        < 好的，已经取消，一切保持不变。
    """)
    await chat.say("", picked="interest:prog-learning-journeys")
    await chat.play("""
        > [就这样发送]
        < 谢谢。您的意向已经记入工作人员的待办清单。 …
    """)
    outcome, text, slug = kept(chat)[-1]
    assert (outcome, slug) == ("for_staff", "prog-learning-journeys")
    assert text.endswith("”感兴趣")


async def test_there_is_no_interest_to_note_in_what_is_no_programme(chat: Chat) -> None:
    for argument in ("kalkbreite-zurich", "gone", ""):
        await chat.say("", picked=f"interest:{argument}")
        assert [reply.text for reply in chat.shown] == ["I have nothing on that yet."]
    assert kept(chat) == []


@pytest.mark.parametrize(
    ("question", "label", "told"),
    [
        ("Who won the match yesterday?", "Tell me when you know", "I write to you once"),
        ("Wer hat gestern das Spiel gewonnen?", "Sagen Sie mir, wenn Sie es wissen", "einmal"),
        ("昨天的比赛谁赢了？", "知道了请告诉我", "给您写一次"),
    ],
)
async def test_who_wants_to_hear_when_we_know_is_noted(
    chat: Chat, question: str, label: str, told: str
) -> None:
    await chat.say(question)
    await chat.tap(label)
    assert told in chat.shown[0].text
    with chat.house.database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM question WHERE tell").scalar() == 1
