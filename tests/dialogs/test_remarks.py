"""Remarks on an answer: wrong, too long, one more, how so; anger and apologies. None is a question."""

from sqlalchemy import select

from bot.models import Question
from tests.script import Chat


def kept(chat: Chat) -> list[tuple[str, str]]:
    """Every question as the team sees it: outcome and text."""
    with chat.house.database.read() as connection:
        rows = connection.execute(select(Question.outcome, Question.text).order_by(Question.id))
        return [(outcome, text) for outcome, text in rows]


async def test_a_wrong_answer_is_marked_and_the_complaint_is_no_question(chat: Chat) -> None:
    await chat.play("""
        > How do housing cooperatives keep rents low?
        < … [Not what I meant]
        > that's wrong!
        < Thank you for telling me. Did you mean one of these? …
        > Wie bleiben Mieten in Genossenschaften niedrig?
        < … [Das meinte ich nicht]
        > Das stimmt doch gar nicht!
        < Danke für den Hinweis. …
        > 社区花园怎么开始？
        < … [不是我想问的]
        > 这不是我要问的
        < …
    """)
    assert [outcome for outcome, _text in kept(chat)] == ["not_meant"] * 3


async def test_before_any_question_nothing_can_be_wrong(chat: Chat) -> None:
    await chat.play("""
        > Das ist Quatsch
        < Das tut mir leid. Sagen Sie mir bitte mit anderen Worten, was Sie wissen möchten. [Einen Menschen fragen]
    """)
    assert kept(chat) == []


async def test_what_is_too_long_is_said_in_one_sentence_with_its_source(chat: Chat) -> None:
    await chat.play("""
        > How did Ghent get cars out of the centre with its circulation plan?
        < …
        > too long
        < In short: Ghent… Source: … [Read more] [Not what I meant] [Ask a person]
        > kürzer bitte
        < Kurz gesagt: … Quelle: … [Mehr lesen] [Das meinte ich nicht] [Einen Menschen fragen]
        > 太长了
        < 简单地说：…根特…来源：…
    """)
    assert len(kept(chat)) == 1


async def test_the_next_example_is_what_was_found_beside_it(chat: Chat) -> None:
    await chat.play("""
        > How does a community garden start?
        < … KIC Garden … [Read more] [Prinzessinnengarten, Berlin: a movable garden that found a new home] …
    """)
    second, third = (choice.label for choice in chat.shown[0].choices[1:3])
    await chat.play(f"""
        > another example
        < … {second} … [Another example] [Not what I meant] [Ask a person]
        > one more, please
        < … {third} …
    """)
    assert len(kept(chat)) == 1


async def test_how_it_works_is_what_the_article_tells(chat: Chat) -> None:
    await chat.play("""
        > Wie entstand der Gemeinschaftsgarten KIC in Shanghai?
        < …
        > wie geht das?
        < KIC Garden in Shanghai: … Quelle: …
    """)
    assert len(kept(chat)) == 1


async def test_how_it_works_without_an_article_is_a_wish_for_help(chat: Chat) -> None:
    await chat.play("""
        > wie geht das?
        < Fragen Sie mich mit Ihren eigenen Worten …
    """)


async def test_anger_and_an_apology_are_met_kindly(chat: Chat) -> None:
    await chat.play("""
        > you suck, useless bot
        < I am sorry that I am no help so far. A person of the team can look into it. [Ask a person]
        > sorry
        < Never mind. What would you like to know?
        > Verdammt nochmal, hilft mir hier mal einer??
        < Es tut mir leid, dass ich Ihnen bisher nicht helfen konnte. … [Einen Menschen fragen]
        > 气死我了
        < 很抱歉，我还没能帮上您。工作人员可以来处理。 [找工作人员]
    """)
    assert kept(chat) == []


async def test_inside_a_form_a_remark_is_an_answer(chat: Chat) -> None:
    await chat.play("""
        > human
        < What may I pass on to the team? …
        > too long
        < Thank you. I have put your question on the team's list. …
    """)
    assert kept(chat) == [("for_staff", "too long")]


async def test_a_greeting_or_a_story_before_a_question_does_not_hide_it(chat: Chat) -> None:
    await chat.play("""
        > guten morgen! wie starte ich einen gemeinschaftsgarten?
        < …garten… Quelle: …
        > Thanks! And hello, I killed my plants, how do I start a community garden?
        < … garden … Source: …
        > 您好，请问社区花园怎么开始？
        < …花园…来源：…
    """)
    assert [outcome for outcome, _text in kept(chat)] == ["answered"] * 3


async def test_why_is_told_of_follow_ups_taps_and_examples_too(chat: Chat) -> None:
    """For the terminal: messengers lay several replies together in ways of their own."""
    assert chat.channel.name == "script"
    await chat.play("""
        > /debug
        < I will show why I chose each answer.
        > How did Ghent get cars out of the centre with its circulation plan?
        < …
        < Why: confidence …
        > how much did it cost?
        < …
        < Why: goes on from the article shown, circulation-plan-ghent; paragraphs that say it: 1.
        > [Read more]
        < …
        < Why: you chose the article circulation-plan-ghent.
        > another example
        < …
        < Why: … comes next among what is near circulation-plan-ghent.
    """)


async def test_what_was_said_is_said_again_in_another_language(chat: Chat) -> None:
    await chat.play("""
        > How did Ghent get cars out of the centre with its circulation plan?
        < …
        > can you say that in Chinese?
        < 好的，接下来我用中文回答您。
        < …根特…来源：…
        > 用德语说
        < Ich antworte Ihnen ab jetzt auf Deutsch.
        < … Gent … Quelle: …
    """)


async def test_there_is_nothing_to_go_back_to_outside_a_form(chat: Chat) -> None:
    await chat.play("""
        > zurück
        < Weiter zurück geht es hier nicht. Was möchten Sie wissen?
        > Hallo
        < … [Was können Sie noch?]
        > /back
        < Weiter zurück geht es hier nicht. Sie können wählen: … [Was können Sie noch?]
    """)


async def test_a_choice_that_nobody_offers_is_gone_and_no_question(chat: Chat) -> None:
    await chat.say("zzz", picked="zzz")
    assert chat.shown[0].text == "That choice is gone."
    await chat.play("""
        > human
        < What may I pass on to the team? …
    """)
    await chat.say("zzz", picked="zzz")
    assert chat.shown[0].text.startswith("That choice is gone.")
    assert kept(chat) == []


async def test_who_is_behind_us_and_when_the_team_is_there(chat: Chat) -> None:
    await chat.play("""
        > Hallo, auf Deutsch bitte
        < …
        > Öffnungszeiten
        < Bürozeiten: Montag–Freitag 09:00–17:00 (Berlin). Das Büro ist … [Einen Menschen fragen]
        > 几点上班
        < 办公时间：星期一至星期五 09:00–17:00（柏林时间）。… [找工作人员]
        > Wer steckt hinter dem Bot?
        < Ich bin ein Programm, kein Mensch. … [Einen Menschen fragen]
    """)


async def test_what_only_the_team_can_do_is_handed_to_it(chat: Chat) -> None:
    await chat.play("""
        > we want to announce our event
        < Announcements, invitations and polls go out through the team. …
        < What may I pass on to the team? Write it in one message.
        > Summer party on June 5 in our garden
        < Thank you. I have put your question on the team's list. …
    """)
    assert kept(chat) == [("for_staff", "Summer party on June 5 in our garden")]
