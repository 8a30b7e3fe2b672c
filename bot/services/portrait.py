"""All that the team may see of one person: where they write, what they agreed to, what waits.

What somebody takes part in by voting is nobody's business, and is not in it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from bot.dialog import Transaction
from bot.models import Base
from bot.services.acquaintances import Acquaintances, Known
from bot.services.consents import Consents, Given
from bot.services.reminders import Reminder, Reminders

_TABLES = Base.metadata.tables
_PLACE, _TALK, _TRANSCRIPT = (_TABLES[name] for name in ("address", "conversation", "transcript"))
_REGISTRATION, _EVENT, _REMINDER = (_TABLES[n] for n in ("registration", "event", "reminder"))


@dataclass(frozen=True, slots=True)
class Spot:
    """Where they write. `number`: of the conversation there, None where none is kept."""

    address: str
    channel: str
    since: datetime
    left_at: datetime | None
    language: str | None
    heard_at: datetime | None
    number: int | None


@dataclass(frozen=True, slots=True)
class Booking:
    """A registration; `title` of its event by language."""

    event_id: str
    title: dict[str, str]
    starts_at: datetime
    status: str
    seats: int
    reference: str | None
    requested_at: datetime


@dataclass(frozen=True, slots=True)
class Portrait:
    """One person. `follows`: of how many polls they want to hear the result; `digest`: of the team.

    `zone` and `quiet`: what they told us of their clock; None where they did not.
    """

    known: Known
    spots: tuple[Spot, ...]
    consents: tuple[Given, ...]
    reminders: tuple[Reminder, ...]
    bookings: tuple[Booking, ...]
    contacts: int
    follows: int
    digest: bool
    zone: str | None
    quiet: str | None


class Portraits:
    """Of everybody."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction, self._connection = transaction, transaction.connection

    def get(self, person_id: str) -> Portrait | None:
        """One of them; None where there is no such person (any more)."""
        known = Acquaintances(self._transaction).get(person_id)
        if known is None:
            return None
        person = _TABLES["person"].c
        told = select(person.zone, person.quiet).where(person.id == person_id)
        zone, quiet = self._connection.execute(told).one()
        return Portrait(
            known,
            self._spots(person_id),
            Consents(self._transaction).of_person(person_id),
            Reminders(self._transaction).history(_REMINDER.c.person_id == person_id),
            self._bookings(person_id),
            contacts=self._count("contact", person_id),
            follows=self._count("poll_follower", person_id),
            digest=bool(self._count("staff_digest", person_id)),
            zone=zone,
            quiet=quiet,
        )

    def _spots(self, person_id: str) -> tuple[Spot, ...]:
        place, talk = _PLACE.c, _TALK.c
        wanted = (
            select(place.id, place.channel, place.created_at, place.left_at)
            .add_columns(talk.language, talk.heard_at, _TRANSCRIPT.c.id.label("number"))
            .outerjoin(_TALK, talk.address == place.id)
            .outerjoin(_TRANSCRIPT, _TRANSCRIPT.c.address == place.id)
            .where(place.person_id == person_id)
            .order_by(place.created_at, place.id)
        )
        return tuple(Spot(*row) for row in self._connection.execute(wanted))

    def _bookings(self, person_id: str) -> tuple[Booking, ...]:
        held, event = _REGISTRATION.c, _EVENT.c
        columns = (event.id, event.title, event.starts_at, held.status, held.seats, held.reference)
        wanted = (
            select(*columns, held.requested_at)
            .join(_EVENT, event.id == held.event_id)
            .where(held.person_id == person_id)
            .order_by(event.starts_at.desc(), event.id)
        )
        return tuple(Booking(*row) for row in self._connection.execute(wanted))

    def _count(self, table: str, person_id: str) -> int:
        rows: Any = _TABLES[table]
        wanted = select(func.count()).select_from(rows).where(rows.c.person_id == person_id)
        return int(self._connection.scalar(wanted) or 0)
