"""One event: how it stands, opening, closing, calling it off, moving it, and the door."""

import secrets
from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web

from bot.console.door import to
from bot.console.organising import EVENTS
from bot.console.organising.office import EventRoom, is_sure, qr, why
from bot.console.visit import Visit
from bot.i18n import _, format_day, translate
from bot.services.checkins import STAYS, Outcome, Scan, is_its_day
from bot.services.event_list import Listed
from bot.services.event_office import EventOffice
from bot.services.event_texts import moment, state_of, when
from bot.services.event_words import STATUS_NAMES
from bot.services.event_written import read_time
from bot.services.events import Event, shred_day
from bot.services.fields import BadEvent
from bot.services.registration import STATUSES
from bot.services.rehearsal import Rehearsed
from bot.services.weblinks import DOOR
from bot.services.weblinks import EVENTS as PUBLIC
from bot.web.problem import NOT_FOUND, Problem

DONE = {
    "new": _("It is there as a draft: nobody sees it until you open it."),
    "changed": _("It is saved."),
    "open": _("It is open: people can register."),
    "close": _("It is closed. Who waits may still move up."),
    "cancel": _("It is cancelled, and whoever had a place is told."),
    "move": _("It has another time now."),
    "void": _("The links for the door do not work any more."),
}
_QUESTIONS = {
    "cancel": _("Cancel this event? It cannot be opened again."),
    "move": _("Give this event another time?"),
    "open": _("Let people register?"),
    "close": _("Take no more registrations?"),
}
_NOT_IN = {
    "unknown": _("Nobody is registered under this reference."),
    "elsewhere": _("This reference is of another event."),
    "waiting": _("Who has this reference is on the waiting list and has no seat."),
    "offered": _("Who has this reference was offered a seat and has not taken it yet."),
    "cancelled": _("The registration with this reference was cancelled."),
}
_FIGURES = ("confirmed", "offered", "waiting", "attended", "no_show", "cancelled")


