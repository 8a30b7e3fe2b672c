"""The second factor: codes of an app that change every 30 seconds, and codes to recover with.

TOTP as RFC 6238 describes it (SHA-1, six digits), which every app knows. The app is told by
https://github.com/google/google-authenticator/wiki/Key-Uri-Format.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Final

from bot.config import Settings, keep_secret

if TYPE_CHECKING:  # megabytes that a house needs only when somebody signs in
    from cryptography.fernet import Fernet
    from cryptography.hazmat.primitives.twofactor.totp import TOTP

STEP: Final = 30  # seconds
RECOVERY: Final = 10  # codes
_AROUND = (0, -1, 1)  # a clock may be a little wrong
_SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"  # none looks like another


def fresh_secret() -> bytes:
    """A secret for an app."""
    return secrets.token_bytes(20)


def address(secret: bytes, name: str, issuer: str) -> str:
    """What the QR code says to an app: `otpauth://totp/...`."""
    return _totp(secret).get_provisioning_uri(name, issuer)


def typed_secret(secret: bytes) -> str:
    """The secret for those who cannot scan: blocks of four."""
    plain = base64.b32encode(secret).decode()
    return " ".join(plain[at : at + 4] for at in range(0, len(plain), 4))


def step_of(secret: bytes, code: str, now: datetime, after: int) -> int | None:
    """The 30 seconds a code is of, later than `after`; None when it is of none near now."""
    from cryptography.hazmat.primitives.twofactor import InvalidToken as WrongCode

    given = code.replace(" ", "").encode("utf-8", "replace")
    this = int(now.timestamp()) // STEP
    for step in (this + offset for offset in _AROUND):
        try:
            _totp(secret).verify(given, step * STEP)
        except WrongCode:
            continue
        return step if step > after else None
    return None


def fresh_recovery() -> tuple[str, ...]:
    """Codes for who lost their phone; each counts once."""
    return tuple(
        "-".join("".join(secrets.choice(_SIGNS) for _sign in range(5)) for _part in range(2))
        for _code in range(RECOVERY)
    )


def digest(recovery: str) -> str:
    """What we keep of a recovery code: ten random signs need no salt."""
    return hashlib.sha256(recovery.strip().casefold().encode("utf-8", "replace")).hexdigest()


def without(known: Iterable[str], recovery: str) -> list[str] | None:
    """The codes that are left when this one is used; None when it is none of them."""
    given = digest(recovery)
    left = [one for one in known if not hmac.compare_digest(one, given)]
    return left if len(left) < len(tuple(known)) else None


class Seal:
    """Locks secrets with the house's own, so that a copy of the database opens nothing."""

    def __init__(self, settings: Settings, purpose: bytes = b"citybot second factor") -> None:
        key = hmac.digest(keep_secret(settings).encode(), purpose, "sha256")
        self._key = base64.urlsafe_b64encode(key)

    def close(self, secret: bytes) -> str:
        """Lock it."""
        return self._fernet().encrypt(secret).decode()

    def open(self, sealed: str) -> bytes | None:
        """Unlock it; None when the house's secret has changed since."""
        from cryptography.fernet import InvalidToken

        try:
            return self._fernet().decrypt(sealed)
        except InvalidToken:
            return None

    def _fernet(self) -> "Fernet":
        from cryptography.fernet import Fernet

        return Fernet(self._key)


def _totp(secret: bytes) -> "TOTP":
    from cryptography.hazmat.primitives.hashes import SHA1
    from cryptography.hazmat.primitives.twofactor.totp import TOTP

    return TOTP(secret, 6, SHA1(), STEP)  # noqa: S303 - what RFC 6238 and all apps use
