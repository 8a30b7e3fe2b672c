"""What staff and the house do, written down in a chain that shows when it was tampered with.

Each entry holds the hash of the one before. Whoever holds a later hash (printed, mailed, posted)
can tell whether anything before it was changed, taken out or put in.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import Connection, Row, insert, select, text

from bot.dialog import Transaction
from bot.models import Base

GENESIS = "0" * 64  # what the first entry follows
_TABLE = Base.metadata.tables["audit_entry"]
_LOCK = 7_220_418  # any number, the same in every process
_HASHED = ("actor", "action", "object", "detail", "before_sha", "after_sha", "prev_hash")


@dataclass(frozen=True, slots=True)
class Entry:
    """Who did what to what. `before`, `after`: the object's hash, see sha_of(); "" for nothing."""

    actor: str
    action: str
    object: str
    detail: str = ""
    before: str = ""
    after: str = ""


def sha_of(value: Any) -> str:
    """The SHA-256 of a plain value as JSON with sorted keys, the same everywhere."""
    return hashlib.sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)).hexdigest()


class Audit:
    """The chain, bound to a transaction: an entry stands or falls with what was done."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection, self._now = transaction.connection, transaction.now

    def write(self, entry: Entry) -> str:
        """Append an entry; gives its hash. Others who append wait until this is committed."""
        if self._connection.dialect.name != "sqlite":  # there, one writes at a time anyway
            self._connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _LOCK})
        row = {
            "at": self._now,
            "actor": entry.actor,
            "action": entry.action,
            "object": entry.object,
            "detail": entry.detail,
            "before_sha": entry.before,
            "after_sha": entry.after,
            "prev_hash": head(self._connection),
        }
        row["hash"] = _hash(self._now, row)
        self._connection.execute(insert(_TABLE).values(row))
        return str(row["hash"])

    def of(self, object_: str) -> tuple[Row[Any], ...]:
        """The entries about an object, oldest first."""
        wanted = select(_TABLE).where(_TABLE.c.object == object_).order_by(_TABLE.c.id)
        return tuple(self._connection.execute(wanted))


def head(connection: Connection) -> str:
    """The hash of the last entry; GENESIS when there is none."""
    last = select(_TABLE.c.hash).order_by(_TABLE.c.id.desc()).limit(1)
    return connection.scalar(last) or GENESIS


def verify(connection: Connection, known: str = "") -> Iterator[str]:
    """What is wrong with the chain, one finding a line; nothing when it holds.

    `known`: a hash somebody kept; it must be in the chain.
    """
    before, seen = GENESIS, {GENESIS}
    for row in connection.execute(select(_TABLE).order_by(_TABLE.c.id)):
        if row.prev_hash != before:
            yield f"{row.id}: does not follow the entry before it"
        if row.hash != _hash(row.at, row._mapping):
            yield f"{row.id}: was changed after it was written"
        before = row.hash
        seen.add(before)
    if known and known not in seen:
        yield f"{known}: is not in the chain (any more)"


def _hash(at: datetime, row: Any) -> str:
    """Of the moment and the words of an entry, each with its length: no two entries read alike."""
    values = [at.astimezone(UTC).isoformat(timespec="microseconds"), *(row[n] for n in _HASHED)]
    return hashlib.sha256(orjson.dumps(values)).hexdigest()
