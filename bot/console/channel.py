"""One channel: how it is, whom it reaches, what waits; pausing it, and deciding what is stuck."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from aiohttp import web

from bot.console.channels import CHANNELS, troubles
from bot.console.desk import Desk
from bot.console.door import to
from bot.console.download import csv_answer
from bot.console.rendering import Rendering
from bot.console.set_up import SetUp, Tested
from bot.console.visit import Visit, whole_number
from bot.dialog import Invalid, Transaction
from bot.i18n import _, translate
from bot.services.channels import Channels, Health, in_words
from bot.services.conversations import Conversations
from bot.services.deliveries import STATES, Deliveries, Lately, Page, Reachable, Waits
from bot.services.pausing import Pausing
from bot.services.roles import TEAM, may
from bot.web.problem import NOT_FOUND, Problem

_FILE = 10_000  # messages in one file
_COLUMNS = ("id", "person", "kind", "state", "created_at", "due_at", "attempts", "error")
_KINDS = {
    "reply": _("answers"),
    "confirmation": _("confirmations and notices"),
    "reminder": _("reminders"),
    "broadcast": _("messages to many"),
}


@dataclass(frozen=True, slots=True)
class _Looked:
    """What one look brings."""

    health: Health
    waits: tuple[Waits, ...]
    page: Page
    lately: Lately
    reachable: Reachable


class ChannelPage:
    """The page, and what is done on it."""

    def __init__(self, desk: Desk, rendering: Rendering) -> None:
        self._desk, self._rendering, self._set_up = desk, rendering, SetUp(desk)

    async def show(self, visit: Visit) -> web.StreamResponse:
        """How it is."""
        return await self._shown(visit)

    async def file(self, visit: Visit) -> web.StreamResponse:
        """What waits or is stuck, as CSV."""
        name, state = await self._name(visit), _state(visit)
        page = await self._desk.look(lambda t: Deliveries(t, name).find(state, None, _FILE))
        rows = (
            {column: getattr(row, column, None) for column in _COLUMNS} | {"person": row.number}
            for row in page.rows
        )
        return await csv_answer(f"channel-{name}.csv", _COLUMNS, rows)

    async def change(self, visit: Visit) -> web.StreamResponse:
        """Pause it, or let it go on."""
        name, deed = await self._name(visit), _DEEDS.get(visit.form.get("do", ""))
        if deed is None:
            raise Problem(NOT_FOUND)
        return await self._done(visit, lambda t: deed(Pausing(t, name), visit))

    async def decide(self, visit: Visit) -> web.StreamResponse:
        """What becomes of one message."""
        name, number = await self._name(visit), whole_number(visit.form.get("id", ""), 0)
        what = _DECISIONS.get(visit.form.get("do", ""))
        if what is None:
            raise Problem(NOT_FOUND)
        return await self._done(visit, lambda t: what(Deliveries(t, name), number, visit))

    async def test(self, visit: Visit) -> web.StreamResponse:
        """Ask the platform how it knows us, or tell it what it is to know."""
        name = await self._name(visit)
        is_set_up = visit.form.get("do") == "set-up"
        return await self._shown(visit, tested=await self._set_up.test(visit, name, is_set_up))

    async def _done(self, visit: Visit, what: Callable[[Transaction], None]) -> web.StreamResponse:
        try:
            await self._desk.do(what)
        except Invalid as wrong:
            told = translate(visit.language, wrong.why, **wrong.values)
            return await self._shown(visit, error=told, status=422)
        return to(f"{CHANNELS}/{await self._name(visit)}")

    async def _name(self, visit: Visit) -> str:
        """A channel there is, or once was: then something of it is left."""
        name = visit.part("name")
        if name in {*self._desk.channels, *self._desk.guides}:
            return name
        if name not in await self._desk.look(_left):
            raise Problem(NOT_FOUND)
        return name

    async def _looked(self, visit: Visit, name: str) -> _Looked:
        before = whole_number(visit.asked("before"), 0) or None

        def look(transaction: Transaction) -> _Looked:
            deliveries = Deliveries(transaction, name)
            return _Looked(
                Channels(transaction).health().get(name, Health()),
                deliveries.waits(),
                deliveries.find(_state(visit), before),
                deliveries.lately(),
                deliveries.reachable(self._desk.reach.get(name)),
            )

        return await self._desk.look(look)

    async def _shown(
        self, visit: Visit, *, error: str = "", tested: Tested | None = None, status: int = 200
    ) -> web.StreamResponse:
        name, language = await self._name(visit), visit.language
        looked, may_change = await self._looked(visit, name), may(visit.member.role, TEAM)
        values: Mapping[str, object] = {
            "name": name,
            "is_open": name in self._desk.channels,
            "fetches": getattr(self._desk.opened.get(name), "fetches", False),
            "looked": looked,
            "troubles": tuple(troubles(self._desk, visit, name, looked.health)),
            "kinds": {kind: translate(language, said) for kind, said in _KINDS.items()},
            "states": STATES,
            "state": _state(visit),
            "words": lambda reason: in_words(language, reason) if reason else "",
            "error": error,
            "tested": tested,
            "guide": self._set_up.shown(visit, name) if may_change else None,
            "may_change": may_change,
        }
        return self._rendering.page(visit, "channel.html", values, status)


def _left(transaction: Transaction) -> set[str]:
    """The channels with messages of lately, or with a conversation."""
    return {*Channels(transaction).health(), *Conversations(transaction).channels()}


def _state(visit: Visit) -> str:
    state = visit.asked("state")
    return state if state in STATES else ""


def _pause(pausing: Pausing, visit: Visit) -> None:
    pausing.pause(visit.member)


def _go_on(pausing: Pausing, visit: Visit) -> None:
    pausing.go_on(visit.member)


def _again(deliveries: Deliveries, number: int, visit: Visit) -> None:
    deliveries.again(number, visit.member)


def _count(deliveries: Deliveries, number: int, visit: Visit) -> None:
    deliveries.count_as_sent(number, visit.member)


_DEEDS: Mapping[str, Callable[[Pausing, Visit], None]] = {"pause": _pause, "go-on": _go_on}
_DECISIONS: Mapping[str, Callable[[Deliveries, int, Visit], None]] = {
    "again": _again,
    "count": _count,
}
