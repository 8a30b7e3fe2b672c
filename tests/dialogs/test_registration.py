"""Somebody registers for an event: in three languages, corrected, interrupted, twice, too late."""

from dataclasses import replace
from datetime import timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import text

from bot.services.consents import Consents
from bot.services.events import Events
from bot.services.fields import check_fields
from bot.services.organising import Organising
from bot.services.seats import Seats
from tests.clock import Clock
from tests.dialogs.conftest import Town
from tests.eventful import FIELDS, JOURNEY, NOW, SCHOOL, rows, taken
from tests.script import Chat, ScriptChannel, as_line

DAY = timedelta(days=1)


async def test_a_city_maker_registers(town) -> None:
    town.holds(SCHOOL, fields=FIELDS, seats_each=2)
    await town.anna.play("""
        > Which events are there?
        < Summer School Berlin Monday, July 5, 2027, 9:00 AM (Berlin) ufaFabrik, Berlin 2 seats are left. You can register until Monday, July 5, 2027, 9:00 AM (Berlin). Contact: team@example.org [Register]
        > [Register]
        < 1 of 3 Registration: Summer School Berlin, July 5, 2027 How many seats do you need, with yourself? 1 to 2.
        > two, please
        < 2 of 3 What is your name?
        > Anna Weber
        < 3 of 3 Your e-mail? Why we ask: for news
        # A question in between is answered, then the form goes on.
        > What is a community garden?
        < KIC Garden is a community garden …
        < Back to your registration. 3 of 3 Your e-mail? Why we ask: for news
        > anna@nowhere
        < That is no e-mail address I could write to. It looks like name@example.org 3 of 3 Your e-mail? Why we ask: for news
        > anna@example.org
        < Is this right? • Summer School Berlin, Monday, July 5, 2027, 9:00 AM (Berlin) • ufaFabrik, Berlin • 2 seats • What is your name? Anna Weber • Your e-mail? anna@example.org 2 seats are left. By registering you agree that Citymakers and the organisers use these answers for this event only. They are deleted on September 3, 2027; you can cancel or have them deleted before. [Register] [Change something] [Cancel]
        > change my name
        < 2 of 3 What is your name?
        > Anna W.
        < Is this right? … • What is your name? Anna W. • Your e-mail? anna@example.org … [Register] [Change something] [Cancel]
        > [Register]
        < You are registered for Summer School Berlin, Monday, July 5, 2027, 9:00 AM (Berlin): 2 seats. Your reference is …. … {summer-school.ics} [Change my answers] [Cancel my registration]
        # Twice is once.
        > register for the summer school
        < You are registered for Summer School Berlin, … {summer-school.ics} [Change my answers] [Cancel my registration]
    """)
    (kept,) = rows(town.database)
    assert (kept.status, kept.seats, kept.address) == ("confirmed", 2, str(town.anna.address))
    assert kept.answers == {"name": "Anna W.", "email": "anna@example.org"}
    assert taken(town.database) == 2


async def test_a_number_answers_the_question_that_was_asked_last(town) -> None:
    """Not a list that stands above it; its labels may still be written."""
    town.holds(SCHOOL, fields=FIELDS)
    town.holds(JOURNEY)
    await town.anna.play("""
        > register for the summer school
        < 1 of 2 Registration: Summer School Berlin, July 5, 2027 What is your name?
        > events
        < These events are coming: …
        < Back to your registration. 1 of 2 Registration: Summer School Berlin, July 5, 2027 What is your name?
        > 1
        < 2 of 2 Your e-mail? Why we ask: for news
        > events
        < These events are coming: …
        < Back to your registration. 2 of 2 Your e-mail? Why we ask: for news
        > 2
        < That is no e-mail address …
        > events
        < These events are coming: …
        < Back to your registration. …
        > Learning journey Shanghai, September 1, 2027
        < Learning journey Shanghai Wednesday, …
        < Back to your registration. …
    """)


