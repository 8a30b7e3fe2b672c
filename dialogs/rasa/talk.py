"""Who is talking through a Rasa server, and where that talk stands with us.

Rasa keeps the forms and the history; ours are the person, the language and the memory.
"""

from datetime import datetime
from uuid import uuid4

from sqlalchemy import Connection, insert, select, update

from bot.conversation import Conversation
from bot.message import Address
from bot.models import Conversation as ConversationRow
from bot.models import Person, Place
from bot.rows import dialect_of, insert_into

CHANNEL = "rasa"


def address_of(sender_id: str) -> Address:
    """The address of a sender: always on a channel of its own, `rasa:anna`.

    Whoever reaches a Rasa server's REST channel chooses the sender freely: `telegram:42` must
    not open the talk of the person who has that address here.
    """
    return Address(CHANNEL, sender_id.removeprefix(f"{CHANNEL}:") or sender_id)


def load(connection: Connection, address: Address, language: str, now: datetime) -> Conversation:
    """Where the talk stands, locked until the transaction ends; a new one begins in `language`."""
    _begin(connection, address, language, now)
    row = connection.execute(
        select(ConversationRow.__table__)
        .where(ConversationRow.address == str(address))
        .with_for_update()
    ).one()
    return Conversation.from_json(address, row.person_id, row.language, row.state)


def _begin(connection: Connection, address: Address, language: str, now: datetime) -> None:
    """Unless we have met: the row itself decides when two requests meet the same person."""
    met = connection.execute(
        insert_into(dialect_of(connection), ConversationRow)
        .on_conflict_do_nothing()
        .values(
            address=str(address), person_id=uuid4().hex, language=language, state={}, heard_at=now
        )
        .returning(ConversationRow.person_id)
    ).scalar()
    if met is None:
        return
    connection.execute(insert(Person).values(id=met, created_at=now))
    connection.execute(
        insert(Place).values(
            id=str(address), channel=address.channel, person_id=met, created_at=now
        )
    )


def save(connection: Connection, conversation: Conversation, now: datetime) -> None:
    """Keep where the talk stands."""
    connection.execute(
        update(ConversationRow)
        .where(ConversationRow.address == str(conversation.address))
        .values(language=conversation.language, state=conversation.to_json(), heard_at=now)
    )
