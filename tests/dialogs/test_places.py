"""What becomes of a place: waited for, offered, taken or let go, changed, given back, asked about."""

import re
from datetime import timedelta

import pytest

from bot.services.event_ticks import look_after_events
from bot.services.organising import Organising
from bot.services.registrations import GRACE
from bot.ticks import ticks
from tests.eventful import FIELDS, JOURNEY, NOW, SCHOOL, rows, stand, taken
from tests.script import as_line

HOUR = timedelta(hours=1)
OFFER = "Good news: a seat is free for you at Summer School Berlin, Monday, July 5, 2027, 9:00 AM (Berlin). It is yours if you take it by Tuesday, March 2, 2027, 1:00 PM (Berlin); then it goes to the next person. [Take the seat] [Let it go]"


async def joined(chat) -> None:
    """Somebody registers for the only event there is."""
    await chat.say("register")
    await chat.say("yes")


async def full(town, **changes) -> None:
    """Bert has the only seat, Anna waits for it."""
    town.holds(SCHOOL, capacity=1, **changes)
    await joined(town.bert)
    await joined(town.anna)


async def bert_cancels(town) -> list[str]:
    """What Anna hears when Bert gives his seat back."""
    await town.bert.say("cancel my registration")
    before = len(town.anna.channel.sent)
    await town.bert.say("yes")
    return [as_line(r) for to, r in town.anna.channel.sent[before:] if to == town.anna.address]


async def test_who_waits_is_offered_the_seat_and_takes_it_with_one_tap(town) -> None:
    await full(town)
    assert as_line(town.anna.shown[0]) == (
        "You are on the waiting list for Summer School Berlin, Monday, July 5, 2027, 9:00 AM "
        "(Berlin), as number 1. Your reference is "
        f"{rows(town.database)[1].reference}. I write to you here when it is your turn. "
        "[Cancel my registration]"
    )
    assert await bert_cancels(town) == [OFFER]
    await town.anna.say("Take the seat", picked=f"place:yes={SCHOOL.id}")
    assert as_line(town.anna.shown[0]).startswith("You are registered for Summer School Berlin")
    assert list(stand(town.database).values()) == ["cancelled", "confirmed"]


GIVEN_BACK = (
    "take me off the waiting list",
    "I don't want to wait any more",
    "Bitte von der Warteliste streichen",
    "Ich möchte nicht mehr warten",
    "退出候补",
    "把名额让给别人",
    "I'd like to give my seat to somebody else",
    "Ich gebe meinen Platz ab",
)


@pytest.mark.parametrize("said", GIVEN_BACK)
async def test_who_wants_off_the_list_is_asked_and_writes_on_with_us(town, said) -> None:
    await full(town)
    await town.anna.say(said)
    assert [choice.value.partition("=")[2] for choice in town.anna.shown[0].choices] == [
        "yes",
        "no",
    ]
    await town.anna.say("1")
    assert list(stand(town.database).values()) == ["confirmed", "cancelled"]


@pytest.mark.parametrize("yes", ["yes", "ok", "ja", "好的"])
async def test_a_yes_that_comes_later_than_the_offer_is_asked_about(town, yes: str) -> None:
    await full(town)
    await bert_cancels(town)
    await town.anna.say("How does a community garden start?")
    await town.anna.say(yes)
    values = [choice.value for choice in town.anna.shown[-1].choices]
    assert {f"place:yes={SCHOOL.id}", f"place:no={SCHOOL.id}"} <= set(values)


async def test_who_has_a_seat_and_lets_it_go_is_asked_first(town) -> None:
    await full(town)
    await town.bert.play("""
        > let the seat go
        < Shall I cancel your registration for Summer School Berlin, July 5, 2027? The seat then goes to who waits. [Yes, cancel it] [No, keep it]
    """)