class EventPage(EventRoom):
    """What one sees of an event, and does with it."""

    async def show(self, visit: Visit) -> web.StreamResponse:
        """All of it on one page."""
        return self._page(visit, await self.listed(visit))

    async def change(self, visit: Visit) -> web.StreamResponse:
        """Open, close, cancel or move it; first asked where people would be told."""
        listed, do = await self.listed(visit), visit.form.get("do", "")
        here = f"{EVENTS}/{listed.event.id}"
        if do == "cancel" and listed.event.state == "cancelled":
            return to(here)
        try:
            deed = _deed(do, listed.event, visit)
            tried = await self.tried(visit, deed)
            if not is_sure(visit, tried) and (tried.told or do == "cancel"):
                return self._asks(visit, listed, tried)
            await self.do(visit, deed)
        except BadEvent as bad:
            return self._page(visit, listed, error=why(visit, bad), status=422)
        return to(f"{here}?done={do}")

    async def door(self, visit: Visit) -> web.StreamResponse:
        """What the pressed button says: a link for the door, no more links, who stayed away."""
        listed, do = await self.listed(visit), visit.form.get("do", "")
        event = listed.event
        match do:
            case "make":
                return await self._new_door(visit, listed)
            case "void":
                await self.do(visit, lambda office: office.close_door(event.id))
                return to(f"{EVENTS}/{event.id}?done=void")
            case "away" if visit.now < event.starts_at:
                early = translate(visit.language, _("It has not begun yet."))
                return self._page(visit, listed, door={"error": early}, status=422)
            case "away" | "back":
                await self.do(visit, lambda office: office.all_seen(event.id, do == "away"))
                return to(f"{EVENTS}/{event.id}#door")
        raise Problem(NOT_FOUND)

    async def _new_door(self, visit: Visit, listed: Listed) -> web.StreamResponse:
        """The secret link for those who stand at the door, shown once."""
        event = listed.event
        token = await self.do(visit, lambda office: office.make_door(event))
        until = max(event.ends_at, visit.now) + STAYS
        link = f"{self.base(visit)}{DOOR}{token}"
        title = translate(visit.language, _("The link for the door"))
        told = {"link": link, "code": qr(link, title)}
        told["until"] = moment(visit.language, until, event.zone)
        return self._page(visit, listed, door=told)

    async def check_in(self, visit: Visit) -> web.StreamResponse:
        """Somebody is there, by the reference they show."""
        listed, said = await self.listed(visit), visit.form.get("reference", "")[:40]
        event = listed.event
        if not is_its_day(event, visit.now) and not visit.form.get("early"):
            early = {"reference": said, "error": translate(visit.language, OTHER_DAY)}
            return self._page(visit, listed, door={"early": True, **early}, status=422)
        scan = Scan(secrets.token_urlsafe(12), said)
        checked = await self.do(visit, lambda office: office.check_in(event.id, scan))
        if told := not_in(checked.outcome):
            wrong = {"reference": said, "error": translate(visit.language, told)}
            return self._page(visit, listed, door=wrong, status=422)
        reference = checked.registration.reference if checked.registration else ""
        return to(f"{EVENTS}/{event.id}/people/{reference}?done={checked.outcome}")

    def _asks(self, visit: Visit, listed: Listed, tried: Rehearsed) -> web.Response:
        do = visit.form["do"]
        question = translate(visit.language, _QUESTIONS[do])
        buttons = {
            "cancel": _("Cancel the event"),
            "move": _("Move the event"),
            "open": _("Open the event"),
            "close": _("Close the event"),
        }
        more = {"question": question, "yes": translate(visit.language, buttons[do])}
        return self.asks(visit, listed, tried, **more)

    def _page(
        self,
        visit: Visit,
        listed: Listed,
        *,
        error: str = "",
        door: Mapping[str, Any] | None = None,
        status: int = 200,
    ) -> web.Response:
        event, language = listed.event, visit.language
        public = "" if event.state == "draft" else f"{self.base(visit)}{PUBLIC}/{event.id}"
        title = translate(language, _("The public page of {event}"), event=event.name(language))
        done = DONE.get(visit.asked("done"), "")
        values = {
            "name": event.name(language),
            "when": when(event, language),
            "where": event.where(language),
            "registering": state_of(event, language, visit.now),
            "figures": _figures(listed, visit),
            "to_decide": listed.to_decide(visit.now),
            "has_begun": visit.now >= event.starts_at,
            "is_over": event.is_over(visit.now),
            "shred_day": format_day(language, shred_day(event)),
            "public": public,
            "code": qr(public, title) if public else "",
            "programme": self._desk.editing.titles(language).get(event.programme or "", ""),
            "local": local_times(event),
            "written": visit.form,
            "done": translate(language, done) if done else "",
            "door": door or {},
            "error": error,
        }
        return self.shown(visit, listed, "event.html", values, status)


OVER = _("{event} is over: nothing is cancelled any more, and nobody is told.")
OTHER_DAY = _(
    "This event is on another day. Who is checked in counts as having been there, and cannot "
    "cancel any more."
)


def not_in(outcome: Outcome) -> str:
    """Why somebody could not be checked in: a msgid; "" for who could."""
    return _NOT_IN.get(outcome, "")


def local_times(event: Event) -> Mapping[str, str]:
    """Start and end as a form holds them, by the event's own clock."""
    zone = event.local_zone
    ends = {"starts": event.starts_at, "ends": event.ends_at}
    return {name: f"{at.astimezone(zone):%Y-%m-%dT%H:%M}" for name, at in ends.items()}


def _figures(listed: Listed, visit: Visit) -> list[tuple[str, str, int]]:
    """Status, what it is called, and how many; those that matter always, others if there are."""
    always = ("confirmed", "waiting")
    return [
        (status, translate(visit.language, STATUS_NAMES[status]), listed.count(status))
        for status in _FIGURES
        if status in STATUSES and (status in always or listed.count(status))
    ]


def _deed(do: str, event: Event, visit: Visit) -> Callable[[EventOffice], object]:
    """What the pressed button says. Raises BadEvent, Problem."""
    match do:
        case "open":
            return lambda office: office.open(event.id)
        case "close":
            return lambda office: office.close(event.id)
        case "cancel":
            if event.is_over(visit.now):
                raise BadEvent(OVER, event=event.id)
            return lambda office: office.cancel(event.id)
        case "move":
            starts, ends = visit.form.get("starts", ""), visit.form.get("ends", "")
            starts_at = read_time(starts, event.local_zone)
            lasts = event.ends_at - event.starts_at
            ends_at = read_time(ends, event.local_zone) if ends else starts_at + lasts
            return lambda office: office.move(event.id, starts_at, ends_at)
    raise Problem(NOT_FOUND)
