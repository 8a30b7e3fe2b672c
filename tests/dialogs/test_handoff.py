"""Leaving a question for the team: in and out of office hours, given up, resumed after a restart."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.config import Settings
from bot.models import Question
from knowledge.library import Library
from tests.script import Chat

MONDAY_NOON = datetime(2026, 5, 4, 10, tzinfo=UTC)  # 12:00 in Berlin
SUNDAY = datetime(2026, 5, 3, 10, tzinfo=UTC)


def left_for_staff(chat: Chat) -> list[str]:
    with chat.house.database.read() as connection:
        wanted = select(Question.text).where(Question.outcome == "for_staff")
        return list(connection.scalars(wanted))


async def test_a_question_is_left_while_the_office_is_open(
    sqlite_url: str, tmp_path: Path, library: Library
) -> None:
    settings = Settings(data_dir=tmp_path, database_url=sqlite_url, contact="team@example.org")
    async with Chat.opened(settings, library, lambda: MONDAY_NOON) as chat:
        await chat.play("""
            > I want to talk to a real person
            < What may I pass on to the team? Write it in one message.
            > Who runs the garden in my street?
            < Thank you. I have put your question on the team's list. The office is open now, until Monday, May 4, 2026, 5:00 PM (Berlin). You can also reach them directly: team@example.org
        """)
        assert left_for_staff(chat) == ["Who runs the garden in my street?"]


async def test_a_question_is_left_on_a_sunday(
    sqlite_url: str, tmp_path: Path, library: Library
) -> None:
    settings = Settings(data_dir=tmp_path, database_url=sqlite_url)
    async with Chat.opened(settings, library, lambda: SUNDAY) as chat:
        await chat.play("""
            > Ich möchte mit einem Menschen sprechen
            < Was darf ich an das Team weitergeben? Schreiben Sie es in einer Nachricht.
            > Wem gehört der Platz vor dem Rathaus?
            < Danke. Ihre Frage steht jetzt auf der Liste des Teams. Das Büro ist gerade nicht besetzt; das Team ist wieder da am Montag, 4. Mai 2026, 09:00 (Berlin).
        """)


async def test_the_last_question_can_be_passed_on_with_one_tap(chat: Chat) -> None:
    await chat.play("""
        > Wer hat gestern das Fußballspiel gewonnen?
        < Das weiß ich nicht, und raten möchte ich nicht. … [Einen Menschen fragen]
        > [Einen Menschen fragen]
        < Was darf ich an das Team weitergeben? Schreiben Sie es hier, oder schicken Sie Ihre letzte Frage: „Wer hat gestern das Fußballspiel gewonnen?“ [Meine letzte Frage schicken] [Abbrechen]
        > 1
        < Danke. Ihre Frage steht jetzt auf der Liste des Teams. …
    """)
    assert left_for_staff(chat) == ["Wer hat gestern das Fußballspiel gewonnen?"]


async def test_somebody_changes_their_mind(chat: Chat) -> None:
    await chat.play("""
        > 我要找人工
        < 您想让我转告工作人员什么？请写在一条消息里。
        > 算了
        < 好的，已经取消，一切保持不变。
    """)
    assert left_for_staff(chat) == []


async def test_help_and_language_work_inside_a_form_and_the_form_resumes(chat: Chat) -> None:
    await chat.play("""
        > human
        < What may I pass on to the team? Write it in one message.
        > help
        < Ask me anything about making cities …
        < Back to your question for the team. What may I pass on to the team? Write it in one message.
        > auf Deutsch
        < Ich antworte Ihnen ab jetzt auf Deutsch.
        < Hier geht es weiter: Ihre Frage an das Team. Was darf ich an das Team weitergeben? Schreiben Sie es in einer Nachricht.
        > Wo finde ich Erde?
        < Danke. Ihre Frage steht jetzt auf der Liste des Teams. …
    """)


@pytest.mark.parametrize(
    ("human", "wish", "asked"),
    [
        ("human", "I would like you to delete all my data today", "… [Yes, delete everything] …"),
        ("Mensch", "Lösch alles was du über mich weißt", "… [Ja, alles löschen] …"),
        ("人工", "请删除我的所有数据", "… [是，全部删除] …"),
        ("人工", "把我的数据都删掉", "… [是，全部删除] …"),
    ],
)
async def test_who_wants_to_be_forgotten_is_heard_in_any_words(
    chat: Chat, human: str, wish: str, asked: str
) -> None:
    await chat.play(f"""
        > {human}
        < …
        > {wish}
        < {asked}
    """)
    assert left_for_staff(chat) == []


async def test_nothing_more_is_an_answer_where_something_is_asked(chat: Chat) -> None:
    await chat.play("""
        > 没有了
        < 再见，祝您的城市越来越好！
        > 人工
        < …
        > 没有了
        < 谢谢。您的问题已经转给工作人员。…
    """)
    assert left_for_staff(chat) == ["没有了"]


async def test_a_form_survives_a_restart_of_the_house(
    sqlite_url: str, tmp_path: Path, library: Library
) -> None:
    settings = Settings(data_dir=tmp_path, database_url=sqlite_url)
    async with Chat.opened(settings, library) as before:
        await before.say("human")
    async with Chat.opened(settings, library) as after:
        await after.say("Who waters the trees?", id="after-the-restart")
        assert after.shown[0].text.startswith("Thank you. I have put your question")


async def test_cancel_among_the_choices_is_no_question_for_the_team(chat: Chat) -> None:
    await chat.play("""
        > Wer hat gestern das Fußballspiel gewonnen?
        < …
        > Mensch
        < … [Meine letzte Frage schicken] [Abbrechen]
        > [Abbrechen]
        < In Ordnung, abgebrochen. Alles bleibt, wie es war.
    """)
    assert left_for_staff(chat) == []


async def test_who_asks_for_a_person_again_has_not_asked_anything_yet(chat: Chat) -> None:
    await chat.play("""
        > human
        < What may I pass on to the team? Write it in one message.
        > ask a person
        < The team will read it. Please write what you would like to ask. … Write it in one message.
        > 人工
        < The team will read it. … Write it in one message.
        > einen Menschen bitte
        < The team will read it. … Write it in one message.
        > Who looks after the human rights office?
        < Thank you. I have put your question on the team's list. …
    """)
    assert left_for_staff(chat) == ["Who looks after the human rights office?"]
