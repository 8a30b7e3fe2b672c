"""An event as a form holds it: flat texts, read by the same reader as files, and laid over others'.

Who saves sends along what they had before them, as fingerprints; so that of two who write at once
the second loses nothing and takes nothing away.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from bot.i18n import DEFAULT, _, language_called, languages, translate
from bot.services.audit import sha_of
from bot.services.drafts import slug_for
from bot.services.event_written import BY_LANGUAGE, KEYS, TEXTS, TIMES, from_plain, to_plain
from bot.services.events import Event
from bot.services.fields import BadEvent

Form = Mapping[str, str]
# What the form writes: state and questions have pages of their own.
KEPT: Final = tuple(key for key in KEYS if key not in ("id", "state", "fields"))
NAMES: Final = {
    "id": _("Its name in links"),
    "title": _("Title"),
    "summary": _("What it is"),
    "for_whom": _("For whom"),
    "results": _("What came of it"),
    "place": _("Where"),
    "programme": _("Programme"),
    "starts": _("Begins"),
    "ends": _("Ends"),
    "zone": _("Time zone of the place"),
    "link": _("A page about it"),
    "contact": _("Whom to ask"),
    "capacity": _("Seats"),
    "reserved": _("Of these held back"),
    "seats_each": _("Seats one registration may take"),
    "waiting_list": _("Waiting list"),
    "offer_hours": _("Hours a free seat is offered to who waits"),
    "opens": _("Registration begins"),
    "closes": _("Registration ends"),
    "shred_on": _("Answers are deleted on"),
    "materials": _("Links shown afterwards"),
}
_NOT_COPIED = ("starts", "ends", "opens", "closes", "shred_on", "results", "materials")
_SIGNS = 12  # of a fingerprint
_MISSING = {
    "title": _("Please give it a title, at least in one language."),
    "starts": _("Please say when it begins."),
    "ends": _("Please say when it ends."),
}


class Unfit(Exception):
    """What was typed is no event yet: why, by field; "" for the whole."""

    def __init__(self, why: Mapping[str, str]) -> None:
        super().__init__(*why)
        self.why = why


class Overtaken(Exception):
    """Somebody else has saved it meanwhile.

    event    as it would be: with theirs where one had left it alone
    taken    the keys that were taken over from them
    clashes  what they wrote, by key, where both changed it; one's own stands in `event`
    seen     the fingerprints of what is saved now
    """

    def __init__(
        self, event: Event, taken: Sequence[str], clashes: Mapping[str, str], seen: str
    ) -> None:
        super().__init__(event.id)
        self.event, self.taken, self.clashes, self.seen = event, taken, clashes, seen


def form_of(event: Event) -> dict[str, str]:
    """The event as the form shows it."""
    plain = to_plain(event)
    form = {key: str(plain[key]) for key in KEPT if isinstance(plain.get(key), str | int)}
    form |= {key: form[key].replace(" ", "T") for key in TIMES if key in form}
    for key in BY_LANGUAGE:
        if isinstance(texts := plain.get(key), dict):
            form |= {f"{key}_{code}": text for code, text in texts.items()}
    links = plain.get("materials", [])
    form["materials"] = "\n".join(f"{link['label']} {link['url']}" for link in links)
    form["waiting_list"] = "1" if event.waiting_list else ""
    return form


def form_like(event: Event) -> dict[str, str]:
    """Likewise, for another one that has its own time, and nothing to tell of yet."""
    form = form_of(event)
    gone = {*_NOT_COPIED, *(f"{key}_{code}" for key in _NOT_COPIED for code in languages())}
    return {name: value for name, value in form.items() if name not in gone}


def seen_of(event: Event) -> str:
    """Fingerprints of all that the form writes."""
    return " ".join(f"{key}:{print_}" for key, print_ in _prints(event).items())


def id_for(form: Form) -> str:
    """The name of a new event: as it was typed, or out of its title and year."""
    if typed := form.get("id", "").strip():
        return typed
    titles = (form.get(f"title_{code}", "") for code in (DEFAULT, *languages()))
    name = next(filter(None, map(slug_for, titles)), "event")
    day = form.get("starts", "")[: 4 if name != "event" else 10]
    return f"{name[:60].strip('-')}-{day}".strip("-")


def read(form: Form, known: Event | None, language: str, base: Event | None = None) -> Event:
    """The event the form writes. Raises Unfit with everything that is wrong at once.

    `base`: another one whose questions it takes over.
    """
    why = {} if known else _missing(form, language)
    written = _written(form) | {"id": known.id if known else id_for(form)}
    if base:
        written["fields"] = to_plain(base).get("fields", [])
    while True:
        try:
            event = from_plain(written, known)
        except BadEvent as bad:
            key = bad.key or ""
            if key or not why:
                why[_field(key, bad)] = _told_kindly(bad, form, language)
            if key == "zone" and written["zone"] != "UTC":
                written["zone"] = "UTC"  # to see what else is wrong
            elif written.pop(key, None) is None:
                raise Unfit(why) from bad
        else:
            if why:
                raise Unfit(why)
            return event


def laid_over(form: Form, known: Event, language: str) -> Event:
    """The known event as the form changes it. Raises Unfit, Overtaken."""
    mine = read(form, known, language)
    seen = dict(part.split(":", 1) for part in form.get("seen", "").split() if ":" in part)
    before, after = _prints(known), _prints(mine)
    theirs = [key for key in KEPT if before[key] != seen.get(key)]
    if not theirs:
        return mine
    taken = [key for key in theirs if after[key] == seen.get(key)]
    clashes = [key for key in theirs if key not in taken and before[key] != after[key]]
    if not taken and not clashes:
        return mine
    event = replace(mine, **_parts(known, taken))
    plain = to_plain(known)
    raise Overtaken(event, taken, {key: _told(plain.get(key)) for key in clashes}, seen_of(known))


def _told_kindly(bad: BadEvent, form: Form, language: str) -> str:
    """Why, with what the team calls things in the place of what a file calls them."""
    values = dict(bad.values)
    for name in ("key", "of"):
        if values.get(name) in NAMES:
            values[name] = translate(language, NAMES[str(values[name])])
    if values.get("language") in languages():
        values["language"] = language_called(language, str(values["language"]))
    titles = (form.get(f"title_{code}", "").strip() for code in (language, *languages()))
    values |= {"event": next(filter(None, titles), values["event"])} if "event" in values else {}
    return translate(language, bad.why, **values)


def _missing(form: Form, language: str) -> dict[str, str]:
    said = {key: form.get(key, "").strip() for key in ("starts", "ends")}
    said["title"] = "".join(form.get(f"title_{code}", "").strip() for code in languages())
    return {key: translate(language, _MISSING[key]) for key in _MISSING if not said[key]}


def _written(form: Form) -> dict[str, Any]:
    """As a file has it."""
    written: dict[str, Any] = {key: form.get(key, "").strip() for key in KEPT if key not in TEXTS}
    for key in TEXTS:
        written[key] = {code: form.get(f"{key}_{code}", "") for code in languages()}
    everywhere = written["place"]
    places = {code: form.get(f"place_{code}", "").strip() for code in languages()}
    if any(places.values()):
        written["place"] = {code: place or everywhere for code, place in places.items()}
    written["waiting_list"] = bool(form.get("waiting_list"))
    lines = form.get("materials", "").splitlines()
    written["materials"] = [_link(line) for line in lines if line.strip()]
    return written


def _link(line: str) -> dict[str, str]:
    """A title, then its address."""
    label, _blank, url = line.strip().rpartition(" ")
    return {"label": label.strip() or url, "url": url}


def key_of(field: str) -> str:
    """The key a field of the form writes."""
    key, _underscore, code = field.rpartition("_")
    return key if key in BY_LANGUAGE and code in languages() else field


def _field(key: str, bad: BadEvent) -> str:
    """Which field of the form it is about: a text that is too long is one in a language."""
    code = str(bad.values.get("language", ""))
    return f"{key}_{code}" if key in BY_LANGUAGE and code in languages() else key


def _prints(event: Event) -> dict[str, str]:
    plain = to_plain(event)
    return {key: sha_of(plain.get(key))[:_SIGNS] for key in KEPT}


def _parts(event: Event, keys: Sequence[str]) -> dict[str, Any]:
    """What these keys write, by the names of the event's parts."""
    names = [TIMES.get(key, key) for key in keys]
    names += ["place_in"] if "place" in keys else []
    return {name: getattr(event, name) for name in names}


def _told(value: Any) -> str:
    """What stands there, to be read."""
    if isinstance(value, dict):
        return "\n".join(f"{code}: {text}" for code, text in value.items())
    if isinstance(value, list):
        return "\n".join(f"{link['label']} {link['url']}" for link in value)
    return "–" if value in (None, "") else str(value)
