"""A broadcast as the team writes it, in YAML, in JSON or in a form: plain values, read and checked.

name: Summer school: registration is open
texts: {en: "Come to {event}, {when}.", de: …, zh: …}
fallback: en
about: event:summer-school-2027        # or poll:bike-lanes-2027
links: [{label: {en: Programme}, url: https://example.org}]
choices: [{en: I will come, de: Ich komme, zh: 我会来}]   # what people can answer
audience: {topics: [mobility], languages: [de, zh], seen_within: 365}
begins: 2027-05-03 09:00               # the zone's wall time; without it at once
zone: Europe/Berlin
hours: 72                              # for so long it may be said
night: wait                            # or send
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

from bot.i18n import _, languages
from bot.services.audience import STATUSES, Audience
from bot.services.broadcast import HOURS, BadBroadcast, Broadcast, Page
from bot.services.broadcast_choices import read_choices
from bot.services.broadcast_fields import (
    line_in,
    list_in,
    mapping_in,
    number_in,
    one_of,
    texts_in,
    words_in,
)
from bot.services.broadcast_mistakes import Mistakes
from bot.services.broadcast_placeholders import PLACEHOLDERS, check_placeholders
from bot.services.event_check import read_zone
from bot.services.event_written import read_time
from bot.services.fields import BadEvent
from bot.services.texts import Texts

KEYS: Final = (
    *("name", "texts", "fallback", "about", "links", "choices", "audience"),
    *("begins", "zone", "hours"),
    "night",
)
TEXT_LIMIT: Final = 3000  # characters, in each language
LINKS: Final = 5
MOST_HOURS: Final = 24 * 14
_URL = re.compile(r"https?://[^\s<>\"\x00-\x1f\x7f-\x9f]{1,2000}")
# The most that may be written: days of ten years, and any broadcast.
_NUMBERS: Final = {"seen_within": 3650, "not_seen_within": 3650, "missed": 10**9}
_FLAGS: Final = ("named",)
Read = TypeVar("Read")
_YES, _NO = ("true", "yes", "on", "1"), ("false", "no", "off", "0")


def to_plain(broadcast: Broadcast) -> dict[str, Any]:
    """Everything the team may write, in the order of KEYS; what is not set is left out."""
    begins = broadcast.wanted_at and broadcast.wanted_at.astimezone(broadcast.local_zone)
    plain: dict[str, Any] = {
        "name": broadcast.name,
        "texts": dict(broadcast.texts),
        "fallback": broadcast.fallback,
        "about": broadcast.about,
        "links": [{"label": dict(page.label), "url": page.url} for page in broadcast.links],
        "choices": [dict(label) for label in broadcast.choices],
        "audience": broadcast.audience.to_json(),
        "begins": begins.strftime("%Y-%m-%d %H:%M") if begins else "",
        "zone": broadcast.zone,
        "hours": broadcast.hours,
        "night": "wait" if broadcast.minds_night else "send",
    }
    return {key: value for key, value in plain.items() if value not in ("", {}, [])}


def read_broadcast(written: object, zone: str) -> Broadcast:
    """The broadcast that was written; `zone` holds where none is given.

    Raises BadBroadcast with everything that is wrong with it.
    """
    draft, mistakes = half_read(written, zone)
    mistakes.refuse()
    return draft


def half_read(written: object, zone: str) -> tuple[Broadcast, Mistakes]:
    """The same as far as it can be read, and what cannot, so that the rest is looked at as well.

    Raises BadBroadcast where it is no broadcast at all.
    """
    given = mapping_in(written, "broadcast", KEYS)
    mistakes, about, hours = Mistakes(), str(given.get("about") or ""), given.get("hours")
    night = given.get("night") or "wait"
    spoken = _written_in(given.get("texts"))
    draft = Broadcast(
        name=mistakes.of(line_in, given.get("name"), "name") or "",
        texts=_texts(given.get("texts"), about, mistakes),
        choices=read_choices(given.get("choices") or (), spoken, about, mistakes),
        links=_pages(given.get("links") or (), mistakes),
        fallback=mistakes.of(_fallback, given.get("fallback"), spoken) or "",
        about=mistakes.of(_about, about) or "",
        audience=_audience(given.get("audience") or {}, mistakes),
        wanted_at=_begins(given.get("begins"), local := _zone(given, zone, mistakes), mistakes),
        zone=local.key,
        hours=mistakes.of(
            number_in, HOURS if hours in (None, "") else hours, "hours", MOST_HOURS, 1
        )
        or HOURS,
        minds_night=mistakes.of(one_of, night, ("wait", "send"), "night") != "send",
    )
    return draft, mistakes


def _written_in(written: object) -> Texts:
    """What is written by language, were it too long or not: a choice must be there in each."""
    given = written.items() if isinstance(written, Mapping) else ()
    spoken = {code: str(text or "") for code, text in given if code in languages()}
    return {code: text for code, text in spoken.items() if text.strip()}


def _texts(written: object, about: str, mistakes: Mistakes) -> Texts:
    texts = mistakes.of(texts_in, written, "texts", TEXT_LIMIT)
    mistakes.of(check_placeholders, texts or _written_in(written), about)
    return texts or {}


def _fallback(written: object, spoken: Texts) -> str:
    fallback = str(written or next(iter(spoken), ""))
    if spoken and fallback not in spoken:
        told = _("There is no text in the language for all others: {key}")
        raise BadBroadcast(told, place="fallback", key=fallback)
    return fallback


def _about(about: str) -> str:
    kind, _colon, name = about.partition(":")
    if about and (kind not in PLACEHOLDERS or not name):
        told = _("It may be about event:NAME or poll:NAME, not {key}.")
        raise BadBroadcast(told, place="about", key=about)
    return about


def _zone(given: Mapping[str, Any], zone: str, mistakes: Mistakes) -> ZoneInfo:
    """Where that is none, the one that holds without it, so that the moment is looked at too."""
    wanted = str(given.get("zone") or zone)
    return mistakes.of(_as_event, "zone", lambda: read_zone(wanted)) or ZoneInfo(zone)


def _begins(written: object, zone: ZoneInfo, mistakes: Mistakes) -> datetime | None:
    return mistakes.of(_as_event, "begins", lambda: read_time(written, zone)) if written else None


def _as_event(place: str, read: Callable[[], Read]) -> Read:
    """What an event is read by refuses in words of its own."""
    try:
        return read()
    except BadEvent as error:
        raise BadBroadcast(error.why, **{"place": place, **error.values}) from error


def _audience(written: object, mistakes: Mistakes) -> Audience:
    known = tuple(f.name for f in fields(Audience))
    given = mistakes.of(mapping_in, written, "audience", known) or {}
    values = {key: mistakes.of(_condition, key, value) for key, value in given.items()}
    return Audience(**{key: value for key, value in values.items() if value is not None})


def _condition(key: str, value: object) -> Any:
    place = f"audience.{key}"
    if key in _NUMBERS:
        return number_in(value or 0, place, _NUMBERS[key])
    if key in _FLAGS:
        return one_of(str(value or "no").lower(), _YES + _NO, place) in _YES
    words, among = words_in(value, place), {"languages": (*languages(),), "statuses": STATUSES}
    for one in words if key in among else ():
        one_of(one, among[key], place)
    return words


def _pages(written: object, mistakes: Mistakes) -> tuple[Page, ...]:
    pages: Sequence[object] = mistakes.of(list_in, written, "links") or ()
    if len(pages) > LINKS:
        mistakes.add(_("{place}: at most {most}."), place="links", most=LINKS)
        return ()
    read = [mistakes.of(_page, one, f"links.{n}") for n, one in enumerate(pages, 1)]
    return tuple(page for page in read if page)


def _page(written: object, place: str) -> Page:
    given, mistakes = mapping_in(written, place, ("label", "url")), Mistakes()
    url = str(given.get("url") or "").strip()
    if not url:
        mistakes.add(_("{place}: the address is missing."), place=place)
    elif not _URL.fullmatch(url):
        mistakes.add(_("This is no address of a page: {url}"), place=place, url=url[:100])
    label = mistakes.of(texts_in, given.get("label"), f"{place}.label", 60)
    mistakes.refuse()
    return Page(label or {}, url)
