"""One registration: what somebody answered, and what the team does about their place."""

import secrets
from typing import Any

from aiohttp import web

from bot.console.door import to
from bot.console.organising import EVENTS
from bot.console.organising.event import OTHER_DAY, OVER, not_in
from bot.console.organising.office import Deed, EventRoom, is_sure, why
from bot.console.organising.people import statuses
from bot.console.visit import Visit
from bot.dialog import Transaction
from bot.i18n import _, language_name, translate
from bot.services.answers import shown
from bot.services.certificate import name_of
from bot.services.checkins import Scan, is_its_day
from bot.services.event_list import EventList, Listed
from bot.services.event_office import EventOffice
from bot.services.event_texts import moment
from bot.services.events import Event
from bot.services.fields import BadEvent
from bot.services.references import read_reference
from bot.services.registration import Refused, Registration
from bot.services.rehearsal import Rehearsed
from bot.services.seats import Seats
from bot.services.texts import in_language
from bot.web.problem import NOT_FOUND, Problem

_REASONS = {
    "person": _("They cancelled themselves."),
    "passed": _("They passed the seat on."),
    "lapsed": _("The time of the offer ended."),
    "staff": _("The team cancelled it."),
    "event": _("The event was cancelled."),
    "joined": _("It was joined with another one of theirs."),
    "erased": _("They asked to be forgotten."),
}
_DONE = {
    "in": _("Checked in."),
    "already": _("Was checked in before."),
    "out": _("Not checked in any more."),
    "admit": _("They have a seat now, and are told."),
    "remove": _("The registration is cancelled, and they are told."),
}
_BECOMES = {"admit": ("confirmed", "attended"), "remove": ("cancelled",)}


class PersonPage(EventRoom):
    """What one sees of a registration, and does with it."""

    async def show(self, visit: Visit) -> web.StreamResponse:
        """Its answers and its buttons."""
        return await self._page(visit, await self._known(visit))

    async def change(self, visit: Visit) -> web.StreamResponse:
        """Give a seat that was held back, cancel, check in or undo it."""
        listed, one = await self._known(visit)
        do = visit.form.get("do", "")
        here = f"{EVENTS}/{listed.event.id}/people/{one.reference}"
        if do in ("in", "out"):
            return await self._check(visit, listed, one)
        if one.status in _BECOMES.get(do, ()):  # pressed twice
            return to(here)
        try:
            if listed.event.is_over(visit.now):
                raise Refused(OVER, event=listed.event.id)
            tried = await self.tried(visit, deed := _deed(do, one))
            if not is_sure(visit, tried):
                return self._asks(visit, listed, tried, do)
            await self.do(visit, deed)
        except (Refused, BadEvent) as no:
            return await self._page(visit, (listed, one), why(visit, no))
        return to(f"{here}?done={do}")

    async def _check(self, visit: Visit, listed: Listed, one: Registration) -> web.StreamResponse:
        event, what = listed.event, visit.form["do"]
        if what == "in" and not is_its_day(event, visit.now) and not visit.form.get("early"):
            told = translate(visit.language, OTHER_DAY)
            return await self._page(visit, (listed, one), told, early=True)
        scan = Scan(secrets.token_urlsafe(12), one.reference or "", "in" if what == "in" else "out")
        checked = await self.do(visit, lambda office: office.check_in(event.id, scan))
        if told := not_in(checked.outcome):
            return await self._page(visit, (listed, one), translate(visit.language, told))
        return to(f"{EVENTS}/{event.id}/people/{one.reference}?done={checked.outcome}")

    async def _known(self, visit: Visit) -> tuple[Listed, Registration]:
        """Raises Problem for what is not one of this event."""
        reference = read_reference(visit.part("reference"))

        def look(transaction: Transaction) -> tuple[Listed | None, Registration | None]:
            one = Seats(transaction).by_reference(reference) if reference else None
            return EventList(transaction).get(visit.part("slug")), one

        listed, one = await self._desk.look(look)
        if listed is None or one is None or one.event_id != listed.event.id:
            raise Problem(NOT_FOUND)
        return listed, one

    def _asks(self, visit: Visit, listed: Listed, tried: Rehearsed, do: str) -> web.StreamResponse:
        questions = {
            "admit": (_("Give them a seat that was held back?"), _("Give the seat")),
            "remove": (_("Cancel this registration?"), _("Cancel the registration")),
        }
        question, button = (translate(visit.language, text) for text in questions[do])
        return self.asks(visit, listed, tried, question=question, yes=button)

    async def _page(
        self,
        visit: Visit,
        known: tuple[Listed, Registration],
        error: str = "",
        *,
        early: bool = False,
    ) -> web.Response:
        (listed, one), language = known, visit.language
        event, waits = listed.event, one.status == "waiting"
        done, reason = _DONE.get(visit.asked("done"), ""), _REASONS.get(one.reason or "", "")
        place = await self._desk.look(lambda t: Seats(t).place(one)) if waits else None
        values: dict[str, Any] = {
            "one": one,
            "name": name_of(one),
            "error": error,
            "early": early,
            "place": place,
            "stands": statuses(visit)[one.status],
            "until": moment(language, one.offer_until, event.zone) if one.offer_until else "",
            "at": moment(language, one.requested_at, event.zone),
            "spoken": language_name(one.language),
            "answers": _answers(event, one, language),
            "reason": translate(language, reason) if reason else "",
            "done": translate(language, done) if done else "",
            "is_over": event.is_over(visit.now),
            "said": one.feedback or {},
        }
        return self.shown(visit, listed, "event_person.html", values, 422 if error else 200)


def _answers(event: Event, one: Registration, language: str) -> list[tuple[str, str]]:
    """Each question with what was answered, in the order they are asked."""
    return [
        (in_language(field.ask, language), shown(field, one.answers[field.id], language))
        for field in event.fields
        if field.id in one.answers
    ]


def _deed(do: str, one: Registration) -> Deed[object]:
    """What the pressed button says. Raises Problem."""

    def admit(office: EventOffice) -> object:
        return office.admit(one.event_id, one.reference or "")

    def remove(office: EventOffice) -> object:
        return office.remove(one.event_id, one.reference or "")

    deed = {"admit": admit, "remove": remove}.get(do)
    if deed is None:
        raise Problem(NOT_FOUND)
    return deed
