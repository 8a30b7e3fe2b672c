"""What is kept of a person: all of it in one file, or gone.

KEPT lists every table that knows people; a test fails when a table is missing from it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, delete, null, select, update

from bot.dialog import Transaction
from bot.models import Base, Conversation, Inbox, Outbox, Person, Place, Question


@dataclass(frozen=True, slots=True)
class _Trace:
    """One table that knows people, and how a person's rows are found and erased in it."""

    table: type[Base]
    of: Callable[[str, list[str]], ColumnElement[bool]]  # person id, addresses
    blank: Mapping[str, Any] | None = None  # values laid over instead of deleting the row


# Children before parents. An inbox row stays without its content, so that a platform's retry
# of an old message does not bring the person back.
KEPT = (
    _Trace(Question, lambda person, _at: Question.person_id == person),
    _Trace(
        Inbox,
        lambda _person, at: Inbox.address.in_(at),
        {"address": None, "payload": null(), "state": "ignored"},
    ),
    _Trace(Outbox, lambda _person, at: Outbox.address.in_(at)),
    _Trace(Conversation, lambda _person, at: Conversation.address.in_(at)),
    _Trace(Place, lambda person, _at: Place.person_id == person),
    _Trace(Person, lambda person, _at: Person.id == person),
)


class Privacy:
    """A person's rights over what we keep."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection: Connection = transaction.connection

    def export(self, person_id: str) -> dict[str, list[dict[str, Any]]]:
        """Every row about the person, by table, as plain JSON values."""
        addresses = self._addresses(person_id)
        found = {}
        for trace in KEPT:
            rows = self._connection.execute(
                select(_table(trace)).where(trace.of(person_id, addresses))
            )
            found[trace.table.__tablename__] = [
                {str(key): _plain(_shown(key, value)) for key, value in row.items()}
                for row in rows.mappings()
            ]
        return found

    def erase(self, person_id: str) -> None:
        """Remove the person everywhere; what waited to be sent to them is gone too."""
        addresses = self._addresses(person_id)
        for trace in KEPT:
            whose = trace.of(person_id, addresses)
            self._connection.execute(
                update(_table(trace)).where(whose).values(**trace.blank)
                if trace.blank
                else delete(_table(trace)).where(whose)
            )

    def _addresses(self, person_id: str) -> list[str]:
        return list(self._connection.scalars(select(Place.id).where(Place.person_id == person_id)))


def _table(trace: _Trace) -> Table:
    return trace.table.metadata.tables[trace.table.__tablename__]


def _shown(column: str, value: Any) -> Any:
    """Files we sent are named, not repeated: each export would hold all earlier ones once more."""
    if column != "body" or not value or "attachments" not in value:
        return value
    files = [{k: v for k, v in file.items() if k != "base64"} for file in value["attachments"]]
    return value | {"attachments": files}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, (date, datetime)) else value