async def test_eine_stadtmacherin_meldet_sich_an(town) -> None:
    town.holds(SCHOOL, fields=FIELDS)
    await town.anna.play("""
        > Ich möchte mich zur Sommerschule anmelden
        < 1 von 2 Anmeldung: Sommerschule Berlin, 5. Juli 2027 Wie heißen Sie?
        > Anna Weber
        < 2 von 2 Ihre E-Mail? Warum wir fragen: für Neues
        > zurück
        < 1 von 2 Anmeldung: Sommerschule Berlin, 5. Juli 2027 Wie heißen Sie?
        > Anna Wäber
        < 2 von 2 Ihre E-Mail? Warum wir fragen: für Neues
        > anna@example.org
        < Stimmt das so? • Sommerschule Berlin, Montag, 5. Juli 2027, 09:00 (Berlin) • ufaFabrik, Berlin • Wie heißen Sie? Anna Wäber • Ihre E-Mail? anna@example.org 2 Plätze sind noch frei. Mit der Anmeldung stimmen Sie zu, dass Citymakers und die Veranstaltenden diese Angaben nur für diese Veranstaltung verwenden. Diese Angaben werden am 3. September 2027 gelöscht; Sie können vorher absagen oder sie löschen lassen. [Anmelden] [Etwas ändern] [Abbrechen]
        > [Etwas ändern]
        < Was möchten Sie ändern? [Wie heißen Sie?] [Ihre E-Mail?]
        > [Ihre E-Mail?]
        < 2 von 2 Ihre E-Mail? Warum wir fragen: für Neues
        > a@example.org
        < Stimmt das so? … • Ihre E-Mail? a@example.org … [Anmelden] [Etwas ändern] [Abbrechen]
        > ja
        < Sie sind angemeldet: Sommerschule Berlin, Montag, 5. Juli 2027, 09:00 (Berlin), 1 Platz. Ihre Kennung lautet …. … {summer-school.ics} [Meine Angaben ändern] [Meine Anmeldung absagen]
    """)


async def test_yi_wei_chengshi_chuangzhizhe_baoming(town) -> None:
    town.holds(SCHOOL, fields=FIELDS)
    town.holds(JOURNEY)
    await town.anna.play("""
        > 我要报名
        < 您想报名参加哪个活动？ [柏林暑期学校，2027年7月5日] [上海学习之旅，2027年9月1日]
        > 二
        < 请确认以下信息： • 上海学习之旅，上海时间2027年9月1日星期三 09:00 • 上海 名额不限。 报名即表示您同意Citymakers和主办方仅为本次活动使用这些信息。信息将于2027年10月31日删除；在此之前您可以取消报名或要求删除。 [报名] [取消]
        > [报名]
        < 您已报名上海学习之旅（上海时间2027年9月1日星期三 09:00）：1 个名额。您的报名编号是 …。… {journey-shanghai.ics} [取消我的报名]
        > 报名暑期学校
        < 第 1 项，共 2 项 报名：柏林暑期学校，2027年7月5日 您的姓名？
        > 王安娜
        < 第 2 项，共 2 项 您的邮箱？ 询问原因：用于通知
        > 我的邮箱abc@qq.com。
        < 请确认以下信息： … • 您的姓名？ 王安娜 • 您的邮箱？ abc@qq.com … [报名] [修改] [取消]
        > 修改姓名
        < 第 1 项，共 2 项 您的姓名？
        > 王安
        < 请确认以下信息： … • 您的姓名？ 王安 … [报名] [修改] [取消]
        > 取消
        < 好的，已经取消，一切保持不变。
    """)
    assert rows(town.database) == ()


HALF = check_fields(
    [
        {"id": "name", "kind": "text", "ask": {"de": "Wie heißen Sie?", "en": "Your name?"}},
        {"id": "group", "kind": "text", "ask": {"zh": "您的小组？"}},
        {"id": "again", "kind": "text", "ask": {"zh": "再来一次？"}},
    ]
)


