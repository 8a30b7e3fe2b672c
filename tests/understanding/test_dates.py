"""Moments in the words of people: a table in three languages, clocks that jump, hostile texts."""

import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.i18n import format_moment, languages
from bot.understanding.dates import Day, Here, Moment, Past, Relative, Several, read
from bot.zones import instant, place_of, wall_of, zone_named
from tests.understanding.saying import saying
from tests.understanding.test_hostile import HOSTILE

BERLIN, SHANGHAI = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Shanghai")
WEDNESDAY = datetime(2026, 11, 25, 9, tzinfo=UTC)  # 10:00 in Berlin, 17:00 in Shanghai
_FILE = Path(__file__).with_name("moments.yaml")
TABLE = [
    (language, said, meant)
    for language, lines in yaml.safe_load(_FILE.read_text(encoding="utf-8")).items()
    for said, meant in lines.items()
]


def here(language="en", zone=BERLIN, now=WEDNESDAY):
    return Here(now, zone, language)


def understood(said, language="en", zone=BERLIN, now=WEDNESDAY):
    reading = read(said, here(language, zone, now))
    return saying(reading.meaning if reading else None)


@pytest.mark.parametrize(("language", "said", "meant"), TABLE)
def test_what_people_write_about_time_is_understood(language, said, meant):
    assert understood(said, language) == meant


@pytest.mark.parametrize("language", ["en", "de", "zh"])
def test_the_table_is_understood_whatever_language_the_talk_is_in(language):
    """People change languages faster than a talk does."""
    odd = {
        "9",
        "13",
        "17:00",
        "noon",
        "5pm",
        "tomorrow 3pm 提醒我",
        "3/5 at 10",
        "12/13/2026 at 10",
    }
    told = [(said, meant) for _own, said, meant in TABLE if said not in odd]
    wrong = [said for said, meant in told if understood(said, language) != meant]
    assert len(wrong) <= 8, wrong


REST = [
    ("remind me tomorrow at 9 to call Bob", "tomorrow at 9", "remind me to call Bob"),
    ("tomorrow, at 9, call Bob", "tomorrow, at 9", ", call Bob"),
    ("call Bob tomorrow and Ann at 9", "tomorrow … at 9", "call Bob and Ann"),
    ("Erinnere mich am Freitag an den Müll", "am Freitag", "Erinnere mich an den Müll"),
    ("明天下午三点提醒我交报告", "明天下午三点", "提醒我交报告"),
    ("請在後天下午３點提醒我，開會", "在後天下午３點", "請 提醒我，開會"),
]


@pytest.mark.parametrize(("text", "said", "rest"), REST)
def test_what_was_said_is_told_apart_from_the_rest(text, said, rest):
    reading = read(text, here("zh" if "提" in text else "en"))
    assert (reading.said, reading.rest) == (said, rest)


CROWDED = [
    # In front counts before anything else, then a day with its time.
    ("tomorrow that the bus leaves on Friday at 9", "Thu 2026-11-26"),
    ("the Friday market on Thursday at 9", "Thu 2026-11-26 09:00"),
    ("on Friday evening that the shop opens on Saturday at 8", "Fri 2026-11-27 18:00"),
    ("two hours before the meeting on Friday", "-120min"),
]


@pytest.mark.parametrize(("said", "meant"), CROWDED)
def test_of_several_days_the_one_of_the_reminder_is_taken(said, meant):
    assert understood(said) == meant