TWO = {
    "en": ("register", "Good news: 2 seats are free for you at Summer School Berlin, Monday, July 5, 2027, 9:00 AM (Berlin). They are yours if you take them by Tuesday, March 2, 2027, 1:00 PM (Berlin); then they go to the next person. [Take the seats] [Let them go]", "All right, the seats go to the next person."),
    "de": ("Ich möchte mich anmelden", "Gute Nachricht: Für Sie sind 2 Plätze frei: Sommerschule Berlin, Montag, 5. Juli 2027, 09:00 (Berlin). Sie gehören Ihnen, wenn Sie sie bis Dienstag, 2. März 2027, 13:00 (Berlin) annehmen; danach gehen sie an die nächste Person. [Plätze annehmen] [Plätze freigeben]", "In Ordnung, die Plätze gehen an die nächste Person."),
    "zh": ("我要报名", "好消息：柏林暑期学校（柏林时间2027年7月5日星期一 09:00）有 2 个名额可以给您。请在柏林时间2027年3月2日星期二 13:00之前确认；过期会让给下一位。 [接受名额] [放弃名额]", "好的，这些名额会给下一位。"),
}  # fmt: skip


@pytest.mark.parametrize(("register", "offer", "passed"), TWO.values(), ids=TWO)
async def test_two_seats_are_offered_as_two(town, register, offer, passed) -> None:
    town.holds(SCHOOL, capacity=2, seats_each=2)
    for chat in (town.bert, town.anna):
        await chat.say(register)
        await chat.say("2")
        await chat.say("1")
    assert await bert_cancels(town) == [offer]
    await town.anna.say("let them go", picked=f"place:no={SCHOOL.id}")
    assert as_line(town.anna.shown[0]).startswith(passed)


@pytest.mark.parametrize("said", ["1", "yes", "Take the seat", "take the seat", "ja", "好的"])
async def test_what_is_typed_after_a_message_of_ours_means_its_choices(town, said) -> None:
    await full(town)
    await bert_cancels(town)
    await town.anna.say(said)
    assert list(stand(town.database).values()) == ["cancelled", "confirmed"]


@pytest.mark.parametrize("said", ["2", "no", "I don't need the seat", "nein danke"])
async def test_an_offer_is_let_go_as_easily(town, said) -> None:
    await full(town)
    carl = town.anna.another("carl")
    await joined(carl)
    await bert_cancels(town)
    await town.anna.say(said)
    assert list(stand(town.database).values()) == ["cancelled", "cancelled", "offered"]


async def test_a_number_in_a_form_is_for_the_form_whatever_comes_in_between(town) -> None:
    await full(town)
    town.holds(JOURNEY, seats_each=3)
    await town.anna.say("register for the learning journey in Shanghai")
    assert await bert_cancels(town) == [OFFER]
    await town.anna.play("""
        > 2
        < Is this right? • Learning journey Shanghai, … • 2 seats …
    """)
    assert list(stand(town.database).values()) == ["cancelled", "offered"]


@pytest.mark.parametrize("said", ["cancel my registration", "Anmeldung absagen", "取消我的报名"])
async def test_what_is_cancelled_is_not_cancelled_twice(town, said) -> None:
    """Nor is it unknown: somebody who asks again wants to be sure."""
    town.holds(SCHOOL)
    await joined(town.anna)
    for line in ("cancel my registration", "yes", said):
        await town.anna.say(line)
    told = as_line(town.anna.shown[0])
    assert ("cancelled already" in told, "bereits abgesagt" in told, "已经取消" in told).count(True)
    await town.anna.say("Cancel my registration", picked=f"cancel-registration:{SCHOOL.id}")
    assert list(stand(town.database).values()) == ["cancelled"]


async def test_an_old_tap_names_what_is_cancelled_and_not_what_is_held(town) -> None:
    town.holds(SCHOOL)
    await joined(town.anna)
    for line in ("cancel my registration", "yes"):
        await town.anna.say(line)
    town.holds(JOURNEY)
    await town.anna.say("register for the learning journey in Shanghai")
    await town.anna.say("yes")
    await town.anna.say("Cancel my registration", picked=f"cancel-registration:{SCHOOL.id}")
    assert as_line(town.anna.shown[0]).startswith(
        "Your registration for Summer School Berlin is cancelled already."
    )


async def test_only_where_somebody_waits_a_seat_goes_to_them(town) -> None:
    town.holds(SCHOOL, capacity=2, seats_each=2)
    for line in ("register", "2", "yes", "cancel my registration"):
        await town.bert.say(line)
    ask = "Shall I cancel your registration for Summer School Berlin, July 5, 2027?"
    assert as_line(town.bert.shown[0]) == f"{ask} [Yes, cancel it] [No, keep it]"
    await town.bert.say("no")
    for line in ("register", "1", "yes"):
        await town.anna.say(line)
    await town.bert.say("cancel my registration")
    assert as_line(town.bert.shown[0]).startswith(f"{ask} The seats then go to who waits.")
    await town.anna.say("cancel my registration")  # who waits has no seat to give
    assert as_line(town.anna.shown[0]) == f"{ask} [Yes, cancel it] [No, keep it]"


