"""An event as organisers write it: plain values with local times, and back, checked.

One form for all files: nested as in JSON and YAML (`title: {en: …, de: …}`), or flat as in a table
(`title_en`, `title_de`). What is not written stays as it is known; what is empty is emptied.
"""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from bot.i18n import _, languages
from bot.message import Link
from bot.services.event_check import check_event, read_zone
from bot.services.events import Event, shred_day
from bot.services.fields import BadEvent, check_fields, check_texts
from bot.text import clean
from bot.understanding.choices import yes_or_no

TEXTS = ("title", "summary", "for_whom", "results")
BY_LANGUAGE = (*TEXTS, "place")  # a place may be one name for all as well
WORDS = ("programme", "link", "contact")
NUMBERS = ("capacity", "reserved", "seats_each", "offer_hours")
TIMES = {"starts": "starts_at", "ends": "ends_at", "opens": "opens_at", "closes": "closes_at"}
KEYS = (
    *("id", "programme", "state", "starts", "ends", "zone", "place", "link"),
    *("capacity", "reserved", "seats_each", "waiting_list", "offer_hours", "opens", "closes"),
    *("contact", "shred_on", *TEXTS, "fields", "materials"),
)
_WORD_LIMIT = 500
_LAST_YEAR = 2400
_LOCAL = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ](\d{1,2}:\d\d)(?::\d\d)?)?", re.ASCII)
_DEFAULTS = {"reserved": 0, "seats_each": 1, "offer_hours": 24}


def to_plain(event: Event) -> dict[str, Any]:
    """Everything organisers may write, in the order of KEYS; what is not set is left out."""
    plain: dict[str, Any] = {key: getattr(event, key, None) for key in KEYS}
    for key, name in TIMES.items():
        at: datetime | None = getattr(event, name)
        plain[key] = at.astimezone(event.local_zone).strftime("%Y-%m-%d %H:%M") if at else None
    plain |= {key: dict(getattr(event, key)) for key in TEXTS}
    plain["place"] = dict(event.place_in) or event.place
    plain["fields"] = [field.to_json() for field in event.fields]
    plain["materials"] = [{"label": link.label, "url": link.url} for link in event.materials]
    plain["shred_on"] = shred_day(event).isoformat()
    return {key: value for key, value in plain.items() if value not in (None, {}, [])}


def from_plain(written: Mapping[str, Any], known: Event | None = None) -> Event:
    """The event as it is after this was written. Raises BadEvent."""
    values = _nested(written)
    if unknown := [key for key in values if key not in KEYS]:
        raise BadEvent(_("There is no key “{key}”."), key=unknown[0])
    with _about("zone"):
        zone = read_zone(str(values.get("zone") or (known.zone if known else "")))
    changed: dict[str, Any] = {"id": _word(values, "id"), "zone": zone.key}
    for key in (key for key in KEYS if key in values):
        with _about(key):
            changed |= _changed(key, values, zone)
    event = _laid_over(known, changed)
    check_event(event)
    return event


def read_time(written: Any, zone: ZoneInfo, ends_day: bool = False) -> datetime:
    """A moment: local time, `2027-05-03 09:00`, or with its offset. Raises BadEvent.

    A time that a change of clocks leaves out is refused; of one that comes twice, the first counts
    unless an offset says which. A day alone begins at 0:00, or is meant to its end.
    """
    text = written.isoformat() if isinstance(written, date) else str(written).strip()
    found = _LOCAL.fullmatch(text)
    try:
        if found is None:
            at = datetime.fromisoformat(text)
            return _kept(at.astimezone(UTC)) if at.tzinfo else _instant(at, zone)
        hour = time.fromisoformat(found[2].zfill(5)) if found[2] else time(0)
        if not found[2] and ends_day:
            hour = time(23, 59)
        return _instant(datetime.combine(date.fromisoformat(found[1]), hour), zone)
    except (ValueError, OverflowError) as error:
        raise BadEvent(
            _("{written} is no time in the calendar; write it like 2027-05-03 09:00."),
            written=text[:40],
        ) from error


def _kept(at: datetime) -> datetime:
    """Far from the ends of time, where days can be counted on. Raises ValueError."""
    if not 1900 < at.year < _LAST_YEAR:
        raise ValueError(at.year)
    return at


def _instant(local: datetime, zone: ZoneInfo) -> datetime:
    at = _kept(local.replace(tzinfo=zone).astimezone(UTC))
    if at.astimezone(zone).replace(tzinfo=None) != local:
        raise BadEvent(
            _("{written} does not exist in {zone}: the clocks are put forward then."),
            written=f"{local:%Y-%m-%d %H:%M}",
            zone=zone.key,
        )
    return at


