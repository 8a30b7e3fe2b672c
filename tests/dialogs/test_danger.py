"""Somebody in danger gets people who can help, before anything else, and nothing of it is kept."""

from sqlalchemy import func, select

from bot.models import Question
from tests.script import Chat


def kept(chat: Chat) -> int:
    with chat.house.database.read() as connection:
        return int(connection.execute(select(func.count()).select_from(Question)).scalar_one())


async def test_whoever_does_not_want_to_live_is_told_who_listens(chat: Chat) -> None:
    await chat.play("""
        > i am suicidal
        < …findahelpline.com…You do not have to be alone with this.
        > Es hat alles keinen Sinn mehr
        < Ich bin ein Programm…112…0800 111 0 111…Sie müssen damit nicht allein bleiben.
        > 不如死了算了
        < 我只是一个程序，帮不了您，但现在就有人可以。…12356…您不必独自承受。
    """)
    assert kept(chat) == 0


async def test_whoever_is_beaten_is_told_who_protects(chat: Chat) -> None:
    await chat.play("""
        > my husband beats me
        < …go where you are safe, and call the police…116 016…It is not your fault.…
        > Mein Mann schlägt mich
        < …110…116 016…Sie sind nicht schuld.…
        > 有人要打我
        < …110…12338…这不是您的错。…
    """)
    assert kept(chat) == 0


async def test_whoever_is_in_an_emergency_is_told_whom_to_call(chat: Chat) -> None:
    await chat.play("""
        > there is a fire in my building
        < …Please call 112 now in Europe…get out first.…
        > Ich habe Schmerzen in der Brust
        < …Bitte rufen Sie jetzt die 112 an…
        > 救命！
        < …火警119，急救120，报警110…
    """)
    assert kept(chat) == 0


async def test_danger_is_heard_inside_a_form_that_takes_any_text(chat: Chat) -> None:
    await chat.play("""
        > human
        < What may I pass on to the team? Write it in one message.
        > I can't go on anymore
        < …
        < Back to your question for the team.…
    """)
    assert kept(chat) == 0


async def test_what_cities_do_against_it_is_a_question(chat: Chat) -> None:
    await chat.say("suicide prevention on bridges: what do cities do?")
    assert kept(chat) == 1
