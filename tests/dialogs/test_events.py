"""Events are found by what people call them; a programme is never called open without one."""

from dataclasses import replace

import pytest

from tests.eventful import DAY, JOURNEY, NOW, SCHOOL
from tests.script import as_line

PAST = replace(
    SCHOOL,
    id="garden-day",
    programme=None,
    title={"de": "Gartentag"},
    starts_at=NOW - 9 * DAY,
    ends_at=NOW - 8 * DAY,
    state="closed",
    results={"de": "Drei Beete."},
)
THE_JOURNEY = "Learning journey Shanghai Wednesday, September 1, 2027, 9:00 AM (Shanghai) 上海 There is room for everybody. …"
ALL = "These events are coming: • Summer School Berlin: Monday, July 5, 2027, 9:00 AM (Berlin) • Learning journey Shanghai: Wednesday, September 1, 2027, 9:00 AM (Shanghai) [Summer School Berlin, July 5, 2027] [Learning journey Shanghai, September 1, 2027]"


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("Which events are there?", ALL),
        ("any events in Shanghai?", THE_JOURNEY),
        ("When is the next learning journey?", THE_JOURNEY),
        ("Welche Veranstaltungen gibt es in Berlin?", "Sommerschule Berlin Montag, 5. Juli 2027, …"),
        ("Wann ist die nächste Lernreise?", "Lernreise Shanghai Mittwoch, 1. September 2027, …"),
        ("有什么活动？", "近期活动： • 柏林暑期学校：… • 上海学习之旅：…"),
        ("柏林有活动吗？", "柏林暑期学校 柏林时间2027年7月5日星期一 09:00 …"),
        ("how many places are left?", "Summer School Berlin: 2 seats are left. Learning journey Shanghai: There is room for everybody. …"),
        ("Sind bei der Lernreise noch Plätze frei?", "Lernreise Shanghai: Es ist Platz für alle. …"),
        ("What is the summer school?", "There is a date: Summer School Berlin, Monday, July 5, 2027, 9:00 AM (Berlin). 2 seats are left. The CITYMAKERS Summer School is an idea … [About this date] [Read more] …"),
    ],
)  # fmt: skip
async def test_an_event_is_found_by_what_people_ask(town, asked, told) -> None:
    town.holds(SCHOOL)
    town.holds(JOURNEY)
    await town.anna.play(f"> {asked}\n< {told}")


REPAIR = replace(
    SCHOOL,
    id="repair-evening",
    programme=None,
    title={"en": "Repair Evening Leipzig", "de": "Reparaturabend Leipzig", "zh": "莱比锡维修之夜"},
    starts_at=SCHOOL.starts_at.replace(month=5),
    ends_at=SCHOOL.ends_at.replace(month=5),
    place="Leipzig",
)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("Repair Evening Leipzig", "Repair Evening Leipzig Wednesday, May 5, 2027, …"),
        ("Is there anything in Leipzig in May?", "Repair Evening Leipzig Wednesday, May 5, …"),
        ("any events in May?", "Repair Evening Leipzig Wednesday, May 5, …"),
        ("Gibt es im Mai etwas in Leipzig?", "Reparaturabend Leipzig Mittwoch, 5. Mai 2027, …"),
        ("Wann ist der Reparaturabend?", "Reparaturabend Leipzig Mittwoch, 5. Mai 2027, …"),
        ("5月有什么活动？", "莱比锡维修之夜 柏林时间2027年5月5日星期三 09:00 …"),
        ("七月有什么活动？", "柏林暑期学校 柏林时间2027年7月5日星期一 09:00 …"),
        ("Learning journey Shanghai", THE_JOURNEY),
        ("Sommerschule Berlin", "Sommerschule Berlin Montag, 5. Juli 2027, …"),
        ("莱比锡维修之夜", "莱比锡维修之夜 柏林时间2027年5月5日星期三 09:00 …"),
    ],
)
async def test_an_event_is_found_by_its_own_name_place_and_month(town, asked, told) -> None:
    """Also where no article of ours tells of it."""
    for event in (SCHOOL, REPAIR, JOURNEY):
        town.holds(event)
    await town.anna.play(f"> {asked}\n< {told}")


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("Anything in Leipzig?", "Repair Evening Leipzig Wednesday, May 5, 2027, …"),
        ("was läuft in Leipzig?", "Reparaturabend Mittwoch, 5. Mai 2027, …"),
        ("Gibt es was in Leipzig", "Reparaturabend Mittwoch, 5. Mai 2027, …"),
        ("莱比锡有什么活动?", "Repair Evening Leipzig 柏林时间2027年5月5日星期三 09:00 …"),
        ("What's on in Germany?", "In my calendar for Germany: • Repair Evening Leipzig: … • Summer School Berlin: …"),
        ("Anything in Munich?", "There is nothing in my calendar for Munich at the moment. What else is coming: [Repair Evening Leipzig, May 5, 2027] [Summer School Berlin, July 5, 2027] [Ask a person]"),
        ("was läuft in München im Mai?", "Für München, Mai 2027 steht zurzeit nichts in meinem Kalender. Was sonst ansteht: [Reparaturabend, 5. Mai 2027] [Einen Menschen fragen]"),
        ("慕尼黑有什么活动？", "我的日历里，慕尼黑目前没有活动。其他即将举办的活动： [Repair Evening Leipzig，2027年5月5日] …"),
    ],
)  # fmt: skip
async def test_what_is_on_in_a_city_is_found_in_every_language_or_said_not_to_be(
    town, asked, told
) -> None:
    """Whatever language the organisers have named the place in."""
    town.holds(SCHOOL)
    town.holds(REPAIR, title={"en": "Repair Evening Leipzig", "de": "Reparaturabend"})
    await town.anna.play(f"> {asked}\n< {told}")


