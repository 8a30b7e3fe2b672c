"""An event that came before: its row in the inbox, and the replies it got then."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, bindparam, select

from bot.batch import Key, key_of
from bot.channel import Delivery
from bot.message import Event
from bot.models import Base
from bot.stored import reply_from_json

_TABLES = Base.metadata.tables
_INBOX, _OUTBOX = _TABLES["inbox"], _TABLES["outbox"]
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
class Known:
    """An event that came before: its row, and the replies it got then."""

    row: int | None
    deliveries: tuple[Delivery, ...]


def known(connection: Connection, events: Sequence[Event]) -> dict[Key, Known]:
    """What events got when they first came: a repeat gets the same again."""
    return {
        key_of(event): Known(_first(connection, event), _replies(connection, event))
        for event in events
    }


def _first(connection: Connection, event: Event) -> int | None:
    channel, event_id = key_of(event)
    its = (_INBOX.c.channel == channel, _INBOX.c.event_id == event_id)
    # Only to whom it was from: nobody hears what another was told, whatever ids a platform makes.
    found = select(_INBOX.c.id).where(*its, _INBOX.c.address == str(event.sender))
    return connection.scalar(found)


def _replies(connection: Connection, event: Event) -> tuple[Delivery, ...]:
    asked = {"channel": event.sender.channel, "event_id": event.id, "sender": str(event.sender)}
    return tuple(
        Delivery(
            r.id, event.sender, replace(reply_from_json(r.body), ref=r.id), r.created_at, r.inbox_id
        )
        for r in connection.execute(_KNOWN, asked)
    )
