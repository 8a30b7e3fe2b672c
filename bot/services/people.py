"""People: who wants no message that we start ourselves."""

from datetime import datetime

from sqlalchemy import update

from bot.dialog import Transaction
from bot.models import Person


class People:
    """What may be changed about a person."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def stop(self, person_id: str) -> None:
        """From now on we only answer this person."""
        self._set_stopped(person_id, self._transaction.now)

    def resume(self, person_id: str) -> None:
        """The person wants to hear from us again."""
        self._set_stopped(person_id, None)

    def _set_stopped(self, person_id: str, at: datetime | None) -> None:
        self._transaction.connection.execute(
            update(Person).where(Person.id == person_id).values(stopped_at=at)
        )