BOTH = "In my calendar for 2027: • Repair Evening Leipzig: … • Summer School Berlin: … • Learning journey Shanghai: … [Repair Evening Leipzig, May 5, 2027] …"


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("上海的活动", "上海学习之旅 上海时间2027年9月1日星期三 09:00 …"),
        ("2027年有什么活动", "我的日历里，2027年有： • 莱比锡维修之夜：… • 柏林暑期学校：… • 上海学习之旅：… …"),
        ("明年九月上海有活动吗", "我的日历里，2028年9月上海目前没有活动。那里其他时间有： [上海学习之旅，2027年9月1日] [找工作人员]"),
        ("七月和九月的活动", "我的日历里，2027年7月和2027年9月有： • 柏林暑期学校：… • 上海学习之旅：… …"),
        ("events in Shanghai", THE_JOURNEY),
        ("What is on in 2027?", BOTH),
        ("any workshops this year?", BOTH),
        ("events in Munich in 2028", "There is nothing in my calendar for Munich, 2028 at the moment. What else is coming: …"),
        ("events next summer", "Summer School Berlin Monday, July 5, 2027, …"),
        ("what's on this week in Berlin?", "There is nothing in my calendar for Berlin, Mar 1 – 7, 2027 at the moment. There at another time: [Summer School Berlin, July 5, 2027] [Ask a person]"),
        ("events on July 5", "Summer School Berlin Monday, July 5, 2027, …"),
        ("Veranstaltungen im Mai 2027", "Reparaturabend Leipzig Mittwoch, 5. Mai 2027, …"),
        ("Was ist im Mai 2028 los?", "Für Mai 2028 steht zurzeit nichts in meinem Kalender. Was sonst ansteht: …"),
        ("Welche Termine gibt es nächsten Monat in Deutschland?", "Für Deutschland, April 2027 steht zurzeit nichts in meinem Kalender. Dort zu einer anderen Zeit: [Reparaturabend Leipzig, 5. Mai 2027] [Sommerschule Berlin, 5. Juli 2027] [Einen Menschen fragen]"),
        ("Veranstaltungen im Februar 2027", "Für Februar 2027 steht zurzeit nichts in meinem Kalender. Was damals stattfand, ist vorbei. Wählen Sie etwas aus, um zu sehen, was dabei herauskam: [Gartentag, 20. Februar 2027]"),
        ("Welche Veranstaltungen gab es letztes Jahr?", "Für 2026 steht zurzeit nichts in meinem Kalender. Was sonst ansteht: …"),
    ],
)  # fmt: skip
async def test_what_there_is_at_a_place_and_a_time_is_listed_or_said_not_to_be(
    town, asked, told
) -> None:
    for event in (SCHOOL, REPAIR, JOURNEY, PAST):
        town.holds(event)
    await town.anna.play(f"> {asked}\n< {told}")


async def test_what_was_cancelled_there_is_said_to_be(town) -> None:
    town.holds(SCHOOL)
    town.holds(REPAIR, state="cancelled")
    await town.anna.play("""
        > Veranstaltungen in Leipzig im Mai 2027
        < Für Leipzig, Mai 2027 steht zurzeit nichts in meinem Kalender. Was geplant war, ist abgesagt: [Reparaturabend Leipzig, 5. Mai 2027]
        > 1
        < Reparaturabend Leipzig … abgesagt. …
    """)


@pytest.mark.parametrize(
    "asked",
    [
        "Which events against cars were there in Ghent in 2017?",
        "Welche Kurse in Mathe gibt es 2027?",
        "2027年有什么活动税",
    ],
)
async def test_who_asks_for_more_than_a_place_and_a_time_gets_no_list(town, asked) -> None:
    town.holds(SCHOOL)
    await town.anna.say(asked)
    assert "2027" not in as_line(town.anna.shown[0]).partition("[")[0]


