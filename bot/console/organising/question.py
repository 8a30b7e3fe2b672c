"""What people are asked when they register: the questions of an event, and the form of one."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from aiohttp import web

from bot.console.door import to
from bot.console.organising import EVENTS
from bot.console.organising.asking import form_of, options_of, raised, with_spare, written
from bot.console.organising.office import EventRoom, why
from bot.console.visit import Visit
from bot.i18n import _, translate, translate_plural
from bot.services.audit import sha_of
from bot.services.event_list import Listed
from bot.services.event_office import EventOffice
from bot.services.event_written import from_plain
from bot.services.events import Event
from bot.services.fields import COLLECT_ON, FIELDS_LIMIT, KINDS, OPTIONS_LIMIT, BadEvent, Field
from bot.services.seats import Seats
from bot.services.texts import in_language
from bot.web.problem import NOT_FOUND, Problem

KIND_NAMES: Final = {
    "text": _("a short text"),
    "long_text": _("a long text"),
    "number": _("a number"),
    "choice": _("one of several"),
    "choices": _("some of several"),
    "date": _("a day"),
    "email": _("an e-mail address"),
    "phone": _("a telephone number"),
    "country": _("a country"),
    "city": _("a city"),
}
_WHERE = {
    "web": _("only on a page of ours: for what is personal"),
    "any": _("in the chat as well"),
}
_OVERTAKEN = _(
    "Somebody else has changed this question meanwhile. Yours stands below; it counts when you "
    "save once more."
)
_NO_ANSWER = _("Nobody has answered it.")
_FRESH = {"kind": "text", "required": "1", "collect_on": ""}


class QuestionForm(EventRoom):
    """The list with its order, and one form for one question."""

    async def list(self, visit: Visit) -> web.StreamResponse:
        """All of them in the order in which they are asked."""
        return self._listed(visit, await self.listed(visit))

    async def change(self, visit: Visit) -> web.StreamResponse:
        """Ask one earlier, later, or no more."""
        listed, do = await self.listed(visit), visit.form.get("do", "")
        name, event_id = visit.form.get("field", ""), listed.event.id
        if do not in ("up", "down", "remove"):
            raise Problem(NOT_FOUND)
        if do == "remove" and not visit.form.get("sure"):
            return await self._asks_first(visit, listed, name)

        def change(office: EventOffice) -> None:
            event = _locked(office, event_id)
            office.save(replace(event, fields=_moved(event.fields, name, do)))

        try:
            await self.do(visit, change)
        except BadEvent as bad:
            return self._listed(visit, listed, why(visit, bad))
        return to(f"{EVENTS}/{event_id}/questions")

    async def show(self, visit: Visit) -> web.StreamResponse:
        """One question, or an empty form."""
        listed = await self.listed(visit)
        field = _named(listed.event, visit)
        form = {**(form_of(field) if field else _FRESH), "seen": _print(field)}
        return self._page(visit, listed, form, rows=options_of(form))

    async def save(self, visit: Visit) -> web.StreamResponse:
        """Keep it; or show more lines for options, with what was typed."""
        listed, do, form = await self.listed(visit), visit.form.get("do", ""), visit.form
        _named(listed.event, visit)
        rows = options_of(form)
        if do.startswith("up-") and do[3:].isdecimal() and len(do) < 6:
            rows = raised(rows, int(do[3:]))
        if do != "save":
            return self._page(visit, listed, form, rows=rows)
        try:
            return await self._saved(visit, listed)
        except BadEvent as bad:
            told = why(visit, bad)
        return self._page(visit, listed, form, rows=rows, error=told)

    async def _saved(self, visit: Visit, listed: Listed) -> web.StreamResponse:
        """Raises BadEvent."""
        name = visit.request.match_info.get("name", "")

        def save(office: EventOffice) -> Field | None:
            """Gives the question as somebody else has changed it meanwhile; else None."""
            event = _locked(office, listed.event.id)
            known = next((field for field in event.fields if field.id == name), None)
            if name and _print(known) != visit.form.get("seen", ""):
                return known or event.fields[-1]
            office.save(_with(event, dict(visit.form) | ({"id": name} if name else {})))
            return None

        overtaken = await self.do(visit, save)
        if overtaken is None:
            return to(f"{EVENTS}/{listed.event.id}/questions")
        told, rows = translate(visit.language, _OVERTAKEN), options_of(visit.form)
        form = {**visit.form, "seen": _print(overtaken)}
        return self._page(visit, listed, form, rows=rows, error=told)

    async def _asks_first(self, visit: Visit, listed: Listed, name: str) -> web.StreamResponse:
        """How many have answered it: their answers are shown nowhere any more."""
        event = listed.event
        field = next((field for field in event.fields if field.id == name), None)
        if field is None:
            return to(f"{EVENTS}/{event.id}/questions")
        every = await self._desk.look(lambda t: Seats(t).of_event(event.id))
        count = sum(one.answers.get(name) is not None for one in every)
        told = translate_plural(
            visit.language,
            _("{count} person has answered it. The answer is then shown nowhere any more."),
            _("{count} people have answered it. Their answers are then shown nowhere any more."),
            count,
        )
        values = {"field": field, "asked": in_language(field.ask, visit.language)}
        values["answered"] = told if count else translate(visit.language, _NO_ANSWER)
        return self.shown(visit, listed, "event_question_remove.html", values)

    def _listed(self, visit: Visit, listed: Listed, error: str = "") -> web.Response:
        rows = [
            {
                "field": field,
                "asked": in_language(field.ask, visit.language),
                "kind": translate(visit.language, KIND_NAMES[field.kind]),
                "options": [in_language(one.label, visit.language) for one in field.options],
                "missing": [code for code in ("en", "de", "zh") if not field.ask.get(code)],
            }
            for field in listed.event.fields
        ]
        values = {"rows": rows, "error": error, "is_full": len(rows) >= FIELDS_LIMIT}
        return self.shown(visit, listed, "event_questions.html", values, 422 if error else 200)

    def _page(
        self,
        visit: Visit,
        listed: Listed,
        form: Mapping[str, str],
        *,
        rows: Sequence[Mapping[str, str]],
        error: str = "",
    ) -> web.Response:
        def said(texts: Mapping[str, str]) -> dict[str, str]:
            return {name: translate(visit.language, text) for name, text in texts.items()}

        values: dict[str, Any] = {"form": form, "error": error}
        values |= {"is_new": "name" not in visit.request.match_info}
        values |= {"rows": with_spare(rows), "options_limit": OPTIONS_LIMIT}
        values |= {"kinds": said({kind: KIND_NAMES[kind] for kind in KINDS})}
        values |= {"places": said({where: _WHERE[where] for where in COLLECT_ON})}
        status = 422 if error else 200
        return self.shown(visit, listed, "event_question.html", values, status)


def _named(event: Event, visit: Visit) -> Field | None:
    """The question of this address; None for a new one. Raises Problem."""
    name = visit.request.match_info.get("name")
    if name is None:
        return None
    for field in event.fields:
        if field.id == name:
            return field
    raise Problem(NOT_FOUND)


def _locked(office: EventOffice, event_id: str) -> Event:
    event = office.known(event_id)
    if event is None:
        raise Problem(NOT_FOUND)
    return event


def _with(event: Event, form: Mapping[str, str]) -> Event:
    """The event with this question in the place of the one of its name, or as the last."""
    stored: list[dict[str, Any]] = [field.to_json() for field in event.fields]
    one = written(form, [field.id for field in event.fields])
    names = [field["id"] for field in stored]
    if one["id"] in names and form.get("id"):
        stored[names.index(one["id"])] = one
    else:
        stored.append(one)
    return from_plain({"id": event.id, "fields": stored}, event)


def _moved(fields: Sequence[Field], name: str, do: str) -> tuple[Field, ...]:
    """In another order, or without one; unchanged where there is none of that name."""
    ids = [field.id for field in fields]
    if name not in ids:
        return tuple(fields)
    at, rest = ids.index(name), [field for field in fields if field.id != name]
    if do != "remove":
        rest.insert(max(0, at - 1) if do == "up" else at + 1, fields[at])
    return tuple(rest)


def _print(field: Field | None) -> str:
    """By which it is seen that a question is another one now."""
    return sha_of(field.to_json())[:16] if field else ""
