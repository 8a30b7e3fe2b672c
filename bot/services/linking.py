"""Short codes that tell us: these two addresses are one person's."""

import secrets
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256

import regex
from sqlalchemy import delete, insert, select

from bot.dialog import Transaction
from bot.models import LinkCode

VALID = timedelta(minutes=10)
# Nothing that looks or sounds like something else: no 0 O, 1 I L, U V.
_SIGNS = "23456789ABCDEFGHJKMNPQRSTWXYZ"
_CODE = regex.compile(rf"\s*([{_SIGNS}]{{4}})[\s-]?([{_SIGNS}]{{4}})\s*", regex.IGNORECASE)


# Among other words: as we write it, or in one piece of capitals; a blank there parts two words.
_AMONG = regex.compile(
    rf"(?<![A-Za-z\d-])(?:(?i:([{_SIGNS}]{{4}})-([{_SIGNS}]{{4}}))|([{_SIGNS}]{{4}})([{_SIGNS}]{{4}}))"
    r"(?![A-Za-z\d-])"
)
_SENTENCE = 80  # characters: in more than that, somebody tells something else


def code_in(text: str) -> str | None:
    """The code in a text, as we write it: `K7QM-4D2X`; None when there is none.

    The text is the code, or a short sentence around it: "my code is K7QM-4D2X".
    """
    found = _CODE.fullmatch(text) if len(text) < 40 else None
    # A word of eight letters is a word; codes are made with a figure in them.
    if found and any(sign.isdigit() for sign in text):
        return f"{found[1]}-{found[2]}".upper()
    return next(_codes(text), None) if len(text) <= _SENTENCE else None


def without_codes(text: str) -> str:
    """The text as it may be kept and read by others: whoever has a code can take it for theirs."""
    for code in (found[0] for found in _AMONG.finditer(text) if _is_code(found[0])):
        text = text.replace(code, "…")
    return text


def _codes(text: str) -> Iterator[str]:
    for found in _AMONG.finditer(text):
        if _is_code(found[0]):
            yield "-".join(filter(None, found.groups())).upper()


def _is_code(signs: str) -> bool:
    """Words have no figures, and years and numbers no letters."""
    return any(map(str.isdigit, signs)) and any(map(str.isalpha, signs))


class Linking:
    """Codes as they are given out and used up. What is stored leads back to no code."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def code(self, person_id: str) -> str:
        """A fresh code for this person; an earlier one is void."""
        earlier = delete(LinkCode).where(LinkCode.person_id == person_id)
        self._transaction.connection.execute(earlier)
        code = _fresh()
        expires_at = self._transaction.now + VALID
        fresh = insert(LinkCode).values(
            digest=_digest(code), person_id=person_id, expires_at=expires_at
        )
        self._transaction.connection.execute(fresh)
        return code

    def whose(self, code: str) -> str | None:
        """Who was given this code, while it is valid; it stays so."""
        known = select(LinkCode.person_id).where(LinkCode.digest == _digest(code))
        valid = known.where(LinkCode.expires_at > self._transaction.now)
        return self._transaction.connection.scalar(valid)

    def redeem(self, code: str) -> str | None:
        """The person who was given this code, once and in time; None otherwise."""
        used = delete(LinkCode).where(LinkCode.digest == _digest(code))
        found = self._transaction.connection.execute(
            used.returning(LinkCode.person_id, LinkCode.expires_at)
        ).first()
        if found is None or found.expires_at <= self._transaction.now:
            return None
        return str(found.person_id)


def _fresh() -> str:
    while True:
        signs = "".join(secrets.choice(_SIGNS) for _ in range(8))
        if any(sign.isdigit() for sign in signs):
            return f"{signs[:4]}-{signs[4:]}"


def _digest(code: str) -> str:
    return sha256(code.encode()).hexdigest()