JUMPS = [
    # The clocks of Berlin jump from 02:00 to 03:00, and a wall time between is the first after.
    ("2026-03-29 02:30", "Sun 2026-03-29 03:00", datetime(2026, 3, 29, 1, tzinfo=UTC)),
    ("2027-03-28 02:30", "Sun 2027-03-28 03:00", datetime(2027, 3, 28, 1, tzinfo=UTC)),
    ("2027-03-28 03:00", "Sun 2027-03-28 03:00", datetime(2027, 3, 28, 1, tzinfo=UTC)),
    ("2027-03-28 01:59", "Sun 2027-03-28 01:59", datetime(2027, 3, 28, 0, 59, tzinfo=UTC)),
    # In autumn an hour comes twice: the first of the two.
    ("2026-10-25 02:30", "Sun 2026-10-25 02:30", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
    ("2027-10-31 02:30", "Sun 2027-10-31 02:30", datetime(2027, 10, 31, 0, 30, tzinfo=UTC)),
    ("2027-10-31 03:00", "Sun 2027-10-31 03:00", datetime(2027, 10, 31, 2, tzinfo=UTC)),
]


@pytest.mark.parametrize(("said", "meant", "at"), JUMPS)
def test_a_wall_time_that_is_missing_or_comes_twice_is_one_instant(said, meant, at):
    reading = read(said.replace(" 0", " at 0"), here(now=datetime(2026, 1, 1, tzinfo=UTC)))
    assert (saying(reading.meaning), reading.meaning.at) == (meant, at)
    assert reading.meaning.is_moved == (said[-5:] != meant[-5:])


def test_a_day_is_a_day_on_the_wall_also_when_it_has_23_hours():
    before = datetime(2027, 3, 27, 11, tzinfo=UTC)  # Saturday noon in Berlin
    assert understood("tomorrow at noon", now=before) == "Sun 2027-03-28 12:00"
    assert read("tomorrow at noon", here(now=before)).meaning.at - before == timedelta(hours=23)
    assert read("in 24 hours", here(now=before)).meaning.at - before == timedelta(hours=24)


def test_working_days_are_those_where_the_clock_is() -> None:
    said = "on the first working day in October at 9"  # in China the week of it is free
    now = datetime(2026, 9, 25, 9, tzinfo=UTC)
    assert understood(said, zone=SHANGHAI, now=now) == "Thu 2026-10-08 09:00"
    assert understood(said, zone=BERLIN, now=now) == "Thu 2026-10-01 09:00"


def test_the_same_words_mean_each_persons_own_clock():
    late = datetime(2026, 11, 25, 17, tzinfo=UTC)  # already Thursday in Shanghai
    assert understood("tomorrow at 9", now=late) == "Thu 2026-11-26 09:00"
    assert understood("tomorrow at 9", zone=SHANGHAI, now=late) == "Fri 2026-11-27 09:00"
    assert understood("明天上午九点", "zh", SHANGHAI, late) == "Fri 2026-11-27 09:00"


def test_a_time_alone_can_be_one_on_a_day_that_is_known():
    day = date(2026, 12, 1)
    answers = {"9": "09:00", "halb neun": "08:30", "下午三点": "15:00", "at 6 pm": "18:00"}
    told = {said: saying(read(said, here(), day).meaning) for said in answers}
    assert told == {said: f"Tue 2026-12-01 {at}" for said, at in answers.items()}
    assert saying(read("on Friday at 9", here(), day).meaning) == "Fri 2026-11-27 09:00"


STARTS = datetime(2027, 3, 28, 12, tzinfo=UTC)  # 14:00 in Berlin, on the day the clocks jump
ENDS = STARTS + timedelta(hours=3)
AROUND = [
    ("two hours before", "Sun 2027-03-28 12:00"),
    ("2 h before", "Sun 2027-03-28 12:00"),
    ("2h vorher", "Sun 2027-03-28 12:00"),
    ("12 hours before", "Sun 2027-03-28 01:00"),
    ("the evening before", "Sat 2027-03-27 18:00"),
    ("the day before", "Sat 2027-03-27 14:00"),
    ("the week before at 10", "Sun 2027-03-21 10:00"),
    ("the morning of the event", "Sun 2027-03-28 09:00"),
    ("am selben Tag um 2:30 Uhr nachts", "Sun 2027-03-28 03:00"),
    ("an hour after it", "Sun 2027-03-28 18:00"),
    ("the day after at 9", "Mon 2027-03-29 09:00"),
    ("提前一天", "Sat 2027-03-27 14:00"),
]


@pytest.mark.parametrize(("said", "meant"), AROUND)
def test_before_and_after_something_is_counted_on_its_own_wall(said, meant):
    relative = read(said, here()).meaning
    relative = relative.options[0] if isinstance(relative, Several) else relative
    assert isinstance(relative, Relative)
    told = relative.moment(STARTS, ENDS, BERLIN)
    assert f"{told.at.astimezone(BERLIN):%a %Y-%m-%d %H:%M}" == meant


HOSTILE_HERE = {
    "numbers": "1 " * 500_000,
    "figures": "9" * 1_000_000,
    "one half": "半" * 1_000_000,
    "halves": "half and a " * 100_000,
    "Chinese numbers": "一" * 1_000_000,
    "weeks": "下下" * 500_000,
    "points": "1." * 500_000,
    "colons": "1:" * 500_000,
    "glue": "am der " * 150_000,
    "hours": "one hour and " * 80_000,
    "slashes": "1/1/" * 250_000,
    "zeros": "0000-00-00 00:00",
    "huge": "in 99999999999999999999999999999 weeks at 99:99",
    "not a format": "{0} %s tomorrow at {x}",
    "a bell": "tomorrow\x07 at\x00 9",
}


@pytest.mark.parametrize("kind", [*HOSTILE, *HOSTILE_HERE])
def test_a_hostile_text_costs_no_more_than_a_long_one(kind):
    text = (HOSTILE | HOSTILE_HERE)[kind]
    read("tomorrow at 9", here())  # the words are loaded once
    started = time.process_time()
    for language in languages():
        read(text, here(language))
    assert time.process_time() - started < 1.0


@settings(max_examples=300, deadline=None)
@example("\U00011bf0")  # a figure that Unicode has had for a year
@given(
    st.text(max_size=300)
    | st.text("0123456789.:/-一二三十点半月日号天后前am pmuhrofthe ,", max_size=60)
)
def test_any_text_is_read_without_an_error_and_never_means_the_past(text):
    for language in languages():
        reading = read(text, here(language))
        if reading is None:
            continue
        meaning = reading.meaning
        options = meaning.options if isinstance(meaning, Several) else (meaning,)
        assert all(o.at > WEDNESDAY for o in options if isinstance(o, Moment))
        assert all(o.on >= WEDNESDAY.date() for o in options if isinstance(o, Day))


SOON = st.datetimes(datetime.fromisoformat("2026-11-26"), datetime.fromisoformat("2031-01-01"))
ZONES = st.sampled_from(["Europe/Berlin", "Asia/Shanghai", "America/New_York", "Asia/Kathmandu"])


@settings(max_examples=200, deadline=None)
@given(SOON, ZONES, st.sampled_from(sorted(languages())))
def test_what_we_write_as_a_moment_we_also_read_as_that_moment(wall, name, language):
    """The confirmation a person copies back to us means what it meant."""
    zone = ZoneInfo(name)
    at = instant(wall.replace(second=0, microsecond=0), zone)
    meaning = read(format_moment(language, at, zone), here(language, zone)).meaning
    first_of_two = instant(wall_of(at, zone), zone)
    assert meaning == Moment(first_of_two, zone, wall_of(at, zone))


@settings(max_examples=200, deadline=None)
@given(
    st.datetimes(datetime.fromisoformat("2020-01-01"), datetime.fromisoformat("2040-01-01")), ZONES
)
def test_an_instant_shows_the_wall_time_it_was_made_of_or_the_end_of_its_gap(wall, name):
    zone, wall = ZoneInfo(name), wall.replace(microsecond=0)
    at = instant(wall, zone)
    shown = wall_of(at, zone)
    assert shown >= wall
    if shown != wall:  # in a gap: a second earlier the clocks had not jumped yet
        assert wall_of(at - timedelta(seconds=1), zone) < wall


def test_a_zone_is_known_by_its_name_and_nothing_else():
    odd = ("", "Europe", "../../etc/passwd", "/etc/passwd", "Nowhere/Atlantis", "\0", "x" * 5000)
    assert [zone_named(name) for name in odd] == [None] * len(odd)
    assert place_of(zone_named("America/New_York")) == "New York"


def test_a_day_that_is_over_is_past_not_next_year():
    assert isinstance(read("25 November at 9", here()).meaning, Past)
    assert understood("24 November at 9") == "Wed 2027-11-24 09:00"
