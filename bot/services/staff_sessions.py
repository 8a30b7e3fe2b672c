"""In which browsers the team is signed in: for half an hour without a click, twelve at most.

Limits after OWASP ASVS 5.0, 7.3. The token is the browser's; we keep its hash.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from sqlalchemy import delete, insert, select, update

from bot.dialog import Transaction
from bot.models import Base
from bot.services.staff import Member, Staff

IDLE: Final = timedelta(minutes=30)
LONGEST: Final = timedelta(hours=12)
CONFIRMED: Final = timedelta(minutes=10)
"""How long a password given once is enough for what asks for it again."""

_SESSION = Base.metadata.tables["staff_session"]
FRESH: Final = timedelta(minutes=1)
"""A click a minute is written down, not every one."""


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody, signed in. `key`: the token's hash, which names the session."""

    key: str
    member: Member
    browser: str
    created_at: datetime
    seen_at: datetime
    confirmed_at: datetime

    def is_confirmed(self, now: datetime) -> bool:
        """Whether the password was given a short while ago."""
        return now - self.confirmed_at < CONFIRMED


class StaffSessions:
    """All of them, bound to a transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection, self._now = transaction.connection, transaction.now
        self._staff = Staff(transaction)

    def begin(self, member: Member, browser: str) -> str:
        """Sign somebody in; gives the token, which is shown once and never kept."""
        token = secrets.token_urlsafe(32)
        row = {"digest": _digest(token), "staff_id": member.id, "browser": browser}
        row |= dict.fromkeys(("created_at", "seen_at", "confirmed_at"), self._now)
        self._connection.execute(insert(_SESSION).values(row))
        return token

    def find(self, token: str) -> Session | None:
        """The session of a token, if it still holds and its member may sign in."""
        wanted = select(_SESSION).where(
            _SESSION.c.digest == _digest(token),
            _SESSION.c.seen_at > self._now - IDLE,
            _SESSION.c.created_at > self._now - LONGEST,
        )
        row = self._connection.execute(wanted).first()
        member = self._staff.by_id(row.staff_id) if row else None
        if row is None or member is None or member.disabled_at:
            return None
        return Session(
            row.digest, member, row.browser, row.created_at, row.seen_at, row.confirmed_at
        )

    def saw(self, session: Session) -> None:
        """They clicked something."""
        self._set(session, seen_at=self._now)

    def confirmed(self, session: Session) -> None:
        """They gave their password again."""
        self._set(session, confirmed_at=self._now)

    def of(self, member: Member) -> tuple[Session, ...]:
        """Where somebody is signed in, the latest first."""
        wanted = (
            select(_SESSION)
            .where(_SESSION.c.staff_id == member.id, _SESSION.c.seen_at > self._now - IDLE)
            .order_by(_SESSION.c.seen_at.desc())
        )
        return tuple(
            Session(r.digest, member, r.browser, r.created_at, r.seen_at, r.confirmed_at)
            for r in self._connection.execute(wanted)
        )

    def keep(self, session: Session) -> None:
        """Put a session back whose member was signed out everywhere, by their own hand."""
        row = {"digest": session.key, "staff_id": session.member.id, "browser": session.browser}
        row |= {"created_at": session.created_at, "seen_at": self._now, "confirmed_at": self._now}
        self._connection.execute(insert(_SESSION).values(row))

    def end(self, member: Member, key: str) -> None:
        """Sign them out in one browser; a key of somebody else ends nothing."""
        self._connection.execute(
            delete(_SESSION).where(_SESSION.c.digest == key, _SESSION.c.staff_id == member.id)
        )

    def prune(self) -> None:
        """Forget those whose time is over."""
        self._connection.execute(
            delete(_SESSION).where(
                (_SESSION.c.seen_at <= self._now - IDLE)
                | (_SESSION.c.created_at <= self._now - LONGEST)
            )
        )

    def _set(self, session: Session, **values: datetime) -> None:
        where = _SESSION.c.digest == session.key
        self._connection.execute(update(_SESSION).where(where).values(values))


def _digest(token: str) -> str:
    return sha256(token.encode("utf-8", "replace")).hexdigest()