async def test_the_deadline_of_an_offer_is_told_by_ones_own_clock_too(town) -> None:
    await full(town)
    await town.anna.say("my time zone is Shanghai")
    (offer,) = await bert_cancels(town)
    assert (
        "by Tuesday, March 2, 2027, 1:00 PM (Berlin), which is Tuesday, March 2, 2027, 8:00 PM "
        "(Shanghai); then it goes to the next person." in offer
    )


async def test_what_is_done_already_is_not_noted_twice(town) -> None:
    """Organisers remind of the event at six on the evening before; one reminder is enough."""
    town.holds(SCHOOL)
    await joined(town.anna)
    await town.anna.play("""
        > remind me one day before the summer school at 18:00
        < I do that already, on Sunday, July 4, 2027, 6:00 PM (Berlin).
        > remind me one day before the summer school at 17:00
        < I will remind you on Sunday, July 4, 2027, 5:00 PM (Berlin): Summer School Berlin …
    """)


async def test_what_is_typed_after_change_my_name_is_the_name(town) -> None:
    """Also where one of several registrations has to be picked first."""
    for event in (SCHOOL, JOURNEY):
        town.holds(event, fields=FIELDS)
        for line in (f"register for {event.name('en')}", "Anna", "a@example.org", "yes"):
            await town.anna.say(line)
    await town.anna.play("""
        > change my name
        < Which registration would you like to change? …
        > 2
        < What is your name?
        > Robert
        < Done, that is changed. You are registered for Learning journey Shanghai, …
        > change my e-mail in the summer school
        < Your e-mail? …
        > robert@example.org
        < Done, that is changed. You are registered for Summer School Berlin, …
    """)
    (school,), (journey,) = (rows(town.database, e.id) for e in (SCHOOL, JOURNEY))
    assert (school.answers["name"], school.answers["email"]) == ("Anna", "robert@example.org")
    assert journey.answers == {"name": "Robert", "email": "a@example.org"}


async def test_an_offer_nobody_answers_goes_on_and_says_so(town) -> None:
    await full(town, offer_hours=2)
    await bert_cancels(town)
    town.wait(2 * HOUR + GRACE + timedelta(seconds=1))
    look_after_events(town.database, town.now())
    assert [as_line(reply) for reply in await town.delivered()] == [
        "The time to take the seat at Summer School Berlin is over, and it went to the next "
        "person. You may register again; then you wait at the end of the list."
    ]
    await town.anna.say("Take the seat", picked=f"place:yes={SCHOOL.id}")
    assert as_line(town.anna.shown[0]).startswith("There is no seat on offer for you there")
    assert taken(town.database) == 0


async def test_a_cancelled_event_tells_everybody_once_and_asks_nobody_again(town) -> None:
    await full(town)
    town.does(lambda t: Organising(t).cancel(SCHOOL.id))
    town.does(lambda t: Organising(t).cancel(SCHOOL.id))
    said = [as_line(reply) for reply in await town.delivered()]
    told = "Summer School Berlin, Monday, July 5, 2027, 9:00 AM (Berlin), is cancelled. Your registration has ended; you need not do anything. Questions? team@example.org"
    assert said == [f"{told} {{summer-school.ics}}", told]
    town.wait(200 * 24 * HOUR)
    look_after_events(town.database, town.now())
    assert await town.delivered() == []


async def test_who_wrote_stop_hears_of_it_when_they_write_again(town) -> None:
    await full(town)
    await town.anna.say("stop")
    town.does(lambda t: Organising(t).cancel(SCHOOL.id))
    assert len(await town.delivered()) == 1  # Bert
    await town.anna.say("hello")
    assert any("is cancelled" in reply.text for reply in town.anna.shown)


async def test_an_event_that_moves_takes_its_people_along(town) -> None:
    town.holds(SCHOOL)
    await joined(town.bert)
    day = timedelta(days=1)
    town.does(lambda t: Organising(t).move(SCHOOL.id, SCHOOL.starts_at + day, SCHOOL.ends_at + day))
    assert [as_line(reply) for reply in await town.delivered()] == [
        "Summer School Berlin has changed: it is now Tuesday, July 6, 2027, 9:00 AM (Berlin). "
        "Your registration stays as it is. Questions? team@example.org {summer-school.ics}"
    ]
    assert list(stand(town.database).values()) == ["confirmed"]


