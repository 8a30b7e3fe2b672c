"""Takes the turns of a batch inside one transaction, and knows what follows when one raises."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, Protocol

import orjson
from sqlalchemy import Connection, null

from bot import outbox
from bot.at_once import NOWHERE, Added, Rooms
from bot.batch import (
    Batch,
    Key,
    Row,
    due,
    forget,
    keep_for_later,
    key_of,
    lock,
    note_presence,
    put_off,
    save,
    settle_strangers,
    store,
    waiting,
)
from bot.channel import Accepted, Delivery
from bot.conversation import Conversation
from bot.dialog import Transaction
from bot.engine import Result
from bot.i18n import _, negotiate, translate
from bot.message import Capabilities, Event, Left, Reply
from bot.repeats import known
from bot.stored import reply_to_json

Status = Literal["new", "known"]
TRIES = 5
_APOLOGY = _(
    "I am sorry, something went wrong on our side and I could not handle your message. "
    "Our team can see it. Please try again in other words."
)
_TOO_FAST = _("That was a lot at once. Please wait a moment, then go on.")


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


@dataclass(slots=True)
class Trouble:
    """What earlier tries at the same batch ran into.

    failures  events whose turn raised, to be put off
    careful   something could not be stored: each turn is looked at as the database will
    """

    failures: dict[Key, Failure] = field(default_factory=dict)
    careful: bool = False
    deadlocks: int = 0


@dataclass(frozen=True, slots=True)
class Taken:
    """What a batch came to.

    accepted  what became of each event, in order
    added     all that is said for it, also to who waited before
    """

    accepted: Sequence[Accepted]
    added: Added


class Turns:
    """Turns events into replies, durably. Bound to a brain, not to a database."""

    def __init__(
        self, brain: Brain, language: str, reach: Mapping[str, Capabilities] | None = None
    ) -> None:
        """`language`: of a person we know nothing about yet; `reach`: what each channel can do."""
        self._brain, self._language = brain, language
        self._reach = {} if reach is None else reach  # filled after us: channels need the inbox

    def too_fast(self, event: Event, spoken: str | None) -> Reply:
        """What somebody hears who says too much at once; `spoken`: the language of their talk."""
        device = None if isinstance(event, Left) else negotiate(event.locale)
        return Reply(translate(spoken or device or self._language, _TOO_FAST))

    def take(
        self,
        connection: Connection,
        events: Sequence[Event],
        now: datetime,
        trouble: Trouble,
        rooms: Rooms = NOWHERE,
    ) -> Taken:
        """Store these events and take the turns of their conversations.

        `rooms`: how many replies may be sent by us at once. Raises Failure for the first turn that
        raises.
        """
        batch = Batch(connection, now, self._reach, rooms)
        fresh = store(batch, events)
        settle_strangers(batch)
        addresses = sorted({row.address for row in batch.fresh})
        added = self._run(batch, addresses, trouble)
        replies: defaultdict[int | None, list[Delivery]] = defaultdict(list)
        for delivery in added.deliveries:
            replies[delivery.cause].append(delivery)
        repeated = known(connection, [e for e in events if key_of(e) not in fresh])
        accepted, seen = [], set(repeated)
        for event in events:
            key = key_of(event)
            status: Status = "known" if key in seen else "new"
            seen.add(key)
            row = repeated[key].row if key in repeated else fresh[key]
            told = repeated[key].deliveries if key in repeated else replies[row]
            ours = tuple(d for d in told if d.to == event.sender)
            accepted.append(Accepted(status, ours, row=row))
        return Taken(accepted, added)

    def take_waiting(
        self,
        connection: Connection,
        now: datetime,
        trouble: Trouble,
        most: int,
        rooms: Rooms = NOWHERE,
    ) -> Taken:
        """Take the turns of conversations whose oldest event waits and is due."""
        batch = Batch(connection, now, self._reach, rooms)
        return Taken((), self._run(batch, due(batch, most), trouble))

    def _run(self, batch: Batch, addresses: Sequence[str], trouble: Trouble) -> Added:
        if not addresses:
            return Added()
        lock(batch, addresses, self._language)
        for rows in waiting(batch).values():
            self._take_in_order(batch, rows, trouble)
        return save(batch)

    def _take_in_order(self, batch: Batch, rows: Sequence[Row], trouble: Trouble) -> None:
        """The events of one conversation, oldest first; a waiting one holds back the rest."""
        for place, row in enumerate(rows):
            if row.due_at > batch.now:
                return
            why = trouble.failures[row.key].kind if row.key in trouble.failures else row.unreadable
            if not why:
                self._turn(batch, row, trouble.careful)
            elif not self._put_off(batch, row, why):
                return
            if row.address in batch.forgotten:
                keep_for_later(batch, rows[place + 1 :])
                return

    def _turn(self, batch: Batch, row: Row, careful: bool) -> None:
        talk = batch.talks[row.address]
        try:
            assert row.event is not None  # noqa: S101 - rows that cannot be read do not get here
            transaction = Transaction(batch.connection, batch.now, row.received_at)
            result = self._brain.take_turn(talk, row.event, transaction)
            if careful:
                _try_to_store(result)
        except Exception as error:
            raise Failure(row.key, error) from error
        batch.done.add(row.id)
        batch.private += [row.id] if result.private else []
        due_at = batch.due_at(talk.address.channel)
        drafts = [
            outbox.Draft(talk.address, reply, row.id, due_at=due_at, dialog=result.dialog)
            for reply in result.replies
        ]
        if result.conversation is None:
            forget(batch, row.address, drafts)
            return
        batch.drafts += drafts
        batch.talks[row.address] = batch.moved[row.address] = result.conversation
        batch.heard.append(row.event)
        note_presence(batch, row.address, row.event)

    def _put_off(self, batch: Batch, row: Row, why: str) -> bool:
        """Keep a row whose turn raised for another try; after TRIES it is dead: one apology.

        True when it is dead, and the conversation may go on.
        """
        attempts = row.attempts + 1
        dead = attempts >= TRIES
        wait = timedelta(seconds=2 ** (attempts - 1))
        put_off(
            batch,
            row,
            attempts=attempts,
            error=why,
            due_at=batch.now + wait,
            state="dead" if dead else "new",
        )
        if dead:
            talk = batch.talks[row.address]
            if (
                talk.forms
            ):  # an answer to a form may be a vote, or personal: nobody needs to read it
                put_off(batch, row, payload=null())
            apology = Reply(translate(talk.language, _APOLOGY))
            batch.drafts.append(outbox.Draft(talk.address, apology, row.id))
        return dead


def _try_to_store(result: Result) -> None:
    """Raises TypeError for what the database could not keep, while we know whose it is."""
    orjson.dumps([reply_to_json(reply) for reply in result.replies])
    if result.conversation is not None:
        orjson.dumps(result.conversation.to_json())
