"""The pages of events: all that is coming, each by itself, and both as calendar files."""

from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web

from bot.dialog import Transaction
from bot.i18n import languages
from bot.pages.desk import Desk
from bot.pages.door import Visit
from bot.pages.rendering import Rendering
from bot.pages.schema_org import hash_of, json_ld
from bot.services import event_texts
from bot.services.calendar import feed
from bot.services.events import Event, Events
from bot.services.texts import in_language, language_of
from bot.services.weblinks import EVENTS, Pages
from bot.web.headers import CONTENT
from bot.web.problem import NOT_FOUND, Problem
from bot.web.saving import saved_as
from bot.web.ways import Ways

_PAST = 10  # events that are over, on the page of all
_READ_IN = ("Europe/Berlin", "Asia/Shanghai")  # where most of our readers are


@dataclass(frozen=True, slots=True)
class Told:
    """One event, in the words of a page. `language` is that of its own texts."""

    event: Event
    name: str
    language: str
    when: str
    where: str
    state: str
    is_open: bool
    is_over: bool

    @property
    def path(self) -> str:
        """Where its page is."""
        return f"{EVENTS}/{self.event.id}"


class EventPages:
    """What everybody may read about events."""

    def __init__(self, desk: Desk, rendering: Rendering) -> None:
        self._desk, self._rendering = desk, rendering
        self._ways, self._pages = Ways(desk), Pages(desk.settings.public_url)

    async def all(self, visit: Visit) -> web.Response:
        """All that is coming, the next first; below, what was."""
        coming, over = await self._desk.look(_listed)
        return self._rendering.page(
            "events.html",
            visit.language,
            coming=[told(event, visit) for event in coming],
            over=[told(event, visit) for event in over],
            address=self._pages.at(EVENTS),
            only_in=event_texts.titles_only_in(visit.language, (*coming, *over)),
            feed=self._pages.at("/events.ics"),
            chat=self._ways.chat("events", visit.language),
        )

    async def one(self, visit: Visit) -> web.Response:
        """One event: when, where, for whom, and how to register."""
        event = await self._known(visit)
        language, said = visit.language, told(event, visit)
        address = self._pages.at(EVENTS, f"/{event.id}")
        data = json_ld(event, self._desk.settings, language, address)
        target = f"registration:{event.id}" if said.is_open else f"events:{event.id}"
        others = await self._ways.others(target, language) if said.is_open else ()
        response = self._rendering.page(
            "event.html",
            language,
            said=said,
            summary=in_language(event.summary, language),
            results=in_language(event.results, language),
            for_whom=in_language(event.for_whom, language),
            begins=event_texts.moment(language, event.starts_at, event.zone),
            until=event_texts.until(event, language),
            elsewhere=event_texts.elsewhere(event, language, self._zones()),
            only_in=event_texts.other_language(event, language),
            full=not event.has_room(),
            chat=self._ways.chat(target, language),
            others=others,
            address=address,
            data=data,
            alternates=languages(),
        )
        response.headers["Content-Security-Policy"] = _with_data(data)
        return response

    async def feed(self, visit: Visit) -> web.Response:
        """All that is coming, for calendars that look again by themselves."""
        coming = await self._desk.look(lambda t: Events(t).coming())
        return _calendar(feed(coming, visit.language), "events.ics")

    async def file(self, visit: Visit) -> web.Response:
        """One event for one's own calendar."""
        event = await self._known(visit)
        return _calendar(feed((event,), visit.language), f"{event.id}.ics")

    async def _known(self, visit: Visit) -> Event:
        event = await self._desk.look(lambda t: Events(t).get(visit.part("slug")))
        if event is None or event.state == "draft":
            raise Problem(NOT_FOUND)
        return event

    def _zones(self) -> Sequence[str]:
        return (*_READ_IN, self._desk.settings.zone, "UTC")


def told(event: Event, visit: Visit) -> Told:
    """The event for who looks at it now."""
    return Told(
        event=event,
        name=event.name(visit.language),
        language=language_of(event.title, visit.language),
        when=event_texts.when(event, visit.language),
        where=event.where(visit.language),
        state=event_texts.state_of(event, visit.language, visit.now),
        is_open=event.is_open(visit.now) and _has_room(event),
        is_over=event.is_over(visit.now),
    )


def _has_room(event: Event) -> bool:
    return event.waiting_list or event.has_room()


def _listed(transaction: Transaction) -> tuple[Sequence[Event], Sequence[Event]]:
    events = Events(transaction)
    return events.coming(), events.over(_PAST)


def _calendar(content: bytes, name: str) -> web.Response:
    return web.Response(
        body=content,
        headers={
            "Content-Type": "text/calendar; charset=utf-8",
            "Content-Disposition": saved_as(name),
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cache-Control": "public, max-age=300",
        },
    )


def _with_data(data: str) -> str:
    allowed = CONTENT.replace("script-src 'self'", f"script-src 'self' {hash_of(data)}")
    return f"{allowed}; frame-ancestors 'none'"
