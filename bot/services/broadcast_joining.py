"""Two people turn out to be one: broadcasts reach them once, and mind what either was named for."""

from collections import defaultdict
from typing import Any

from sqlalchemy import delete, insert, select, update

from bot.dialog import Transaction
from bot.models import Base

_TABLES = Base.metadata.tables
_PICKED, _OUTBOX, _PLACE = _TABLES["hand_picked"], _TABLES["outbox"], _TABLES["address"]
_WAITING = ("queued", "parked")
_REACHED = ("sending", "sent", "unsure")


def join_broadcasts(transaction: Transaction, person_id: str, other_id: str) -> None:
    """What the other was named for by hand holds for the person; of each broadcast they get one."""
    _join_picked(transaction, person_id, other_id)
    _keep_one(transaction, (person_id, other_id))


def _join_picked(transaction: Transaction, person_id: str, other_id: str) -> None:
    """Who was left out by hand as either is left out."""
    p, connection = _PICKED.c, transaction.connection
    both = connection.execute(select(_PICKED).where(p.person_id.in_((person_id, other_id)))).all()
    connection.execute(delete(_PICKED).where(p.person_id.in_((person_id, other_id))))
    wanted: dict[int, bool] = {}
    for row in both:
        wanted[row.broadcast_id] = row.wanted and wanted.get(row.broadcast_id, True)
    rows = [
        {"broadcast_id": number, "person_id": person_id, "wanted": is_wanted}
        for number, is_wanted in wanted.items()
    ]
    if rows:
        connection.execute(insert(_PICKED), rows)


def _keep_one(transaction: Transaction, people: tuple[str, str]) -> None:
    o, connection = _OUTBOX.c, transaction.connection
    at = select(_PLACE.c.id).where(_PLACE.c.person_id.in_(people))
    of = (o.kind == "broadcast", o.broadcast_id.is_not(None), o.address.in_(at))
    found = select(o.id, o.broadcast_id, o.state).where(*of, o.state.in_(_WAITING + _REACHED))
    copies: defaultdict[int, list[Any]] = defaultdict(list)
    for row in connection.execute(found.order_by(o.id)):
        copies[row.broadcast_id].append(row)
    spare = [row.id for rows in copies.values() for row in _spare(rows)]
    ended = {"state": "cancelled", "error": "linked", "settled_at": transaction.now}
    once = update(_OUTBOX).where(o.id.in_(spare), o.state.in_(_WAITING))
    connection.execute(once.values(ended))


def _spare(rows: list[Any]) -> list[Any]:
    """All that wait, but for one where none has reached them."""
    waiting = [row for row in rows if row.state in _WAITING]
    return waiting if len(waiting) < len(rows) else waiting[1:]
