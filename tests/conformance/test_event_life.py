"""A place at an event from the waiting list to the certificate, on every channel, in each language.

Beside what tests/script.py plays, a line `= what happens` lets something happen by itself; the
lines below it are what the person then finds on their messenger.
"""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert

from bot.config import Settings
from bot.message import Reply
from bot.models import Person
from bot.services.checkins import CheckIns, Scan
from bot.services.event_ticks import look_after_events
from bot.services.registrations import GRACE, Registrations
from knowledge.library import Library
from tests import eventful
from tests.clock import Clock
from tests.conformance.stage import Stage, StageClock
from tests.conformance.staged import StagedChat
from tests.conformance.stages import STAGES
from tests.script import as_line, assert_line
from tests.services import reminding

HOUR = timedelta(hours=1)
STARTS = datetime(2027, 3, 2, 13, tzinfo=UTC)  # tomorrow, 14:00 in Berlin
EVENING = datetime(2027, 3, 1, 17, tzinfo=UTC)  # the evening before, 18:00 there
AFTERWARDS = datetime(2027, 3, 3, 9, tzinfo=UTC)  # the day after, 10:00 there

IN_ENGLISH = """
    > register
    < Registration: Summer School Berlin, March 2, 2027 What is your name?
    > Anna
    < Is this right? … • What is your name? Anna All seats are taken; there is a waiting list. … [Join the waiting list] [Change something] [Cancel]
    > [Join the waiting list]
    < You are on the waiting list for Summer School Berlin, …, as number 1. … I write to you here when it is your turn. [Change my answers] [Cancel my registration]
    = bert cancels
    < Good news: a seat is free for you at Summer School Berlin, … It is yours if you take it by Monday, March 1, 2027, … (Berlin); then it goes to the next person. [Take the seat] [Let it go]
    > [Let it go]
    < All right, the seat goes to the next person. Thank you for telling me. [See all events]
    > register
    < Registration: … What is your name?
    > Anna
    < Is this right? …
    > [Join the waiting list]
    < You are on the waiting list … as number 1. …
    = carl lets the time pass
    < Good news: a seat is free for you at Summer School Berlin, … [Take the seat] [Let it go]
    > [Take the seat]
    < You are registered for Summer School Berlin, …: 1 seat. Your reference is …. … {summer-school.ics}… [Change my answers] [Cancel my registration]
    > change my name
    < What is your name?
    > Anna Weber
    < Done, that is changed. … • What is your name? Anna Weber …
    > remind me the evening before
    < I do that already, on Monday, March 1, 2027, 6:00 PM (Berlin).
    > remind me two hours before to pack my bag
    < I will remind you on Tuesday, March 2, 2027, 12:00 PM (Berlin): pack my bag [Another time] …
    = it is evening
    < Your reminder: Summer School Berlin Tuesday, March 2, 2027, 2:00 PM (Berlin) ufaFabrik, Berlin No more reminders? Write: stop
    = anna was there
    < How was Summer School Berlin for you? 1 to 5, please; 5 is very good. [1 (not good)] [2] [3 (all right)] [4] [5 (very good)]
    > [4]
    < Thank you! What should the organisers know? A sentence is enough. [Skip]
    > More shade, please
    < Thank you, the organisers will read it.
    > certificate
    < Here is your certificate for Summer School Berlin. Thank you for being there! {summer-school.pdf}
"""
IN_GERMAN = """
    > Ich möchte mich anmelden
    < Anmeldung: Sommerschule Berlin, 2. März 2027 Wie heißen Sie?
    > Anna
    < Stimmt das so? … • Wie heißen Sie? Anna … [Auf die Warteliste] [Etwas ändern] [Abbrechen]
    > [Auf die Warteliste]
    < Sie stehen auf der Warteliste, auf Platz 1: Sommerschule Berlin, … Ich schreibe Ihnen hier, wenn Sie an der Reihe sind. [Meine Angaben ändern] [Meine Anmeldung absagen]
    = bert cancels
    < Gute Nachricht: Für Sie ist ein Platz frei: Sommerschule Berlin, … Er gehört Ihnen, wenn Sie ihn bis Montag, 1. März 2027, … (Berlin) annehmen; danach geht er an die nächste Person. [Platz annehmen] [Platz freigeben]
    > [Platz freigeben]
    < In Ordnung, der Platz geht an die nächste Person. Danke, dass Sie Bescheid geben. [Alle Veranstaltungen]
    > anmelden
    < Anmeldung: … Wie heißen Sie?
    > Anna
    < Stimmt das so? …
    > [Auf die Warteliste]
    < Sie stehen auf der Warteliste, auf Platz 1: …
    = carl lets the time pass
    < Gute Nachricht: … [Platz annehmen] [Platz freigeben]
    > [Platz annehmen]
    < Sie sind angemeldet: Sommerschule Berlin, … {summer-school.ics}… [Meine Angaben ändern] [Meine Anmeldung absagen]
    > meinen Namen ändern
    < Wie heißen Sie?
    > Anna Wäber
    < Erledigt, das ist geändert. … • Wie heißen Sie? Anna Wäber …
    > erinnere mich am Vorabend
    < Das tue ich schon: am Montag, 1. März 2027, 18:00 (Berlin).
    > erinnere mich Freitag um 9 an die Nachbereitung
    < Ich erinnere Sie am Freitag, 5. März 2027, 09:00 (Berlin): die Nachbereitung [Andere Zeit] …
    = it is evening
    < Ihre Erinnerung: Sommerschule Berlin Dienstag, 2. März 2027, 14:00 (Berlin) ufaFabrik, Berlin Keine Erinnerungen mehr? Schreiben Sie: stopp
    = anna was there
    < Wie war „Sommerschule Berlin“ für Sie? Bitte geben Sie 1 bis 5 Punkte; 5 ist sehr gut. [1 (nicht gut)] [2] [3 (in Ordnung)] [4] [5 (sehr gut)]
    > 4
    < Danke! Was sollten die Veranstaltenden wissen? Ein Satz genügt. [Überspringen]
    > Mehr Schatten, bitte
    < Danke, …
    > Teilnahmebescheinigung
    < Hier ist Ihre Bescheinigung für Sommerschule Berlin. … {summer-school.pdf}
"""
IN_CHINESE = """
    > 我要报名
    < 报名：柏林暑期学校，2027年3月2日 您的姓名？
    > 王安
    < 请确认以下信息： … • 您的姓名？ 王安 … [加入候补名单] [修改] [取消]
    > [加入候补名单]
    < 您在柏林暑期学校（柏林时间2027年3月2日星期二 14:00）的候补名单上排第 1 位。…轮到您时，我会在这里通知您。 [修改我的信息] [取消我的报名]
    = bert cancels
    < 好消息：柏林暑期学校（…）有一个名额可以给您。请在柏林时间2027年3月1日星期一 …之前确认；过期会让给下一位。 [接受名额] [放弃名额]
    > [放弃名额]
    < 好的，名额会给下一位。谢谢您告诉我。 [查看所有活动]
    > 我要报名
    < 报名：… 您的姓名？
    > 王安
    < 请确认以下信息： …
    > [加入候补名单]
    < 您在柏林暑期学校（…）的候补名单上排第 1 位。…
    = carl lets the time pass
    < 好消息：… [接受名额] [放弃名额]
    > [接受名额]
    < 您已报名柏林暑期学校… {summer-school.ics} …
    > 修改姓名
    < 您的姓名？
    > 王安娜
    < 好的，已修改。 … • 您的姓名？ 王安娜 …
    > 提前两小时提醒我
    < 我会在柏林时间2027年3月2日星期二 12:00提醒您：柏林暑期学校 [换个时间] [删除] …
    > 明天下午三点提醒我交报告
    < 我该按哪座城市的时间计算？我会记住。 [上海] [柏林]
    > [柏林]
    < 我会在柏林时间2027年3月2日星期二 15:00提醒您：交报告 [换个时间] [删除]
    = it is evening
    < 提醒您：柏林暑期学校 柏林时间2027年3月2日星期二 14:00 ufaFabrik, Berlin 不想再收到提醒？请写：退订
    = anna was there
    < 您觉得柏林暑期学校怎么样？请打 1 到 5 分，5 分最好。 [1（不好）] [2] [3（还可以）] [4] [5（很好）]
    > 4
    < 谢谢！还有什么想告诉主办方的？一句话就可以。 [跳过]
    > 希望多一点树荫
    < 谢谢，主办方会看到的。
    > 参会证明
    < 这是您参加“柏林暑期学校”的证明。感谢您的到来！ {summer-school.pdf}
"""

