"""What the clock does with broadcasts: those that are due begin, those that are through end.

Each step is a guarded statement: two clocks are harmless.
"""

from contextlib import suppress
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import Connection, and_, case, literal_column, or_, select, update

from bot.database import Database
from bot.dialog import Transaction
from bot.mass_lists import At, ready
from bot.models import Base
from bot.services.audience import Open
from bot.services.audit import Audit, Entry
from bot.services.broadcast import BadBroadcast, Overtaken
from bot.services.broadcast_ledger import Ledger
from bot.services.broadcast_replies import KEPT_AFTER, WITHIN, Replies
from bot.services.broadcasts import Broadcasts

log = structlog.get_logger()
BATCH = 5000  # rows a transaction
HOUSE = "house"  # who does it, for the audit
_TABLES = Base.metadata.tables
_TABLE, _OUTBOX = _TABLES["broadcast"], _TABLES["outbox"]
_IS_BULK = _OUTBOX.c.kind == literal_column("'broadcast'")


def look_after_broadcasts(database: Database, now: datetime, open_: Open, limit: int = 0) -> int:
    """One look; gives how many recipients were queued. `limit`: see Broadcasts."""
    queued = 0
    for number in _due(database, now):
        with suppress(Overtaken), database.write() as connection:  # another clock was quicker
            queued += _begin(Broadcasts(Transaction(connection, now), open_, limit), number)
    for number in _cancelled(database):
        while _wind_up(database, now, number) == BATCH:
            pass
    _finish(database, now, open_)
    return queued


def _due(database: Database, now: datetime) -> list[int]:
    b = _TABLE.c
    wanted = select(b.id).where(b.state == literal_column("'due'"), b.due_at <= now)
    with database.read() as connection:
        return list(connection.scalars(wanted.order_by(b.due_at, b.id)))


def _begin(broadcasts: Broadcasts, number: int) -> int:
    broadcast = broadcasts.get(number)
    if broadcast is None or broadcast.state != "due":
        return 0
    try:
        return broadcasts.begin(broadcast)
    except Overtaken:
        raise
    except BadBroadcast as bad:  # what it is about is not there any more
        log.warning("broadcast_not_begun", broadcast=number, why=str(bad))
        broadcasts.cancel(broadcast, HOUSE)
        return 0


def _cancelled(database: Database) -> list[int]:
    """Those that were cancelled while rows of theirs waited."""
    waits = (_IS_BULK, _OUTBOX.c.state.in_(("queued", "parked")))
    cancelled = _TABLE.c.state == "cancelled"
    has = select(_OUTBOX.c.id).where(*waits, _OUTBOX.c.broadcast_id == _TABLE.c.id).exists()
    with database.read() as connection:
        return list(connection.scalars(select(_TABLE.c.id).where(cancelled, has)))


def _wind_up(database: Database, now: datetime, number: int) -> int:
    o = _OUTBOX.c
    waits = (_IS_BULK, o.broadcast_id == number, o.state.in_(("queued", "parked")))
    some = select(o.id).where(*waits).limit(BATCH)
    ended = update(_OUTBOX).where(o.id.in_(some), o.state.in_(("queued", "parked")))
    with database.write() as connection:
        state = case((o.maybe_sent, "unsure"), else_="cancelled")  # sent once, nobody knows whether
        values = {"state": state, "error": "broadcast cancelled", "settled_at": now}
        return connection.execute(ended.values(values)).rowcount


def _finish(database: Database, now: datetime, open_: Open) -> None:
    """Nothing is on its way any more; and what became of it is kept when its rows will be gone."""
    b, o = _TABLE.c, _OUTBOX.c
    moving = (_IS_BULK, o.broadcast_id == b.id, o.state.in_(("queued", "sending")))
    through = ~select(o.id).where(*moving).exists()
    ended = b.state.in_(("done", "cancelled"))
    over = and_(ended, b.tally.is_(None), b.ends_at <= now - WITHIN)
    final = and_(b.replies.is_(None), b.begun_at <= now - KEPT_AFTER)
    with database.read() as connection:
        done = list(
            connection.scalars(select(b.id).where(b.state == literal_column("'sending'"), through))
        )
        closed = list(connection.scalars(select(b.id).where(or_(over, final))))
        listed = _to_be_listed(connection, now, open_) if done else set()
    for number in done:
        if number not in listed:
            with database.write() as connection:
                _end(Transaction(connection, now), number)
    for number in closed:
        with database.write() as connection:
            _keep(Transaction(connection, now), number)


def _to_be_listed(connection: Connection, now: datetime, open_: Open) -> set[int]:
    """Those with people whom a mass message will reach."""
    at = [At(name, mass, now) for name, mass in open_.masses.items()]
    return {one.broadcast for place in at for one in ready(connection, place)}


def _end(transaction: Transaction, number: int) -> None:
    b = _TABLE.c
    values = {"state": "done", "done_at": transaction.now, "revision": b.revision + 1}
    ended = update(_TABLE).where(b.id == number, b.state == "sending")
    if transaction.connection.execute(ended.values(values)).rowcount:
        Audit(transaction).write(Entry(HOUSE, "broadcast.done", f"broadcast:{number}"))


def _keep(transaction: Transaction, number: int) -> None:
    """What became of it; and who replied, when nobody can any more: see Replies."""
    broadcast = Broadcasts(transaction, Open({})).get(number)
    if broadcast is None:
        return
    kept: dict[str, Any] = {"tally": broadcast.tally or dict(Ledger(transaction).tally(broadcast))}
    if broadcast.begun_at and broadcast.begun_at <= transaction.now - KEPT_AFTER:
        kept["replies"] = Replies(transaction).of(broadcast).to_json()
    missing = update(_TABLE).where(_TABLE.c.id == number, _TABLE.c.replies.is_(None))
    transaction.connection.execute(missing.values(kept))
