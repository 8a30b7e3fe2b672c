"""One broadcast: whom it would reach, the steps from a draft to the end, and its ledger."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from aiohttp import web

from bot.console.broadcasts import BROADCASTS
from bot.console.broadcasts.form import filled
from bot.console.broadcasts.mistakes import mistake
from bot.console.broadcasts.reaching import broadcasts_of, called, the_broadcast
from bot.console.desk import Desk
from bot.console.door import to
from bot.console.download import csv_answer
from bot.console.rendering import Rendering
from bot.console.visit import Visit
from bot.dialog import Transaction
from bot.i18n import _, is_ours, translate
from bot.services.audience import MISSED
from bot.services.audience_check import FORGOTTEN, are_gone
from bot.services.audience_told import Reader, told
from bot.services.broadcast import BadBroadcast, Broadcast
from bot.services.broadcast_again import once_more
from bot.services.broadcast_ledger import STATES, Ledger, reported
from bot.services.broadcast_names import (
    REACH_NAMES,
    REASONS,
    STATE_NAMES,
    SUBSCRIPTION,
    limits_told,
    moment_told,
)
from bot.services.broadcast_pace import pace_of
from bot.services.broadcast_replies import Replies
from bot.services.broadcast_standing import is_scheduled, standing
from bot.services.broadcast_texts import as_read
from bot.services.broadcast_trial import BEFORE, hindrance, own_address, try_out
from bot.services.broadcasts import UNDO, Broadcasts
from bot.services.retention import LEDGER
from bot.services.roles import ORGANISE, may
from bot.web.problem import NOT_FOUND, Problem

_COLUMNS = ("talk", "channel", "language", "state", "reason", "at")
_NOT_LINKED = _("Your messenger is not linked: do that in your account, under the weekly figures.")
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
            visit, lambda t: step(broadcasts_of(self._desk, t), seen, visit.member.actor)
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
                lambda t: once_more(broadcasts_of(self._desk, t), known, visit.member.actor)
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
            return await self._shown(visit, translate(visit.language, _NOT_LINKED), 422)
        self._desk.wakeups.wake("delivery")
        return to(f"{BROADCASTS}/{known.id}?tested=1")

    async def file(self, visit: Visit) -> web.StreamResponse:
        """Every recipient, under the number of their conversation."""
        known = await the_broadcast(self._desk, visit)
        every = await self._desk.look(lambda t: list(Ledger(t).every(known)))
        rows = ({name: getattr(one, name) for name in _COLUMNS} for one in every)
        return await csv_answer(f"broadcast-{known.id}.csv", _COLUMNS, rows)

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
        seen = visit.form.get("revision", "")
        return replace(known, revision=int(seen) if seen.isdecimal() and len(seen) < 18 else -1)

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
        told = mistake(bad, filled(known, {}), visit.language)
        return await self._shown(visit, told, status)

    async def _shown(self, visit: Visit, error: str = "", status: int = 200) -> web.StreamResponse:
        known = await the_broadcast(self._desk, visit)
        values = await self._desk.look(lambda t: self._values(visit, t, known))
        values |= {"error": error, "undo": int(UNDO.total_seconds())}
        values |= {"tested": visit.asked("tested"), "may_send": may(visit.member.role, ORGANISE)}
        values |= {"seconds": _seconds(visit, known), "limit": self._desk.settings.broadcast_limit}
        return self._rendering.page(visit, "broadcast.html", values, status)

    def _values(self, visit: Visit, transaction: Transaction, known: Broadcast) -> dict[str, Any]:
        ledger, state = Ledger(transaction), visit.asked("state")
        state = state if state in STATES else ""
        is_begun = known.begun_at is not None
        broadcasts = broadcasts_of(self._desk, transaction)
        preview = None if is_begun else broadcasts.preview(known)
        why = ledger.reasons(known) if is_begun else {}
        waits = ledger.waits(known) if is_begun else {}
        pace = pace_of(transaction, known)
        reader = Reader(visit.language, self._desk.editing.titles(visit.language))
        after = visit.asked("after")
        number = int(after) if after.isdecimal() and len(after) < 18 else 0
        return {
            "broadcast": known,
            "begins": _begins(visit, known),
            "is_over": known.ends_at is None or known.ends_at <= visit.now,
            "is_cancelled": known.state == "cancelled",
            "audience": told(transaction, known, broadcasts.picked(known.id), reader),
            "preview": preview,
            "read": as_read(transaction, known),
            "tally": ledger.tally(known),
            "channels": ledger.by_channel(known) if is_begun else {},
            "hindrance": _hindrance(visit, transaction, known),
            "missed": sum(ledger.tally(known).get(state, 0) for state in MISSED),
            "forgotten": _forgotten(visit, known),
            "pace": pace.told(visit.language) if pace else "",
            "why": why,
            "waits": waits,
            "reports": tuple(reported(ledger.reports(known), visit.language)),
            "rows": ledger.rows(known, state, number) if is_begun else (),
            "replied": Replies(transaction).of(known),
            "state": state,
            "states": called(visit, STATE_NAMES),
            "standing": standing(known, visit.now, visit.language),
            "is_scheduled": is_scheduled(known, visit.now),
            "reasons": called(visit, {**REASONS, **_ours((*why, *waits))}),
            "reaches": called(visit, REACH_NAMES),
            "subscription": translate(visit.language, SUBSCRIPTION),
            "limits": tuple(limits_told(preview, visit.language)) if preview else (),
        }


def _ours(reasons: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The reasons that are no platform's words, but ours, and so there in each language."""
    return {reason: reason for _state, reason in reasons if is_ours(reason)}


def _hindrance(visit: Visit, transaction: Transaction, known: Broadcast) -> str | None:
    """Why they cannot send themselves a test; "" where they can, None once it is too late."""
    if known.state not in BEFORE:
        return None
    to = own_address(transaction, visit.member)
    if to is None:
        return translate(visit.language, _NOT_LINKED)
    bad = hindrance(transaction, known, to)
    return translate(visit.language, bad.why, **bad.values) if bad else ""


def _forgotten(visit: Visit, known: Broadcast) -> str:
    """That nobody knows any more whom it missed; "" while that is known."""
    if not are_gone(known.begun_at, visit.now):
        return ""
    return translate(visit.language, FORGOTTEN, number=known.id, days=LEDGER.days)


def _begins(visit: Visit, known: Broadcast) -> str:
    """Where that is still to come."""
    if known.state not in ("draft", "asked", "due"):
        return ""
    begins = known.due_at if known.state == "due" else known.wanted_at
    return moment_told(known, begins, visit.language) if begins else ""


def _seconds(visit: Visit, known: Broadcast) -> int:
    """How long it can still be taken back for sure."""
    if known.state != "due" or known.due_at is None:
        return 0
    return max(0, int((known.due_at - visit.now).total_seconds()))
