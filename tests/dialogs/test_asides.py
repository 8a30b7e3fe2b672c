"""Questions about the event itself, asked while somebody registers, or after it was told."""

import pytest

from bot.services.fields import check_fields
from tests.eventful import FIELDS, JOURNEY, SCHOOL

TOLD = {
    "summary": {
        "en": "Five days in Berlin. Taking part is free of charge.",
        "de": "Fünf Tage in Berlin. Die Teilnahme ist kostenlos.",
        "zh": "在柏林五天。参加活动免费。",
    },
    "for_whom": {"en": "people who make cities", "de": "Stadtmachende", "zh": "城市创造者"},
    "fields": FIELDS,
    "seats_each": 2,
}
DATES = "Summer School Berlin begins: Monday, July 5, 2027, 9:00 AM (Berlin). It ends: 5:00 PM."

ENGLISH = {
    "What does it cost?": "Taking part is free of charge.",
    "how much is it": "Taking part is free of charge.",
    "Where is it?": "Summer School Berlin takes place here: ufaFabrik, Berlin",
    "Who can take part?": "For: people who make cities",
    "When does it start?": DATES,
    "How long does it take?": DATES,
    "Who organises it?": "Contact: team@example.org",
    "When is the deadline?": "2 seats are left. You can register until Monday, July 5, 2027, 9:00 AM (Berlin).",
}
OTHERS = {
    "Wer kann mitmachen?": "Für: Stadtmachende",
    "Was kostet das?": "Die Teilnahme ist kostenlos.",
    "Wo findet das statt?": "Sommerschule Berlin findet hier statt: ufaFabrik, Berlin",
    "费用是多少？": "参加活动免费。",
    "在哪里？": "柏林暑期学校的地点：ufaFabrik, Berlin",
    "谁可以参加？": "面向：城市创造者",
}
WHY = {
    "Why do you need that?": "Why we ask: for news",
    "Warum fragen Sie das?": "Warum wir fragen: für Neues",
    "为什么要问这个？": "询问原因：用于通知",
}


@pytest.mark.parametrize("slot", ["seats", "name", "email", "check"])
async def test_each_question_of_a_form_waits_while_one_is_answered(town, slot) -> None:
    town.holds(SCHOOL, **TOLD)
    said = {"seats": [], "name": ["1"], "email": ["1", "Anna"], "check": ["1", "Anna", "a@b.org"]}
    for line in ["register for the summer school", *said[slot]]:
        await town.anna.say(line)
    asked = town.anna.shown[-1].text.partition("\n")[2].split("\n")[-1]
    for question, answer in (ENGLISH | OTHERS).items():
        await town.anna.say(question)
        told, again = town.anna.shown
        assert " ".join(told.text.split()) == answer, question
        assert again.text.startswith("Back to your registration.")
        assert again.text.endswith(asked)


async def test_why_something_is_asked(town) -> None:
    town.holds(SCHOOL, **TOLD)
    for line in ("register for the summer school", "2", "Anna"):
        await town.anna.say(line)
    for question, answer in WHY.items():
        await town.anna.say(question)
        assert town.anna.shown[0].text == answer
    await town.anna.play("""
        > a@example.org
        < Is this right? …
    """)


async def test_a_question_becomes_nobodys_name(town) -> None:
    town.holds(SCHOOL, fields=FIELDS)
    asked = "1 of 2 Registration: Summer School Berlin, July 5, 2027 What is your name?"
    unknown = "The organisers of Summer School Berlin have not written that here. They know: team@example.org If that was your answer, please write it once more."
    await town.anna.play(f"""
        > register for the summer school
        < {asked}
        > How do housing cooperatives keep rents low?
        < …
        < Back to your registration. 1 of 2 What is your name?
        > Is there a vegetarian lunch?
        < {unknown}
        < Back to your registration. 1 of 2 What is your name?
        > 住宿包含在内吗？
        < 柏林暑期学校的主办方在这里没有写明这一点。请向主办方询问：team@example.org 如果这就是您的回答，请再写一遍。
        < Back to your registration. 1 of 2 What is your name?
        > Wo übernachten wir?
        < …
        < Back to your registration. 1 of 2 What is your name?
        # Said twice, it is the answer.
        > Who?
        < 2 of 2 Your e-mail? Why we ask: for news
        > Will there be lunch?
        < The organisers of Summer School Berlin have not written that here. They know: team@example.org
        < Back to your registration. 2 of 2 Your e-mail? Why we ask: for news
    """)


async def test_a_few_words_that_ask_are_taken_when_they_are_said_twice(town) -> None:
    ask = {"id": "topic", "kind": "text", "ask": "Which question do you bring?"}
    town.holds(SCHOOL, fields=check_fields([ask]))
    for line in ("register for the summer school", "Where does the water go?"):
        await town.anna.say(line)
    await town.anna.play("""
        > Where does the water go?
        < Is this right? … Which question do you bring? Where does the water go? …
    """)


async def test_a_long_answer_may_ask(town) -> None:
    ask = {"id": "motivation", "kind": "long_text", "ask": "Why do you come?"}
    town.holds(SCHOOL, fields=check_fields([ask]))
    await town.anna.play("""
        > register for the summer school
        < …
        > Where is it?
        < Summer School Berlin takes place here: ufaFabrik, Berlin
        < Back to your registration. …
        > How can we all live in a city? That drives me.
        < Is this right? …
    """)


@pytest.mark.parametrize("said", ["eine Person", "nur ich", "1 Person", "一个人", "just one"])
async def test_a_count_is_no_wish(town, said) -> None:
    town.holds(SCHOOL, seats_each=2)
    await town.anna.say("Ich möchte mich zur Sommerschule anmelden")
    await town.anna.say(said)
    assert "• 1 Platz\n" in town.anna.shown[-1].text


@pytest.mark.parametrize(
    ("card", "questions"), [("summer school in Berlin", ENGLISH), ("柏林暑期学校", OTHERS)]
)
async def test_after_an_event_was_told_a_question_is_about_it(town, card, questions) -> None:
    town.holds(SCHOOL, **TOLD)
    town.holds(JOURNEY)
    for question, answer in questions.items():
        await town.anna.say(card)
        await town.anna.say(question)
        (told,) = town.anna.shown
        assert " ".join(told.text.split()) == answer, question
        assert len(told.choices) == 1
    await town.anna.say("What is a community garden?")
    await town.anna.say("Where is it?")
    assert "ufaFabrik" not in town.anna.shown[0].text
