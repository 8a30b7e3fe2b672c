"""What the page of one broadcast shows: whom it would reach, or what became of it."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from bot.console.broadcasts.form import filled
from bot.console.broadcasts.mistakes import Wrong, wrong_in
from bot.console.broadcasts.reaching import NOT_SENT, called, hindrance
from bot.console.desk import Desk
from bot.console.visit import Visit, whole_number
from bot.dialog import Transaction
from bot.i18n import _, is_ours, translate
from bot.quiet import Assumed, Quiet
from bot.services import broadcast_trial as trial
from bot.services.audience import MISSED
from bot.services.audience_check import FORGOTTEN, are_gone
from bot.services.audience_told import Reader, told
from bot.services.broadcast import Broadcast
from bot.services.broadcast_hours import hours_told
from bot.services.broadcast_ledger import STATES, Ledger, reported
from bot.services.broadcast_names import (
    REACH_NAMES,
    REASONS,
    STATE_NAMES,
    SUBSCRIPTION,
    limits_told,
    moment_told,
    not_told,
)
from bot.services.broadcast_pace import pace_of
from bot.services.broadcast_replies import Replies
from bot.services.broadcast_standing import is_scheduled, standing
from bot.services.broadcast_texts import as_read
from bot.services.retention import LEDGER

NOT_LINKED: Final = _(
    "Your messenger is not linked: do that in your account, under the weekly figures."
)

Values = Mapping[str, Any]
_BEGUN: Final[Values] = {"preview": None, "wrong": ()}  # nothing is foretold any more


def shown(desk: Desk, visit: Visit, transaction: Transaction, known: Broadcast) -> Values:
    """All of it, by the names of the template."""
    ledger, broadcasts = Ledger(transaction), desk.broadcasts(transaction)
    reader = Reader(visit.language, desk.editing.titles(visit.language))
    pace, is_begun = pace_of(transaction, known), known.begun_at is not None
    before = _BEGUN if is_begun else _before(desk, visit, transaction, known)
    return {
        "broadcast": known,
        "audience": told(transaction, known, broadcasts.picked(known.id), reader),
        "hours": tuple(hours_told(known, _quiet(desk), visit.language)),
        "read": as_read(transaction, known),
        "hindrance": _no_test(visit, transaction, known),
        "pace": pace.told(visit.language) if pace else "",
        "replied": Replies(transaction).of(known),
        "is_scheduled": is_scheduled(known, visit.now),
        "begins": _begins(visit, known),
        "seconds": _seconds(visit, known),
        **_became(visit, ledger, known),
        **(_rows(visit, ledger, known) if is_begun else {"rows": ()}),
        **before,
    }


def _quiet(desk: Desk) -> Quiet:
    return Assumed.of(desk.settings).quiet


def _before(desk: Desk, visit: Visit, transaction: Transaction, known: Broadcast) -> Values:
    """Whom it would reach."""
    preview = desk.broadcasts(transaction).preview(known)
    return {
        "preview": preview,
        "reaches": called(visit, REACH_NAMES),
        "subscription": translate(visit.language, SUBSCRIPTION),
        "limits": tuple(limits_told(preview, visit.language)),
        "not_sent": translate(visit.language, NOT_SENT),
        "wrong": _wrong(desk, visit, transaction, known),
    }


def _became(visit: Visit, ledger: Ledger, known: Broadcast) -> Values:
    """What became of it, in figures."""
    tally, is_begun = ledger.tally(known), known.begun_at is not None
    why, waits = (ledger.reasons(known), ledger.waits(known)) if is_begun else ({}, {})
    return {
        "tally": tally,
        "standing": standing(known, tally, visit.now, visit.language),
        "channels": ledger.by_channel(known) if is_begun else {},
        "not_told": tuple(not_told(known.reach, visit.language)) if is_begun else (),
        "why": why,
        "waits": waits,
        "reports": tuple(reported(ledger.reports(known), visit.language)),
        "missed": sum(tally.get(state, 0) for state in MISSED),
        "forgotten": _forgotten(visit, known),
        "is_over": known.ends_at is None or known.ends_at <= visit.now,
        "is_cancelled": known.state == "cancelled",
        "states": called(visit, STATE_NAMES),
        "reasons": called(visit, {**REASONS, **_ours((*why, *waits))}),
    }


def _rows(visit: Visit, ledger: Ledger, known: Broadcast) -> Values:
    """Recipients, those in the state the address asks for."""
    state, after = visit.asked("state"), whole_number(visit.asked("after"), 0)
    state = state if state in STATES else ""
    return {"rows": ledger.rows(known, state, after), "state": state}


def _wrong(
    desk: Desk, visit: Visit, transaction: Transaction, known: Broadcast
) -> tuple[Wrong, ...]:
    """What is to be put right in a draft before it can be sent."""
    bad = hindrance(desk, transaction, known) if known.state == "draft" else None
    return wrong_in(bad, filled(known, {}), visit.language) if bad else ()


def _ours(reasons: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The reasons that are no platform's words, but ours, and so there in each language."""
    return {reason: reason for _state, reason in reasons if is_ours(reason)}


def _no_test(visit: Visit, transaction: Transaction, known: Broadcast) -> str | None:
    """Why they cannot send themselves a test; "" where they can, None once it is too late."""
    if known.state not in trial.BEFORE:
        return None
    to = trial.own_address(transaction, visit.member)
    if to is None:
        return translate(visit.language, NOT_LINKED)
    bad = trial.hindrance(transaction, known, to)
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
    return moment_told(known, known.begins_at, visit.language) if known.begins_at else ""


def _seconds(visit: Visit, known: Broadcast) -> int:
    """How long it can still be taken back for sure."""
    if known.state != "due" or known.due_at is None:
        return 0
    return max(0, int((known.due_at - visit.now).total_seconds()))
