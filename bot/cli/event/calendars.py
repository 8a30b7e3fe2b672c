"""Events in calendars (iCalendar, RFC 5545), as organisers' own programs write them: read."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from bot.cli.event.written import Written
from bot.i18n import _, negotiate
from bot.services.fields import BadEvent
from bot.understanding import detect

_NO_SLUG = re.compile(r"[^a-z0-9]+")
_PROPERTY = re.compile(r"^(BEGIN:VEVENT|END:VEVENT|[A-Z-]+)", re.MULTILINE)
_KEYS = {
    **{"id": "UID", "title": "SUMMARY", "starts": "DTSTART", "ends": "DTEND"},
    **{"place": "LOCATION", "link": "URL", "summary": "DESCRIPTION", "zone": "DTSTART"},
}
_TAKEN = frozenset((*_KEYS.values(), "DURATION"))
# What a program writes for programs: nobody misses it.
_FOR_PROGRAMS = frozenset(
    ("DTSTAMP", "SEQUENCE", "CREATED", "LAST-MODIFIED", "TRANSP", "CLASS", "PRIORITY")
)


def read_calendar(text: str, name: str, language: str) -> Iterator[Written]:
    """Its entries, each where it stands. Raises BadEvent."""
    from icalendar import Calendar

    try:
        calendars = Calendar.from_ical(text, multiple=True)
    except (ValueError, IndexError, KeyError) as error:
        first = str(error).partition("\n")[0][:200]
        raise BadEvent(_("The file cannot be read: {error}"), error=first) from error
    entries = [entry for calendar in calendars for entry in calendar.walk("VEVENT")]
    if not entries:
        raise BadEvent(_("There is no event in {path}."), path=name)
    for entry, lines in zip(entries, _lines(text), strict=False):
        stands = {name_: f"{name}:{line}" for name_, line in lines.items()}
        if "RRULE" in entry:
            raise BadEvent(
                _("{where}: a repeating entry; write each date as an event."),
                where=stands.get("RRULE", name),
            )
        yield Written(
            where=stands["BEGIN:VEVENT"],
            values=_entry(entry, stands, language),
            places={key: stands[p] for key, p in _KEYS.items() if p in stands},
            left_out=_left_out(entry),
            adds=True,
        )


def _lines(text: str) -> Iterator[dict[str, int]]:
    """Of each entry: the lines at which its properties stand, and it begins."""
    found: dict[str, int] | None = None
    for number, line in enumerate(text.splitlines(), 1):
        name = _PROPERTY.match(line)
        if name and name[1] == "BEGIN:VEVENT":
            found = {name[1]: number}
        elif name and name[1] == "END:VEVENT" and found:
            yield found
            found = None
        elif name and found is not None:
            found.setdefault(name[1], number)


def _left_out(entry: Any) -> tuple[str, ...]:
    """What it says that an event of ours has no place for, alarms among it."""
    said = [name for name in entry if not name.startswith("X-")]
    parts = [part.name for part in entry.subcomponents]
    return tuple(sorted({*said, *parts} - _TAKEN - _FOR_PROGRAMS))


def _entry(entry: Any, stands: Mapping[str, str], language: str) -> dict[str, Any]:
    if "DTSTART" not in entry or not entry.get("SUMMARY"):
        where = stands["BEGIN:VEVENT"]
        raise BadEvent(_("{where}: an entry needs SUMMARY and DTSTART."), where=where)
    _refuse_unknown_zone(entry, stands)
    starts, ends = entry["DTSTART"].dt, _end(entry)
    title = str(entry["SUMMARY"])
    values: dict[str, Any] = {
        "id": _slug(str(entry.get("UID") or title)),
        "title": {_language(entry["SUMMARY"], title, language): title},
        "starts": starts,
        "ends": ends,
    }
    known = {"place": "LOCATION", "link": "URL"}
    values |= {key: str(entry[name]) for key, name in known.items() if name in entry}
    if text := str(entry.get("DESCRIPTION", "")):
        values["summary"] = {_language(entry["DESCRIPTION"], text, language): text}
    zone = getattr(getattr(starts, "tzinfo", None), "key", None)
    return values | ({"zone": zone} if zone and zone != "UTC" else {})


def _refuse_unknown_zone(entry: Any, stands: Mapping[str, str]) -> None:
    """A time of a zone that nobody explains would silently be taken for one of ours."""
    for name in ("DTSTART", "DTEND"):
        said = entry.get(name)
        zone = said and said.params.get("TZID")
        if zone and getattr(said.dt, "tzinfo", None) is None:
            raise BadEvent(
                _("{where}: I do not know the time zone {zone}."), where=stands[name], zone=zone
            )


def _end(entry: Any) -> datetime | date:
    """The end: said, or by its length; a day alone lasts until its end."""
    starts = entry["DTSTART"].dt
    if "DTEND" in entry:
        ends = entry["DTEND"].dt
    elif "DURATION" in entry:
        ends = starts + entry["DURATION"].dt
    else:
        ends = starts + (timedelta(hours=1) if isinstance(starts, datetime) else timedelta(days=1))
    if isinstance(ends, datetime):
        return ends
    return datetime.combine(ends - timedelta(days=1), datetime.min.time()).replace(
        hour=23, minute=59
    )


def _language(written: Any, text: str, fallback: str) -> str:
    said = negotiate(str(written.params.get("LANGUAGE", "")) or None)
    return said or detect(text).language or fallback


def _slug(text: str) -> str:
    """An id made of a UID, or of a title: the same every time."""
    plain = _NO_SLUG.sub("-", text.partition("@")[0].lower()).strip("-")[:80].strip("-")
    if plain:
        return plain
    from hashlib import sha256

    return f"event-{sha256(text.encode()).hexdigest()[:12]}"
