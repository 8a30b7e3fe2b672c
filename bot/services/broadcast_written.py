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
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any, Final

from bot.i18n import Said, _, languages
from bot.services.audience import STATUSES, Audience
from bot.services.broadcast import HOURS, BadBroadcast, Broadcast, Page
from bot.services.broadcast_heard import MISHEARD, STOPS
from bot.services.event_check import read_zone
from bot.services.event_written import read_time
from bot.services.fields import BadEvent
from bot.services.texts import Texts
from bot.text import clean
from bot.understanding.choices import is_place
from bot.understanding.wordings import wordings, words

KEYS: Final = (
    *("name", "texts", "fallback", "about", "links", "choices", "audience"),
    *("begins", "zone", "hours"),
    "night",
)
TEXT_LIMIT: Final = 3000  # characters, in each language
NAME_LIMIT: Final = 200
LINKS: Final = 5
CHOICES: Final = 5  # with the way out, and what it is about: buttons on every channel that has any
CHOICE_BYTES: Final = 30  # of a button on WeCom, which takes the least
MOST_HOURS: Final = 24 * 14
PLACEHOLDERS: Final[Mapping[str, tuple[str, ...]]] = {
    "event": ("event", "when", "where"),
    "poll": ("poll", "closes"),
}
# What else can be tapped, or always be said; and what who does so gets.
_WAYS_OUT: Final = {_("wordings: unsubscribe"): STOPS, _("No more of these"): STOPS}
_BESIDE: Final = {
    "event": {_("About this event"): _("reads about the event")},
    "poll": {_("Take part"): _("takes part in a poll")},
}
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_BRACE = re.compile(r"\{[^{}]*\}|(?P<lone>[{}｛｝])")  # also those of a Chinese keyboard
_URL = re.compile(r"https?://[^\s<>\"]{1,2000}")
# The most that may be written: days of ten years, and any broadcast.
_NUMBERS: Final = {"seen_within": 3650, "not_seen_within": 3650, "missed": 10**9}
_FLAGS: Final = ("named",)
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
    """The broadcast that was written; `zone` holds where none is given. Raises BadBroadcast."""
    given = _mapping(written, "broadcast", KEYS)
    texts = _texts(given.get("texts"), "texts", TEXT_LIMIT)
    about = str(given.get("about") or "")
    _refuse_unknown(texts, about)
    try:
        local = read_zone(str(given.get("zone") or zone))
        begins = given.get("begins")
        wanted_at = read_time(begins, local) if begins else None
    except BadEvent as error:
        raise BadBroadcast(error.why, **error.values) from error
    fallback = str(given.get("fallback") or next(iter(texts)))
    if fallback not in texts:
        raise BadBroadcast(
            _("There is no text in the language for all others: {key}"), key=fallback
        )
    hours = given.get("hours")
    return Broadcast(
        name=_line(given.get("name"), "name"),
        texts=texts,
        fallback=fallback,
        about=about,
        links=_pages(given.get("links") or ()),
        choices=_choices(given.get("choices") or (), texts, about),
        audience=_audience(given.get("audience") or {}),
        zone=local.key,
        wanted_at=wanted_at,
        hours=_number(HOURS if hours in (None, "") else hours, "hours", MOST_HOURS, 1),
        minds_night=_one_of(given.get("night") or "wait", ("wait", "send"), "night") == "wait",
    )


def placeholders(text: str) -> tuple[str, ...]:
    """What stands in braces in a text."""
    return tuple(_PLACEHOLDER.findall(text))


def filled(text: str, values: Mapping[str, str]) -> str:
    """With what is known put in; what is put in is never read for placeholders again."""
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)


def _refuse_unknown(texts: Texts, about: str) -> None:
    kind, _colon, name = about.partition(":")
    if about and (kind not in PLACEHOLDERS or not name):
        raise BadBroadcast(_("It may be about event:NAME or poll:NAME, not {key}."), key=about)
    known = PLACEHOLDERS.get(kind, ())
    known_ones = ", ".join(f"{{{one}}}" for one in known) or "-"
    for code, text in texts.items():
        _refuse_lone(code, text, known_ones)
        if unknown := [name for name in placeholders(text) if name not in known]:
            raise BadBroadcast(
                _("{language}: nothing is known to put in for {name}. Known here: {known}"),
                language=code,
                name=f"{{{unknown[0][:60]}}}",
                known=known_ones,
            )


def _refuse_lone(code: str, text: str, known: str) -> None:
    """A brace that is none of a pair would go out as it is written."""
    lone = next((found.start() for found in _BRACE.finditer(text) if found["lone"]), None)
    if lone is not None:
        told = _(
            "{language}: “{part}” is not a whole placeholder. "
            "One begins with {opens} and ends with {closes}. Known here: {known}"
        )
        part = " ".join(text[max(lone - 10, 0) : lone + 20].split())
        raise BadBroadcast(told, language=code, part=part, opens="{", closes="}", known=known)


def _audience(written: object) -> Audience:
    given = _mapping(written, "audience", tuple(f.name for f in fields(Audience)))
    values = {key: _condition(key, value) for key, value in given.items()}
    _refuse_among(values.get("languages", ()), tuple(languages()), "audience.languages")
    _refuse_among(values.get("statuses", ()), STATUSES, "audience.statuses")
    return Audience(**values)


def _condition(key: str, value: object) -> Any:
    place = f"audience.{key}"
    if key in _NUMBERS:
        return _number(value or 0, place, _NUMBERS[key])
    if key in _FLAGS:
        return _one_of(str(value or "no").lower(), _YES + _NO, place) in _YES
    return _words(value, place)


