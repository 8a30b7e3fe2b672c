"""Remembers who had their data deleted, as hashes: a restored backup does not bring them back."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select

from bot.dialog import Transaction
from bot.models import Erasure
from bot.rows import dialect_of, insert_into


class Erasures:
    """When somebody was erased, by the SHA-256 of the random id they had."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection, self._now = transaction.connection, transaction.now

    def add(self, person_id: str) -> None:
        """Somebody is erased now."""
        self.keep({_digest(person_id): self._now})

    def at(self, person_id: str) -> datetime | None:
        """When this person was erased; None where nobody remembers that."""
        return self._connection.scalar(
            select(Erasure.at).where(Erasure.digest == _digest(person_id))
        )

    def all(self) -> dict[str, datetime]:
        """Everybody."""
        rows = self._connection.execute(select(Erasure.digest, Erasure.at))
        return {row.digest: row.at for row in rows}

    def keep(self, known: Mapping[str, datetime]) -> None:
        """Remember these as well; who was erased before was erased before."""
        rows = [{"digest": digest, "at": at} for digest, at in sorted(known.items())]
        if rows:
            new = insert_into(dialect_of(self._connection), Erasure).on_conflict_do_nothing()
            self._connection.execute(new, rows)

    def among(self, ids: Iterable[str], known: Mapping[str, datetime]) -> tuple[str, ...]:
        """Who of these people is among those that were erased."""
        return tuple(person_id for person_id in ids if _digest(person_id) in known)


def _digest(person_id: str) -> str:
    return sha256(person_id.encode()).hexdigest()
