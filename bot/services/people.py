"""People: who wants no message that we start ourselves, and which addresses are one person's."""

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from sqlalchemy import func, insert, select, update

from bot import outbox
from bot.dialog import Transaction
from bot.lapsing import call_off
from bot.message import Address, Reply
from bot.models import Conversation, Outbox, Person, Place
from bot.services.keys import Keys
from bot.services.privacy import KEPT

UNASKED = ("reminder", "broadcast")  # kinds of messages that nobody asked for at that moment


class People:
    """What may be changed about a person."""

    def __init__(self, transaction: Transaction, keys: Keys) -> None:
        self._transaction, self._keys = transaction, keys
        self._connection = transaction.connection

    def stop(self, person_id: str) -> None:
        """From now on we only answer this person; what already waits to be said first is not."""
        self._set_stopped(person_id, self._transaction.now)
        places = select(Place.id).where(Place.person_id == person_id)
        theirs = (Outbox.address.in_(places), Outbox.kind.in_(UNASKED))
        call_off(self._connection, self._transaction.now, "stopped", *theirs)

    def resume(self, person_id: str) -> None:
        """The person wants to hear from us again."""
        self._set_stopped(person_id, None)

    def addresses(self, person_id: str) -> tuple[Address, ...]:
        """Where this person writes to us, oldest first."""
        theirs = select(Place.id).where(Place.person_id == person_id)
        found = self._connection.scalars(theirs.order_by(Place.created_at, Place.id))
        return tuple(Address.parse(address) for address in found)

    def language(self, person_id: str) -> str | None:
        """What was spoken with them last; None for somebody who never spoke."""
        talks = select(Conversation.language).where(Conversation.person_id == person_id)
        return self._connection.scalar(talks.order_by(Conversation.heard_at.desc()).limit(1))

    def language_at(self, address: Address) -> str | None:
        """What is spoken there; None where nobody has spoken yet."""
        talk = select(Conversation.language).where(Conversation.address == str(address))
        return self._connection.scalar(talk)

    def speak(self, person_id: str, language: str) -> None:
        """The person chose this language: it holds wherever they write."""
        talks = update(Conversation).where(Conversation.person_id == person_id)
        self._connection.execute(talks.values(language=language))

    def join(self, person_id: str, other_id: str) -> None:
        """Both are one human: whatever belongs to the other is this person's from now on."""
        self._hold_talks(person_id, other_id)
        for trace in KEPT:
            columns = trace.table.metadata.tables[trace.table.__tablename__].c
            if trace.join is not None:
                trace.join(self._transaction, self._keys, person_id, other_id)
            elif "person_id" in columns:
                theirs = update(trace.table).where(columns.person_id == other_id)
                self._connection.execute(theirs.values(person_id=person_id))
        self._stop_like(person_id, other_id)
        self._told_like(person_id, other_id)

    def tell(self, addresses: Sequence[Address], reply: Reply) -> None:
        """Say something where they did not just write."""
        drafts = [outbox.Draft(to, reply, kind="confirmation") for to in addresses]
        outbox.add(self._connection, drafts, self._transaction.now)

    def part(self, address: Address) -> str:
        """This address is somebody else's from now on; gives the new person's id."""
        person_id = uuid4().hex
        row = {"id": person_id, "created_at": self._transaction.now}
        self._connection.execute(insert(Person).values(row))
        place = update(Place).where(Place.id == str(address))
        talk = update(Conversation).where(Conversation.address == str(address))
        for change in (place, talk):
            self._connection.execute(change.values(person_id=person_id))
        return person_id

    def _hold_talks(self, *people: str) -> None:
        """Nobody takes a turn for them elsewhere while they become one."""
        talks = select(Conversation.address).where(Conversation.person_id.in_(people))
        self._connection.execute(talks.order_by(Conversation.address).with_for_update()).all()

    def _stop_like(self, person_id: str, other_id: str) -> None:
        """Who stopped us once is not written to because of another address."""
        other = select(Person.stopped_at).where(Person.id == other_id)
        stopped_at = self._connection.scalar(other)
        if stopped_at is not None:
            self._set_stopped(person_id, stopped_at)

    def _told_like(self, person_id: str, other_id: str) -> None:
        """What only the other has told us of their clock and nights holds from now on."""
        wanted = select(Person.zone, Person.quiet).where(Person.id == other_id)
        for told in self._connection.execute(wanted):
            known = update(Person).where(Person.id == person_id)
            self._connection.execute(
                known.values(
                    zone=func.coalesce(Person.zone, told.zone),
                    quiet=func.coalesce(Person.quiet, told.quiet),
                )
            )

    def _set_stopped(self, person_id: str, at: datetime | None) -> None:
        self._connection.execute(update(Person).where(Person.id == person_id).values(stopped_at=at))
