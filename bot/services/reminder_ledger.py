"""What became of the reminders of an event, rule by rule: the ledger organisers see.

Steps: `due` here; then what their rows of the outbox say: queued, sending, sent, failed, expired,
`parked` until the person writes again, `announced`: parked, and a notice outside the chat has told
them so. `handed` where the outbox no longer keeps the row.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping

from sqlalchemy import case, func, select

from bot.dialog import Transaction
from bot.flight import KNOCKED
from bot.models import Base

_TABLES = Base.metadata.tables
_REMINDER, _OUTBOX = _TABLES["reminder"], _TABLES["outbox"]


def ledger(transaction: Transaction, event_id: str) -> Mapping[int, Mapping[str, int]]:
    """Rule id to step to how many; 0 is what people set themselves for this event."""
    r, o = _REMINDER.c, _OUTBOX.c
    knocked = case((o.rewritten.contains(KNOCKED), 1), else_=0)
    counted = (
        select(r.rule_id, r.state, o.state.label("sending"))
        .add_columns(func.count().label("people"), func.sum(knocked).label("knocked"))
        .select_from(_REMINDER.outerjoin(_OUTBOX, o.id == r.outbox_id))
        .where(r.event_id == event_id)
        .group_by(r.rule_id, r.state, o.state)
    )
    found: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for row in transaction.connection.execute(counted):
        # A row of the outbox that is older than the ledger is kept is gone: it was handed over.
        step = (row.sending or "handed") if row.state == "handed" else row.state
        announced = int(row.knocked) if step == "parked" else 0
        steps = Counter({step: row.people - announced, "announced": announced})
        found[row.rule_id or 0] += +steps
    return found