async def test_was_nicht_auf_deutsch_da_ist_wird_gesagt(town) -> None:
    """Once of each language, where its first text is."""
    place = {"de": "Die ufaFabrik", "zh": "乌发工厂"}
    town.holds(SCHOOL, title={"en": "Summer School"}, place=None, place_in=place, fields=HALF)
    await town.anna.play("""
        > Ich möchte mich anmelden
        < 1 von 3 Anmeldung: Summer School, 5. Juli 2027 Den Titel gibt es nur auf Englisch. Wie heißen Sie?
        > Anna
        < 2 von 3 您的小组？ Die Veranstaltenden haben das nur auf Chinesisch geschrieben.
        > Blau
        < 3 von 3 再来一次？
        > Grün
        < Stimmt das so? • Summer School, Montag, 5. Juli 2027, 09:00 (Berlin) • Die ufaFabrik • Wie heißen Sie? Anna • 您的小组？ Blau • 再来一次？ Grün …
    """)


@pytest.mark.parametrize(
    ("asked", "listed", "pick", "told"),
    [
        ("Welche Veranstaltungen gibt es?", "Manche Titel gibt es nur auf Englisch.", "Summer School, 5. Juli 2027", "Den Titel gibt es nur auf Englisch."),
        ("有什么活动？", "部分标题只有英语。", "Summer School，2027年7月5日", "标题只有英语。"),
    ],
)  # fmt: skip
async def test_that_a_title_is_in_english_only_is_said_with_the_event_and_not_again(
    town, asked, listed, pick, told
) -> None:
    town.holds(SCHOOL, title={"en": "Summer School"}, fields=FIELDS[:1])
    town.holds(JOURNEY)
    await town.anna.say(asked)
    assert town.anna.shown[0].text.endswith(listed)
    await town.anna.tap(pick)
    assert town.anna.shown[0].text.endswith(told)
    await town.anna.say("1")  # register, the only thing offered
    assert told not in town.anna.shown[0].text
    await town.anna.say("Anna")
    assert "Anna" in town.anna.shown[0].text
    assert told not in town.anna.shown[0].text


@pytest.mark.parametrize(
    "name", ["eine Person", "zwei", "我一个人", "one person", "Beide", "Ein Mensch mit Hut", "Jo"]
)
async def test_what_may_be_a_name_is_one(town, name) -> None:
    town.holds(SCHOOL, fields=FIELDS[:1])
    await town.anna.say("Ich möchte mich anmelden")
    await town.anna.say(name)
    assert f"Wie heißen Sie? {name}" in as_line(town.anna.shown[0])


async def test_who_asks_what_else_there_is_is_told_and_the_form_goes_on(town) -> None:
    town.holds(SCHOOL, fields=FIELDS[:1])
    town.holds(JOURNEY)
    await town.anna.play("""
        > sign up for the summer school
        < Registration: Summer School Berlin, July 5, 2027 What is your name?
        > What events are there in Shanghai in 2027?
        < Learning journey Shanghai Wednesday, September 1, 2027, …
        < Back to your registration. What is your name?
        > Anna
        < Is this right? • Summer School Berlin, … What is your name? Anna …
    """)


@pytest.mark.parametrize("wish", ["einen Menschen", "mit einem Menschen sprechen", "人工", "human"])
async def test_who_asks_for_a_person_in_place_of_a_name_gets_one(town, wish) -> None:
    town.holds(SCHOOL, fields=FIELDS[:1])
    await town.anna.say("Ich möchte mich anmelden")
    await town.anna.say(wish)
    assert as_line(town.anna.shown[0]).startswith("Was darf ich an das Team weitergeben?")


