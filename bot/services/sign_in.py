"""Signing in: name, password and code together, slowed down for who guesses.

Nobody is locked out for good (ASVS 5.0, 6.1.1): each failure makes the next try wait longer. A
browser in which somebody signed in before is counted by itself, so that strangers who guess from
elsewhere do not keep its owner waiting (device cookies, as OWASP describes them).
"""

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from bot.config import Settings
from bot.dialog import Transaction
from bot.secret import keep_secret
from bot.services.audit import Audit, Entry
from bot.services.second_factor import Seal, step_of, without
from bot.services.staff import Member, Staff
from bot.services.staff_sessions import StaffSessions
from bot.services.tries import Tries


@dataclass(frozen=True, slots=True)
class Given:
    """What was typed, and by which browser. `fits`: the password is that of `member`."""

    member: Member | None
    fits: bool
    code: str
    browser: str


class SignIn:
    """Opens the door, in one transaction with what it writes down."""

    def __init__(self, transaction: Transaction, seal: Seal) -> None:
        self._transaction, self._seal = transaction, seal
        self._staff, self._tries = Staff(transaction), Tries(transaction)

    def enter(self, given: Given, keys: Sequence[str]) -> str | None:
        """The token of a new session; None, and counted, when it does not fit together."""
        member = self._still(given)
        if member is None or not self._counts(member, given.code):
            self._tries.failed(keys)
            return None
        self._tries.forget(keys)
        Audit(self._transaction).write(Entry(member.actor, "staff.sign-in", f"staff:{member.name}"))
        sessions = StaffSessions(self._transaction)
        sessions.prune()
        return sessions.begin(member, given.browser)

    def _still(self, given: Given) -> Member | None:
        """The member, unless something was changed while the password was compared."""
        if given.member is None or not given.fits:
            return None
        now = self._staff.by_id(given.member.id, lock=True)  # no code counts twice
        is_same = now is not None and now.password == given.member.password
        return now if now is not None and is_same and not now.disabled_at else None

    def _counts(self, member: Member, code: str) -> bool:
        """Whether the code is right, and marks it as used; who has no second factor needs none."""
        if member.totp is None:
            return True
        secret = self._seal.open(member.totp)
        step = step_of(secret, code, self._transaction.now, member.totp_step) if secret else None
        if step is not None:
            self._staff.used(member, step=step)
            return True
        left = without(member.recovery, code)
        if left is not None:
            self._staff.used(member, recovery=left)
        return left is not None


class KnownBrowsers:
    """Marks that a browser keeps: somebody signed in there before. They open nothing."""

    def __init__(self, settings: Settings) -> None:
        self._key = hmac.digest(keep_secret(settings).encode(), b"citybot browser", "sha256")

    def mark(self, name: str) -> str:
        """A mark for a browser in which this member signed in."""
        nonce = secrets.token_urlsafe(12)
        return f"{nonce}.{self._signature(nonce, name)}"

    def knows(self, mark: str, name: str) -> bool:
        """Whether it is one of ours, for this member."""
        nonce, _separator, signature = mark.partition(".")
        genuine = self._signature(nonce, name).encode()
        return hmac.compare_digest(signature.encode("utf-8", "replace"), genuine)

    def _signature(self, nonce: str, name: str) -> str:
        body = f"{nonce} {name.strip().casefold()}".encode("utf-8", "replace")
        return hmac.digest(self._key, body, "sha256").hex()[:32]
