"""Finds entries of the audit chain: by who did it, by what it was done to, a page at a time."""

from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Row, select

from bot.dialog import Transaction
from bot.models import Base

PAGE: Final = 50
_TABLE = Base.metadata.tables["audit_entry"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries: all that begin so, and are older than the entry `before`."""

    actor: str = ""  # staff:anna, cli:, house
    about: str = ""  # poll:bike-lanes, staff:
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """Entries, newest first. `older`: what to ask for to see more; None at the end."""

    rows: tuple[Row[Any], ...] = field(default=())
    older: int | None = None


class Trail:
    """The chain, read backwards."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection

    def find(self, wanted: Wanted, most: int = PAGE) -> Found:
        """A page of entries."""
        column = _TABLE.c
        query = select(_TABLE).order_by(column.id.desc()).limit(most + 1)
        if wanted.actor:
            query = query.where(column.actor.startswith(wanted.actor, autoescape=True))
        if wanted.about:
            query = query.where(column.object.startswith(wanted.about, autoescape=True))
        if wanted.before is not None:
            query = query.where(column.id < wanted.before)
        rows = tuple(self._connection.execute(query))
        return Found(rows[:most], rows[most - 1].id if len(rows) > most else None)
