"""Writes down what became of claimed rows: nearly all were sent, and go in one statement."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Executable, bindparam, false, func, literal_column, update

from bot.addresses import leave, move
from bot.allowance import close, spend
from bot.models import Base, Instant
from bot.outbox import OPEN
from bot.outgoing import Settlement
from bot.rows import Dialect, Spelt, given

_TABLE = Base.metadata.tables["outbox"]
_NOW = bindparam("now", type_=Instant)
_IS_SENDING = _TABLE.c.state == literal_column("'sending'")


def _sending_done(dialect: Dialect) -> Executable:
    """Rows that were sent, with nothing else to be learned from them."""
    o = _TABLE.c
    row, tries, parts, ref, rewritten = given(
        dialect, o.id, o.attempts, o.parts_sent, o.platform_ref, o.rewritten
    ).values
    ours = (o.id == row, o.attempts == tries, _IS_SENDING)
    sent: dict[str, Any] = {
        "state": literal_column("'sent'"),
        "lease_until": None,
        "settled_at": _NOW,
        "maybe_sent": false(),
    }
    told = {
        "parts_sent": parts,
        "platform_ref": func.coalesce(ref, o.platform_ref),
        "rewritten": func.coalesce(rewritten, o.rewritten),
        "error": None,
    }
    return update(_TABLE).where(*ours).values(sent | told)


def _settling() -> Executable:
    """One row's end. What is not known is None, and leaves what the row says."""
    # The number of the try is the fence: whoever claimed the row after us has a higher one.
    ours = (_TABLE.c.id == bindparam("row"), _IS_SENDING, _TABLE.c.attempts == bindparam("try"))
    values: dict[str, Any] = {
        name: bindparam(f"now_{name}", type_=_TABLE.c[name].type)
        for name in ("state", "parts_sent", "maybe_sent", "error", "settled_at", "attempts")
    }
    for name in ("due_at", "platform_ref", "rewritten"):
        known = bindparam(f"now_{name}", type_=_TABLE.c[name].type)
        values[name] = func.coalesce(known, _TABLE.c[name])
    return update(_TABLE).where(*ours).values(**values, lease_until=None)


_SENT = Spelt(_sending_done)
_SETTLE = _settling()


def is_plain(s: Settlement) -> bool:
    """Whether it was sent, and nothing else is to be learned from it."""
    return s.state == "sent" and s.claimed.room is None and s.moved_to is None


def settle(connection: Connection, landed: Sequence[Settlement], now: datetime) -> None:
    """Write down what became of claimed rows; a row that is no longer ours is left alone."""
    if plain := [s for s in landed if is_plain(s)]:
        rows = [_row(s) for s in plain]
        connection.execute(_SENT[connection.dialect.name], {"rows": rows, "now": now})
    if others := [s for s in landed if not is_plain(s)]:
        connection.execute(_SETTLE, [_settled(s, now) for s in others])
        for s in others:
            _learn(connection, s, now)


def _row(s: Settlement) -> Sequence[Any]:
    return [s.claimed.delivery.id, s.claimed.attempts, s.parts, s.ref or None, s.rewritten]


def _learn(connection: Connection, s: Settlement, now: datetime) -> None:
    """What a try taught us about the address."""
    to = s.claimed.delivery.to
    if s.claimed.room is not None and s.messages:
        spend(connection, str(to), s.messages, now)
    if s.closed:
        close(connection, str(to))
    if s.gone:
        leave(connection, str(to), now)
    if s.moved_to:
        move(connection, to, s.moved_to, now)


def _settled(s: Settlement, now: datetime) -> dict[str, Any]:
    return {
        "row": s.claimed.delivery.id,
        "try": s.claimed.attempts,
        "now_state": s.state,
        "now_parts_sent": s.parts,
        "now_maybe_sent": s.maybe_sent,
        "now_error": s.error,
        "now_settled_at": None if s.state in OPEN else now,
        "now_attempts": s.claimed.attempts if s.counts else s.claimed.attempts - 1,
        "now_due_at": s.due_at,
        "now_platform_ref": s.ref or None,
        "now_rewritten": s.rewritten,
    }