def _nested(written: Mapping[str, Any]) -> dict[str, Any]:
    """Flat columns of texts as one value by language; JSON in a cell as what it holds."""
    values: dict[str, Any] = {}
    for key, value in written.items():
        name, _underscore, language = str(key).rpartition("_")
        by_language = name in BY_LANGUAGE and language in languages()
        name = name if by_language else str(key)
        if name in values and not value:
            continue  # a place has a column of its own beside those by language
        if not by_language:
            values[name] = value
            continue
        texts = values[name] = values.get(name) or {}
        if not isinstance(texts, dict):
            raise BadEvent(_("{key} is written twice."), key=name)
        texts[language] = str(value or "")
    return values


@contextmanager
def _about(key: str) -> Iterator[None]:
    """What cannot be kept within says that it is this key."""
    try:
        yield
    except BadEvent as bad:
        bad.key = key
        raise


def _changed(key: str, values: Mapping[str, Any], zone: ZoneInfo) -> dict[str, Any]:
    """What one key changes, by the names of the event's parts."""
    value = values[key]
    if key in TIMES:
        return {TIMES[key]: read_time(value, zone, key == "closes") if value else None}
    if key in WORDS:
        return {key: _word(values, key) or None}
    if key in NUMBERS:
        return {key: _number(key, value)}
    if key in TEXTS:
        return {key: check_texts(value, key)}
    if key == "place":
        by_language = isinstance(value, Mapping)
        return {
            "place_in": check_texts(value, key) if by_language else {},
            "place": None if by_language else _word(values, key) or None,
        }
    return _of_its_own_kind(key, values)


def _of_its_own_kind(key: str, values: Mapping[str, Any]) -> dict[str, Any]:
    value = values[key]
    match key:
        case "state":
            return {key: _word(values, key) or "draft"}
        case "waiting_list":
            return {key: _is_so(key, value)}
        case "shred_on":
            return {key: _day(value) if value else None}
        case "fields":
            return {key: check_fields(_list(key, value))}
        case "materials":
            return {key: tuple(map(_link, _list(key, value)))}
    return {}


def _laid_over(known: Event | None, changed: dict[str, Any]) -> Event:
    for key, default in _DEFAULTS.items():
        if key in changed and changed[key] is None:
            changed[key] = default
    if known:
        return replace(known, **changed)
    for key, name in TIMES.items():
        if name in ("starts_at", "ends_at") and not changed.get(name):
            raise BadEvent(_("{event}: {key} is missing."), event=changed["id"], key=key)
    if not changed.get("title"):
        raise BadEvent(_("{event} needs a title."), event=changed["id"])
    return Event(**changed)


def _word(values: Mapping[str, Any], key: str) -> str:
    value = values.get(key)
    if value is not None and not isinstance(value, str | int):
        raise BadEvent(_("{key} must be a text."), key=key)
    text = clean(str(value if value is not None else ""))
    if len(text) > _WORD_LIMIT:
        raise BadEvent(_("{key} is longer than {count} characters."), key=key, count=_WORD_LIMIT)
    return text


def _number(key: str, value: Any) -> int | None:
    if value is None or value == "":
        return None
    text = str(value).strip()
    if isinstance(value, bool) or not (text.isascii() and text.isdigit() and len(text) < 10):
        raise BadEvent(_("{key}: {value} is no whole number from 0."), key=key, value=text[:40])
    return int(text)


def _is_so(key: str, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    text = str(value or "").strip().lower()
    said = {"true": True, "1": True, "false": False, "0": False, "": True}.get(text)
    said = yes_or_no(text) if said is None else said
    if said is None:
        raise BadEvent(_("{key}: write yes or no, not {value}."), key=key, value=text[:40])
    return said


def _day(value: Any) -> date:
    try:
        return value if isinstance(value, date) else date.fromisoformat(str(value).strip())
    except ValueError as error:
        raise BadEvent(
            _("{written} is no day in the calendar; write it like 2027-05-03."),
            written=str(value)[:40],
        ) from error


def _list(key: str, value: Any) -> Any:
    """A list; in a table it is written as JSON."""
    if not isinstance(value, str):
        return value or []
    try:
        return json.loads(value) if value.strip() else []
    except (ValueError, RecursionError) as error:
        raise BadEvent(_("{key} is not JSON that can be read."), key=key) from error


def _link(value: Any) -> Link:
    if not isinstance(value, Mapping) or not isinstance(value.get("url"), str):
        raise BadEvent(_("materials are written as a list of label and url."))
    url = value["url"].strip()
    return Link(clean(str(value.get("label") or url)), url)
