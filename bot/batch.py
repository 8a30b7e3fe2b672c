"""A batch of turns as the database sees it: store, lock, read what waits, save.

The number of statements does not grow with the batch, nor does their text (see rows.py). They
are made once, on the bare tables: SQLAlchemy then finds their SQL again without looking far.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import (
    ColumnElement,
    Connection,
    Executable,
    bindparam,
    delete,
    literal_column,
    not_,
    select,
    update,
)

from bot import outbox
from bot.channel import Delivery
from bot.conversation import Conversation
from bot.message import Address, Event, Joined, Left
from bot.models import Base, Instant
from bot.rows import Dialect, given, insert_rows, is_among
from bot.stored import event_from_json, event_to_json, reply_from_json

Key = tuple[str, str]  # channel, event id

_TABLES = Base.metadata.tables
_INBOX, _OUTBOX, _TALK = _TABLES["inbox"], _TABLES["outbox"], _TABLES["conversation"]
_PERSON, _PLACE = _TABLES["person"], _TABLES["address"]
_NOW = bindparam("now", type_=Instant)
_NEW: ColumnElement[str] = literal_column("'new'")
# Written out, not bound: a partial index serves only who says the condition it was made for.
_IS_NEW = _INBOX.c.state == _NEW

_DUE = (
    select(_INBOX.c.address)
    .distinct()
    .where(_IS_NEW, _INBOX.c.due_at <= _NOW)
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


@dataclass(frozen=True, slots=True)
class _Spelling:
    """The statements that each database spells in its own way."""

    store: Executable
    lock: Executable
    begin: Executable
    people: Executable
    places: Executable
    waiting: Executable
    move: Executable
    forget: Executable
    done: Executable


def _spelling(dialect: Dialect) -> _Spelling:
    none: ColumnElement[int] = literal_column("0")
    new: dict[str, ColumnElement[Any]] = {
        "received_at": _NOW,
        "due_at": _NOW,
        "state": _NEW,
        "attempts": none,
    }
    store = insert_rows(dialect, _INBOX, "channel", "event_id", "address", "payload", **new)
    talk = ("address", "person_id", "language", "state")
    begin = insert_rows(dialect, _TALK, *talk, heard_at=_NOW).on_conflict_do_nothing()
    moved = given(dialect, *(_TALK.c[name] for name in talk))
    address, _person, language, state = moved.values
    in_talks = is_among(dialect, _TALK.c.address, "addresses")
    waits = (_IS_NEW, is_among(dialect, _INBOX.c.address, "addresses"))
    return _Spelling(
        store=store.on_conflict_do_nothing().returning(
            _INBOX.c.channel, _INBOX.c.event_id, _INBOX.c.id
        ),
        lock=select(*(_TALK.c[name] for name in talk))
        .where(in_talks)
        .order_by(_TALK.c.address)
        .with_for_update(skip_locked=True),
        begin=begin.returning(_TALK.c.address, _TALK.c.person_id),
        people=insert_rows(dialect, _PERSON, "id", created_at=_NOW),
        places=insert_rows(dialect, _PLACE, "id", "channel", "person_id", created_at=_NOW),
        waiting=select(_INBOX)
        .where(*waits, not_(is_among(dialect, _INBOX.c.id, "held")))
        .order_by(_INBOX.c.id),
        move=update(_TALK)
        .where(_TALK.c.address == address)
        .values(language=language, state=state, heard_at=_NOW),
        forget=delete(_TALK).where(in_talks),
        done=update(_INBOX).where(is_among(dialect, _INBOX.c.id, "ids")).values(state="done"),
    )


_SPELLINGS = {"sqlite": _spelling("sqlite"), "postgresql": _spelling("postgresql")}


@dataclass(frozen=True, slots=True)
class Row:
    """An inbox row that waits for its turn.

    `event` is None where this version cannot read it; `unreadable` then says why.
    """

    id: int
    key: Key
    address: str
    event: Event | None
    attempts: int
    due_at: datetime
    unreadable: str = ""


@dataclass(slots=True)
class Batch:
    """One transaction's work as it grows."""

    connection: Connection
    now: datetime
    fresh: list[Row] = field(default_factory=list)
    talks: dict[str, Conversation] = field(default_factory=dict)
    drafts: list[outbox.Draft] = field(default_factory=list)
    done: list[int] = field(default_factory=list)
    moved: dict[str, Conversation] = field(default_factory=dict)
    forgotten: set[str] = field(default_factory=set)

    @property
    def says(self) -> _Spelling:
        """The statements of this database."""
        return _SPELLINGS[self.connection.dialect.name]

    def execute(self, statement: Executable, **values: Any) -> Any:
        """Run a statement; `:now` is the moment of this batch."""
        return self.connection.execute(statement, {"now": self.now, **values})


def key_of(event: Event) -> Key:
    """What makes an event the same event."""
    return event.sender.channel, event.id


