"""Takes the turns of a batch inside one transaction: store, lock, think, save, mark done."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import uuid4

from sqlalchemy import Connection, Insert, bindparam, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot import outbox
from bot.channel import Accepted, Delivery
from bot.conversation import Conversation
from bot.dialog import Transaction
from bot.engine import Result
from bot.i18n import _, negotiate, translate
from bot.message import Address, Event, Joined, Left, Message, Reply
from bot.models import Conversation as ConversationRow
from bot.models import Inbox, Outbox, Person, Place
from bot.stored import event_from_json, event_to_json, reply_from_json

Key = tuple[str, str]  # channel, event id
TRIES = 5
_APOLOGY = _("I am sorry, something went wrong on our side and I could not handle your message. "
             "Our team can see it. Please try again in other words.")
_TOO_FAST = _("That was a lot at once. Give me a moment, then write again.")


class Brain(Protocol):
    """What takes a turn: the built-in engine, or a Rasa server behind the same face."""

    def take_turn(
        self, conversation: Conversation, event: Event, transaction: Transaction
    ) -> Result:
        """Say what happens next; raises whatever a dialog raises."""


class Failure(Exception):
    """A turn raised: the transaction is void, and this event is to be taken out of it."""

    def __init__(self, key: Key, cause: Exception) -> None:
        super().__init__(str(key))
        self.key, self.kind = key, type(cause).__name__


@dataclass(frozen=True, slots=True)
class _Row:
    """An inbox row that waits for its turn."""

    id: int
    key: Key
    address: str
    event: Event
    attempts: int
    due_at: datetime


@dataclass(slots=True)
class _Batch:
    """One transaction's work as it grows."""

    connection: Connection
    now: datetime
    failures: Mapping[Key, Failure]
    talks: dict[str, Conversation] = field(default_factory=dict)
    drafts: list[outbox.Draft] = field(default_factory=list)
    done: list[int] = field(default_factory=list)
    moved: dict[str, Conversation] = field(default_factory=dict)
    forgotten: set[str] = field(default_factory=set)


class Turns:
    """Turns events into replies, durably. Bound to a brain, not to a database."""

    def __init__(self, brain: Brain, language: str) -> None:
        """`language`: of a person we know nothing about yet."""
        self._brain, self._language = brain, language

    def too_fast(self, event: Event) -> Reply:
        """What somebody hears who says too much at once."""
        device = None if isinstance(event, Left) else negotiate(event.locale)
        return Reply(translate(device or self._language, _TOO_FAST))

    def take(
        self, connection: Connection, events: Sequence[Event], now: datetime,
        failures: Mapping[Key, Failure],
    ) -> list[Accepted]:
        """Store these events and take the turns of their conversations.

        Gives one Accepted an event, in order. Raises Failure for the first turn that raises.
        """
        fresh = _store(connection, events, now)
        addresses = sorted({str(e.sender) for e in events if _key(e) in fresh})
        deliveries = self._run(_Batch(connection, now, failures), addresses)
        by_cause = defaultdict(list)
        for delivery in deliveries:
            by_cause[delivery.cause].append(delivery)
        known = _known(connection, [e for e in events if _key(e) not in fresh])
        return [
            Accepted("new", tuple(by_cause[fresh.pop(_key(e))]))
            if _key(e) in fresh
            else Accepted("known", known.get(_key(e), ()))
            for e in events
        ]

    def take_waiting(
        self, connection: Connection, now: datetime, failures: Mapping[Key, Failure], most: int
    ) -> list[Delivery]:
        """Take the turns of conversations whose oldest event waits and is due."""
        waiting = (
            select(Inbox.address).distinct()
            .where(Inbox.state == "new", Inbox.due_at <= now).limit(most)
        )
        addresses = sorted(a for a in connection.scalars(waiting) if a)
        return self._run(_Batch(connection, now, failures), addresses)

    def _run(self, batch: _Batch, addresses: Sequence[str]) -> list[Delivery]:
        if not addresses:
            return []
        self._lock(batch, addresses)
        for address, rows in _waiting_rows(batch).items():
            self._take_in_order(batch, address, rows)
        return list(_save(batch))

    def _lock(self, batch: _Batch, addresses: Sequence[str]) -> None:
        """Lock these conversations, making new ones; who is busy elsewhere is left out."""
        found = batch.connection.execute(
            select(ConversationRow.__table__).where(ConversationRow.address.in_(addresses))
            .order_by(ConversationRow.address).with_for_update(skip_locked=True)
        )
        for row in found:
            batch.talks[row.address] = Conversation.from_json(
                Address.parse(row.address), row.person_id, row.language, row.state
            )
        missing = [a for a in addresses if a not in batch.talks]
        for address, person in self._begin(batch, missing):
            batch.talks[address] = Conversation(Address.parse(address), person, self._language)

    def _begin(self, batch: _Batch, addresses: Sequence[str]) -> list[tuple[str, str]]:
        """New conversations; the row itself decides when two processes meet the same person."""
        if not addresses:
            return []
        rows = [
            {"address": a, "person_id": uuid4().hex, "language": self._language,
             "state": {}, "heard_at": batch.now}
            for a in addresses
        ]
        begin = _insert_new(batch.connection, ConversationRow).returning(
            ConversationRow.address, ConversationRow.person_id
        )
        ours = [(a, p) for a, p in batch.connection.execute(begin, rows).tuples()]
        people = [{"id": p, "created_at": batch.now} for _a, p in ours]
        places = [
            {"id": a, "channel": Address.parse(a).channel, "person_id": p, "created_at": batch.now}
            for a, p in ours
        ]
        if ours:
            batch.connection.execute(insert(Person), people)
            batch.connection.execute(insert(Place), places)
        return ours

    def _take_in_order(self, batch: _Batch, address: str, rows: Sequence[_Row]) -> None:
        """The events of one conversation, oldest first; a waiting one holds back the rest."""
        for row in rows:
            if row.due_at > batch.now or address in batch.forgotten:
                return
            failure = batch.failures.get(row.key)
            if failure is None:
                self._turn(batch, address, row)
            elif not self._put_off(batch, row, failure):
                return

    def _turn(self, batch: _Batch, address: str, row: _Row) -> None:
        try:
            result = self._brain.take_turn(
                batch.talks[address], row.event, Transaction(batch.connection, batch.now)
            )
        except Exception as error:
            raise Failure(row.key, error) from error
        batch.done.append(row.id)
        to = batch.talks[address].address
        batch.drafts += [outbox.Draft(to, reply, row.id) for reply in result.replies]
        if result.conversation is None:
            batch.forgotten.add(address)
            batch.moved.pop(address, None)
            return
        batch.talks[address] = batch.moved[address] = result.conversation
        _note_presence(batch, address, row.event)

    def _put_off(self, batch: _Batch, row: _Row, failure: Failure) -> bool:
        """Keep a row whose turn raised for another try; after TRIES it is dead: one apology.

        True when it is dead, and the conversation may go on.
        """
        attempts = row.attempts + 1
        dead = attempts >= TRIES
        wait = timedelta(seconds=2 ** (attempts - 1))
        batch.connection.execute(
            update(Inbox).where(Inbox.id == row.id).values(
                attempts=attempts, error=failure.kind, due_at=batch.now + wait,
                state="dead" if dead else "new",
            )
        )
        if dead:
            talk = batch.talks[row.address]
            apology = Reply(translate(talk.language, _APOLOGY))
            batch.drafts.append(outbox.Draft(talk.address, apology, row.id))
        return dead


