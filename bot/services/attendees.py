"""Who registered for an event, as a table for its organisers: one row a registration.

Personal answers are among it: whoever gets the table is responsible for it.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from bot.i18n import _, language_called, translate
from bot.services.answers import shown
from bot.services.event_words import STATUS_NAMES
from bot.services.events import Event
from bot.services.registration import Registration
from bot.services.texts import in_language

Row = dict[str, Any]

_FIRST: Final = ("reference", "status", "place", "seats", "language", "requested_at")
LAST: Final = ("rating", "comment")
_LABELS = {
    "reference": _("Reference"),
    "status": _("Status"),
    "place": _("Place on the waiting list"),
    "seats": _("Seats"),
    "language": _("Language"),
    "requested_at": _("Registered on"),
    "rating": _("Rating"),
    "comment": _("Comment"),
}


def columns_of(event: Event) -> tuple[str, ...]:
    """The columns by names that are the same in every language."""
    return (*_FIRST, *(field.id for field in event.fields), *LAST)


def labels_of(event: Event, language: str) -> dict[str, str]:
    """What the columns are called: the questions as the organisers ask them."""
    asked = {field.id: in_language(field.ask, language) for field in event.fields}
    return {name: translate(language, label) for name, label in _LABELS.items()} | asked


def rows_of(event: Event, found: Sequence[Registration], language: str) -> list[Row]:
    """These registrations, first come first; answers as people read them."""
    rows: list[Row] = []
    place = 0
    for registration in found:
        place += registration.status == "waiting"
        waits = registration.status == "waiting"
        rows.append(_row(event, registration, language) | {"place": place if waits else None})
    return rows


def readable(row: Mapping[str, Any], language: str) -> Row:
    """A row for people: how it stands, and in which language, in words."""
    status = translate(language, STATUS_NAMES[row["status"]])
    return {**row, "status": status, "language": language_called(language, row["language"])}


def _row(event: Event, registration: Registration, language: str) -> Row:
    at = registration.requested_at.astimezone(event.local_zone)
    values = (
        *(registration.reference, registration.status, None, registration.seats),
        *(registration.language, at.isoformat(timespec="seconds")),
    )
    row: Row = dict(zip(_FIRST, values, strict=True))
    for field in event.fields:
        answer = registration.answers.get(field.id)
        row[field.id] = None if answer is None else shown(field, answer, language)
    return row | {name: (registration.feedback or {}).get(name) for name in LAST}
