"""What the fields of a poll's form are called, and where a place in a poll file stands in it."""

import re
from typing import Final

from bot.i18n import _, language_name, languages, translate

FIELDS: Final = {
    "id": _("Name in addresses"),
    "title": _("Title"),
    "summary": _("What it is about"),
    "next_steps": _("What happens with the result"),
    "opens": _("Opens"),
    "closes": _("Closes"),
    "zone": _("Clock of those who vote"),
    "level": _("Who may vote"),
    "mode": _("Who sees a vote"),
    "live": _("The figures so far are open to all"),
    "kiosk": _("Tablets in the street take votes as well"),
    "kind": _("Kind of answer"),
    "ask": _("What is asked"),
    "least": _("At least"),
    "most": _("At most"),
    "points": _("Points to share out"),
    "low": _("The scale begins at"),
    "high": _("The scale ends at"),
    "method": _("How it is counted"),
    "grid": _("Side of a cell on the map, in degrees"),
    "shuffled": _("Each voter sees the answers in another order"),
    "passing": _("“I would rather not say” is an answer"),
    "unsure": _("“I do not know” is an answer"),
    "adding": _("Voters may add statements; the team looks at them first"),
    "label": _("Words of the answer"),
    "image": _("Address of a picture (https://…)"),
    "alt": _("What the picture shows"),
}
_TEXTS: Final = ("title", "summary", "next_steps", "ask", "label", "alt")
_PLACE: Final = re.compile(
    r"(?:questions\[(\d{1,3})\])?(?:\.?options(?:\[(\d{1,3})\])?)?(?:\.labels\[(\d{1,3})\])?"
    r"\.?([a-z_]{1,20})?(?:\.([a-z]{2}))?"
)


def field_at(place: str) -> str:
    """The field in which something of a poll file is written; "" where there is none."""
    found = _PLACE.fullmatch(place)
    question, option, point, name, code = (
        part or "" for part in (found.groups() if found else [""] * 5)
    )
    name = f"p{point}" if point else name
    if not (question or name) or (name and name not in FIELDS and not point):
        return ""
    head = f"q.{int(question) - 1}." if question else ""
    head += f"o.{int(option) - 1}." if option else ""
    language = f".{code or next(iter(languages()))}" if point or name in _TEXTS else ""
    return f"{head}{name or 'kind'}{language}"


def called(field: str, language: str) -> str:
    """What a field is called: Question 1, answer 2, What the picture shows (English)."""
    parts, words = field.split("."), list[str]()
    for head, text in (("q", _("question {number}")), ("o", _("answer {number}"))):
        if parts[0] == head and len(parts) > 2:
            words.append(translate(language, text, number=int(parts[1]) + 1))
            parts = parts[2:]
    if parts[0].startswith("p") and parts[0][1:].isdecimal():
        words.append(translate(language, _("point {number}"), number=parts[0][1:]))
    words += [translate(language, FIELDS[part]) for part in parts if part in FIELDS]
    named = ", ".join(words) or field
    return f"{named} ({language_name(parts[-1])})" if parts[-1] in languages() else named