def _refuse_among(given: Sequence[str], known: Sequence[str], place: str) -> None:
    for one in given:
        _one_of(one, known, place)


def _pages(written: object) -> tuple[Page, ...]:
    pages = _list(written, "links")
    if len(pages) > LINKS:
        raise BadBroadcast(_("{place}: at most {most}."), place="links", most=LINKS)
    return tuple(_page(one, f"links.{n}") for n, one in enumerate(pages, 1))


def _page(written: object, place: str) -> Page:
    given = _mapping(written, place, ("label", "url"))
    url = str(given.get("url") or "").strip()
    if not url:
        raise BadBroadcast(_("{place}: the address is missing."), place=place)
    if not _URL.fullmatch(url):
        raise BadBroadcast(_("This is no address of a page: {url}"), url=url[:100])
    return Page(_texts(given.get("label"), f"{place}.label", 60), url)


def _choices(written: object, texts: Texts, about: str) -> tuple[Texts, ...]:
    """In every language of the text: nobody is asked in one and answers in another."""
    given = _list(written, "choices")
    if len(given) > CHOICES:
        raise BadBroadcast(_("{place}: at most {most}."), place="choices", most=CHOICES)
    choices = tuple(_label(one, f"choices.{n}", texts) for n, one in enumerate(given, 1))
    for n, label in enumerate(choices, 1):
        _refuse_taken(label, f"choices.{n}", about)
    for code in texts:
        labels = [label[code].casefold() for label in choices]
        if len(set(labels)) < len(labels):
            raise BadBroadcast(_("{language}: two choices say the same."), language=code)
    return choices


def _label(written: object, place: str, texts: Texts) -> Texts:
    label = _texts(written, place, 2 * CHOICE_BYTES)  # what is too long for a button is told below
    if unread := [code for code in label if code not in texts]:
        text = _("{place}: there is no text in this language.")
        raise BadBroadcast(text, place=f"{place}.{unread[0]}")
    for code in texts:
        if code not in label:
            raise BadBroadcast(_("{place}: a text is missing."), place=f"{place}.{code}")
        if len(label[code].encode()) > CHOICE_BYTES:
            told = _(
                "{place}: too long for a button: at most {limit} letters; one with an accent or "
                "umlaut counts as 2, a Chinese character as 3, an emoji as 4 or more."
            )
            raise BadBroadcast(told, place=f"{place}.{code}", limit=CHOICE_BYTES)
    return {code: " ".join(label[code].split()) for code in texts}


def _refuse_taken(label: Texts, place: str, about: str) -> None:
    """What is typed must mean one thing: no number in the list, nothing else that can be tapped."""
    for code, text in label.items():
        if instead := _taken(text, about.partition(":")[0]):
            at = {"place": f"{place}.{code}", "label": text}
            raise BadBroadcast(MISHEARD, **at, instead=Said(instead))


def _taken(text: str, about: str) -> str | None:
    """What who types it does, where that is not to choose it."""
    if is_place(text):
        return _("takes the choice in that place")
    known = {**_WAYS_OUT, **_BESIDE.get(about, {})}
    return next(
        (instead for msgid, instead in known.items() if words(text) in wordings(msgid)), None
    )


def _texts(written: object, place: str, limit: int) -> Texts:
    given = _mapping(written or {}, place, tuple(languages()))
    if no_text := [code for code, text in given.items() if not isinstance(text, str | None)]:
        raise BadBroadcast(_("{place} must be a text."), place=f"{place}.{no_text[0]}")
    texts = {code: clean(text or "").strip() for code, text in given.items()}
    texts = {code: text for code, text in texts.items() if text}
    if not texts:
        raise BadBroadcast(_("{place}: a text is missing."), place=place)
    if too_long := [code for code, text in texts.items() if len(text) > limit]:
        raise BadBroadcast(
            _("{place}: at most {limit} characters."), place=f"{place}.{too_long[0]}", limit=limit
        )
    return texts


def _line(written: object, place: str) -> str:
    line = " ".join(clean(str(written or "")).split())
    if not 1 <= len(line) <= NAME_LIMIT:
        raise BadBroadcast(_("{place}: 1 to {limit} characters."), place=place, limit=NAME_LIMIT)
    return line


def _words(written: object, place: str) -> tuple[str, ...]:
    if isinstance(written, str):
        written = written.split()
    words = (clean(str(one)).strip() for one in _list(written or (), place))
    return tuple(dict.fromkeys(word for word in words if word))


def _number(written: object, place: str, most: int, least: int = 0) -> int:
    text = str(written).strip()
    is_one = text.isascii() and text.isdecimal() and len(text) <= 10
    if not (is_one and least <= int(text) <= most):
        told = _("{place}: a whole number from {least} to {most}.")
        raise BadBroadcast(told, place=place, least=least, most=most)
    return int(text)


def _one_of(written: object, known: Sequence[str], place: str) -> str:
    if written not in known:
        known_ones = ", ".join(known)
        raise BadBroadcast(_("{place}: one of {known}."), place=place, known=known_ones)
    return str(written)


def _list(written: object, place: str) -> Sequence[object]:
    if isinstance(written, list | tuple):
        return written
    raise BadBroadcast(_("{place}: a list is needed here."), place=place)


def _mapping(written: object, place: str, known: Sequence[str]) -> Mapping[str, Any]:
    if not isinstance(written, Mapping):
        raise BadBroadcast(_("{place}: names with values are needed here."), place=place)
    if unknown := [str(key) for key in written if key not in known]:
        told = _("{place}: there is no key “{key}”. Known here: {known}")
        raise BadBroadcast(told, place=place, key=unknown[0], known=", ".join(known))
    return written
