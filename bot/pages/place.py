"""The page of one registration: how it stands, changed, given back, taken when it is offered."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.dialog import Json, Talk, Transaction
from bot.i18n import _, translate
from bot.message import Address, Attachment
from bot.pages.desk import Desk
from bot.pages.door import NO_LINK, Visit
from bot.pages.fields import Filled, Input, Posted, inputs, read, sent_inputs
from bot.pages.form import FIELDS, LIMIT, TICK_SENSITIVE, gives_protected
from bot.pages.place_notes import note
from bot.pages.rendering import Rendering
from bot.services.agreements import sensitive, withdraw_all
from bot.services.calendar import invitation
from bot.services.certificate import certificate, is_due
from bot.services.consents import Consents
from bot.services.event_texts import of_their_language, when
from bot.services.events import Event, Events
from bot.services.notices import Notices
from bot.services.passes import Passes
from bot.services.registration import Refused, Registration
from bot.services.registrations import Registrations
from bot.services.seats import Seats
from bot.services.standing import how_it_stands, pass_it_on, take_it
from bot.services.tickets import svg
from bot.services.weblinks import PLACE, Pages
from bot.understanding.choices import number
from bot.web.body import read_form
from bot.web.problem import Problem
from bot.web.saving import saved_as


@dataclass(frozen=True, slots=True)
class Found:
    """A registration as its page needs it. `may_keep_protected`: that was agreed to before."""

    event: Event
    registration: Registration
    place: int
    may_keep_protected: bool

    @property
    def person(self) -> str:
        """Whose it is; registrations without a person have no page."""
        return str(self.registration.person_id)


class PlacePage:
    """What a person may see and do with the link of their registration."""

    def __init__(self, desk: Desk, rendering: Rendering) -> None:
        self._desk, self._rendering = desk, rendering
        self._passes, self._pages = Passes(desk.settings), Pages(desk.settings.public_url)

    async def show(self, visit: Visit) -> web.Response:
        """How it stands, and what can be done."""
        found = await self._found(visit)
        visit = visit.of(found.registration.language)
        known = inputs(found.event.fields, visit.language, found.registration.answers)
        return self._page(visit, found, known)

    async def change(self, visit: Visit) -> web.Response:
        """Other answers, or another number of seats."""
        posted = await read_form(visit.request, LIMIT, FIELDS)
        found = await self._found(visit)
        visit, event = visit.of(found.registration.language), found.event
        filled = read(event, event.fields, posted, visit.language)
        wrong = dict(filled.errors) | _wrong_seats(event, posted, visit.language)
        agreed = found.may_keep_protected or "sensitive" in posted
        if not agreed and gives_protected(event.fields, filled.answers):
            wrong["sensitive"] = translate(visit.language, TICK_SENSITIVE)
        if not wrong:
            try:
                await self._do(found, lambda t: _change(t, found, filled, posted, visit.language))
                return self._back(visit, "changed")
            except Refused as refused:
                wrong["seats"] = refused.told(visit.language)
        shown = sent_inputs(event.fields, visit.language, posted, filled)
        return self._page(visit, found, shown, posted, wrong)

    async def ask_to_cancel(self, visit: Visit) -> web.Response:
        """Whether that is meant."""
        found = await self._found(visit)
        visit = visit.of(found.registration.language)
        return self._rendering.page(
            "cancel.html",
            visit.language,
            event=found.event,
            seats=found.registration.seats,
            when=when(found.event, visit.language),
            token=visit.part("token"),
        )

    async def cancel(self, visit: Visit) -> web.Response:
        """Give the place back; twice is once."""
        return await self._act(visit, "cancelled", _cancel)

    async def accept(self, visit: Visit) -> web.Response:
        """Take the seat that is offered."""
        return await self._act(visit, "taken", _accept)

    async def let_go(self, visit: Visit) -> web.Response:
        """Let the seat that is offered go to the next person."""
        return await self._act(visit, "passed", _pass)

    async def calendar(self, visit: Visit) -> web.Response:
        """The file for one's own calendar."""
        found = await self._found(visit)
        url = self._pages.at(PLACE, visit.part("token"))
        return _saved(invitation(found.event, found.registration, url if self._pages else ""))

    async def certificate(self, visit: Visit) -> web.Response:
        """The certificate of who was there."""
        found = await self._found(visit)
        if not is_due(found.event, found.registration, visit.now):
            raise Problem(NO_LINK)
        language = visit.of(found.registration.language).language
        about = (self._desk.settings, found.event, found.registration, language, visit.now)
        return _saved(certificate(*about))

    async def _act(
        self, visit: Visit, note: str, what: Callable[[Transaction, Found], None]
    ) -> web.Response:
        found = await self._found(visit)
        visit = visit.of(found.registration.language)
        try:
            await self._do(found, lambda t: what(t, found))
        except Refused as refused:
            known = inputs(found.event.fields, visit.language, found.registration.answers)
            said = refused.told(visit.language)
            return self._page(visit, await self._found(visit), known, {}, {"": said})
        return self._back(visit, note)

    async def _do(self, found: Found, what: Callable[[Transaction], None]) -> None:
        await self._desk.do(what)
        self._desk.ring(found.registration)

    async def _found(self, visit: Visit) -> Found:
        """Raises Problem, the same for whatever is no link of ours or of nobody any more."""
        reference = self._passes.read(visit.part("token"))
        found = await self._desk.look(lambda t: _look(t, reference)) if reference else None
        if found is None:
            raise Problem(NO_LINK)
        return found

    def _back(self, visit: Visit, note: str) -> web.Response:
        place = f"{PLACE}{visit.part('token')}?lang={visit.language}&done={note}"
        return web.Response(status=303, headers={"Location": place})

    def _page(
        self,
        visit: Visit,
        found: Found,
        shown: Sequence[Input],
        posted: Posted | None = None,
        wrong: Mapping[str, str] | None = None,
    ) -> web.Response:
        event, registration = found.event, found.registration
        response = self._rendering.page(
            "place.html",
            visit.language,
            event=event,
            registration=registration,
            stands=how_it_stands(event, registration, visit.language, found.place),
            note=note(visit, registration),
            here=f"{PLACE}{visit.part('token')}",
            code=_code(registration, visit.language),
            can_change=registration.is_active and not event.is_over(visit.now),
            certified=is_due(event, registration, visit.now),
            only_in=of_their_language(event, (one.field for one in shown), visit.language),
            plain=[one for one in shown if not one.field.sensitive],
            protected=[one for one in shown if one.field.sensitive],
            protection="" if found.may_keep_protected else sensitive(event, visit.language),
            take_it=take_it(visit.language, registration.seats),
            pass_it_on=pass_it_on(visit.language, registration.seats),
            seats=(posted or {}).get("seats", registration.seats),
            ticked=posted or {},
            wrong_boxes=_others(wrong or {}, event),
        )
        if wrong:
            response.set_status(422)
        return response