def _key(event: Event) -> Key:
    return event.sender.channel, event.id


def _insert_new(connection: Connection, table: type) -> Insert:
    """INSERT ... ON CONFLICT DO NOTHING, as both databases spell it."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    return dialect.insert(table).on_conflict_do_nothing()


def _store(connection: Connection, events: Sequence[Event], now: datetime) -> dict[Key, int]:
    """Insert what was never seen; gives the ids of the new rows by key, oldest first."""
    rows = [
        {
            "channel": e.sender.channel, "event_id": e.id, "address": str(e.sender),
            "payload": event_to_json(e), "received_at": now, "state": "new", "attempts": 0,
            "due_at": now,
        }
        for e in events
    ]
    # Several VALUES in one statement: rows come in order, a repeat inside the batch is skipped.
    stored = connection.execute(
        _insert_new(connection, Inbox).values(rows)
        .returning(Inbox.channel, Inbox.event_id, Inbox.id)
    )
    return {(channel, event_id): row_id for channel, event_id, row_id in stored.tuples()}


def _known(
    connection: Connection, events: Sequence[Event]
) -> dict[Key, tuple[Delivery, ...]]:
    """The replies that events got when they first came: a repeat gets the same again."""
    found = {}
    for event in events:
        replies = (
            select(Outbox.id, Outbox.body, Outbox.created_at, Outbox.inbox_id)
            .join(Inbox, Inbox.id == Outbox.inbox_id)
            .where(Inbox.channel == event.sender.channel, Inbox.event_id == event.id)
            .where(Inbox.address == str(event.sender), Outbox.body.is_not(None))
            .order_by(Outbox.id)
        )
        found[_key(event)] = tuple(
            Delivery(r.id, event.sender, reply_from_json(r.body), r.created_at, r.inbox_id)
            for r in connection.execute(replies)
        )
    return found


def _waiting_rows(batch: _Batch) -> dict[str, list[_Row]]:
    waiting = (
        select(Inbox.id, Inbox.channel, Inbox.event_id, Inbox.address, Inbox.payload,
               Inbox.attempts, Inbox.due_at)
        .where(Inbox.state == "new", Inbox.address.in_(list(batch.talks))).order_by(Inbox.id)
    )
    rows: defaultdict[str, list[_Row]] = defaultdict(list)
    for r in batch.connection.execute(waiting):
        event = event_from_json(r.event_id, Address.parse(r.address), r.payload)
        rows[r.address].append(
            _Row(r.id, (r.channel, r.event_id), r.address, event, r.attempts, r.due_at)
        )
    return rows


def _note_presence(batch: _Batch, address: str, event: Event) -> None:
    """Who left gets nothing more; who writes again gets what waited for that."""
    if isinstance(event, Left):
        outbox.cancel(batch.connection, [address], batch.now)
        values: dict[str, Any] = {"left_at": batch.now}
    elif isinstance(event, Joined):
        values = {"left_at": None}
    else:
        return
    batch.connection.execute(update(Place).where(Place.id == address).values(values))


def _save(batch: _Batch) -> tuple[Delivery, ...]:
    """Everything the turns left behind, in as few statements as there are tables."""
    connection = batch.connection
    if batch.moved:
        heard = update(ConversationRow).where(ConversationRow.address == bindparam("at"))
        connection.execute(heard, [
            {"at": a, "language": t.language, "state": t.to_json(), "heard_at": batch.now}
            for a, t in batch.moved.items()
        ])
        outbox.unpark(connection, list(batch.moved), batch.now)
    if batch.forgotten:
        connection.execute(
            delete(ConversationRow).where(ConversationRow.address.in_(batch.forgotten))
        )
    if batch.done:
        connection.execute(update(Inbox).where(Inbox.id.in_(batch.done)).values(state="done"))
    return outbox.add(connection, batch.drafts, batch.now)