async def test_seine_angaben_aendern(town) -> None:
    town.holds(SCHOOL, fields=FIELDS, seats_each=2)
    for line in ("Ich möchte mich anmelden", "1", "Anna", "a@example.org", "ja"):
        await town.anna.say(line)
    await town.anna.play("""
        > meine Anmeldungen
        < Sie sind angemeldet: Sommerschule Berlin, Montag, 5. Juli 2027, 09:00 (Berlin), 1 Platz. Ihre Kennung lautet …. • Wie heißen Sie? Anna • Ihre E-Mail? a@example.org [Meine Angaben ändern] [Meine Anmeldung absagen] [Kalenderdatei]
        > [Kalenderdatei]
        < Sie sind angemeldet: … {summer-school.ics} [Meine Angaben ändern] [Meine Anmeldung absagen]
        > meine Anmeldungen
        < Sie sind angemeldet: …
        > [Meine Angaben ändern]
        < Was möchten Sie ändern? [Die Zahl der Plätze] [Wie heißen Sie?] [Ihre E-Mail?]
        > 2
        < Wie heißen Sie?
        > Anna Maria
        < Erledigt, das ist geändert. … • Wie heißen Sie? Anna Maria • Ihre E-Mail? a@example.org …
        > Anmeldung ändern
        < Was möchten Sie ändern? …
        > [Die Zahl der Plätze]
        < Wie viele Plätze brauchen Sie, Sie selbst mitgezählt? 1 bis 2.
        > zwei
        < Erledigt, das ist geändert. …, 2 Plätze. …
    """)
    assert taken(town.database) == 2


async def test_wo_de_baoming(town) -> None:
    town.holds(SCHOOL)
    await town.anna.play("""
        > 我要报名
        < 请确认以下信息： … [报名] [取消]
        > 好的
        < 您已报名柏林暑期学校（柏林时间2027年7月5日星期一 09:00）：1 个名额。…
        > 我的报名
        < 您已报名柏林暑期学校（柏林时间2027年7月5日星期一 09:00）：1 个名额。您的报名编号是 …。 [取消我的报名] [日历文件]
        > 日历文件
        < 您已报名柏林暑期学校… {summer-school.ics} [取消我的报名]
        > [取消我的报名]
        < 要取消您在柏林暑期学校，2027年7月5日的报名吗？ [是，取消] [不，保留]
        > 不
        < 好的，一切保持不变。
        > 来不了了，取消我的报名
        < 要取消您在柏林暑期学校，2027年7月5日的报名吗？ [是，取消] [不，保留]
        > 是的
        < 好的，您在柏林暑期学校的报名已取消。 [查看所有活动]
        > 我的报名
        < 您目前没有报名任何近期活动。 [查看所有活动]
    """)


async def test_the_files_come_once_and_when_they_are_asked_for(town) -> None:
    for event in (SCHOOL, JOURNEY):
        town.holds(event)
        for line in (f"register for {event.name('en')}", "yes"):
            await town.anna.say(line)
    await town.anna.play("""
        > my registrations
        < • You are registered for Summer School Berlin, … • You are registered for Learning journey … [Summer School Berlin, July 5, 2027] [Learning journey Shanghai, September 1, 2027]
        > 1
        < You are registered for Summer School Berlin, … Your reference is …. [Cancel my registration] [Calendar file]
        > send me the calendar file
        < For which event? [Summer School Berlin, July 5, 2027] [Learning journey Shanghai, September 1, 2027]
        > 2
        < You are registered for Learning journey Shanghai, … {journey-shanghai.ics} [Cancel my registration]
    """)


async def test_without_a_seat_there_is_no_calendar_file(town) -> None:
    await town.anna.play("""
        > calendar file
        < You are not registered for anything that is coming. [See all events]
    """)


async def test_a_reference_shows_ones_own_place_and_nobody_elses(town) -> None:
    town.holds(SCHOOL)
    await joined(town.bert)
    reference = rows(town.database)[0].reference or ""
    await town.bert.say(reference.lower().replace("-", " "))
    assert as_line(town.bert.shown[0]).startswith("You are registered for Summer School Berlin")
    await town.anna.say(reference)
    assert as_line(town.anna.shown[0]) == "I know no registration of yours with this reference."
    await town.anna.say("Cancel", picked=f"place:no={SCHOOL.id}")
    assert as_line(town.anna.shown[0]).startswith("You are not registered for anything")
    assert list(stand(town.database).values()) == ["confirmed"]


