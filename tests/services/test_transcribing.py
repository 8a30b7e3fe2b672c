"""Transcripts are written behind the turns, a bounded number of rows a look, and never stop."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, insert, select

from bot.database import Database
from bot.message import Address, Joined, Message
from bot.models import Base, Conversation, Inbox, Outbox
from bot.services.transcribing import AT_ONCE, transcribe
from bot.stored import event_to_json

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
ANNA = Address("web", "anna")
_LINE = Base.metadata.tables["transcript_line"]


def heard(database: Database, *events: Joined | Message) -> None:
    """All of them were answered."""
    rows: list[dict[str, Any]] = [
        {"channel": "web", "event_id": one.id, "address": str(ANNA), "state": "done"}
        | {"payload": event_to_json(one), "received_at": NOW, "due_at": NOW, "attempts": 0}
        for one in events
    ]
    with database.write() as connection:
        ids = connection.scalars(insert(Inbox).returning(Inbox.id), rows).all()
        said = {"channel": "web", "address": str(ANNA), "kind": "reply", "state": "sent"}
        said |= {"created_at": NOW, "due_at": NOW, "attempts": 1, "dialog": "help"}
        connection.execute(insert(Outbox), [said | {"inbox_id": one} for one in ids])


def lines(database: Database) -> int:
    with database.read() as connection:
        heard_ones = select(func.count()).where(_LINE.c.source == "inbox")
        return connection.scalar(heard_ones) or 0


def test_many_who_only_came_do_not_hold_up_what_was_said_after_them(database: Database) -> None:
    """Of somebody who came there is no line: looked at again and again, they filled every look."""
    database.upgrade()
    with database.write() as connection:
        talk = {"address": str(ANNA), "person_id": "anna", "language": "en", "state": {}}
        connection.execute(insert(Conversation).values(talk | {"heard_at": NOW}))
    heard(database, *(Joined(f"j{n}", ANNA, NOW) for n in range(AT_ONCE + 200)))
    heard(database, Message("m", ANNA, "Where is the garden?", NOW))
    for _look in range(3):
        transcribe(database, NOW, AT_ONCE)
    assert lines(database) == 1
