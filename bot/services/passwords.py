"""Passwords of the team: what makes a good one, and Argon2id to keep it.

Rules and limits after NIST SP 800-63B and OWASP ASVS 5.0 (6.2): length counts, no composition;
costs after OWASP's password storage sheet (19 MiB, 2 rounds, 1 lane).
"""

import os
import unicodedata
from typing import Final

from bot.dialog import Invalid
from bot.i18n import _

SHORTEST: Final = 12  # characters
LONGEST: Final = 200
_ROUNDS, _LANES, _MEMORY = 2, 1, 19 * 1024  # KiB
# Of nobody: verifying it takes as long as verifying a real one.
_NOBODY = (
    "$argon2id$v=19$m=19456,t=2,p=1"
    "$Y2l0eWJvdC1ub2JvZHktMQ$RPDgbT5ws83aS1dw3+AtP/4MiLYWV6pMbsLKtPRK0dE"
)
_FEW_SIGNS = 5  # "aaaaaaaaaaaa", "121212121212"
# What guessing tools try first, where it is long enough to pass.
_COMMON = frozenset(
    {
        *("123456789012", "1234567890123", "passwordpassword", "password1234"),
        *("password12345", "qwertyuiop123", "qwertzuiop123", "qwertyuiopas"),
        *("1q2w3e4r5t6y", "iloveyou1234", "letmeinletmein", "administrator"),
        *("administrator1", "welcome12345", "changemechangeme", "changeme1234"),
        *("citybotcitybot", "citybot12345", "passwort1234", "passwort12345"),
        *("passwortpasswort", "hallohallo123", "correcthorsebatterystaple", "abcdefghijkl"),
        *("abcdefghijklm", "abcd12345678", "woaini1314520", "woaini123456"),
        *("a123456789012",),
    }
)


def check_password(password: str, name: str) -> None:
    """Raises Invalid when a password is too short, or one of the first that a stranger tries."""
    plain = _plain(password).casefold().replace(" ", "")
    if len(_plain(password)) < SHORTEST:
        raise Invalid(_("Please take at least {count} characters."), count=SHORTEST)
    if len(password) > LONGEST:
        raise Invalid(_("Please take at most {count} characters."), count=LONGEST)
    # The name itself, with at most a few signs around it, is no secret.
    bare = plain.replace(name.casefold(), "") if name else plain
    if plain in _COMMON or len(set(plain)) < _FEW_SIGNS or len(bare) < _FEW_SIGNS:
        raise Invalid(_("That is easy to guess. Please take another one, for example four words."))


def kept(password: str) -> str:
    """What we keep of a password: Argon2id in PHC form. Takes a twelfth of a second."""
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    argon = Argon2id(
        salt=os.urandom(16), length=32, iterations=_ROUNDS, lanes=_LANES, memory_cost=_MEMORY
    )
    return argon.derive_phc_encoded(_plain(password).encode())


def is_password(password: str, known: str | None) -> bool:
    """Whether it is the one we keep; as slow when there is none (`known` is None)."""
    from cryptography.exceptions import InvalidKey
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    try:
        given = _plain(password[: LONGEST + 1]).encode("utf-8", "replace")
        Argon2id.verify_phc_encoded(given, known or _NOBODY)
    except InvalidKey:
        return False
    return known is not None


def _plain(password: str) -> str:
    """The same word typed on another keyboard is the same word (RFC 8265, NFKC)."""
    return unicodedata.normalize("NFKC", password)