# Where the house has public pages as well, and so a door that reads the code each place has.
_WITH_A_DOOR = ("web", "terminal", "wecom")


class Life(StagedChat):
    """Anna on a messenger, in a town where Bert has the only seat and Carl waits behind her."""

    def __init__(self, stage: Stage, clock: Clock) -> None:
        super().__init__(stage, "anna")
        self._clock, self._database = clock, stage.house.database
        with self._database.write() as connection:  # they have no messenger here
            people = [{"id": name, "created_at": eventful.NOW} for name in ("bert", "carl")]
            connection.execute(insert(Person), people)
        eventful.held(
            self._database,
            eventful.SCHOOL,
            starts_at=STARTS,
            ends_at=STARTS + 2 * HOUR,
            capacity=1,
            offer_hours=2,
            fields=eventful.FIELDS[:1],
        )
        eventful.register(self._database, "bert", address=None)

    async def live(self, script: str) -> None:
        """Play what is said, and let happen what happens."""
        opening, *parts = re.split(r"^\s*= (.+)$", script, flags=re.MULTILINE)
        await self.play(opening)
        for what, then in zip(parts[::2], parts[1::2], strict=True):
            found, talk = list[Reply](), then
            for reply in await self._happening(getattr(self, what.replace(" ", "_"))):
                line, _newline, talk = talk.lstrip().partition("\n")
                assert_line(as_line(reply), line.removeprefix("< "))
                found.append(reply)
            assert found, f"nothing came when {what}"
            self.shown = found
            await self.play(talk)

    async def _happening(self, do: Callable[[], None]) -> Sequence[Reply]:
        do()
        self.house.wakeups.wake(str(self.address))
        self.house.wakeups.wake("delivery")
        return await self.look(asked=False)

    @property
    def reference(self) -> str:
        """Of the one seat, which is hers now."""
        rows = eventful.rows(self._database)
        (seat,) = (row for row in rows if row.status in ("confirmed", "attended"))
        return str(seat.reference)

    def _does(self, what: Callable[[Registrations], object]) -> None:
        eventful.run(self._database, lambda t: what(Registrations(t)), self._clock.at)

    def bert_cancels(self) -> None:
        """With Carl behind Anna."""
        eventful.register(self._database, "carl", self._clock.at, address=None)
        self._does(lambda registrations: registrations.cancel(eventful.SCHOOL.id, "bert"))

    def carl_lets_the_time_pass(self) -> None:
        self._clock.at += 2 * HOUR + GRACE + timedelta(minutes=1)
        look_after_events(self._database, self._clock.at)

    def it_is_evening(self) -> None:
        self._clock.at = EVENING
        reminding.Town(self._database).tick(EVENING)

    def anna_was_there(self) -> None:
        """Checked in at the door by her code; then it is the next morning."""
        scan = Scan("scan-anna", self.reference)
        eventful.run(self._database, lambda t: CheckIns(t).take(eventful.SCHOOL.id, scan), STARTS)
        self._clock.at = AFTERWARDS
        look_after_events(self._database, AFTERWARDS)


@pytest.mark.parametrize("script", [IN_ENGLISH, IN_GERMAN, IN_CHINESE], ids=["en", "de", "zh"])
@pytest.mark.parametrize("channel", STAGES)
async def test_a_place_from_the_waiting_list_to_the_certificate(
    channel: str, script: str, sqlite_url: str, tmp_path: Path, library: Library
) -> None:
    settings = Settings(
        data_dir=tmp_path,
        database_url=sqlite_url,
        secret="for tests only",
        own_channels=channel,
        flood_messages=1000,
        organisation="Citymakers",
        public_url="https://chat.example.org" if channel in _WITH_A_DOOR else "",
    )
    clock = Clock(eventful.NOW)
    async with STAGES[channel](settings, library, StageClock(clock)) as stage:
        anna = Life(stage, clock)
        await anna.live(script)
        code = f"{{{anna.reference}.png}}"
        assert any(code in shown for shown in anna.seen) == (channel in _WITH_A_DOOR)
