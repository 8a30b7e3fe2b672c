"""The form of an event: a new one, another like one there is, or changing it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from sqlalchemy.exc import IntegrityError

from bot.console.door import to
from bot.console.organising import EVENTS
from bot.console.organising.filled import (
    NAMES,
    Overtaken,
    Unfit,
    form_like,
    form_of,
    id_for,
    key_of,
    laid_over,
    read,
    seen_of,
)
from bot.console.organising.office import EventRoom, is_sure, why
from bot.console.visit import Visit
from bot.dialog import Transaction
from bot.i18n import _, translate
from bot.services.event_office import EventOffice
from bot.services.event_written import to_plain
from bot.services.events import Event, Events
from bot.services.fields import TEXT_LIMIT, BadEvent
from bot.web.problem import NOT_FOUND, Problem

_TAKEN = _("There is an event with this name already: {event}. Give it another one.")
_ZONES = ("Europe/Berlin", "Asia/Shanghai", "UTC")


@dataclass(frozen=True, slots=True, kw_only=True)
class _View:
    """What the form shows besides what stands in its fields."""

    errors: Mapping[str, str] = field(default_factory=dict)
    taken: tuple[str, ...] = ()
    clashes: Mapping[str, str] = field(default_factory=dict)
    seen: str = ""
    event: Event | None = None


class EventForm(EventRoom):
    """One form for all of it but the questions."""

    async def blank(self, visit: Visit) -> web.StreamResponse:
        """A new one; `?from=` like one there is, `?programme=` of that programme."""
        like = await self._like(visit)
        form = form_like(like) if like else {"waiting_list": "1", "seats_each": "1"}
        form.setdefault("zone", self._desk.settings.zone)
        if programme := visit.asked("programme"):
            form["programme"] = programme
        return await self._page(visit, form, _View())

    async def create(self, visit: Visit) -> web.StreamResponse:
        """Write a new one down, as a draft."""
        like = await self._like(visit)

        def create(office: EventOffice) -> str:
            event = read(visit.form, None, visit.language, like)
            known = office.known(event.id)
            if known and to_plain(known) != to_plain(event):
                raise Unfit({"id": translate(visit.language, _TAKEN, event=event.id)})
            office.save(event)
            return event.id

        try:
            try:
                event_id = await self.do(visit, create)
            except IntegrityError:  # two pressed at the same moment: now it is there
                event_id = await self.do(visit, create)
        except Unfit as unfit:
            return await self._page(visit, visit.form, _View(errors=unfit.why), 422)
        except BadEvent as bad:
            return await self._page(visit, visit.form, _View(errors={"": why(visit, bad)}), 422)
        return to(f"{EVENTS}/{event_id}?done=new")

    async def show(self, visit: Visit) -> web.StreamResponse:
        """One there is."""
        event = (await self.listed(visit)).event
        return await self._page(visit, form_of(event), _View(event=event, seen=seen_of(event)))

    async def save(self, visit: Visit) -> web.StreamResponse:
        """Change it; first asked where people would be told."""
        listed = await self.listed(visit)
        seen = visit.form.get("seen", "")

        def save(office: EventOffice) -> object:
            known = office.known(listed.event.id)
            if known is None:
                raise Problem(NOT_FOUND)
            return office.save(laid_over(visit.form, known, visit.language))

        def wrong(errors: Mapping[str, str]) -> _View:
            return _View(errors=errors, event=listed.event, seen=seen)

        if visit.form.get("back"):
            return await self._page(visit, visit.form, wrong({}))
        try:
            tried = await self.tried(visit, save)
            if tried.told and not is_sure(visit, tried):
                question = translate(visit.language, _("Save it and tell people?"))
                button = translate(visit.language, _("Save"))
                back = translate(visit.language, _("Go on writing"))
                return self.asks(visit, listed, tried, question=question, yes=button, back=back)
            await self.do(visit, save)
        except Unfit as unfit:
            return await self._page(visit, visit.form, wrong(unfit.why), 422)
        except Overtaken as late:
            return await self._overtaken(visit, late)
        except BadEvent as bad:
            return await self._page(visit, visit.form, wrong({"": why(visit, bad)}), 422)
        return to(f"{EVENTS}/{listed.event.id}?done=changed")

    async def _overtaken(self, visit: Visit, late: Overtaken) -> web.StreamResponse:
        view = _View(
            taken=tuple(late.taken), clashes=late.clashes, seen=late.seen, event=late.event
        )
        return await self._page(visit, form_of(late.event), view, 409)

    async def _like(self, visit: Visit) -> Event | None:
        name = visit.form.get("from") or visit.asked("from")
        return await self._desk.look(lambda t: Events(t).get(name)) if name else None

    async def _page(
        self, visit: Visit, form: Mapping[str, str], view: _View, status: int = 200
    ) -> web.Response:
        def programmes(transaction: Transaction) -> dict[str, str]:
            listed = self._desk.editing.listed(transaction, visit.language)
            return {one.slug: one.title for one in listed if one.kind == "programme"}

        office = self._desk.settings.zone
        values: dict[str, Any] = {"view": view, "form": form}
        values["like"] = visit.form.get("from") or visit.asked("from")
        values["programmes"] = await self._desk.look(programmes)
        values["names"] = {key: translate(visit.language, text) for key, text in NAMES.items()}
        values["key_of"] = key_of
        values["zones"] = tuple(dict.fromkeys((office, *_ZONES)))
        values["longest"] = TEXT_LIMIT
        values["proposed"] = id_for(form) if view.errors.get("id") else ""
        values["here"] = f"{EVENTS}/{view.event.id}" if view.event else ""
        return self._rendering.page(visit, "event_form.html", values, status)
