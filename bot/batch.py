"""A batch of turns as the database sees it: store, lock, read what waits, save.

Statements are made once and on the bare tables: SQLAlchemy then finds their SQL in its cache by
their identity, which is what keeps a turn cheap. Their number does not grow with the batch.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import (
    Column,
    Connection,
    Table,
    bindparam,
    delete,
    insert,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from bot import outbox
from bot.channel import Delivery
from bot.conversation import Conversation
from bot.message import Address, Event, Joined, Left
from bot.models import Base
from bot.stored import event_from_json, event_to_json, reply_from_json

Key = tuple[str, str]  # channel, event id

_TABLES = Base.metadata.tables
_INBOX, _OUTBOX, _TALK = _TABLES["inbox"], _TABLES["outbox"], _TABLES["conversation"]
_PERSON, _PLACE = _TABLES["person"], _TABLES["address"]
# Written out, not bound: a partial index serves only who says the condition it was made for.
_IS_NEW = _INBOX.c.state == literal_column("'new'")


def _insert_new(table: Table, *returned: Column[Any]) -> dict[str, Any]:
    """INSERT ... ON CONFLICT DO NOTHING RETURNING, as each database spells it."""
    return {
        "sqlite": sqlite.insert(table).on_conflict_do_nothing().returning(*returned),
        "postgresql": postgresql.insert(table).on_conflict_do_nothing().returning(*returned),
    }


_STORE = _insert_new(_INBOX, _INBOX.c.channel, _INBOX.c.event_id, _INBOX.c.id)
_BEGIN = _insert_new(_TALK, _TALK.c.address, _TALK.c.person_id)
_LOCK = (
    select(_TALK.c.address, _TALK.c.person_id, _TALK.c.language, _TALK.c.state)
    .where(_TALK.c.address.in_(bindparam("addresses", expanding=True)))
    .order_by(_TALK.c.address)
    .with_for_update(skip_locked=True)
)
_WAITING = (
    select(
        _INBOX.c.id,
        _INBOX.c.channel,
        _INBOX.c.event_id,
        _INBOX.c.address,
        _INBOX.c.payload,
        _INBOX.c.attempts,
        _INBOX.c.due_at,
    )
    .where(_IS_NEW, _INBOX.c.address.in_(bindparam("addresses", expanding=True)))
    .order_by(_INBOX.c.id)
)
_DUE = (
    select(_INBOX.c.address)
    .distinct()
    .where(_IS_NEW, _INBOX.c.due_at <= bindparam("now"))
    .limit(bindparam("most"))
)
_KNOWN = (
    select(_OUTBOX.c.id, _OUTBOX.c.body, _OUTBOX.c.created_at, _OUTBOX.c.inbox_id)
    .join(_INBOX, _INBOX.c.id == _OUTBOX.c.inbox_id)
    .where(
        _INBOX.c.channel == bindparam("channel"),
        _INBOX.c.event_id == bindparam("event_id"),
        _INBOX.c.address == bindparam("sender"),
        _OUTBOX.c.body.is_not(None),
    )
    .order_by(_OUTBOX.c.id)
)
_MOVE = update(_TALK).where(_TALK.c.address == bindparam("at"))
_FORGET = delete(_TALK).where(_TALK.c.address.in_(bindparam("addresses", expanding=True)))
_DONE = update(_INBOX).where(_INBOX.c.id.in_(bindparam("ids", expanding=True))).values(state="done")


@dataclass(frozen=True, slots=True)
class Row:
    """An inbox row that waits for its turn."""

    id: int
    key: Key
    address: str
    event: Event
    attempts: int
    due_at: datetime


@dataclass(slots=True)
class Batch:
    """One transaction's work as it grows."""

    connection: Connection
    now: datetime
    talks: dict[str, Conversation] = field(default_factory=dict)
    drafts: list[outbox.Draft] = field(default_factory=list)
    done: list[int] = field(default_factory=list)
    moved: dict[str, Conversation] = field(default_factory=dict)
    forgotten: set[str] = field(default_factory=set)


def key_of(event: Event) -> Key:
    """What makes an event the same event."""
    return event.sender.channel, event.id


