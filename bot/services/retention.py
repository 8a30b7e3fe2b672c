"""What is old is shredded: contents first, the keys that recognise repeats last."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, Text, cast, delete, null, update

from bot.database import Database
from bot.models import Conversation, Inbox, Outbox, Question

CONTENT = timedelta(hours=72)  # what was written and replied, kept for the person's own page
KEYS = timedelta(days=7)  # platforms may choose event ids anew after a quiet week
LEDGER = timedelta(days=30)  # what was delivered, without its text
QUESTIONS = timedelta(days=30)  # then without the person
SILENCE = timedelta(days=30)  # where a talk stands, and what it remembers, after the last word


def shred(database: Database, now: datetime) -> None:
    """Remove what has outlived its purpose. Running it twice changes nothing.

    Only rows that still hold something are touched: old ones are not written anew every hour.
    """
    with database.write() as connection:
        _shred_inbox(connection, now)
        _shred_outbox(connection, now)
        _shred_talks(connection, now)


def _shred_inbox(connection: Connection, now: datetime) -> None:
    finished = Inbox.state.in_(("done", "dead", "ignored"))
    connection.execute(delete(Inbox).where(finished, Inbox.received_at < now - KEYS))
    connection.execute(
        update(Inbox)
        .where(finished, Inbox.received_at < now - CONTENT, Inbox.payload.is_not(None))
        # None would be kept as JSON's null, which is something, and is read as an event.
        .values(payload=null())
    )


def _shred_outbox(connection: Connection, now: datetime) -> None:
    """What nobody came for in the time we keep texts is not sent any more: it has none."""
    waiting = Outbox.state.in_(("queued", "parked"))
    closed = Outbox.state.not_in(("queued", "sending", "parked"))
    connection.execute(
        update(Outbox)
        .where(waiting, Outbox.due_at < now - CONTENT)
        .values(state="expired", settled_at=now)
    )
    connection.execute(delete(Outbox).where(closed, Outbox.created_at < now - LEDGER))
    connection.execute(
        update(Outbox)
        .where(closed, Outbox.created_at < now - CONTENT, Outbox.body.is_not(None))
        .values(body=null())
    )


def _shred_talks(connection: Connection, now: datetime) -> None:
    connection.execute(
        update(Question)
        .where(Question.asked_at < now - QUESTIONS, Question.person_id.is_not(None))
        .values(person_id=None, address=None)
    )
    something = cast(Conversation.state, Text) != "{}"
    connection.execute(
        update(Conversation)
        .where(Conversation.heard_at < now - SILENCE, something)
        .values(state={})
    )
