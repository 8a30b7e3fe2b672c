"""Tokens that programs show: made once, kept as a hash, with scopes, an end, and a last use.

A token reads `citybot_<number>_<secret>`: the number finds its row, the secret is compared in
constant time. Scanners that look for leaked secrets know it by its first word.
"""

import hmac
import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import Row, insert, select, update

from bot.dialog import Invalid, Transaction
from bot.i18n import _
from bot.models import Base
from bot.services.audit import Audit, Entry
from bot.services.scopes import SCOPES

DAYS: Final = (30, 90, 365)  # what the page offers
LONGEST: Final = 3650  # days
FRESH: Final = timedelta(minutes=1)
"""A use a minute is written down, not every one."""

_TABLE = Base.metadata.tables["api_token"]
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}", re.ASCII)
_WRITTEN = re.compile(r"citybot_([0-9]{1,17})_([A-Za-z0-9_-]{43})", re.ASCII)
_NOBODY = "0" * 64


@dataclass(frozen=True, slots=True)
class Token:
    """One of them, without what opens the door."""

    id: int
    name: str
    scopes: tuple[str, ...]
    made_by: str
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None

    @property
    def actor(self) -> str:
        """As the audit names it."""
        return f"token:{self.name}"

    def is_good(self, at: datetime) -> bool:
        """Whether it opens anything at that moment."""
        return self.revoked_at is None and at < self.expires_at


@dataclass(frozen=True, slots=True)
class Wish:
    """What a new token is to be."""

    name: str
    scopes: Collection[str]
    days: int


class ApiTokens:
    """All of them, bound to a transaction. What changes one is audited in the same."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection, self._now = transaction.connection, transaction.now
        self._audit = Audit(transaction)

    def all(self) -> tuple[Token, ...]:
        """Every one, the revoked too, newest first."""
        rows = self._connection.execute(select(_TABLE).order_by(_TABLE.c.id.desc()))
        return tuple(map(_token, rows))

    def make(self, wish: Wish, by: str) -> str:
        """A new one; gives what the program shows, which is kept nowhere. Raises Invalid."""
        name = wish.name.strip().casefold()
        self._refuse_name(name)
        if not wish.scopes or not set(wish.scopes) <= SCOPES.keys():
            raise Invalid(_("Please choose what the token may do."))
        if not 1 <= wish.days <= LONGEST:
            raise Invalid(_("A token holds for 1 to {days} days."), days=LONGEST)
        secret = secrets.token_urlsafe(32)
        scopes = [scope for scope in SCOPES if scope in wish.scopes]
        row: dict[str, Any] = {"name": name, "digest": _digest(secret), "made_by": by}
        row |= {"scopes": scopes, "created_at": self._now}
        row["expires_at"] = self._now + timedelta(days=wish.days)
        made = self._connection.execute(insert(_TABLE).values(row).returning(_TABLE.c.id))
        self._audit.write(Entry(by, "token.make", f"token:{name}", " ".join(scopes)))
        return f"citybot_{made.scalar_one()}_{secret}"

    def find(self, shown: str) -> Token | None:
        """The token that was shown, if it is one and still good."""
        written = _WRITTEN.fullmatch(shown)
        number, secret = written.groups() if written else ("0", "")
        row = self._connection.execute(select(_TABLE).where(_TABLE.c.id == int(number))).first()
        # As slow for a number that nobody has.
        fits = hmac.compare_digest(row.digest if row else _NOBODY, _digest(secret))
        token = _token(row) if row and fits else None
        return token if token and token.is_good(self._now) else None

    def used(self, token: Token) -> None:
        """A program came with it."""
        self._set(token.name, used_at=self._now)

    def revoke(self, name: str, by: str) -> None:
        """It opens nothing any more, at once; twice is once. Raises Invalid."""
        named = _TABLE.c.name == name.strip().casefold()
        row = self._connection.execute(select(_TABLE).where(named).with_for_update()).first()
        if row is None:
            raise Invalid(_("There is no token {name}."), name=name)
        if row.revoked_at is None:
            self._set(row.name, revoked_at=self._now)
            self._audit.write(Entry(by, "token.revoke", f"token:{row.name}"))

    def _refuse_name(self, name: str) -> None:
        """The audit names a token for ever: no second one may be called the same."""
        if not _NAME.fullmatch(name):
            raise Invalid(_("A name has 1 to 40 of a-z, 0-9, dot, hyphen and underscore."))
        if self._connection.scalar(select(_TABLE.c.id).where(_TABLE.c.name == name)):
            raise Invalid(_("There is, or was, a token {name}; the audit names it."), name=name)

    def _set(self, name: str, **values: Any) -> None:
        self._connection.execute(update(_TABLE).where(_TABLE.c.name == name).values(values))


_KEPT = tuple(f.name for f in fields(Token))


def _token(row: Row[Any]) -> Token:
    values = {name: row._mapping[name] for name in _KEPT}
    return Token(**{**values, "scopes": tuple(values["scopes"])})


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
