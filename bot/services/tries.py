"""Failed tries, counted by what they come from: whoever guesses waits, each time longer.

They are counted for `browser:`, `name:` or `net:` something (signing in, sign_in.py), or for
`person:`, `address:` and what a code was for (guesses.py). Only hashes are kept, for a day.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from sqlalchemy import delete, select

from bot.dialog import Transaction
from bot.models import Base, SignInTry
from bot.rows import dialect_of, insert_into

FORGOTTEN: Final = timedelta(days=1)
_TRY = Base.metadata.tables["sign_in_try"]


@dataclass(frozen=True, slots=True)
class Patience:
    """So many failures are free; then one waits `first`, twice as long, ... `most`."""

    free: int
    first: timedelta
    most: timedelta


_SIGN_IN = Patience(5, timedelta(seconds=1), timedelta(minutes=15))
_CODE = Patience(8, timedelta(minutes=2), timedelta(hours=1))
_PATIENCE: Final = {
    "browser": _SIGN_IN,
    "name": _SIGN_IN,
    "net": Patience(20, _SIGN_IN.first, _SIGN_IN.most),
    "person": _CODE,
    "address": _CODE,
}


class Tries:
    """Failed tries of all kinds."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection, self._now = transaction.connection, transaction.now

    def wait(self, keys: Sequence[str]) -> timedelta:
        """How long until the next try counts; zero: now."""
        kept = {_hashed(key): _PATIENCE[key.partition(":")[0]] for key in keys}
        wanted = select(_TRY).where(_TRY.c.key.in_(kept), _TRY.c.last_at > self._now - FORGOTTEN)
        rows = self._connection.execute(wanted)
        waits = (_until(kept[r.key], r.failures, r.last_at) - self._now for r in rows)
        return max((*waits, timedelta(0)))

    def failed(self, keys: Sequence[str]) -> Mapping[str, int]:
        """One more for each; gives how many there are now. A row of yesterday begins anew."""
        self._connection.execute(delete(_TRY).where(_TRY.c.last_at <= self._now - FORGOTTEN))
        return {key: self._one_more(_hashed(key)) for key in sorted(keys, key=_hashed)}

    def _one_more(self, hashed: str) -> int:
        row = {"key": hashed, "failures": 1, "last_at": self._now}
        first = insert_into(dialect_of(self._connection), SignInTry).values(row)
        again = {"failures": SignInTry.failures + 1, "last_at": self._now}
        done = first.on_conflict_do_update(index_elements=["key"], set_=again)
        return int(self._connection.scalars(done.returning(SignInTry.failures)).one())

    def forget(self, keys: Sequence[str]) -> None:
        """They got in: what they mistyped before is forgiven; a network's tries are not."""
        own = [_hashed(key) for key in keys if not key.startswith("net:")]
        self._connection.execute(delete(_TRY).where(_TRY.c.key.in_(own)))


def _until(patience: Patience, failures: int, last_at: datetime) -> datetime:
    """When the next try counts: at once within what is free."""
    beyond = failures - patience.free
    if beyond < 0:
        return last_at
    longer: int = 2 ** min(beyond, 20)
    return last_at + min(patience.first * longer, patience.most)


def _hashed(key: str) -> str:
    """Neither a network nor a name that somebody typed is kept as it is."""
    return sha256(key.encode("utf-8", "replace")).hexdigest()