@pytest.mark.parametrize(
    "seats", ["zu zweit", "wir beide", "我们俩", "both of us", "zwei Erwachsene", "2 Personen"]
)
async def test_how_many_come_is_read_as_people_say_it(town, seats) -> None:
    town.holds(SCHOOL, seats_each=2)
    await town.anna.say("Ich möchte mich anmelden")
    await town.anna.say(seats)
    assert "2 Plätze" in as_line(town.anna.shown[0])


async def test_a_place_is_told_in_the_persons_language_or_the_one_there_is(town) -> None:
    town.holds(SCHOOL, place=None, place_in={"de": "Die ufaFabrik", "zh": "乌发工厂"})
    await town.anna.play("""
        > 我要报名
        < … • 乌发工厂 还有 2 个名额。 …
        > 取消
        < …
        > Which events are there?
        < Summer School Berlin Monday, July 5, 2027, 9:00 AM (Berlin) Die ufaFabrik … The organisers have written this only in German. [Register]
    """)


async def test_a_form_goes_on_after_a_day_and_a_restart(town, town_settings, library) -> None:
    town.holds(SCHOOL, fields=FIELDS)
    await town.anna.play("""
        > register
        < 1 of 2 Registration: Summer School Berlin, July 5, 2027 What is your name?
        > Anna
        < 2 of 2 Your e-mail? Why we ask: for news
    """)
    async with Chat.opened(town_settings, library, lambda: town.now() + DAY) as later:
        await later.say("hello", id="after-the-restart")
        assert as_line(later.shown[1]) == (
            "Back to your registration. 2 of 2 Your e-mail? Why we ask: for news"
        )
        await later.say("anna@example.org", id="and-then")
        assert "• What is your name? Anna • Your e-mail? anna@example.org" in as_line(
            later.shown[0]
        )


async def test_a_late_tap_changes_nothing(town) -> None:
    town.holds(SCHOOL, fields=FIELDS)
    for line in ("register", "Anna", "a@example.org"):
        await town.anna.say(line)
    (summary,) = town.anna.shown
    old = {choice.label: choice.value for choice in summary.choices}
    await town.anna.tap("Change something")
    await town.anna.say("Register", picked=old["Register"])
    assert [as_line(reply) for reply in town.anna.shown] == [
        "That question is answered already; nothing changed.",
        "Back to your registration. What would you like to change? [What is your name?] [Your e-mail?]",
    ]
    await town.anna.say("cancel")
    await town.anna.say("Register", picked=old["Register"])
    assert [as_line(reply) for reply in town.anna.shown] == [
        "That question is answered already; nothing changed."
    ]
    assert rows(town.database) == ()


async def test_a_tap_of_an_earlier_round_of_the_same_form_changes_nothing(town) -> None:
    town.holds(SCHOOL)
    await town.anna.say("register")
    (first,) = town.anna.shown
    await town.anna.say("cancel")
    town.wait(timedelta(seconds=1))
    await town.anna.say("register")
    await town.anna.say("Register", picked=first.choices[0].value)
    assert as_line(town.anna.shown[0]) == "That question is answered already; nothing changed."
    assert rows(town.database) == ()
    await town.anna.tap("Register")
    assert len(rows(town.database)) == 1


async def test_organisers_may_change_what_is_asked_while_somebody_answers(town) -> None:
    town.holds(SCHOOL, fields=FIELDS)
    for line in ("register", "Anna"):
        await town.anna.say(line)

    def ask_for_a_city(transaction) -> None:
        event = Events(transaction).lock(SCHOOL.id)
        city = check_fields([{"id": "city", "kind": "city", "ask": "Which city?"}])
        Organising(transaction).save(replace(event, fields=(FIELDS[0], *city)))

    town.does(ask_for_a_city)
    await town.anna.play("""
        > anna@example.org
        < The questions have changed in the meantime.
        < 2 of 2 Which city?
        > Köln
        < Is this right? … • What is your name? Anna • Which city? Köln …
        > yes
        < You are registered …
    """)
    assert rows(town.database)[0].answers == {"name": "Anna", "city": "Köln"}


