"""When staff are there: hours as people write them, over nights, weekends and clock changes."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.services.office import Office

BERLIN = ZoneInfo("Europe/Berlin")
WEEK = "Mon-Fri 09:00-17:00"


def at(text: str, zone: ZoneInfo = BERLIN) -> datetime:
    """`2026-05-04 09:00` as a moment; 4 May 2026 is a Monday."""
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("hours", "moment", "there"),
    [
        (WEEK, "2026-05-04 08:59", False),
        (WEEK, "2026-05-04 09:00", True),
        (WEEK, "2026-05-04 16:59", True),
        (WEEK, "2026-05-04 17:00", False),
        (WEEK, "2026-05-09 12:00", False),
        ("mon-fri 9:00-17:00", "2026-05-04 09:00", True),
        ("Sat 10:00-12:00", "2026-05-09 11:00", True),
        ("Mon 09:00-12:00, Mon 13:00-17:00", "2026-05-04 12:30", False),
        ("Mon 09:00-12:00, Mon 13:00-17:00", "2026-05-04 13:00", True),
        ("Fri-Mon 09:00-17:00", "2026-05-10 12:00", True),  # Sunday
        ("Fri-Mon 09:00-17:00", "2026-05-06 12:00", False),  # Wednesday
        ("Fri 22:00-06:00", "2026-05-08 23:00", True),
        ("Fri 22:00-06:00", "2026-05-09 05:59", True),
        ("Fri 22:00-06:00", "2026-05-09 06:00", False),
        ("Fri 22:00-06:00", "2026-05-08 05:00", False),
        ("Mon 09:00-24:00", "2026-05-04 23:59", True),
        ("Mon-Sun 00:00-24:00", "2026-05-05 00:00", True),
        ("", "2026-05-04 12:00", False),
    ],
)
def test_somebody_is_there(hours: str, moment: str, there: bool) -> None:
    assert Office(hours, "Europe/Berlin").is_open(at(moment)) == there


@pytest.mark.parametrize(
    ("hours", "moment", "closes"),
    [
        (WEEK, "2026-05-04 09:00", "2026-05-04 17:00"),
        (WEEK, "2026-05-04 17:00", "2026-05-04 17:00"),
        ("Fri 22:00-06:00", "2026-05-08 23:00", "2026-05-09 06:00"),
        ("Fri 22:00-06:00", "2026-05-09 01:00", "2026-05-09 06:00"),
    ],
)
def test_a_visitor_hears_until_when(hours: str, moment: str, closes: str) -> None:
    assert Office(hours, "Europe/Berlin").closes(at(moment)) == at(closes)


@pytest.mark.parametrize(
    ("hours", "moment", "opens"),
    [
        (WEEK, "2026-05-08 17:00", "2026-05-11 09:00"),
        (WEEK, "2026-05-04 08:59", "2026-05-04 09:00"),
        (WEEK, "2026-05-04 09:00", "2026-05-05 09:00"),
        ("Mon 13:00-17:00, Mon 09:00-12:00", "2026-05-04 08:00", "2026-05-04 09:00"),
        ("Mon 09:00-10:00", "2026-05-04 09:00", "2026-05-11 09:00"),  # a whole week away
        ("", "2026-05-04 12:00", "2026-05-04 12:00"),
    ],
)
def test_a_visitor_hears_when_staff_are_back(hours: str, moment: str, opens: str) -> None:
    assert Office(hours, "Europe/Berlin").opens(at(moment)) == at(opens)


@pytest.mark.parametrize(
    ("hours", "language", "told"),
    [
        (WEEK, "de", "Montag bis Freitag 09:00–17:00"),
        (
            "Mon-Wed 09:00-17:00, Fri 09:00-12:00",
            "zh",
            "星期一至星期三 09:00–17:00，星期五 09:00–12:00",
        ),
        ("Fri-Mon 10:00-12:00", "de", "Freitag bis Montag 10:00–12:00"),
        ("Sat 10:00-24:00", "de", "Samstag 10:00–00:00"),
        ("", "de", ""),
    ],
)
def test_hours_are_told_as_people_read_them(hours: str, language: str, told: str) -> None:
    assert Office(hours, "Europe/Berlin").told(language) == told


def test_hours_are_those_of_the_office_not_of_the_server() -> None:
    office = Office(WEEK, "Asia/Shanghai")
    assert office.is_open(datetime(2026, 5, 4, 1, tzinfo=UTC))
    assert not office.is_open(datetime(2026, 5, 4, 9, tzinfo=UTC))


def test_nine_is_nine_in_summer_and_in_winter() -> None:
    office = Office("Mon-Sun 09:00-17:00", "Europe/Berlin")
    before, after = datetime(2027, 3, 27, 20, tzinfo=UTC), datetime(2027, 10, 30, 20, tzinfo=UTC)
    assert office.opens(before) == datetime(2027, 3, 28, 7, tzinfo=UTC)  # clocks went forward
    assert office.opens(after) == datetime(2027, 10, 31, 8, tzinfo=UTC)  # and back


@pytest.mark.parametrize(
    "hours",
    [
        "always",
        "Mon",
        "09:00-17:00",
        "Mon-Fri 9-17",
        "Moo 09:00-17:00",
        "Mon 25:00-26:00",
        "Mon 09:60-10:00",
        "Mon 09:00-17:00,",
        "Mon 09:00-17:00; Tue 09:00-17:00",
        "Mon 09:00-17:00" * 1000,
    ],
)
def test_hours_nobody_can_read_are_refused(hours: str) -> None:
    with pytest.raises(ValueError, match=r"cannot read office hours|must be in"):
        Office(hours, "Europe/Berlin")


@pytest.mark.parametrize(
    "zone", ["Europe/Nowhere", "Europe", "", "../etc/passwd", "/etc/localtime"]
)
def test_a_zone_nobody_knows_is_refused(zone: str) -> None:
    with pytest.raises(ValueError, match=r"zone|keys"):
        Office(WEEK, zone)
