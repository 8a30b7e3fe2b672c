"""All events in a table: which ones stands in the address; and the same as CSV."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from bot.console.desk import Desk
from bot.console.download import csv_answer
from bot.console.rendering import Rendering
from bot.console.visit import Visit
from bot.dialog import Transaction
from bot.i18n import _, translate
from bot.services.event_list import DECIDE, TIMES, EventList, Listed, Wanted
from bot.services.event_texts import when
from bot.services.event_words import STATE_NAMES
from bot.services.events import STATES
from bot.services.registration import STATUSES
from bot.services.roles import ORGANISE, may

_MOST = 200  # events on the page
_COLUMNS = (
    *("id", "title", "programme", "state", "starts", "ends", "zone", "place"),
    *("capacity", "taken", "reserved", *STATUSES),
)
_TIMES = {"coming": _("coming"), "past": _("past"), "all": _("all")}


class EventPages:
    """The list and its file."""

    def __init__(self, desk: Desk, rendering: Rendering) -> None:
        self._desk, self._rendering = desk, rendering

    async def list(self, visit: Visit) -> web.StreamResponse:
        """Those the address asks for."""
        wanted = _wanted(visit)

        def look(transaction: Transaction) -> tuple[tuple[Listed, ...], tuple[str, ...]]:
            events = EventList(transaction)
            return events.find(wanted), events.programmes()

        found, programmes = await self._desk.look(look)
        titles = self._desk.editing.titles(visit.language)
        values: dict[str, Any] = {"wanted": wanted, "count": len(found), "decide": DECIDE}
        values |= {"rows": [_row(one, visit) for one in found[:_MOST]]}
        values |= {"programmes": {slug: titles.get(slug, slug) for slug in programmes}}
        values |= {"times": _said(visit, _TIMES), "states": _said(visit, STATE_NAMES)}
        values |= {"may_organise": may(visit.member.role, ORGANISE)}
        values |= {"is_narrowed": wanted != Wanted()}
        return self._rendering.page(visit, "events.html", values)

    async def file(self, visit: Visit) -> web.StreamResponse:
        """The same as CSV: figures only."""
        found = await self._desk.look(lambda t: EventList(t).find(_wanted(visit)))
        return await csv_answer("events.csv", _COLUMNS, (_cells(one, visit) for one in found))


def _wanted(visit: Visit) -> Wanted:
    """What the address asks for; nonsense is as good as nothing."""
    time, state = visit.asked("time"), visit.asked("state")
    return Wanted(
        time=time if time in TIMES else "coming",
        state=state if state in (*STATES, DECIDE) else "",
        programme=visit.asked("programme"),
        words=visit.asked("q"),
    )


def _row(one: Listed, visit: Visit) -> Mapping[str, Any]:
    return {
        "listed": one,
        "name": one.event.name(visit.language),
        "when": when(one.event, visit.language),
        "where": one.event.where(visit.language),
        "to_decide": one.to_decide(visit.now),
    }


def _cells(one: Listed, visit: Visit) -> Mapping[str, Any]:
    event, zone = one.event, one.event.local_zone
    names = ("id", "programme", "state", "zone", "capacity", "taken", "reserved")
    told = {name: getattr(event, name) for name in names}
    told |= {"title": event.name(visit.language), "place": event.where(visit.language)}
    told |= {"starts": event.starts_at.astimezone(zone).isoformat()}
    told |= {"ends": event.ends_at.astimezone(zone).isoformat()}
    return told | {status: one.count(status) for status in STATUSES}


def _said(visit: Visit, texts: Mapping[str, str]) -> dict[str, str]:
    return {name: translate(visit.language, text) for name, text in texts.items()}