async def test_an_answer_that_is_none_any_more_is_asked_again(town) -> None:
    colour = {"id": "group", "kind": "choice", "ask": "Which group?"}
    both = check_fields([colour | {"options": [{"id": "red"}, {"id": "blue"}]}])
    town.holds(SCHOOL, fields=(*both, *FIELDS))
    for line in ("register", "red", "Anna"):
        await town.anna.say(line)

    def only_blue(transaction) -> None:
        event = Events(transaction).lock(SCHOOL.id)
        one = check_fields([colour | {"options": [{"id": "blue"}, {"id": "green"}]}])
        Organising(transaction).save(replace(event, fields=(*one, *FIELDS)))

    town.does(only_blue)
    await town.anna.play("""
        > anna@example.org
        < 1 of 3 Which group? [blue] [green]
        > 2
        < Is this right? … • Which group? green …
    """)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda o: o.close(SCHOOL.id), "Registration for this event is over. [See all events]"),
        (lambda o: o.cancel(SCHOOL.id), "This event was cancelled. [See all events]"),
    ],
)
async def test_an_event_that_closes_meanwhile_is_not_registered_for(town, change, told) -> None:
    town.holds(SCHOOL)
    await town.anna.say("register")
    town.does(lambda transaction: change(Organising(transaction)))
    await town.anna.tap("Register")
    assert as_line(town.anna.shown[-1]) == told
    assert rows(town.database) == ()


async def test_the_calendar_file_says_when_where_and_rings(town) -> None:
    title = {"en": "Summer\x07 School, Berlin; 2027"}
    town.holds(SCHOOL, title=title)
    await town.anna.say("register")
    await town.anna.tap("Register")
    calendar = Calendar.from_ical(town.anna.shown[0].attachments[0].url_or_bytes)
    (entry,) = calendar.walk("VEVENT")
    assert entry["DTSTART"].params["TZID"] == "Europe/Berlin"
    assert (entry.start.isoformat(), entry.end.isoformat()) == (
        "2027-07-05T09:00:00+02:00", "2027-07-05T17:00:00+02:00",
    )  # fmt: skip
    assert str(entry["SUMMARY"]) == "Summer School, Berlin; 2027"
    assert [alarm["TRIGGER"].dt for alarm in entry.walk("VALARM")] == [-DAY, timedelta(hours=-2)]
    assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] == ["Europe/Berlin"]


async def test_what_was_agreed_to_is_kept_word_for_word(town) -> None:
    town.holds(SCHOOL)
    await town.anna.say("register")
    await town.anna.tap("Register")
    person = rows(town.database)[0].person_id
    (given,) = town.does(lambda t: Consents(t).of_person(person))
    assert (given.purpose, given.channel, given.given_at) == (
        f"registration:{SCHOOL.id}", town.anna.channel.name, town.now(),
    )  # fmt: skip
    assert given.text.startswith("By registering you agree that Citymakers and the organisers")
    await town.anna.play("""
        > cancel my registration
        < Shall I cancel …
        > yes
        < Done: …
    """)
    (taken_back,) = town.does(lambda t: Consents(t).of_person(person))
    assert taken_back.withdrawn_at == town.now()


SENSITIVE = check_fields(
    [
        {"id": "access", "kind": "text", "ask": "Do you need a ramp?", "reason": "to plan rooms",
         "sensitive": True, "required": False, "collect_on": "any"},
    ]
)  # fmt: skip