def store(batch: Batch, events: Sequence[Event]) -> dict[Key, int]:
    """Insert what was never seen; gives the ids of the new rows by key, oldest first."""
    rows = [
        {
            "channel": e.sender.channel,
            "event_id": e.id,
            "address": str(e.sender),
            "payload": event_to_json(e),
            "received_at": batch.now,
            "state": "new",
            "attempts": 0,
            "due_at": batch.now,
        }
        for e in events
    ]
    # Several VALUES in one statement: rows come in order, a repeat inside the batch is skipped.
    stored = batch.connection.execute(_STORE[batch.connection.dialect.name], rows)
    return {(channel, event_id): row_id for channel, event_id, row_id in stored}


def known(batch: Batch, events: Sequence[Event]) -> dict[Key, tuple[Delivery, ...]]:
    """The replies that events got when they first came: a repeat gets the same again."""
    return {key_of(event): _replies(batch, event) for event in events}


def _replies(batch: Batch, event: Event) -> tuple[Delivery, ...]:
    asked = {"channel": event.sender.channel, "event_id": event.id, "sender": str(event.sender)}
    return tuple(
        Delivery(r.id, event.sender, reply_from_json(r.body), r.created_at, r.inbox_id)
        for r in batch.connection.execute(_KNOWN, asked)
    )


def due(batch: Batch, most: int) -> list[str]:
    """The addresses of conversations with an event that waits and is due."""
    found = batch.connection.scalars(_DUE, {"now": batch.now, "most": most})
    return sorted(address for address in found if address)


def lock(batch: Batch, addresses: Sequence[str], language: str) -> None:
    """Lock these conversations, making new ones; who is busy elsewhere is left out."""
    for row in batch.connection.execute(_LOCK, {"addresses": addresses}):
        batch.talks[row.address] = Conversation.from_json(
            Address.parse(row.address), row.person_id, row.language, row.state
        )
    missing = [a for a in addresses if a not in batch.talks]
    for at, person in _begin(batch, missing, language):
        batch.talks[at] = Conversation(Address.parse(at), person, language)


def _begin(batch: Batch, addresses: Sequence[str], language: str) -> list[tuple[str, str]]:
    """New conversations; the row itself decides when two processes meet the same person."""
    if not addresses:
        return []
    rows = [
        {
            "address": a,
            "person_id": uuid4().hex,
            "language": language,
            "state": {},
            "heard_at": batch.now,
        }
        for a in addresses
    ]
    begun = batch.connection.execute(_BEGIN[batch.connection.dialect.name], rows)
    ours = [(address, person) for address, person in begun]
    people = [{"id": p, "created_at": batch.now} for _a, p in ours]
    places = [
        {"id": a, "channel": Address.parse(a).channel, "person_id": p, "created_at": batch.now}
        for a, p in ours
    ]
    if ours:
        batch.connection.execute(insert(_PERSON), people)
        batch.connection.execute(insert(_PLACE), places)
    return ours


def waiting(batch: Batch) -> Mapping[str, Sequence[Row]]:
    """What waits in the locked conversations, by address, oldest first."""
    rows: defaultdict[str, list[Row]] = defaultdict(list)
    for r in batch.connection.execute(_WAITING, {"addresses": list(batch.talks)}):
        event = event_from_json(r.event_id, batch.talks[r.address].address, r.payload)
        rows[r.address].append(
            Row(r.id, (r.channel, r.event_id), r.address, event, r.attempts, r.due_at)
        )
    return rows


def put_off(batch: Batch, row: Row, **values: object) -> None:
    """Write down what becomes of an event whose turn raised."""
    batch.connection.execute(update(_INBOX).where(_INBOX.c.id == row.id).values(values))


def note_presence(batch: Batch, address: str, event: Event) -> None:
    """Who left gets nothing more; who joins again is there again."""
    if isinstance(event, Left):
        outbox.cancel(batch.connection, [address], batch.now)
        values: dict[str, Any] = {"left_at": batch.now}
    elif isinstance(event, Joined):
        values = {"left_at": None}
    else:
        return
    batch.connection.execute(update(_PLACE).where(_PLACE.c.id == address).values(values))


def save(batch: Batch) -> tuple[Delivery, ...]:
    """Everything the turns left behind, in as few statements as there are tables."""
    connection = batch.connection
    if batch.moved:
        connection.execute(
            _MOVE,
            [
                {"at": a, "language": t.language, "state": t.to_json(), "heard_at": batch.now}
                for a, t in batch.moved.items()
            ],
        )
        outbox.unpark(connection, list(batch.moved), batch.now)
    if batch.forgotten:
        connection.execute(_FORGET, {"addresses": list(batch.forgotten)})
    if batch.done:
        connection.execute(_DONE, {"ids": batch.done})
    return outbox.add(connection, batch.drafts, batch.now)