def _look(transaction: Transaction, reference: str) -> Found | None:
    seats = Seats(transaction)
    registration = seats.by_reference(reference)
    if registration is None or registration.person_id is None:
        return None
    event = Events(transaction).get(registration.event_id)
    if event is None:
        return None
    purpose = f"sensitive:{event.id}"
    agreed = Consents(transaction).valid(registration.person_id, purpose)
    return Found(event, registration, seats.place(registration), bool(agreed))


def _change(
    transaction: Transaction, found: Found, filled: Filled, posted: Posted, language: str
) -> None:
    """Raises Refused, then nothing has changed."""
    event, registrations = found.event, Registrations(transaction)
    before: Mapping[str, Json] = found.registration.answers
    wanted = number(posted.get("seats", "")) or found.registration.seats
    if wanted != found.registration.seats:
        registrations.resize(event.id, found.person, wanted)
    changed = {k: v for k, v in filled.answers.items() if v != before.get(k)}
    if changed:
        registrations.edit(event.id, found.person, changed)
    if not found.may_keep_protected and gives_protected(event.fields, filled.answers):
        talk = Talk(found.person, Address("page", str(found.registration.id)), language)
        text = sensitive(event, language)
        Consents(transaction).give(talk, f"sensitive:{event.id}", text, "page:registration")
    if changed or wanted != found.registration.seats:
        Notices(transaction).changed_on_page(event, found.registration)


def _cancel(transaction: Transaction, found: Found) -> None:
    """Raises Refused when it is too late for that; what is cancelled already stays so."""
    registrations = Registrations(transaction)
    if registrations.cancel(found.event.id, found.person):
        withdraw_all(Consents(transaction), found.person, found.event.id)
        Notices(transaction).cancelled_on_page(found.event, found.registration)
        return
    held = registrations.seats.find(found.event.id, found.person)
    if held and held.status != "cancelled":
        raise Refused(_("You have no registration there that could be changed."))


def _accept(transaction: Transaction, found: Found) -> None:
    """Raises Refused."""
    taken = Registrations(transaction).accept(found.event.id, found.person, transaction.now)
    if found.registration.status == "offered":
        Notices(transaction).moved_up(found.event, taken)


def _pass(transaction: Transaction, found: Found) -> None:
    """Only what is on offer: a confirmed place is cancelled with a question."""
    registrations = Registrations(transaction)
    held = registrations.seats.find(found.event.id, found.person)
    if held is None or held.status != "offered":
        raise Refused(_("There is no seat on offer for you there, or its time is over."))
    registrations.cancel(found.event.id, found.person, "passed")


def _wrong_seats(event: Event, posted: Posted, language: str) -> dict[str, str]:
    """What is wrong with the number of seats, where one may take several."""
    if event.most_seats == 1 or "seats" not in posted:
        return {}
    count = number(posted["seats"])
    if count is not None and 1 <= count <= event.most_seats:
        return {}
    said: Any = _("Please write a number from 1 to {most}.")
    return {"seats": translate(language, said, most=event.most_seats)}


def _others(wrong: Mapping[str, str], event: Event) -> dict[str, str]:
    """What is wrong and belongs to no question of the organisers."""
    asked = {one.id for one in event.fields}
    return {name: said for name, said in wrong.items() if name not in asked}


def _code(registration: Registration, language: str) -> str:
    """The code to show at the door; only who has a seat needs one."""
    if registration.status not in ("confirmed", "attended"):
        return ""
    title = translate(language, _("QR code of this registration, for the check-in"))
    return svg(registration, title)


def _saved(file: Attachment) -> web.Response:
    headers = {
        "Content-Type": file.kind,
        "Content-Disposition": saved_as(file.name),
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return web.Response(body=file.url_or_bytes, headers=headers)
