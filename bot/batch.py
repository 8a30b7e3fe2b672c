"""A batch of turns as the database sees it: store, lock, read what waits, save."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import sample
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Executable, null, select, update

from bot import at_once, outbox
from bot.addresses import leave
from bot.allowance import open_for
from bot.at_once import Added, Rooms
from bot.batch_rows import DUE, INBOX, SPELLINGS, TALK, Spelling
from bot.conversation import Conversation
from bot.message import Address, Capabilities, Event, Joined, Left
from bot.models import Base
from bot.stored import event_from_json, event_to_json

Key = tuple[str, str]  # channel, event id
_AMONG = 8  # times as many conversations as are wanted

_PLACE = Base.metadata.tables["address"]


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
    received_at: datetime
    unreadable: str = ""


@dataclass(slots=True)
class Batch:
    """One transaction's work as it grows.

    reach  what each channel can do, by name
    rooms  how many replies may be sent by us at once
    """

    connection: Connection
    now: datetime
    reach: Mapping[str, Capabilities] = field(default_factory=dict)
    rooms: Rooms = field(default_factory=dict)
    fresh: list[Row] = field(default_factory=list)
    talks: dict[str, Conversation] = field(default_factory=dict)
    drafts: list[outbox.Draft] = field(default_factory=list)
    done: set[int] = field(default_factory=set)
    put_off: set[int] = field(default_factory=set)  # rows of which it is written what they are
    private: list[int] = field(default_factory=list)  # rows whose content goes with the turn
    moved: dict[str, Conversation] = field(default_factory=dict)
    heard: list[Event] = field(default_factory=list)
    forgotten: set[str] = field(default_factory=set)

    @property
    def says(self) -> Spelling:
        """The statements of this database."""
        return SPELLINGS[self.connection.dialect.name]

    def execute(self, statement: Executable, **values: Any) -> Any:
        """Run a statement; `:now` is the moment of this batch."""
        return self.connection.execute(statement, {"now": self.now, **values})

    def due_at(self, channel: str) -> datetime:
        """When delivery may have a reply: after the channel had its chance to answer with it."""
        can = self.reach.get(channel)
        return self.now + timedelta(seconds=can.answers_within) if can else self.now


def key_of(event: Event) -> Key:
    """What makes an event the same event."""
    return event.sender.channel, event.id


def store(batch: Batch, events: Sequence[Event]) -> dict[Key, int]:
    """Insert what was never seen; gives the ids of the new rows by key, oldest first.

    They are stored as done, as nearly all are when the batch ends; `save` gives back the others.
    """
    first: dict[Key, Event] = {}
    for event in events:
        first.setdefault(key_of(event), event)  # a repeat inside the batch is none
    rows = [[*key, str(e.sender), event_to_json(e)] for key, e in first.items()]
    stored = sorted(
        (i, (channel, e)) for channel, e, i in batch.execute(batch.says.store, rows=rows)
    )
    for row_id, key in stored:
        event = first[key]
        batch.fresh.append(Row(row_id, key, str(event.sender), event, 0, batch.now, batch.now))
    return {key: row_id for row_id, key in stored}


def due(batch: Batch, most: int) -> list[str]:
    """The addresses of conversations with an event that waits and is due.

    Picked among more than are wanted: all processes see the same first, and who comes second would
    find those locked and have nothing to do.
    """
    found = [a for a in batch.execute(DUE, most=most * _AMONG).scalars() if a]
    return sorted(sample(found, min(most, len(found))))


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
    key = (r.channel, r.event_id)
    return Row(r.id, key, r.address, event, r.attempts, r.due_at, r.received_at, why)


def settle_strangers(batch: Batch) -> None:
    """Somebody left whom we do not know (any more): noted, and nobody is made of it."""
    leaving = {row.address for row in batch.fresh if isinstance(row.event, Left)}
    if not leaving:
        return
    met = select(TALK.c.address).where(TALK.c.address.in_(leaving))
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
    """Write down what becomes of an event whose turn is not taken now."""
    batch.put_off.add(row.id)
    batch.connection.execute(update(INBOX).where(INBOX.c.id == row.id).values(values))


def note_presence(batch: Batch, address: str, event: Event) -> None:
    """Who left gets nothing more; who joins again is there again."""
    if isinstance(event, Left):
        leave(batch.connection, address, batch.now)
    elif isinstance(event, Joined):
        there = update(_PLACE).where(_PLACE.c.id == address)
        batch.connection.execute(there.values(left_at=None))


def save(batch: Batch) -> Added:
    """Everything the turns left behind, in as few statements as there are tables."""
    if batch.moved:
        rows = [[a, t.person_id, t.language, t.to_json()] for a, t in batch.moved.items()]
        batch.execute(batch.says.move, rows=rows)
        _unpark(batch)
        open_for(batch.connection, batch.heard, batch.now, batch.reach)
    if batch.forgotten:
        batch.execute(batch.says.forget, addresses=list(batch.forgotten))
    _settle(batch)
    if batch.private:
        blanked = update(INBOX).where(INBOX.c.id.in_(batch.private))
        batch.connection.execute(blanked.values(payload=null()))
    return at_once.add(batch.connection, batch.drafts, batch.now, batch.rooms)


def _settle(batch: Batch) -> None:
    """What waited and is done, and what came and has to wait."""
    fresh = {row.id for row in batch.fresh}
    if waited := batch.done - fresh:
        batch.execute(batch.says.done, ids=[*waited])
    if waits := fresh - batch.done - batch.put_off:
        batch.execute(batch.says.give_back, ids=[*waits])


def _unpark(batch: Batch) -> None:
    """They wrote again: what waited may go with the answer, or soon after."""
    times: defaultdict[datetime, list[str]] = defaultdict(list)
    for address, talk in batch.moved.items():
        times[batch.due_at(talk.address.channel)].append(address)
    for due_at, addresses in times.items():
        outbox.unpark(batch.connection, addresses, due_at)