async def test_what_is_done_in_a_city_is_for_the_articles(town) -> None:
    town.holds(SCHOOL)
    await town.anna.say("What is going on in Ghent with the circulation plan?")
    assert "in my calendar" not in as_line(town.anna.shown[0])


async def test_a_question_that_only_shares_a_place_with_an_event_is_declined(town) -> None:
    town.holds(REPAIR)
    await town.anna.say("Who is the mayor of Leipzig and how may I reach the town hall?")
    assert "Repair" not in as_line(town.anna.shown[0])


async def test_without_an_event_a_programme_is_not_called_open(town) -> None:
    await town.anna.play("""
        > What is the summer school?
        < The CITYMAKERS Summer School is an idea of CITYMAKERS; a fixed edition is not known. … [Read more] …
        > register for the summer school
        < There is nothing to register for in my calendar at the moment. … The CITYMAKERS Summer School is an idea … [Ask a person] [Read more] [Note my interest]
        > events
        < There is nothing to register for in my calendar at the moment. I can pass your interest on to the team. [Ask a person]
    """)


async def test_a_question_about_events_elsewhere_is_for_the_articles(town) -> None:
    town.holds(SCHOOL)
    await town.anna.say("events in the smallest villages of Bavaria?")
    assert "Summer School" not in as_line(town.anna.shown[0])


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("Repair Evening Leipzig", "Repair Evening Leipzig … This event was cancelled. …"),
        (
            "what about the repair evening in Leipzig?",
            "Repair Evening … This event was cancelled. …",
        ),
        ("Wann ist der Reparaturabend in Leipzig?", "Reparaturabend … abgesagt. …"),
        ("莱比锡维修之夜", "莱比锡维修之夜 … 该活动已取消。 …"),
    ],
)
async def test_who_asks_for_what_was_cancelled_is_told_so(town, asked, told) -> None:
    town.holds(SCHOOL)
    town.holds(REPAIR, state="cancelled")
    await town.anna.play(f"> {asked}\n< {told}")


async def test_what_came_out_of_past_events(town) -> None:
    town.holds(PAST)
    town.holds(SCHOOL, state="draft")
    await town.anna.play("""
        > past events
        < These events are over. Pick one to see what came out of it: [Gartentag, February 20, 2027]
        > What came out of the Gartentag in Berlin?
        < Gartentag … What came out of it: Drei Beete. …
        > past events
        < These events are over. …
        > [Gartentag, February 20, 2027]
        < Gartentag … This event is over. What came out of it: Drei Beete. … The organisers have written this only in German. [See all events]
    """)


async def test_a_draft_is_nobodys_business(town) -> None:
    town.holds(SCHOOL, state="draft")
    await town.anna.say("Summer School", picked=f"events:{SCHOOL.id}")
    assert as_line(town.anna.shown[0]) == "I do not know this event."
    await town.anna.say("Summer School", picked=f"registration:{SCHOOL.id}")
    assert as_line(town.anna.shown[0]).startswith("Registration for this event is over.")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"opens_at": NOW + DAY}, "Registration begins on Tuesday, March 2, 2027, 1:00 PM (Berlin). …"),
        ({"closes_at": NOW - DAY}, "Registration for this event is over. …"),
        ({"state": "closed"}, "Registration for this event is over. …"),
        ({"capacity": 0}, "All seats are taken; there is a waiting list. … [Join the waiting list]"),
        ({"capacity": 0, "waiting_list": False}, "All seats are taken. … [See all events]"),
    ],
)  # fmt: skip
async def test_an_event_says_whether_one_can_register(town, changes, told) -> None:
    town.holds(SCHOOL, **changes)
    await town.anna.say("About it", picked=f"events:{SCHOOL.id}")
    shown = as_line(town.anna.shown[0])
    lead, _dots, end = told.partition("…")
    assert lead.strip() in shown
    assert shown.endswith(end.strip())


@pytest.mark.parametrize(
    ("asked", "date", "doubt"),
    [
        ("What is the CITYMAKERS Summer School?", "July 5, 2027", "edition is not known"),
        ("Was lernt man in der CITYMAKERS-Sommerschule?", "5. Juli 2027", "nicht bekannt"),
        ("城市创制者暑期学校是什么？", "2027年7月5日", "还没有见到"),
    ],
)
async def test_beside_a_date_no_article_says_that_there_is_none(town, asked, date, doubt) -> None:
    await town.anna.say(asked)
    assert doubt in town.anna.shown[0].text
    town.holds(SCHOOL)
    await town.anna.say(asked)
    told = town.anna.shown[0].text
    assert date in told
    assert doubt not in told