async def test_what_is_sensitive_is_asked_only_of_who_agreed_to_that(town) -> None:
    town.holds(SCHOOL, fields=SENSITIVE)
    consent = "Registration: Summer School Berlin, July 5, 2027 The organisers have a question that is specially protected (to plan rooms). …"
    await town.anna.play(f"""
        > register
        < {consent} [Yes, I agree] [No]
        > no
        < Is this right? … [Register] …
        > [Register]
        < You are registered …
    """)
    await town.bert.play(f"""
        > register
        < {consent} [Yes, I agree] [No]
        > [Yes, I agree]
        < 2 of 2 Do you need a ramp? Why we ask: to plan rooms [Skip]
        > Yes, a ramp
        < Is this right? … • Do you need a ramp? Yes, a ramp …
        > yes
        < You are registered …
    """)
    anna, bert = rows(town.database)
    assert (anna.answers, bert.answers) == ({}, {"access": "Yes, a ramp"})
    purposes = [g.purpose for g in town.does(lambda t: Consents(t).of_person(bert.person_id))]
    assert purposes == ["registration:summer-school", "sensitive:summer-school"]


async def test_twenty_languages_of_trouble_end_in_one_registration_or_none(town) -> None:
    """Nothing typed at any step leaves the talk without a way out."""
    town.holds(SCHOOL, fields=FIELDS, seats_each=3)
    hostile = (
        "'; DROP TABLE event; --", "<script>alert(1)</script>", "{{7*7}}", "%s%n", "🦄" * 200,
        "\u202eevil", "9" * 400, "=HYPERLINK(1)", "\x00", "a" * 8000, "back", "language", "@x.y=z",
    )  # fmt: skip
    await town.anna.say("register")
    for line in hostile:
        await town.anna.say(line)
        assert town.anna.shown, line[:20]
    await town.anna.say("cancel")
    assert as_line(town.anna.shown[0]).startswith("All right, cancelled.")
    assert town.does(lambda t: Seats(t).of_event(SCHOOL.id)) == ()


async def test_what_was_shown_last_is_what_register_means(town) -> None:
    town.holds(SCHOOL)
    town.holds(JOURNEY)
    await town.anna.play("""
        > Summer school in Berlin?
        < There is a date: Summer School Berlin, Monday, July 5, 2027, 9:00 AM (Berlin). 2 seats are left. …
        > how many places are left?
        < Summer School Berlin: 2 seats are left. …
        > register
        < Is this right? • Summer School Berlin, …
        > cancel
        < All right, cancelled. …
        # After something else, it is asked.
        > How do housing cooperatives keep rents low?
        < …
        > register
        < Which event would you like to register for? …
    """)


async def test_a_reminder_is_promised_only_where_one_comes(town) -> None:
    town.holds(SCHOOL, capacity=1)
    await town.bert.say("stop")
    await town.bert.say("register")
    await town.bert.play("""
        > yes
        < You are registered for Summer School Berlin, … Your reference is …. The file puts it into your calendar. {summer-school.ics} …
    """)
    await town.anna.say("register")
    await town.anna.play("""
        > yes
        < You are on the waiting list for Summer School Berlin, … I write to you here when it is your turn. [Cancel my registration]
    """)


async def test_the_confirmation_says_what_the_file_is_for_and_when_we_remind(town) -> None:
    """Not for the stages: each channel says it as it can."""
    town.wait(timedelta(0))
    town.holds(SCHOOL)
    for line in ("register", "yes"):
        await town.anna.say(line)
    assert (
        "The file puts it into your calendar. I will remind you on Sunday, July 4, 2027, "
        "6:00\u202fPM (Berlin)." in " ".join(town.anna.shown[0].text.split("\n"))
    )


async def test_where_people_come_and_look_the_reminder_waits(
    town_settings, library, monkeypatch
) -> None:
    monkeypatch.setattr(ScriptChannel, "fetches", True)
    async with Chat.opened(town_settings, library, lambda: NOW) as chat:
        town = Town(chat, Clock(NOW))
        town.holds(SCHOOL)
        for line in ("register", "yes"):
            await chat.say(line)
        newest = text("SELECT body FROM outbox ORDER BY id DESC LIMIT 1")
        said = town.does(lambda t: t.connection.scalar(newest))
    assert (
        "From Sunday, July 4, 2027, 6:00\u202fPM (Berlin) on a reminder waits for you here." in said
    )