async def test_one_person_on_two_channels_has_one_place(town) -> None:
    town.holds(SCHOOL)
    await joined(town.bert)
    await town.bert.say("link")
    code = re.search(r"\w{4}-\w{4}", town.bert.shown[0].text)
    assert code
    await town.anna.say(code.group())
    await town.anna.tap("Yes, that is me")
    await town.anna.say("register")
    assert as_line(town.anna.shown[0]).startswith("You are registered for Summer School Berlin")
    assert (len(rows(town.database)), taken(town.database)) == (1, 1)


async def test_after_the_event_people_are_asked_once_how_it_was(town) -> None:
    results = {"en": "Three gardens.", "de": "Drei Gärten."}
    town.holds(SCHOOL, results=results)
    await joined(town.bert)
    town.wait(SCHOOL.ends_at - NOW + HOUR)
    look_after_events(town.database, town.now())
    assert await town.delivered() == []  # not at night, nor on the same day
    town.wait(20 * HOUR)
    look_after_events(town.database, town.now())
    look_after_events(town.database, town.now())
    assert [as_line(reply) for reply in await town.delivered()] == [
        "How was Summer School Berlin for you? 1 to 5, please; 5 is very good. "
        "[1 (not good)] [2] [3 (all right)] [4] [5 (very good)]"
    ]
    await town.bert.play("""
        > 4
        < Thank you! What should the organisers know? A sentence is enough. [Skip]
        > More shade, please
        < Thank you, the organisers will read it. What came out of it: Three gardens.
    """)
    assert rows(town.database)[0].feedback == {"rating": 4, "comment": "More shade, please"}
    # Said again in one's own words, it takes the place of what was said before.
    await town.bert.play("""
        > Ich möchte Rückmeldung geben
        < Wie war „Sommerschule Berlin“ für Sie? …
        > 5
        < Danke! …
        > [Überspringen]
        < Danke, … Was dabei herauskam: Drei Gärten.
    """)
    assert rows(town.database)[0].feedback == {"rating": 5}
    await town.anna.say("I want to give feedback")
    assert as_line(town.anna.shown[0]) == "I do not find you among those who were there."
    await town.anna.say("5", picked=f"feedback:{SCHOOL.id}=5")
    assert as_line(town.anna.shown[0]) == "I do not find you among those who were there."


async def test_when_its_day_comes_the_answers_go_and_the_counts_stay(town) -> None:
    town.holds(SCHOOL, fields=FIELDS)
    for line in ("register", "Anna", "a@example.org", "yes"):
        await town.anna.say(line)
    town.wait(SCHOOL.ends_at - NOW + timedelta(days=59))
    look_after_events(town.database, town.now())
    assert rows(town.database)[0].answers == {"name": "Anna", "email": "a@example.org"}
    town.wait(timedelta(days=1))
    look_after_events(town.database, town.now())
    (left,) = rows(town.database)
    assert (left.person_id, left.answers, left.address, left.reference) == (None, {}, None, None)
    assert (left.status, taken(town.database)) == ("confirmed", 1)


async def test_a_clock_that_jumps_ahead_takes_no_offer_back_and_deletes_nothing(town) -> None:
    await full(town)
    await bert_cancels(town)
    looks = {tick.name: tick.look for tick in ticks(town.anna.house)}
    for name in ("events", "shred"):
        await looks[name]()
    town.wait(timedelta(days=400))
    for name in ("events", "shred"):
        await looks[name]()
    assert list(stand(town.database).values()) == ["cancelled", "offered"]
    # The guard-off twin: who believed the clock would have let it go.
    look_after_events(town.database, town.now())
    assert [r.status for r in rows(town.database)] == ["cancelled", "cancelled"]


async def test_cancel_alone_may_mean_the_place(town) -> None:
    town.holds(SCHOOL)
    await joined(town.anna)
    await town.anna.play("""
        > cancel
        < I am not asking you anything just now. Would you like to cancel a registration? [Summer School Berlin, July 5, 2027]
        > 1
        < Shall I cancel your registration for Summer School Berlin, July 5, 2027? [Yes, cancel it] [No, keep it]
        > yes
        < Done: your registration for Summer School Berlin is cancelled. [See all events]
        > cancel
        < There is nothing to cancel. What would you like to know?
    """)


