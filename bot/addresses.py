"""What becomes of an address: its person left, or the platform gave it another name."""

from datetime import datetime

from sqlalchemy import Connection, select, update

from bot.lapsing import call_off
from bot.message import Address
from bot.models import (
    Allowance,
    Base,
    Conversation,
    Inbox,
    Outbox,
    Place,
    Question,
    Registration,
    Reminder,
    Transcript,
    WebLink,
)

_KNOWN_BY_IT: tuple[type[Base], ...] = (
    *(Outbox, Inbox, Conversation, Question, Allowance),
    *(Registration, Reminder, WebLink, Transcript),
)


def leave(connection: Connection, address: str, now: datetime) -> None:
    """They left or blocked us: what waited for them is not sent any more."""
    # First: this waits for a clock that just writes to them, and what follows sees its work.
    connection.execute(update(Place).where(Place.id == address).values(left_at=now))
    call_off(connection, now, "left", Outbox.address == address)


def move(connection: Connection, old: Address, new: Address, now: datetime) -> None:
    """The platform gave a chat another address: what we have of the old one belongs to it."""
    place = update(Place).where(Place.id == str(old))
    if connection.execute(select(Place.id).where(Place.id == str(new))).first() is not None:
        # They wrote from there already: that talk goes on, and gets what still waits.
        connection.execute(place.values(left_at=now))
        _rename(connection, Outbox, old, new)
        return
    connection.execute(place.values(id=str(new)))
    for table in _KNOWN_BY_IT:
        _rename(connection, table, old, new)


def _rename(connection: Connection, table: type[Base], old: Address, new: Address) -> None:
    address = table.metadata.tables[table.__tablename__].c.address
    connection.execute(update(table).where(address == str(old)).values(address=str(new)))
