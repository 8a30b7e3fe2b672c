"""Weeks by the clock of the office: each is named by its Monday."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WEEK = timedelta(days=7)


def week_of(moment: datetime, zone: ZoneInfo) -> date:
    """The Monday of the week a moment lies in."""
    day = moment.astimezone(zone).date()
    return day - timedelta(days=day.weekday())


def begins(day: date, zone: ZoneInfo, hour: int = 0) -> datetime:
    """The moment at which that day, or an hour of it, begins there."""
    return datetime.combine(day, time(hour), zone).astimezone(UTC)
