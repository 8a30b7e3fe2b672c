"""When the people of an event are reminded: its rules, what became of each, and a new one."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from aiohttp import web

from bot.console.door import to
from bot.console.organising import EVENTS
from bot.console.organising.office import EventRoom
from bot.console.organising.people import statuses
from bot.console.visit import Visit, whole_number
from bot.dialog import Transaction
from bot.i18n import _, languages, translate
from bot.services.event_list import Listed
from bot.services.event_office import EventOffice
from bot.services.events import Event
from bot.services.reminder_ledger import ledger
from bot.services.reminder_rules import LATE, ReminderRules, Rule
from bot.services.reminder_texts import on_the_clock
from bot.services.reminder_written import TEXT_LIMIT, BadRule, fires_at, read_rule
from bot.services.workdays import COUNTRIES
from bot.web.problem import NOT_FOUND, Problem

_STATUSES: Final = ("confirmed", "waiting", "offered", "attended", "no_show")
_UNREADABLE = _("Please say how long before or after, or at which time.")
_STEPS = {
    "due": _("to come"),
    "queued": _("waits for its turn"),
    "sending": _("on its way"),
    "sent": _("sent"),
    "handed": _("handed over"),
    "parked": _("waits until the person writes"),
    "announced": _("announced outside the chat"),
    "failed": _("failed"),
    "expired": _("too late, not sent"),
    "cancelled": _("called off"),
    "unsure": _("sent or not: unknown"),
}
_FRESH = {"when": "before", "count": "1", "unit": "d", "at": "18:00", "late": str(LATE)}


class ReminderPage(EventRoom):
    """All on one page; nothing on it finds a person."""

    async def show(self, visit: Visit) -> web.StreamResponse:
        """The rules there are, and the form for one more."""
        return await self._page(visit, await self.listed(visit), _FRESH | {"status-confirmed": "1"})

    async def change(self, visit: Visit) -> web.StreamResponse:
        """What the pressed button says: look at a new rule, add it, or change one."""
        listed, do = await self.listed(visit), visit.form.get("do", "")
        if do in ("see", "add"):
            return await self._written(visit, listed, do)
        number = visit.form.get("rule", "")
        known = whole_number(number, 0)

        def change(office: EventOffice) -> None:
            rule = office.rule(known)
            if rule is None or rule.event_id != listed.event.id:
                return  # somebody else has taken it away
            match do:
                case "pause" | "resume":
                    office.let_rest(rule, do == "pause")
                case "remove":
                    office.remove_rule(rule)
                case _:
                    raise Problem(NOT_FOUND)

        await self.do(visit, change)
        return to(f"{EVENTS}/{listed.event.id}/reminders")

    async def _written(self, visit: Visit, listed: Listed, do: str) -> web.StreamResponse:
        event, form = listed.event, visit.form
        try:
            rule = _read(event.id, form)
            fires = fires_at(rule, event, visit.now, visit.language)
        except ValueError:
            told = translate(visit.language, _UNREADABLE)
            return await self._page(visit, listed, form, error=told)
        except BadRule as bad:
            told = translate(visit.language, bad.why, **bad.values)
            return await self._page(visit, listed, form, error=told)
        if do == "see":
            moment = on_the_clock(visit.language, fires, event.local_zone)
            told = translate(visit.language, _("It would fire on {moment}."), moment=moment)
            return await self._page(visit, listed, form, preview=told)
        await self.do(visit, lambda office: _add_once(office, rule))
        return to(f"{EVENTS}/{event.id}/reminders")

    async def _page(
        self,
        visit: Visit,
        listed: Listed,
        form: Mapping[str, str],
        *,
        error: str = "",
        preview: str = "",
    ) -> web.Response:
        event = listed.event

        def look(transaction: Transaction) -> tuple[tuple[Rule, ...], Any]:
            return ReminderRules(transaction).of_event(event.id), ledger(transaction, event.id)

        rules, counts = await self._desk.look(look)
        values = {
            "rules": [_row(rule, event, visit, counts.get(rule.id, {})) for rule in rules],
            "form": form,
            "error": error,
            "preview": preview,
            "statuses": {name: statuses(visit)[name] for name in _STATUSES},
            "countries": COUNTRIES,
            "longest": TEXT_LIMIT,
        }
        status = 422 if error else 200
        return self.shown(visit, listed, "event_reminders.html", values, status)


def _add_once(office: EventOffice, rule: Rule) -> None:
    """Pressed twice, or thought of twice, it is one rule all the same."""
    office.known(rule.event_id)
    if rule not in [_numberless(one) for one in office.rules(rule.event_id)]:
        office.add_rule(rule)


def _numberless(rule: Rule) -> Rule:
    return replace(rule, id=0)


def _read(event_id: str, form: Mapping[str, str]) -> Rule:
    """The rule the form describes. Raises ValueError."""
    when, late = form.get("when", ""), form.get("late", "").strip() or str(LATE)
    distance = f"{form.get('count', '').strip() or 0}{form.get('unit', 'd')}"
    if when not in ("before", "after", "on") or not (late.isascii() and late.isdecimal()):
        raise ValueError(when)
    if int(late[:7]) > 100_000:
        raise ValueError(late)
    workday = form.get("workday", "")
    parts: dict[str, Any] = {
        when: form.get("on", "") if when == "on" else distance,
        # A time of day counts from a day; two hours before are two hours before.
        "at": form.get("at", "").strip() if when != "on" and form.get("unit") == "d" else "",
        "workday": workday if workday in COUNTRIES else None,
        "statuses": [name for name in _STATUSES if form.get(f"status-{name}")],
        "texts": {code: form.get(f"text-{code}", "") for code in languages()},
        "late": int(late),
    }
    return read_rule(event_id, parts)


def _row(rule: Rule, event: Event, visit: Visit, counts: Mapping[str, int]) -> Mapping[str, Any]:
    named = statuses(visit)
    return {
        "rule": rule,
        "fires": on_the_clock(visit.language, rule.moment(event), event.local_zone),
        "is_past": rule.moment(event) <= visit.now,
        "who": [named[status] for status in rule.statuses],
        "counts": [
            (translate(visit.language, _STEPS.get(step, step)), count)
            for step, count in sorted(counts.items())
        ],
    }
