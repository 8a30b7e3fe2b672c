"""The programmes: each with its events, and how many people are interested."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from bot.console.desk import Desk
from bot.console.organising import EVENTS
from bot.console.rendering import Rendering
from bot.console.visit import Visit
from bot.dialog import Transaction
from bot.i18n import translate
from bot.services.event_list import EventList, Listed, Wanted
from bot.services.event_texts import when
from bot.services.event_words import STATE_NAMES
from bot.services.questions import Questions
from bot.services.roles import ORGANISE, may


class ProgrammePage:
    """One table, those with events first; what a programme says is written in its article."""

    def __init__(self, desk: Desk, rendering: Rendering) -> None:
        self._desk, self._rendering = desk, rendering

    async def show(self, visit: Visit) -> web.StreamResponse:
        """Every programme there is an article of, and those that only events name."""
        titles, events, interested = await self._desk.look(lambda t: self._found(t, visit))
        rows: list[dict[str, Any]] = [
            {
                "slug": slug,
                "title": titles.get(slug, slug),
                "is_written": slug in titles,
                "events": [_told(one, visit) for one in events[slug] if _is_shown(one, visit)],
                "past": sum(one.event.is_over(visit.now) for one in events[slug]),
                "interested": interested.get(slug, 0),
                "address": f"{EVENTS}?{urlencode({'programme': slug, 'time': 'all'})}",
                "new": f"{EVENTS}/new?{urlencode({'programme': slug})}",
            }
            for slug in {*titles, *events}
        ]
        rows.sort(key=lambda row: (not row["events"], -row["interested"], row["title"]))
        values = {"rows": rows, "may_organise": may(visit.member.role, ORGANISE)}
        return self._rendering.page(visit, "programmes.html", values)

    def _found(
        self, transaction: Transaction, visit: Visit
    ) -> tuple[Mapping[str, str], Mapping[str, list[Listed]], Mapping[str, int]]:
        listed = self._desk.editing.listed(transaction, visit.language)
        events: defaultdict[str, list[Listed]] = defaultdict(list)
        for one in EventList(transaction).find(Wanted(time="all")):
            if one.event.programme:
                events[one.event.programme].append(one)
        titles = {one.slug: one.title for one in listed if one.kind == "programme"}
        return titles, events, Questions(transaction).interested()


def _is_shown(one: Listed, visit: Visit) -> bool:
    return not one.event.is_over(visit.now)


def _told(one: Listed, visit: Visit) -> Mapping[str, Any]:
    event = one.event
    return {
        "event": event,
        "name": event.name(visit.language),
        "when": when(event, visit.language),
        "state": translate(visit.language, STATE_NAMES[event.state]),
    }