async def test_who_wants_no_messages_is_asked_about_the_place_they_keep(town) -> None:
    town.holds(SCHOOL)
    await joined(town.anna)
    await town.anna.play("""
        > abmelden
        < Ich schreibe Ihnen nicht mehr von mir aus. … Angemeldet bleiben Sie. Möchten Sie auch die Anmeldung absagen? [Schreiben Sie mir wieder] [Absagen: Sommerschule Berlin]
        > 2
        < Soll ich Ihre Anmeldung für Sommerschule Berlin, 5. Juli 2027 … [Ja, absagen] [Nein, behalten]
    """)


@pytest.mark.parametrize(
    "said", ["放弃", "不要了", "不要", "no thanks", "nein danke", "never mind"]
)
async def test_whatever_declines_right_after_an_offer_passes_it_on(town, said) -> None:
    """The words that end a form mean the offer, as long as it is the last thing said."""
    town.holds(SCHOOL, capacity=1)
    for chat in (town.bert, town.anna):
        await chat.say("register for the summer school")
        await chat.tap(chat.shown[-1].choices[0].label)
    await town.bert.say("cancel my registration")
    await town.bert.say("yes")
    await town.anna.say(said)
    assert [row.status for row in rows(town.database)] == ["cancelled", "cancelled"]
    assert rows(town.database)[-1].reason == "passed"


async def test_an_offer_is_taken_once(town) -> None:
    town.holds(SCHOOL, capacity=1)
    for chat in (town.bert, town.anna):
        await chat.say("register for the summer school")
        await chat.tap(chat.shown[-1].choices[0].label)
    await town.bert.say("cancel my registration")
    await town.bert.say("yes")
    await town.anna.play("""
        > I accept
        < You are registered for Summer School Berlin, …
        > I accept
        < You have your seat already. You are registered for Summer School Berlin, … [Cancel my registration] [Calendar file]
    """)


async def test_who_comes_while_others_wait_is_told_so(town) -> None:
    """One seat is free, but it waits for two people who want it together."""
    town.holds(SCHOOL, seats_each=2)
    for chat, seats in ((town.bert, "1"), (town.anna.another("carl"), "2")):
        await chat.say("register for the summer school")
        await chat.say(seats)
        await chat.tap(chat.shown[-1].choices[0].label)
    await town.anna.play("""
        > summer school in Berlin
        < Summer School Berlin … 1 seat is left, but others wait before you; there is a waiting list. … [Join the waiting list]
        > [Join the waiting list]
        < … How many seats do you need, with yourself? 1 to 2.
        > 1
        < Is this right? … 1 seat is left, but others wait before you; … [Join the waiting list] [Change something] [Cancel]
        > [Join the waiting list]
        < You are on the waiting list for Summer School Berlin, … as number 2. …
    """)


async def test_a_seat_is_given_back_for_a_place_on_the_waiting_list(town) -> None:
    town.holds(SCHOOL, capacity=1)
    await town.anna.say("register for the summer school")
    await town.anna.tap("Register")
    await town.anna.play("""
        > put me on the waiting list instead
        < Shall I give back your seat at Summer School Berlin, July 5, 2027 and put you at the end of the waiting list? [Yes, I will wait] [No, keep it]
        > [Yes, I will wait]
        < Nobody else waits there. You can keep your registration or cancel. [See all events]
    """)
    await town.bert.say("register for the summer school")
    await town.bert.tap("Join the waiting list")
    town.wait(timedelta(minutes=1))
    await town.anna.say("setzen Sie mich auf die Warteliste")
    await town.anna.say("ja")
    assert {row.address: row.status for row in rows(town.database)} == {
        str(town.anna.address): "waiting",
        str(town.bert.address): "offered",
    }
    assert taken(town.database) == 1


async def test_before_the_end_certificate_and_feedback_are_still_to_come(town) -> None:
    town.holds(SCHOOL)
    await town.anna.say("register for the summer school")
    await town.anna.tap("Register")
    await town.anna.play("""
        > certificate
        < I can send the certificate for Summer School Berlin after the event. [See my registration]
        > feedback
        < This event is not over yet. Please tell me afterwards.
    """)
