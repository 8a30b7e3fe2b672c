"""What is old is shredded: contents first, the keys that recognise repeats last."""

from datetime import datetime, timedelta

from sqlalchemy import delete, update

from bot.database import Database
from bot.models import Inbox, Outbox, Question

CONTENT = timedelta(hours=72)  # what was written and replied, kept for the person's own page
KEYS = timedelta(days=7)  # platforms may choose event ids anew after a quiet week
LEDGER = timedelta(days=30)  # what was delivered, without its text
QUESTIONS = timedelta(days=30)  # then without the person


def shred(database: Database, now: datetime) -> None:
    """Remove what has outlived its purpose. Running it twice changes nothing."""
    finished = Inbox.state.in_(("done", "dead", "ignored"))
    closed = Outbox.state.not_in(("queued", "sending", "parked"))
    with database.write() as connection:
        connection.execute(
            update(Inbox).where(finished, Inbox.received_at < now - CONTENT).values(payload=None)
        )
        connection.execute(delete(Inbox).where(finished, Inbox.received_at < now - KEYS))
        connection.execute(
            update(Outbox).where(closed, Outbox.created_at < now - CONTENT).values(body=None)
        )
        connection.execute(delete(Outbox).where(closed, Outbox.created_at < now - LEDGER))
        connection.execute(
            update(Question)
            .where(Question.asked_at < now - QUESTIONS)
            .values(person_id=None, address=None)
        )
