"""Calendar files (iCalendar, RFC 5545): for a person's own calendar, and for lists of events."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.i18n import _, translate
from bot.message import Attachment
from bot.services.events import Event
from bot.services.registration import Registration
from bot.services.texts import in_language
from bot.text import clean

if TYPE_CHECKING:  # heavy: imported when the first file is made
    from icalendar import Alarm
    from icalendar import Event as Entry

_PRODUCT = "-//Citybot//EN"
_ALARMS = (timedelta(days=-1), timedelta(hours=-2))
_NOBODY = "XXX-XXX-XXX"  # no reference: those have a figure in them
_YEAR = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class _Told:
    """What an event's entry says, and nothing of who it is for."""

    id: str
    title: str
    summary: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    place: str
    link: str | None
    revision: int
    cancelled: bool
    language: str


def invitation(event: Event, registration: Registration, url: str = "") -> Attachment:
    """The file a registered person puts into their calendar; `url` leads to their registration.

    Its UID stays the same: opened again after a change, it takes the place of the old entry.
    """
    over = "cancelled" in (registration.status, event.state)
    told, reference = _told(event, registration.language, over), registration.reference or _NOBODY
    content = _personal(told, reference, url) if url else _filled_in(_template(told), reference)
    return Attachment("text/calendar", content, f"{event.id}.ics")


@lru_cache(maxsize=64)  # time zones take long, and a moved event is told to thousands
def _template(told: _Told) -> tuple[str, ...]:
    """The lines of the file of somebody called _NOBODY, not folded: a fold may cut the name."""
    whole = _personal(told, _NOBODY, "").decode().replace("\r\n ", "")
    return tuple(whole.removesuffix("\r\n").split("\r\n"))


def _filled_in(lines: Sequence[str], reference: str) -> bytes:
    """The file of one person, made now; folded when every line is whole (RFC 5545, 3.1)."""
    from icalendar.parser import Contentline  # has no types of its own

    made = f"DTSTAMP:{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    own = (made if line.startswith("DTSTAMP:") else line for line in lines)
    # icalendar leaves these two without types.
    whole = (Contentline(line.replace(_NOBODY, reference)) for line in own)  # type: ignore[no-untyped-call]
    folded = (line.to_ical() for line in whole)  # type: ignore[no-untyped-call]
    return b"".join(line + b"\r\n" for line in folded)


def _personal(told: _Told, reference: str, url: str) -> bytes:
    entry = _entry(told)
    entry["uid"] = f"{told.id}.{reference}@citybot"
    named = translate(told.language, _("Reference: {reference}"), reference=reference)
    entry.add("description", _plain("\n".join(filter(None, (told.summary, named, url)))))
    if not told.cancelled:
        for before in _ALARMS:
            entry.add_component(_alarm(told.title, before))
    return _file([entry])


def feed(events: Iterable[Event], language: str) -> bytes:
    """Many events as one file; what people are asked and who comes is not in it."""
    return _file([_listed(event, language) for event in events])


def _listed(event: Event, language: str) -> "Entry":
    told = _told(event, language, event.state == "cancelled")
    entry = _entry(told)
    entry["uid"] = f"{event.id}@citybot"
    if told.summary:
        entry.add("description", _plain(told.summary))
    return entry


def _told(event: Event, language: str, cancelled: bool) -> _Told:
    return _Told(
        id=event.id,
        title=event.name(language),
        summary=in_language(event.summary, language),
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        zone=event.zone,
        place=event.where(language),
        link=event.link,
        revision=event.revision,
        cancelled=cancelled,
        language=language,
    )


def _entry(told: _Told) -> "Entry":
    from icalendar import Event as Entry

    entry = Entry()
    entry.add("summary", _plain(told.title))
    entry.add("dtstamp", datetime.now(UTC))
    entry.add("dtstart", told.starts_at.astimezone(ZoneInfo(told.zone)))
    entry.add("dtend", told.ends_at.astimezone(ZoneInfo(told.zone)))
    entry.add("sequence", told.revision)
    entry.add("status", "CANCELLED" if told.cancelled else "CONFIRMED")
    if told.place:
        entry.add("location", _plain(told.place))
    if told.link:
        entry.add("url", told.link)
    return entry


def _alarm(title: str, before: timedelta) -> "Alarm":
    from icalendar import Alarm

    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", _plain(title))
    alarm.add("trigger", before)
    return alarm


def _file(entries: Sequence["Entry"]) -> bytes:
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for entry in entries:
        calendar.add_component(entry)
    days = [entry.start for entry in entries]
    if days:  # zones with the changes of clocks around these days, not of two centuries
        calendar.add_missing_timezones(min(days) - _YEAR, max(days) + _YEAR)
    return bytes(calendar.to_ical())


def _plain(text: str) -> str:
    """Without control characters, which RFC 5545 forbids and some calendars choke on."""
    return clean(text).replace("\t", " ")
