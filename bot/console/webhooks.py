"""Webhooks: which other systems are told what, the log of each, and sending once more."""

from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web
from sqlalchemy import Row

from bot.console.desk import Desk
from bot.console.door import to
from bot.console.download import csv_answer
from bot.console.rendering import Rendering
from bot.console.visit import Visit, whole_number
from bot.dialog import Invalid, Transaction
from bot.i18n import _, translate
from bot.services.announcing import EVENTS
from bot.services.webhook_calls import WebhookCalls
from bot.services.webhooks import Webhook, Webhooks
from bot.web.problem import NOT_FOUND, Problem

WEBHOOKS = "/console/webhooks"
Deed = Callable[[Webhooks, int], str | None]
_FILE = 10_000  # calls in one file
_COLUMNS = (
    *("id", "url", "events", "made_by", "created_at", "failing_since", "disabled_at"),
    "disabled_why",
)
_CALL_COLUMNS = (
    *("id", "message_id", "created_at", "state", "attempts", "status", "error", "settled_at"),
)
_STATES = {
    "queued": _("waits for its turn"),
    "sending": _("on its way"),
    "sent": _("arrived"),
    "failed": _("given up"),
}
_ERRORS = {
    "private": _("the address is none of the public internet"),
    "timeout": _("no answer within 15 seconds"),
    "unreachable": _("the address could not be reached"),
    "secret": _("the secret of this house has changed: please make a new one"),
    "status": _("answered otherwise than 200 to 299"),
}


class WebhookPages:
    """For administrators."""

    def __init__(self, desk: Desk, rendering: Rendering) -> None:
        self._desk, self._rendering = desk, rendering

    async def list(self, visit: Visit) -> web.StreamResponse:
        """All of them."""
        return await self._listed(visit)

    async def add(self, visit: Visit) -> web.StreamResponse:
        """A new one; its secret is shown once."""
        url, events = visit.form.get("url", ""), _chosen(visit)
        try:
            webhook, secret = await self._desk.do(lambda t: self._of(t, visit).add(url, events))
        except Invalid as wrong:
            told = translate(visit.language, wrong.why, **wrong.values)
            return await self._listed(visit, told, 422)
        return await self._shown(visit, webhook.id, secret=secret)

    async def show(self, visit: Visit) -> web.StreamResponse:
        """One with its log."""
        return await self._shown(visit, int(visit.part("id")))

    async def change(self, visit: Visit) -> web.StreamResponse:
        """Do to one what the pressed button says."""
        deed, number = _DEEDS.get(visit.form.get("do", "")), int(visit.part("id"))
        if deed is None:
            raise Problem(NOT_FOUND)
        try:
            secret = await self._desk.do(lambda t: deed(self._of(t, visit), number))
        except Invalid as gone:
            raise Problem(NOT_FOUND) from gone
        if secret:
            return await self._shown(visit, number, secret=secret)
        return to(WEBHOOKS if deed is _remove else f"{WEBHOOKS}/{number}")

    async def table(self, visit: Visit) -> web.StreamResponse:
        """All of them as CSV."""
        webhooks = await self._desk.look(lambda t: self._of(t, visit).all())
        rows = (
            {name: getattr(one, name) for name in _COLUMNS} | {"events": ", ".join(one.events)}
            for one in webhooks
        )
        return await csv_answer("webhooks.csv", _COLUMNS, rows)

    async def log(self, visit: Visit) -> web.StreamResponse:
        """The calls of one as CSV; not what was told, which may be long."""
        number = int(visit.part("id"))

        def look(transaction: Transaction) -> tuple[Row[Any], ...]:
            self._of(transaction, visit).get(number)
            return WebhookCalls(transaction, number).find(None, _FILE)[0]

        try:
            calls = await self._desk.look(look)
        except Invalid as gone:
            raise Problem(NOT_FOUND) from gone
        rows = ({name: getattr(call, name) for name in _CALL_COLUMNS} for call in calls)
        return await csv_answer(f"webhook-{number}.csv", _CALL_COLUMNS, rows)

    async def resend(self, visit: Visit) -> web.StreamResponse:
        """Send one call once more."""
        number, chosen = int(visit.part("id")), visit.form.get("call", "")
        call = whole_number(chosen, 0)
        try:
            await self._desk.do(lambda t: WebhookCalls(t, number).resend(call, visit.member.actor))
        except Invalid as no:
            return await self._shown(visit, number, error=no.why, status=422)
        return to(f"{WEBHOOKS}/{number}")

    def _of(self, transaction: Transaction, visit: Visit) -> Webhooks:
        return Webhooks(transaction, self._desk.settings, visit.member.actor)

    async def _listed(self, visit: Visit, error: str = "", status: int = 200) -> web.StreamResponse:
        values = {
            "webhooks": await self._desk.look(lambda t: self._of(t, visit).all()),
            "events": _said(visit),
            "chosen": _chosen(visit),
            "url": visit.form.get("url", ""),
            "error": error,
        }
        return self._rendering.page(visit, "webhooks.html", values, status)

    async def _shown(
        self, visit: Visit, number: int, *, secret: str = "", error: str = "", status: int = 200
    ) -> web.StreamResponse:
        older = whole_number(visit.asked("before"), None)

        def look(transaction: Transaction) -> tuple[Webhook, object]:
            one = self._of(transaction, visit).get(number)
            return one, WebhookCalls(transaction, number).find(older)

        try:
            webhook, found = await self._desk.look(look)
        except Invalid as gone:
            raise Problem(NOT_FOUND) from gone
        values = {"webhook": webhook, "found": found, "events": _said(visit), "secret": secret}
        values |= {"error": translate(visit.language, error) if error else ""}
        values |= {"states": _told(visit, _STATES), "errors": _told(visit, _ERRORS)}
        return self._rendering.page(visit, "webhook.html", values, status)


def _said(visit: Visit) -> Mapping[str, str]:
    return _told(visit, EVENTS)


def _told(visit: Visit, texts: Mapping[str, str]) -> Mapping[str, str]:
    return {name: translate(visit.language, text) for name, text in texts.items()}


def _chosen(visit: Visit) -> list[str]:
    return [event for event in EVENTS if visit.form.get(event)]


def _disable(webhooks: Webhooks, number: int) -> None:
    webhooks.disable(number)


def _enable(webhooks: Webhooks, number: int) -> None:
    webhooks.enable(number)


def _remove(webhooks: Webhooks, number: int) -> None:
    webhooks.remove(number)


def _test(webhooks: Webhooks, number: int) -> None:
    webhooks.test(number)


def _renew(webhooks: Webhooks, number: int) -> str:
    return webhooks.renew(number)


_DEEDS: Mapping[str, Deed] = {
    "disable": _disable,
    "enable": _enable,
    "remove": _remove,
    "test": _test,
    "renew": _renew,
}
