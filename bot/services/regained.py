"""What a backup brings back that may have happened since.

Replies and reminders may come again; what is for many may not.
"""

from typing import Any

from sqlalchemy import select, update

from bot.dialog import Transaction
from bot.models import Base
from bot.services.audit import Audit, Entry

_TABLES = Base.metadata.tables
_BROADCAST, _OUTBOX = _TABLES["broadcast"], _TABLES["outbox"]
_GONE = ("sent_by", "agreed_by", "due_at", "ends_at", "reach")


def hold_back_broadcasts(transaction: Transaction) -> None:
    """Who has it by now is not known: the team decides. What had not begun is a draft again."""
    o, connection = _OUTBOX.c, transaction.connection
    waits = (o.kind == "broadcast", o.state.in_(("queued", "sending", "parked")))
    unsure = {"state": "unsure", "lease_until": None, "settled_at": transaction.now}
    connection.execute(update(_OUTBOX).where(*waits).values(unsure))
    for number in connection.scalars(_due()).all():
        values: dict[str, Any] = {"state": "draft", **dict.fromkeys(_GONE)}
        values["revision"] = _BROADCAST.c.revision + 1
        connection.execute(update(_BROADCAST).where(_BROADCAST.c.id == number).values(values))
        Audit(transaction).write(Entry("house", "broadcast.restored", f"broadcast:{number}"))


def _due() -> Any:
    b = _BROADCAST.c
    return select(b.id).where(b.state.in_(("asked", "due"))).order_by(b.id)
