"""One broadcast: whom it would reach, the steps from a draft to the end, and its ledger."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from zoneinfo import ZoneInfo

from aiohttp import web

from bot.console.broadcasts import BROADCASTS
from bot.console.broadcasts.form import filled
from bot.console.broadcasts.mistakes import wrong_in
from bot.console.broadcasts.reaching import the_broadcast
from bot.console.broadcasts.shown import NOT_LINKED, shown
from bot.console.desk import Desk
from bot.console.door import to
from bot.console.download import csv_answer
from bot.console.rendering import Rendering
from bot.console.visit import Visit, whole_number
from bot.dialog import Transaction
from bot.i18n import sentences, translate
from bot.services.broadcast import UNDO, BadBroadcast, Broadcast
from bot.services.broadcast_again import once_more
from bot.services.broadcast_ledger import COLUMNS, Ledger, as_table
from bot.services.broadcast_trial import own_address, try_out
from bot.services.broadcasts import Broadcasts
from bot.services.roles import ORGANISE, may
from bot.web.problem import NOT_FOUND, Problem

Step = Callable[[Broadcasts, Broadcast, str], object]
_STEPS: Mapping[str, Step] = {
    "send": Broadcasts.send,
    "agree": Broadcasts.agree,
    "back": Broadcasts.take_back,
    "pause": Broadcasts.pause,
    "resume": Broadcasts.resume,
    "cancel": Broadcasts.cancel,
    "discard": Broadcasts.discard,
}
_FOR_GOOD = ("cancel", "discard")
_WAITING = ("queued", "parked")  # who does not get it when it is cancelled


class OnePages:
    """One of them."""

    def __init__(self, desk: Desk, rendering: Rendering) -> None:
        self._desk, self._rendering = desk, rendering

    async def show(self, visit: Visit) -> web.StreamResponse:
        """As it stands."""
        return await self._shown(visit)

    async def step(self, visit: Visit) -> web.StreamResponse:
        """One step on, as the pressed button says: only from what was looked at."""
        do = visit.form.get("do", "")
        step = _STEPS.get(do)
        if step is None:
            raise Problem(NOT_FOUND)
        if do in _FOR_GOOD and not visit.form.get("sure"):
            return await self._asks_first(visit, do)
        seen = await self._as_seen(visit)
        return await self._done(
            visit, lambda t: step(self._desk.broadcasts(t), seen, visit.member.actor)
        )

    async def decide(self, visit: Visit) -> web.StreamResponse:
        """What the unsure ones count as."""
        decision = visit.form.get("decision", "")
        if decision not in ("sent", "again"):
            raise Problem(NOT_FOUND)
        known, actor = await the_broadcast(self._desk, visit), visit.member.actor
        return await self._done(visit, lambda t: Ledger(t).decide(known, decision, actor))

    async def again(self, visit: Visit) -> web.StreamResponse:
        """A new draft of the same, to those this one did not reach."""
        known = await the_broadcast(self._desk, visit)
        try:
            made = await self._desk.do(
                lambda t: once_more(self._desk.broadcasts(t), known, visit.member.actor)
            )
        except BadBroadcast as bad:  # what it is about, or whom it was for, is not there any more
            return await self._refused(visit, bad, 409)
        return to(f"{BROADCASTS}/{made.id}/write")

    async def test(self, visit: Visit) -> web.StreamResponse:
        """Send it to who looks, where they have their messenger linked."""
        known, language = await the_broadcast(self._desk, visit), visit.form.get("language", "")

        def say(transaction: Transaction) -> bool:
            to = own_address(transaction, visit.member)
            if to is not None:
                try_out(transaction, known, to, visit.member.actor, language)
            return to is not None

        try:
            is_told = await self._desk.do(say)
        except BadBroadcast as bad:
            return await self._refused(visit, bad, 422)
        if not is_told:
            return await self._shown(visit, translate(visit.language, NOT_LINKED), 422)
        self._desk.wakeups.wake("delivery")
        return to(f"{BROADCASTS}/{known.id}?tested=1")

    async def file(self, visit: Visit) -> web.StreamResponse:
        """Every recipient, under the number of their conversation, by the clock of the city."""
        known = await the_broadcast(self._desk, visit)
        every = await self._desk.look(lambda t: list(Ledger(t).every(known)))
        rows = as_table(every, ZoneInfo(self._desk.settings.zone))
        return await csv_answer(f"broadcast-{known.id}.csv", COLUMNS, rows)

    async def _asks_first(self, visit: Visit, do: str) -> web.StreamResponse:
        """What is lost by it; the answer is of the page whose button was pressed."""
        known = await the_broadcast(self._desk, visit)
        tally = await self._desk.look(lambda t: Ledger(t).tally(known))
        values = {"broadcast": known, "do": do, "revision": visit.form.get("revision", "")}
        values |= {"waiting": sum(tally.get(state, 0) for state in _WAITING)}
        return self._rendering.page(visit, "broadcast_sure.html", values)

    async def _as_seen(self, visit: Visit) -> Broadcast:
        """As it stood on the page whose button was pressed."""
        known = await the_broadcast(self._desk, visit)
        return replace(known, revision=whole_number(visit.form.get("revision", ""), -1))

    async def _done(
        self, visit: Visit, what: Callable[[Transaction], object]
    ) -> web.StreamResponse:
        try:
            await self._desk.do(what)
        except BadBroadcast as bad:
            return await self._refused(visit, bad, 409)
        self._desk.wakeups.wake("broadcast")
        return to(f"{BROADCASTS}/{visit.part('id')}")

    async def _refused(self, visit: Visit, bad: BadBroadcast, status: int) -> web.StreamResponse:
        known = await the_broadcast(self._desk, visit)
        wrong = wrong_in(bad, filled(known, {}), visit.language)
        return await self._shown(visit, sentences(*(one.told for one in wrong)), status)

    async def _shown(self, visit: Visit, error: str = "", status: int = 200) -> web.StreamResponse:
        known = await the_broadcast(self._desk, visit)
        values = {
            **await self._desk.look(lambda t: shown(self._desk, visit, t, known)),
            "error": error,
            "undo": int(UNDO.total_seconds()),
            "tested": visit.asked("tested"),
            "may_send": may(visit.member.role, ORGANISE),
            "limit": self._desk.settings.broadcast_limit,
        }
        return self._rendering.page(visit, "broadcast.html", values, status)
