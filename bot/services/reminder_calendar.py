"""A reminder as a calendar file, for those whom we may not be able to write to."""

from datetime import timedelta

from bot.message import Attachment
from bot.services.reminders import Reminder
from bot.text import clean

_LENGTH = timedelta(minutes=15)


def entry(reminder: Reminder, title: str) -> Attachment:
    """An entry that rings at its beginning (iCalendar, RFC 5545)."""
    from icalendar import Alarm, Calendar, Event  # a twentieth of the start of `citybot ask`

    title = clean(title).replace("\t", " ")
    begins = reminder.planned_at.astimezone(reminder.local_zone)
    event = Event()
    event.add("summary", title)
    event.add("uid", f"reminder-{reminder.id}@citybot")
    event.add("dtstamp", reminder.planned_at)
    event.add("dtstart", begins)
    event.add("dtend", begins + _LENGTH)
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", title)
    alarm.add("trigger", timedelta(0))
    event.add_component(alarm)
    calendar = Calendar()
    calendar.add("prodid", "-//Citybot//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    calendar.add_missing_timezones()
    return Attachment("text/calendar", bytes(calendar.to_ical()), f"reminder-{reminder.id}.ics")
