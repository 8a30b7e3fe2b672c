"""Who registered for an event: a page of them, and the list to take along."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Final

import orjson
from aiohttp import web

from bot.console.organising.office import EventRoom
from bot.console.visit import Visit
from bot.i18n import language_name, translate
from bot.services.attendees import columns_of, labels_of, readable, rows_of
from bot.services.certificate import name_of
from bot.services.event_list import Listed
from bot.services.event_texts import moment
from bot.services.event_words import STATUS_NAMES
from bot.services.events import Event
from bot.services.references import read_reference
from bot.services.registration import STATUSES, Registration
from bot.services.seats import Seats
from bot.tables import as_csv, as_workbook
from bot.web.saving import saved_as

_PAGE: Final = 50
_BOM = "\ufeff"  # without it a spreadsheet takes the file for one in an old code page
_TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
    "jsonl": "application/x-ndjson",
}


class PeoplePages(EventRoom):
    """The list and its files."""

    async def list(self, visit: Visit) -> web.StreamResponse:
        """Some of them, first come first; which ones stands in the address."""
        listed = await self.listed(visit)
        found, page = await self._found(visit, listed), _page(visit)
        places = {
            one.id: place
            for place, one in enumerate((one for one in found if one.status == "waiting"), 1)
        }
        found = [one for one in found if _is_sought(one, visit.asked("q"))]
        shown = found[(page - 1) * _PAGE : page * _PAGE]
        values = {
            "words": visit.asked("q"),
            "rows": [_row(one, listed, visit, places.get(one.id)) for one in shown],
            "count": len(found),
            "status": _status(visit),
            "statuses": statuses(visit),
            "page": page,
            "has_more": page * _PAGE < len(found),
            "kinds": tuple(_TYPES),
        }
        return self.shown(visit, listed, "event_people.html", values)

    async def file(self, visit: Visit) -> web.StreamResponse:
        """All of them with their answers, as a file; that it was taken is written down."""
        listed, kind = await self.listed(visit), visit.part("kind")
        event, found = listed.event, await self._found(visit, listed)
        await self.do(visit, lambda office: office.took_along(event.id, kind))
        # Beside the loop: a workbook of two thousand people takes a second.
        body = await asyncio.to_thread(_body, event, kind, found, visit.language)
        headers = {"Content-Disposition": saved_as(f"{event.id}.{kind}")}
        return web.Response(body=body, content_type=_TYPES[kind], headers=headers)

    async def _found(self, visit: Visit, listed: Listed) -> Sequence[Registration]:
        status = [name for name in (_status(visit),) if name]
        return await self._desk.look(lambda t: Seats(t).of_event(listed.event.id, *status))


def _body(event: Event, kind: str, found: Sequence[Registration], language: str) -> bytes:
    """Who registered, as a file of that kind."""
    rows = rows_of(event, found, language)
    if kind == "jsonl":
        return b"".join(orjson.dumps(row) + b"\n" for row in rows)
    if kind == "json":
        return orjson.dumps(rows, option=orjson.OPT_INDENT_2)
    columns, labels = columns_of(event), labels_of(event, language)
    told = (readable(row, language) for row in rows)
    if kind == "csv":
        return (_BOM + as_csv(columns, told, labels)).encode()
    return as_workbook(event.id, columns, told, labels)


def statuses(visit: Visit) -> dict[str, str]:
    """What registrations are called by how they stand."""
    return {name: translate(visit.language, STATUS_NAMES[name]) for name in STATUSES}


def _status(visit: Visit) -> str:
    """The one the address asks for; nonsense is as good as nothing."""
    status = visit.asked("status")
    return status if status in STATUSES else ""


def _page(visit: Visit) -> int:
    page = visit.asked("page")
    return int(page) if page.isdecimal() and 0 < len(page) < 7 and int(page) else 1


def _is_sought(one: Registration, words: str) -> bool:
    """By their name or reference, however it is written."""
    if (reference := read_reference(words)) is not None:
        return one.reference == reference
    return words.casefold().strip() in f"{name_of(one)} {one.reference}".casefold()


def _row(one: Registration, listed: Listed, visit: Visit, place: int | None) -> Mapping[str, Any]:
    return {
        "one": one,
        "name": name_of(one),
        "place": place,
        "language": language_name(one.language),
        "at": moment(visit.language, one.requested_at, listed.event.zone),
    }
