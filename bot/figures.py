"""What waits, as the database says it, for the metrics: few figures, each read off an index."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Select, func, literal_column, select, union_all

from bot.database import Database
from bot.models import Base

_TABLES = Base.metadata.tables
_INBOX, _OUTBOX, _REMINDER = (_TABLES[name] for name in ("inbox", "outbox", "reminder"))
_BROADCAST, _POLL = _TABLES["broadcast"], _TABLES["poll"]


def _is(column: Any, *values: str) -> Any:
    """Written out, not bound: a partial index serves only who says its condition."""
    said: list[Any] = [literal_column(f"'{value}'") for value in values]
    return column == said[0] if len(said) == 1 else column.in_(said)


_O = _OUTBOX.c
_TO_ONE = _O.kind != literal_column("'broadcast'")
_TO_MANY = _O.kind == literal_column("'broadcast'")


def _rows(state: str, *more: Any) -> Select[Any]:
    counted = select(_O.channel, literal_column(f"'{state}'").label("state"), func.count())
    oldest = func.min(_O.due_at).label("oldest")
    return counted.add_columns(oldest).where(_is(_O.state, state), *more).group_by(_O.channel)


_WAITING = union_all(_rows("queued", _TO_ONE), _rows("sending"), _rows("parked"))
_PROGRESS = (
    select(_O.state, func.count())
    .join(_BROADCAST, _BROADCAST.c.id == _O.broadcast_id)
    .where(_TO_MANY, _is(_BROADCAST.c.state, "sending", "paused"))
    .group_by(_O.state)
)
_INBOXED = select(func.count(), func.min(_INBOX.c.due_at)).where(_is(_INBOX.c.state, "new"))
_QUEUED = select(func.count()).where(_is(_O.state, "queued")).select_from(_OUTBOX)
# What somebody should have done by now: the turns a worker, all else the clock.
_DUE: Final[Mapping[str, Select[Any]]] = {
    "turn": select(func.min(_INBOX.c.due_at)).where(_is(_INBOX.c.state, "new")),
    "reminder": select(func.min(_REMINDER.c.due_at)).where(_is(_REMINDER.c.state, "due")),
    "broadcast": select(func.min(_BROADCAST.c.due_at)).where(_is(_BROADCAST.c.state, "due")),
    "poll": select(func.min(_POLL.c.closes_at)).where(_is(_POLL.c.state, "open", "closing")),
    "lease": select(func.min(_O.lease_until)).where(_is(_O.state, "sending")),
}


@dataclass(frozen=True, slots=True)
class Figures:
    """How it stands at one moment.

    waiting   rows by table: events for their turn, replies for being sent
    outbox    open rows by channel and state, those of broadcasts only while they are sent
    oldest    by channel, seconds since the first row that waits should have been sent
    overdue   seconds since the first turn, reminder, ... was due; 0 where none is late
    progress  recipients of the broadcasts under way, by state
    """

    waiting: Mapping[str, int] = field(default_factory=dict)
    outbox: Mapping[tuple[str, str], int] = field(default_factory=dict)
    oldest: Mapping[str, float] = field(default_factory=dict)
    overdue: Mapping[str, float] = field(default_factory=dict)
    progress: Mapping[str, int] = field(default_factory=dict)


def figures(database: Database, now: datetime) -> Figures:
    """Read them, in one transaction."""
    with database.read() as connection:
        outbox = connection.execute(_WAITING).all()
        progress = {row[0]: row[1] for row in connection.execute(_PROGRESS)}
        overdue = {what: _late(connection.scalar(due), now) for what, due in _DUE.items()}
        return Figures(
            _tables(connection),
            {(channel, state): count for channel, state, count, _at in outbox},
            {channel: _late(at, now) for channel, state, _n, at in outbox if state == "queued"},
            overdue,
            progress,
        )


def _tables(connection: Connection) -> Mapping[str, int]:
    count, _oldest = connection.execute(_INBOXED).one()
    return {"inbox": count, "outbox": connection.scalar(_QUEUED) or 0}


def _late(due: datetime | None, now: datetime) -> float:
    return 0.0 if due is None else max(0.0, (now - due).total_seconds())
