"""The mailbox of channels whose people come and fetch: delivered is what was fetched."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, and_, or_, select, update

from bot.bodies import BODY, UNDER_WAY
from bot.channel import Delivery, Said
from bot.database import Database
from bot.message import Address, Choice, Message, Reply
from bot.models import Inbox, Outbox
from bot.outbox import OPEN, delivery_of
from bot.stored import event_from_json, reply_from_json

SHOWN = 200  # lines of a transcript we give back
_WAITS = Outbox.state.in_(("queued", "parked"))


class DatabaseMailbox:
    """The outbox of channels whose people come and fetch; see channel.Mailbox."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database, self._now = database, now

    async def since(self, to: Address, after: int) -> tuple[Delivery, ...]:
        """The deliveries to this address with an id above `after`, oldest first."""
        return await asyncio.to_thread(self._since, to, after)

    async def fetched(self, to: Address, up_to: int) -> None:
        """Settle everything up to this id as sent: the device told us that it has it."""
        await asyncio.to_thread(self._fetched, to, up_to)

    async def transcript(self, of: Address) -> tuple[Said, ...]:
        """Both sides of the talk as far as they are kept, oldest first."""
        return await asyncio.to_thread(self._transcript, of)

    async def choice(self, of: Address, ref: int, place: int) -> Choice | None:
        """The choice at that place of a delivery to this address, while its text is kept."""
        said = await asyncio.to_thread(self._said, of, ref)
        return said.choices[place] if said and 0 <= place < len(said.choices) else None

    async def several(self, of: Address, ref: int) -> tuple[Choice, ...]:
        """The choices of a delivery to this address that may be picked at once, while kept."""
        said = await asyncio.to_thread(self._said, of, ref)
        return said.several if said else ()

    def _said(self, of: Address, ref: int) -> Reply | None:
        theirs = (Outbox.id == ref, Outbox.address == str(of), UNDER_WAY)
        with self._database.read() as connection:
            body = connection.scalar(select(BODY).where(*theirs))
        return reply_from_json(body) if body else None

    def _since(self, to: Address, after: int) -> tuple[Delivery, ...]:
        wanted = _shown(to).where(Outbox.id > after).order_by(Outbox.id)
        with self._database.read() as connection:
            return tuple(delivery_of(row) for row in connection.execute(wanted))

    def _fetched(self, to: Address, up_to: int) -> None:
        waiting = and_(Outbox.address == str(to), Outbox.id <= up_to, _WAITS, UNDER_WAY)
        with self._database.read() as connection:
            if connection.execute(select(Outbox.id).where(waiting).limit(1)).first() is None:
                return
        with self._database.write() as connection:
            connection.execute(
                update(Outbox)
                .where(waiting)
                .values(state="sent", settled_at=self._now(), attempts=1)
            )

    def _transcript(self, of: Address) -> tuple[Said, ...]:
        heard = (
            select(Inbox.id, Inbox.event_id, Inbox.payload, Inbox.received_at)
            .where(Inbox.address == str(of), Inbox.payload.is_not(None))
            .order_by(Inbox.id.desc())
            .limit(SHOWN)
        )
        replied = _shown(of).order_by(Outbox.id.desc())
        with self._database.read() as connection:
            lines = [_heard(of, row) for row in connection.execute(heard)]
            deliveries = [delivery_of(row) for row in connection.execute(replied)]
        said = [Said(False, d.reply, d.at, d.id) for d in deliveries]
        both = [line for line in lines if line] + said
        return tuple(sorted(both, key=lambda s: (s.at, not s.by_person, s.id)))


def _shown(to: Address) -> Select[Any]:
    columns = (Outbox.id, Outbox.address, Outbox.inbox_id, Outbox.created_at)
    there = or_(Outbox.state.in_(OPEN), Outbox.state == "sent")
    return (
        select(*columns, BODY.label("body"))
        .where(Outbox.address == str(to), BODY.is_not(None), there, UNDER_WAY)
        .limit(SHOWN)
    )


def _heard(of: Address, row: Row[Any]) -> Said | None:
    event = event_from_json(row.event_id, of, row.payload)
    if not isinstance(event, Message):
        return None
    return Said(True, Reply(event.text), row.received_at, row.id)