def store(batch: Batch, events: Sequence[Event]) -> dict[Key, int]:
    """Insert what was never seen; gives the ids of the new rows by key, oldest first."""
    first: dict[Key, Event] = {}
    for event in events:
        first.setdefault(key_of(event), event)  # a repeat inside the batch is none
    rows = [[*key, str(e.sender), event_to_json(e)] for key, e in first.items()]
    stored = sorted(
        (i, (channel, e)) for channel, e, i in batch.execute(batch.says.store, rows=rows)
    )
    for row_id, key in stored:
        event = first[key]
        batch.fresh.append(Row(row_id, key, str(event.sender), event, 0, batch.now))
    return {key: row_id for row_id, key in stored}


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
    found = batch.execute(_DUE, most=most).scalars()
    return sorted(address for address in found if address)


def lock(batch: Batch, addresses: Sequence[str], language: str) -> None:
    """Lock these conversations, making new ones; who is busy elsewhere is left out."""
    for address, person, spoken, state in batch.execute(batch.says.lock, addresses=addresses):
        at = Address.parse(address)
        batch.talks[address] = Conversation.from_json(at, person, spoken, state)
    missing = [a for a in addresses if a not in batch.talks]
    for address, person in _begin(batch, missing, language):
        batch.talks[address] = Conversation(Address.parse(address), person, language)


def _begin(batch: Batch, addresses: Sequence[str], language: str) -> list[tuple[str, str]]:
    """New conversations; the row itself decides when two processes meet the same person."""
    if not addresses:
        return []
    rows = [[address, uuid4().hex, language, {}] for address in addresses]
    ours = [(address, person) for address, person in batch.execute(batch.says.begin, rows=rows)]
    if ours:
        batch.execute(batch.says.people, rows=[[person] for _address, person in ours])
        places = [[address, Address.parse(address).channel, person] for address, person in ours]
        batch.execute(batch.says.places, rows=places)
    return ours


def waiting(batch: Batch) -> Mapping[str, Sequence[Row]]:
    """What waits in the locked conversations, by address, oldest first.

    Most often that is what just came, which is not read back.
    """
    held = [row for row in batch.fresh if row.address in batch.talks]
    found = batch.execute(
        batch.says.waiting, addresses=list(batch.talks), held=[row.id for row in held]
    )
    rows: defaultdict[str, list[Row]] = defaultdict(list)
    for row in sorted([*map(_row, found), *held], key=lambda row: row.id):
        rows[row.address].append(row)
    return rows


def _row(r: Any) -> Row:
    """A stored row; one that a newer version wrote must not stop everybody else's."""
    event, why = None, ""
    try:
        event = event_from_json(r.event_id, Address.parse(r.address), r.payload)
    except (KeyError, TypeError, ValueError) as error:
        why = type(error).__name__
    return Row(r.id, (r.channel, r.event_id), r.address, event, r.attempts, r.due_at, why)


def settle_strangers(batch: Batch) -> None:
    """Somebody left whom we do not know (any more): noted, and nobody is made of it."""
    leaving = {row.address for row in batch.fresh if isinstance(row.event, Left)}
    if not leaving:
        return
    met = select(_TALK.c.address).where(_TALK.c.address.in_(leaving))
    speaking = {row.address for row in batch.fresh if not isinstance(row.event, Left)}
    strangers = leaving - speaking - set(batch.connection.scalars(met))
    for row in [row for row in batch.fresh if row.address in strangers]:
        put_off(batch, row, state="done", address=None, payload=None)
        batch.fresh.remove(row)


def forget(batch: Batch, address: str, farewell: Sequence[outbox.Draft]) -> None:
    """The person was erased: what this batch had for them is gone too, but for the farewell."""
    batch.forgotten.add(address)
    batch.moved.pop(address, None)
    batch.drafts = [d for d in batch.drafts if str(d.to) != address] + list(farewell)


def keep_for_later(batch: Batch, rows: Sequence[Row]) -> None:
    """What came behind a deletion was not part of it: it begins a new talk, at the next look."""
    for row in rows:
        if row.event is not None:
            kept = event_to_json(row.event)
            put_off(batch, row, state="new", address=row.address, payload=kept)


def put_off(batch: Batch, row: Row, **values: object) -> None:
    """Write down what becomes of an event whose turn raised."""
    batch.connection.execute(update(_INBOX).where(_INBOX.c.id == row.id).values(values))


def note_presence(batch: Batch, address: str, event: Event) -> None:
    """Who left gets nothing more; who joins again is there again."""
    if isinstance(event, Left):
        outbox.leave(batch.connection, address, batch.now)
    elif isinstance(event, Joined):
        there = update(_PLACE).where(_PLACE.c.id == address)
        batch.connection.execute(there.values(left_at=None))


def save(batch: Batch) -> tuple[Delivery, ...]:
    """Everything the turns left behind, in as few statements as there are tables."""
    if batch.moved:
        rows = [[a, t.person_id, t.language, t.to_json()] for a, t in batch.moved.items()]
        batch.execute(batch.says.move, rows=rows)
        outbox.unpark(batch.connection, list(batch.moved), batch.now)
    if batch.forgotten:
        batch.execute(batch.says.forget, addresses=list(batch.forgotten))
    if batch.done:
        batch.execute(batch.says.done, ids=batch.done)
    return outbox.add(batch.connection, batch.drafts, batch.now)
