"""People ask to be reminded, in three languages; what is missing is asked, and nothing guessed."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from icalendar import Calendar
from sqlalchemy import true

from bot import lapsing
from bot.config import Settings
from bot.dialog import Talk
from bot.message import Address, Reply
from bot.services.reminders import MOST
from dialogs.reminding.hours import hours_in
from knowledge.library import Library
from tests.clock import Clock
from tests.script import Chat, ScriptChannel, as_line
from tests.services.reminding import EVENING, NOW, STARTS, Town

HOUR = timedelta(hours=1)


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture
def settings_sqlite(sqlite_url: str, tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, database_url=sqlite_url, secret="for tests only")


@pytest.fixture
async def chat(settings_sqlite: Settings, library: Library, clock: Clock) -> AsyncIterator[Chat]:
    """A talk on Wednesday, 25 November 2026, at 10:00 in Berlin."""
    async with Chat.opened(settings_sqlite, library, clock) as talk:
        yield talk


async def tick(chat: Chat, clock: Clock, at: datetime) -> list[str]:
    """The clock looks at that moment; what this person then hears."""
    clock.at = at
    before = len(chat.channel.sent)
    Town(chat.house.database).tick(at)
    while await chat.house.deliverer.deliver():
        pass
    return [as_line(r) for to, r in chat.channel.sent[before:] if to == chat.address]


async def test_what_was_understood_is_said_back_and_comes_true(chat: Chat, clock: Clock) -> None:
    await chat.play("""
        > Remind me tomorrow at 9 to call the office.
        < I will remind you on Thursday, November 26, 2026, 9:00 AM (Berlin): call the office [Another time] [Delete it] [Another time zone]
    """)
    tomorrow = datetime(2026, 11, 26, 8, tzinfo=UTC)
    assert await tick(chat, clock, tomorrow - timedelta(seconds=1)) == []
    assert await tick(chat, clock, tomorrow) == [
        "Your reminder: call the office [In an hour] [In a day]"
    ]
    assert await tick(chat, clock, tomorrow + HOUR) == []


async def test_a_reminder_that_came_can_come_again(chat: Chat, clock: Clock) -> None:
    await chat.say("remind me in 2 hours to drink water")
    await tick(chat, clock, NOW + 2 * HOUR)
    await chat.say("In an hour", picked=chat.channel.sent[-1][1].choices[0].value)
    assert as_line(chat.shown[0]) == (
        "I will remind you again on Wednesday, November 25, 2026, 1:00 PM (Berlin). "
        "[Another time] [Delete it]"
    )
    assert await tick(chat, clock, NOW + 3 * HOUR) == [
        "Your reminder: drink water [In an hour] [In a day]"
    ]


async def test_what_is_missing_is_asked_one_thing_at_a_time(chat: Chat) -> None:
    await chat.play("""
        > remind me
        < When shall I remind you? For example: tomorrow at 9, Friday at half past two.
        > 31 February at 9
        < There is no such day. When shall I remind you? For example: tomorrow at 9, Friday at half past two.
        > sometime
        < I did not find a time in that. When shall I remind you? For example: tomorrow at 9, Friday at half past two.
        > tomorrow
        < At what time on Thursday, November 26, 2026? For example: 9, 14:30, half past six.
        > half past six
        < Which do you mean? [Thursday, November 26, 2026, 6:30 AM] [Thursday, November 26, 2026, 6:30 PM]
        > the second
        < What shall I remind you of? [Just remind me]
        > water the plants
        < I will remind you on Thursday, November 26, 2026, 6:30 PM (Berlin): water the plants […
    """)


async def test_a_question_in_between_is_answered_and_the_form_goes_on(chat: Chat) -> None:
    await chat.play("""
        > remind me on Friday
        < At what time on Friday, November 27, 2026? …
        > What are superblocks in Barcelona?
        < A superblock in Barcelona …
        < Back to your reminder. At what time on Friday, November 27, 2026? …
        > back
        < All right, cancelled. Everything stays as it was.
    """)


async def test_a_form_left_open_for_a_day_asks_anew_what_has_passed(
    chat: Chat, clock: Clock
) -> None:
    await chat.say("remind me in 3 hours")
    clock.at = NOW + 26 * HOUR
    await chat.play("""
        > call Bob
        < Wednesday, November 25, 2026, 1:00 PM (Berlin) is over already. When shall I remind you? …
        > in 3 hours
        < Wednesday, November 25, 2026, 1:00 PM (Berlin) is over already. When shall I remind you? …
        > tomorrow at 9
        < Thursday, November 26, 2026, 9:00 AM (Berlin) is over already. When shall I remind you? …
        > 27 November at 9
        < I will remind you on Friday, November 27, 2026, 9:00 AM (Berlin): call Bob […
    """)


async def test_the_past_and_the_recurring_are_refused_kindly(chat: Chat) -> None:
    await chat.play("""
        > remind me yesterday at 9 to think
        < Tuesday, November 24, 2026, 9:00 AM (Berlin) is over already. When shall I remind you? …
        > every Monday at 9
        < I can remind you once at a time, not again and again. When shall I remind you? …
        > on Friday 3 March 2027
        < March 3, 2027 is a Wednesday. When shall I remind you? …
        > in 300 years
        < That is too far away for me: five years at most. When shall I remind you? …
        > tomorrow at 25:00
        < There is no such time of day. When shall I remind you? …
        > on Wednesday at 11
        < Which do you mean? [Wednesday, November 25, 2026, 11:00 AM] [Wednesday, December 2, 2026, 11:00 AM]
        > tomorrow at 11
        < I will remind you on Thursday, November 26, 2026, 11:00 AM (Berlin): think […
    """)


async def test_in_german(chat: Chat, clock: Clock) -> None:
    await chat.play("""
        > Erinnere mich Freitag um 9 an den Müll
        < Ich erinnere Sie am Freitag, 27. November 2026, 09:00 (Berlin): den Müll [Andere Zeit] [Löschen] [Andere Zeitzone]
        > Kannst du mich bitte morgen um 18 Uhr daran erinnern, die Blumen zu gießen?
        < Ich erinnere Sie am Donnerstag, 26. November 2026, 18:00 (Berlin): die Blumen zu gießen […
        > meine Erinnerungen
        < Daran erinnere ich Sie: • Donnerstag, 26. November 2026, 18:00 (Berlin): die Blumen zu gießen • Freitag, 27. November 2026, 09:00 (Berlin): den Müll [die Blumen zu gießen (26. Nov., 18:00)] [den Müll (27. Nov., 09:00)] [Alle löschen]
        > den Müll
        < Freitag, 27. November 2026, 09:00 (Berlin): den Müll [Andere Zeit] [Löschen]
        > [Andere Zeit]
        < Wann soll ich Sie erinnern? Zum Beispiel: morgen um 9, Freitag um halb drei.
        > heute um 9
        < Was meinen Sie? [Mittwoch, 25. November 2026, 21:00] [Donnerstag, 26. November 2026, 09:00]
        > am 30. Februar
        < Diesen Tag gibt es nicht. Was meinen Sie? [Mittwoch, 25. November 2026, 21:00] [Donnerstag, 26. November 2026, 09:00]
        > übermorgen um halb drei nachmittags
        < Ich erinnere Sie am Freitag, 27. November 2026, 14:30 (Berlin): den Müll […
        > Erinnerungen
        < … 18:00 (Berlin): die Blumen zu gießen • Freitag, 27. November 2026, 14:30 (Berlin): den Müll […
        > Alle löschen
        < 2 Erinnerungen sind gelöscht.
        > meine Erinnerungen
        < Für Sie ist keine Erinnerung vorgemerkt. …
    """)


async def test_in_chinese(chat: Chat, clock: Clock) -> None:
    """Who writes Chinese is asked once whose clock counts; then it is known."""
    await chat.play("""
        > 明天下午三点提醒我交报告
        < 我该按哪座城市的时间计算？我会记住。 [上海] [柏林]
        > [上海]
        < 我会在上海时间2026年11月26日星期四 15:00提醒您：交报告 [换个时间] [删除]
        > 提醒我
        < 什么时候提醒您？例如：明天上午九点、周五下午两点半。
        > 三天后
        < 2026年11月28日星期六几点？例如：九点、14:30、六点半。
        > 八点
        < 要提醒您什么事？ [只提醒我就好]
        > [只提醒我就好]
        < 我会在上海时间2026年11月28日星期六 08:00提醒您。 [换个时间] [删除]
        > 下周五十点半提醒我给妈妈打电话并且带上所有的文件然后去开会再去超市买菜和水果还有牛奶面包
        < 我会在上海时间2026年12月4日星期五 10:30提醒您：给妈妈打电话并且带上所有的文件然后去开会再去超市买菜和水果还有牛奶面包 [换个时间] [删除]
    """)
    assert await tick(chat, clock, datetime(2026, 11, 26, 7, tzinfo=UTC)) == [
        "提醒您：交报告 [一小时后] [一天后]"
    ]


async def test_the_clock_of_a_city_is_remembered(chat: Chat) -> None:
    await chat.play("""
        > I am in Shanghai
        < From now on I read and tell times by the clock of Shanghai. There it is Wednesday, November 25, 2026, 5:00 PM. [My reminders]
        > remind me tomorrow at 9 to stretch
        < I will remind you on Thursday, November 26, 2026, 9:00 AM (Shanghai): stretch [Another time] [Delete it]
        > my time zone is New York
        < From now on I read and tell times by the clock of New York. There it is Wednesday, November 25, 2026, 4:00 AM. Reminders that you have set already keep their moment. [My reminders]
        > my reminders
        < I will remind you: • Wednesday, November 25, 2026, 8:00 PM (New York): stretch [Another time] [Delete it]
        > Zeitzone
        < By which city's clock shall I count? I will remember it. [Shanghai] [Berlin]
        > Atlantis
        < I do not know that place. Please write a large city, for example Shanghai. By which city's clock …
        > 我在东京
        < From now on I read and tell times by the clock of Tokyo. …
    """)


async def test_where_one_is_may_be_said_while_a_reminder_is_set(chat: Chat) -> None:
    await chat.play("""
        > remind me
        < When shall I remind you? …
        > I am in Narnia
        < I do not know that place. Please write a large city, for example Shanghai. When shall I remind you? …
        > I'm in Tokyo now
        < From now on I count by the clock of Tokyo. When shall I remind you? …
        > tomorrow at 9
        < What shall I remind you of? [Just remind me]
        > I am in London
        < From now on I count by the clock of London. What shall I remind you of? [Just remind me]
        > I am in trouble
        < I will remind you on Thursday, November 26, 2026, 9:00 AM (London): I am in trouble …
        > I am in New York, remind me tomorrow at 10 to sleep
        < I will remind you on Thursday, November 26, 2026, 10:00 AM (New York): sleep …
    """)


async def test_wo_jemand_ist_darf_beim_erinnern_gesagt_werden(chat: Chat) -> None:
    await chat.play("""
        > Erinnere mich am Freitag ans Gießen
        < Um wie viel Uhr am Freitag, 27. November 2026? …
        > ich bin in Tokio
        < Ab jetzt zähle ich nach der Uhr von Tokio. Um wie viel Uhr am Freitag, 27. November 2026? …
        > um 9 Uhr
        < Ich erinnere Sie am Freitag, 27. November 2026, 09:00 (Tokio): Gießen […
        > Erinnere mich
        < Wann soll ich Sie erinnern? …
        > ich bin in Narnia
        < Diesen Ort kenne ich nicht. … Wann soll ich Sie erinnern? …
    """)


async def test_shezhi_tixing_shi_keyi_shuo_zai_nali(chat: Chat) -> None:
    await chat.play("""
        > 提醒我
        < 什么时候提醒您？…
        > 我在纳尼亚
        < … 什么时候提醒您？…
        > 我现在在东京
        < 从现在起，我按东京的时间计算。什么时候提醒您？…
        > 明天下午三点
        < 要提醒您什么事？ [只提醒我就好]
        > 交报告
        < 我会在东京时间2026年11月26日星期四 15:00提醒您：交报告 [换个时间] [删除]
    """)


async def test_a_new_zone_says_which_reminders_it_moves_into_the_night(chat: Chat) -> None:
    await chat.play("""
        > remind me tomorrow at 9 to stretch
        < I will remind you on Thursday, November 26, 2026, 9:00 AM (Berlin): stretch …
        > I am in New York
        < From now on I read and tell times by the clock of New York. … Reminders that you have set already keep their moment. By your clock these now come at night: • Thursday, November 26, 2026, 3:00 AM (New York): stretch [Another time: stretch] [My reminders]
        > [Another time: stretch]
        < When shall I remind you? …
        > tomorrow at 9
        < I will remind you on Thursday, November 26, 2026, 9:00 AM (New York): stretch …
    """)


async def test_a_moment_of_an_events_clock_that_is_at_night_for_the_person_is_asked_about(
    chat: Chat,
) -> None:
    """The event begins at 14:00 in Berlin: two days before at nine is three at night elsewhere."""
    await registered(chat, "workshop")
    await chat.play("""
        > I am in New York
        < …
        > remind me two days before at 9
        < That would be in the night for you: Wednesday, December 2, 2026, 3:00 AM (New York). Shall I remind you then? [Yes, at night] [No, on Wednesday, December 2, 2026, 8:00 AM (New York)]
        > 2
        < I will remind you on Wednesday, December 2, 2026, 8:00 AM (New York): Workshop …
        > remind me two days before at 8
        < That would be in the night for you: … 2:00 AM (New York). …
        > yes
        < I will remind you on Wednesday, December 2, 2026, 2:00 AM (New York): Workshop …
        > remind me two hours before
        < That would be in the night for you: … 6:00 AM (New York). Shall I remind you then? [Yes, at night] [No, leave it]
    """)


async def test_quiet_hours_can_be_chosen(chat: Chat) -> None:
    await chat.play("""
        > quiet hours
        < In which hours shall I keep reminders of events back? … [22:00–08:00] [20:00–09:00] [23:00–07:00] [No quiet hours]
        > whenever
        < Please write two times, for example 22:00 to 8:00. In which hours …
        > from 21:30 to 7
        < Good: from 21:30 to 07:00 I keep reminders of events back.
        > Ruhezeit
        < In which hours …
        > [No quiet hours]
        < Good: reminders of events may come at any hour.
    """)


QUIET = [
    ("from 10 pm to 7 am", "22:00-07:00"),
    ("11pm to 6am", "23:00-06:00"),
    ("10 p.m. - 7 a.m.", "22:00-07:00"),
    ("8 to 8", "20:00-08:00"),
    ("from half past ten to 7", "22:30-07:00"),
    ("midnight to 6", "00:00-06:00"),
    ("12 to 6", "00:00-06:00"),
    ("2230 to 0700", "22:30-07:00"),
    ("9am to 5pm", "09:00-17:00"),
    ("von 11 abends bis 7 morgens", "23:00-07:00"),
    ("von elf Uhr abends bis sieben Uhr morgens", "23:00-07:00"),
    ("zwischen 22 und 6 Uhr", "22:00-06:00"),
    ("von halb elf bis 7", "22:30-07:00"),
    ("Ruhezeit 22 bis 7 Uhr", "22:00-07:00"),
    ("晚上11点到早上7点", "23:00-07:00"),
    ("晚上十点到早上八点", "22:00-08:00"),
    ("二十三点到七点", "23:00-07:00"),
    ("从晚上九点半到第二天早上七点半", "21:30-07:30"),
    ("whenever", "None"),
    ("from 10 pm", "None"),
    ("8 pm to 8 pm", "None"),
    ("9-" * 60, "None"),
]


@pytest.mark.parametrize(("said", "meant"), QUIET)
def test_quiet_hours_are_read_as_times_are(said: str, meant: str) -> None:
    assert str(hours_in(said)) == meant


async def test_quiet_hours_that_are_most_of_the_day_are_asked_about(chat: Chat) -> None:
    await chat.play("""
        > quiet hours
        < In which hours …
        > from 7 am to 10 pm
        < From 07:00 to 22:00 is most of the day. Shall I be quiet for so long? [Yes, for so long] [No, other hours]
        > no
        < In which hours …
        > 10 pm to 7 am
        < Good: from 22:00 to 07:00 I keep reminders of events back.
        > quiet hours from 9 am to 8 am
        < From 09:00 to 08:00 is most of the day. …
        > yes
        < Good: from 09:00 to 08:00 I keep reminders of events back.
        > Ruhezeit von 11 abends bis 7 morgens
        < Gut: Von 23:00 bis 07:00 Uhr halte ich Erinnerungen an Veranstaltungen zurück.
    """)


async def test_words_that_seem_to_say_another_day_are_named_not_left_out(chat: Chat) -> None:
    await chat.play("""
        > remind me on Friday at 9 am New York time to call Bob
        < I do not understand “New York time” here. When shall I remind you? …
        > on Friday at 9
        < I will remind you on Friday, November 27, 2026, 9:00 AM (Berlin): call Bob […
        > remind me on the last day of December at 10am of rent
        < I will remind you on Thursday, December 31, 2026, 10:00 AM (Berlin): rent […
        > Erinnere mich am Muttertag um 9 an Blumen
        < Ich verstehe hier „Muttertag“ nicht. Wann soll ich Sie erinnern? …
        > am Ostermontag um 9
        < Ich erinnere Sie am Montag, 29. März 2027, 09:00 (Berlin): Blumen […
        > 晚上八点半叫我
        < … [上海] [柏林]
        > [柏林]
        < 要提醒您什么事？ …
        > 跑步
        < 我会在柏林时间2026年11月25日星期三 20:30提醒您：跑步 …
        > 七夕晚上八点提醒我送花
        < 我没看懂这里的“七夕”。什么时候提醒您？…
    """)


async def test_a_wish_said_anew_takes_the_place_of_the_one_that_is_asked_about(chat: Chat) -> None:
    await chat.play("""
        > remind me tomorrow at 9
        < What shall I remind you of? [Just remind me]
        > remind me Saturday at 10 to call Bob
        < I will remind you on Saturday, November 28, 2026, 10:00 AM (Berlin): call Bob …
        > remind me tomorrow at 9
        < What shall I remind you of? …
        > no, Saturday at 10
        < What shall I remind you of? …
        > no, at 11 instead
        < What shall I remind you of? …
        > call Ann
        < I will remind you on Saturday, November 28, 2026, 11:00 AM (Berlin): call Ann …
        > remind me on Friday to rest
        < At what time on Friday, November 27, 2026? …
        > remind me Saturday at 11
        < I will remind you on Saturday, November 28, 2026, 11:00 AM (Berlin): rest …
        > Erinnere mich morgen um 9
        < Woran soll ich Sie erinnern? …
        > nein, lieber Samstag um 10
        < Woran soll ich Sie erinnern? …
        > erinnere mich am Sonntag um 12 Uhr an den Kuchen
        < Ich erinnere Sie am Sonntag, 29. November 2026, 12:00 (Berlin): den Kuchen …
        > 明天上午九点提醒我
        < … [上海] [柏林]
        > 柏林
        < 要提醒您什么事？ …
        > 不，周六上午十点
        < 要提醒您什么事？ …
        > 周日下午三点提醒我开会
        < 我会在柏林时间2026年11月29日星期日 15:00提醒您：开会 …
    """)


async def test_a_subject_may_speak_of_a_time(chat: Chat) -> None:
    await chat.play("""
        > remind me tomorrow at 9
        < What shall I remind you of? …
        > the meeting on Friday at 10 in room 5
        < I will remind you on Thursday, November 26, 2026, 9:00 AM (Berlin): the meeting on Friday at 10 in room 5 …
        > remind me tomorrow at 10
        < What shall I remind you of? …
        > at 10
        < I will remind you on Thursday, November 26, 2026, 10:00 AM (Berlin): 10 …
    """)


async def test_an_ok_to_a_question_asks_it_again(chat: Chat) -> None:
    await chat.play("""
        > remind me next Friday at 10 to rest
        < Which do you mean? [Friday, November 27, 2026, 10:00 AM] [Friday, December 4, 2026, 10:00 AM]
        > yes
        < Please pick one of these, or write its number. Which do you mean? [Friday, November 27, 2026, 10:00 AM] [Friday, December 4, 2026, 10:00 AM]
        > ja
        < Please pick one of these, or write its number. Which do you mean? …
        > 是
        < Please pick one of these, or write its number. Which do you mean? …
        > 2
        < I will remind you on Friday, December 4, 2026, 10:00 AM (Berlin): rest …
    """)


async def test_all_reminders_are_deleted_after_one_question(chat: Chat) -> None:
    await chat.play("""
        > delete all my reminders
        < No reminder is waiting for you. …
        > remind me tomorrow at 9 to rest
        < I will remind you …
        > remind me tomorrow at 10 to rest
        < I will remind you …
        > my reminders
        < I will remind you: … [rest (Nov 26, 9:00 AM)] [rest (Nov 26, 10:00 AM)] [Delete all of them]
        > delete all my reminders
        < Shall I delete all 2 reminders? [Yes, delete them] [No, leave it]
        > no
        < I will remind you: …
        > lösche alle meine Erinnerungen
        < Soll ich alle 2 Erinnerungen löschen? [Ja, löschen] [Nein, lassen wir es]
        > ja
        < 2 Erinnerungen sind gelöscht.
        > 删除所有提醒
        < 目前没有为您设的提醒。…
    """)


async def test_whoever_said_stop_is_asked_before_we_write_first(chat: Chat, clock: Clock) -> None:
    await chat.play("""
        > remind me in 2 hours to eat
        < I will remind you …
        > stop
        < I will not write to you first any more. If you write to me, I still answer. That holds for your reminder as well: it does not come while this lasts. [Write to me again]
        > remind me in 3 hours to drink
        < You asked me not to write to you first, and a reminder does just that. May I write to you first again? [Yes, you may] [No, leave it]
        > [No, leave it]
        < All right, cancelled. Everything stays as it was.
    """)
    assert await tick(chat, clock, NOW + 2 * HOUR) == []
    await chat.play("""
        > remind me in 3 hours to drink
        < You asked me not to write to you first, and a reminder does just that. …
        > yes
        < I will remind you on Wednesday, November 25, 2026, 3:00 PM (Berlin): drink […
    """)
    assert await tick(chat, clock, NOW + 5 * HOUR) == [
        "Your reminder: drink [In an hour] [In a day]"
    ]


async def test_the_same_wish_twice_is_one_and_there_is_an_end_to_them(chat: Chat) -> None:
    await chat.play("""
        > remind me tomorrow at 9 to call Bob
        < I will remind you …
        > remind me tomorrow at 9 to call Bob
        < I have that already, for Thursday, November 26, 2026, 9:00 AM (Berlin). […
    """)
    town = Town(chat.house.database)
    (row,) = town.rows()
    talk = Talk(row.person_id, chat.address, "en")
    for number in range(1, MOST):
        town.remind(talk, NOW + number * HOUR, str(number))
    await chat.say("remind me tomorrow at 10 to rest")
    assert as_line(chat.shown[0]) == (
        "You have 100 reminders waiting; that is all I can keep. Delete one first. [My reminders]"
    )
    await chat.tap("My reminders")
    assert "… and 90 more." in chat.shown[0].text


async def test_nobody_touches_anothers_reminders(chat: Chat) -> None:
    await chat.say("remind me tomorrow at 9 to call Bob")
    (row,) = Town(chat.house.database).rows()
    thief = chat.another("thief")
    for value in (f"reminders:delete={row.id}", f"reminders:show={row.id}", "reminders:delete-all"):
        await thief.say("x", picked=value)
    odd = ("remind-later:9.60", "remind-later:x.y.z", f"remind-later:{'9' * 99}.60")
    for value in (f"remind-later:{row.id}.60", *odd):
        await thief.say("x", picked=value)
        assert as_line(thief.shown[0]).startswith("No reminder is waiting for you.")
    await thief.say("x", picked=f"remind:again={'9' * 99}")
    await thief.say("x", picked=f"remind:again={row.id}")
    await thief.say("tomorrow at 10")
    rows = Town(chat.house.database).rows()
    assert [(r.text, r.state) for r in rows] == [("call Bob", "due"), ("", "due")]


async def registered(chat: Chat, *events: str) -> None:
    """This person, registered for these events."""
    await chat.say("hello")
    town = Town(chat.house.database)
    (talk,) = [r for r in town.rows("conversation") if r.address == str(chat.address)]
    for event in events:
        town.event(event, title={"en": event.title(), "de": event.title(), "zh": event.title()})
        town.register(Talk(talk.person_id, chat.address, "en"), event)


async def test_the_evening_before_counts_from_ones_only_event(chat: Chat, clock: Clock) -> None:
    await registered(chat, "workshop")
    await chat.play("""
        > remind me two hours before
        < I will remind you on Friday, December 4, 2026, 12:00 PM (Berlin): Workshop […
        > my reminders
        < I will remind you: • Thursday, December 3, 2026, 6:00 PM (Berlin): Workshop • Friday, December 4, 2026, 12:00 PM (Berlin): Workshop […
    """)
    assert await tick(chat, clock, EVENING) == [
        "Your reminder: Workshop Friday, December 4, 2026, 2:00 PM (Berlin) Haus der Statistik "
        "No more reminders? Write: stop"
    ]
    assert len(await tick(chat, clock, STARTS - 2 * HOUR)) == 1


async def test_of_several_events_the_one_that_is_named_or_picked_counts(chat: Chat) -> None:
    await registered(chat, "workshop", "excursion")
    await chat.play("""
        > remind me the evening before the excursion at 8 to pack my bag
        < I will remind you on Thursday, December 3, 2026, 8:00 PM (Berlin): the excursion to pack my bag […
        > erinnere mich am Vortag um 10
        < An welche Veranstaltung soll ich Sie erinnern? [Excursion, 4. Dezember 2026] [Workshop, 4. Dezember 2026]
        > 2
        < Ich erinnere Sie am Donnerstag, 3. Dezember 2026, 10:00 (Berlin): Workshop […
        > 提前一天提醒我
        < 要提醒您哪个活动？ [Excursion，2026年12月4日] [Workshop，2026年12月4日]
        > 第一个
        < 我会在柏林时间2026年12月3日星期四 14:00提醒您：Excursion […
    """)


async def test_without_an_event_there_is_nothing_to_count_from(chat: Chat) -> None:
    await chat.play("""
        > remind me the evening before
        < I have no event of yours in my calendar that I could count from. When shall I remind you? …
        > two days before
        < I have no event of yours in my calendar that I could count from. When shall I remind you? …
        > next Friday at 10
        < Which do you mean? [Friday, November 27, 2026, 10:00 AM] [Friday, December 4, 2026, 10:00 AM]
        > 2
        < What shall I remind you of? [Just remind me]
        > pay the fee
        < I will remind you on Friday, December 4, 2026, 10:00 AM (Berlin): pay the fee […
    """)


async def test_the_change_of_the_clocks_is_explained(chat: Chat) -> None:
    await chat.play("""
        > remind me on 28 March 2027 at 02:30 to see the clock jump
        < I will remind you on Sunday, March 28, 2027, 3:00 AM (Berlin): see the clock jump The clocks jump over that time on that day, so it is the first moment after it. […
    """)


async def test_where_we_may_not_write_it_waits_and_a_calendar_file_goes_along(
    settings_sqlite: Settings, library: Library, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ladder: by chat in the window; behind it parked, with the calendar to be sure of."""
    windowed = replace(ScriptChannel.can, reply_window=48 * 3600, push_budget=5)
    monkeypatch.setattr(ScriptChannel, "can", windowed)
    async with Chat.opened(settings_sqlite, library, clock) as chat:
        await chat.play("""
            > remind me in 47 hours to breathe in
            < I will remind you on Friday, November 27, 2026, 9:00 AM (Berlin): breathe in [Another time] […
            > remind me in 50 hours to breathe out
            < I will remind you on Friday, November 27, 2026, 12:00 PM (Berlin): breathe out Here I may only write to you within two days of your last message. … {reminder-2.ics} […
        """)
        (event,) = Calendar.from_ical(chat.shown[0].attachments[0].url_or_bytes).walk("VEVENT")
        assert (event["summary"], event.start) == ("breathe out", NOW + 50 * HOUR)
        assert [alarm["trigger"].dt for alarm in event.walk("VALARM")] == [timedelta(0)]
        assert len(await tick(chat, clock, NOW + 47 * HOUR)) == 1
        assert await tick(chat, clock, NOW + 50 * HOUR) == []
        assert became(chat) == [("handed", "sent"), ("handed", "parked")]
        await chat.say("hello")
        assert as_line(chat.shown[0]) == "Your reminder: breathe out [In an hour] [In a day]"
        assert became(chat) == [("handed", "sent"), ("handed", "sent")]


async def test_a_parked_reminder_that_nobody_comes_for_expires(
    settings_sqlite: Settings, library: Library, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    windowed = replace(ScriptChannel.can, reply_window=48 * 3600, push_budget=5)
    monkeypatch.setattr(ScriptChannel, "can", windowed)
    async with Chat.opened(settings_sqlite, library, clock) as chat:
        await chat.say("remind me in 50 hours to breathe out")
        await tick(chat, clock, NOW + 50 * HOUR)
        lapsing.expire(chat.house.database, NOW + 62.1 * HOUR)
        assert became(chat) == [("handed", "expired")]


async def test_where_there_is_a_way_people_are_told_that_something_waits(
    settings_sqlite: Settings, library: Library, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The step between: a notice outside the chat, as WeChat has it, and the ledger says so."""
    told: list[str] = []

    async def knock(_channel: ScriptChannel, to: Address, reply: Reply) -> bool:
        told.append(f"{to} {reply.text}")
        return True

    windowed = replace(ScriptChannel.can, reply_window=48 * 3600, push_budget=5)
    monkeypatch.setattr(ScriptChannel, "can", windowed)
    monkeypatch.setattr(ScriptChannel, "knock", knock)
    async with Chat.opened(settings_sqlite, library, clock) as chat:
        await chat.say("remind me in 50 hours to breathe out")
        await tick(chat, clock, NOW + 50 * HOUR)
        assert told == ["script:anna Your reminder: breathe out"]
        (row,) = [r for r in Town(chat.house.database).rows("outbox") if r.kind == "reminder"]
        assert (row.state, row.rewritten) == ("parked", "knocked")


def became(chat: Chat) -> list[tuple[str, str | None]]:
    """Each reminder's state, and what the outbox says of it."""
    told = Town(chat.house.database).reminders(lambda r: r.history(true()))
    return [(reminder.state, reminder.sending) for reminder in told]


async def test_what_came_can_be_seen_by_nobody_else(chat: Chat, clock: Clock) -> None:
    await chat.say("remind me in 2 hours to call Bob")
    other = chat.another("other")
    await other.say("my reminders")
    assert as_line(other.shown[0]).startswith("No reminder is waiting for you.")


HOSTILE = [
    "remind me tomorrow at 9 to " + "x" * 100_000,
    "remind me tomorrow at 9 to 👩‍👩‍👧‍👦 \u202e\u2066 {0.__class__} %s <b>",
    "remind me tomorrow at 9 to '; DROP TABLE reminder; --",
    "remind me in 99999999999999999999999 minutes",
    "remind me on 0000-00-00 at 99:99",
    "提醒我" + "半" * 2000,
]


@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_wishes_are_kept_or_asked_about(chat: Chat, text: str) -> None:
    await chat.say(text)
    assert len(chat.shown) == 1
    assert len(Town(chat.house.database).rows()) <= 1


async def test_a_wish_that_is_said_anew_brings_its_own_words(chat: Chat) -> None:
    """What led nowhere must not become the subject of the next wish."""
    await chat.play("""
        > remind me yesterday at 9 to write
        < Tuesday, November 24, 2026, 9:00 AM (Berlin) is over already. When shall I remind you? …
        > remind me tomorrow at 15:00 to sleep
        < I will remind you on Thursday, November 26, 2026, 3:00 PM (Berlin): sleep …
        > erinnere mich jeden Montag um 9 ans Schreiben
        < Ich kann Sie jeweils einmal erinnern, nicht immer wieder. …
        > Erinnern Sie mich morgen um 16 Uhr ans Schlafen
        < Ich erinnere Sie am Donnerstag, 26. November 2026, 16:00 (Berlin): Schlafen …
    """)


async def test_only_the_thing_itself_is_kept_of_what_to_be_reminded_of(chat: Chat) -> None:
    await chat.play("""
        > remind me on Friday at 9:00
        < What shall I remind you of? [Just remind me]
        > remind me to call Anna
        < I will remind you on Friday, November 27, 2026, 9:00 AM (Berlin): call Anna …
    """)
