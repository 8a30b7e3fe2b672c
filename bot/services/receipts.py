"""Short codes of polls: receipts ("V7F3-K29Q"), posters, invitations to vote, of a contact.

None of them says what was chosen. A receipt begins with a V, which no code that links two channels
has in it (linking.py): typed anywhere, each is known for what it is.
"""

import re
import secrets
import unicodedata
from hashlib import sha256

_SIGNS = "23456789ABCDEFGHJKMNPQRSTWXYZ"  # nothing that looks or sounds like something else
_LIKE = re.compile(r"V(?=.*[0-9])[0-9A-Z]{7}", re.ASCII)
_FIGURES = frozenset("23456789")
_RECEIPT, _POLL, _INVITATION, _CONTACT = 7, 5, 14, 12
_INVITATIONS = (_INVITATION, 10)  # ten signs: as they were made before


def new_receipt() -> str:
    """A receipt; that it is new in its poll, the table decides."""
    signs = "V" + _drawn(_RECEIPT)
    return f"{signs[:4]}-{signs[4:]}"


def read_receipt(text: str) -> str | None:
    """The receipt a text is, however it was written: "v7f3 k29q"; None when it is none."""
    signs = _plain(text)
    if len(signs) != _RECEIPT + 1 or signs[0] not in "VU" or not _is_code(signs[1:]):
        return None
    return f"V{signs[1:4]}-{signs[4:]}"


def like_receipt(text: str) -> str | None:
    """What was meant as a receipt, though none of ours has such a sign in it: "V7F0-K29Q"."""
    signs = _plain(text)
    if "-" not in unicodedata.normalize("NFKC", text) or not _LIKE.fullmatch(signs):
        return None
    return f"{signs[:4]}-{signs[4:]}"


def new_poll_code() -> str:
    """What is typed from a poster: "K7Q4M"; at least two letters and two figures."""
    while True:
        code = _drawn(_POLL)
        if _is_poll_code(code):
            return code


def read_poll_code(text: str) -> str | None:
    """The code of a poll that a text is: "#k7q4m"; None when it is none."""
    signs = _plain(text.strip().removeprefix("#"))
    return signs if _is_poll_code(signs) else None


def new_invitation() -> str:
    """An invitation to vote, 67 bits: "7F3K2-9QMB4-HX6T"; nobody guesses one of a million."""
    return _in_fives(_drawn(_INVITATION))


def read_invitation(text: str) -> str | None:
    """The invitation a text is; None when it is none."""
    signs = _plain(text)
    if len(signs) not in _INVITATIONS or not _is_code(signs):
        return None
    return _in_fives(signs)


def new_contact_code() -> str:
    """What is sent to a contact to confirm it, 58 bits: "7F3K-29QM-4D2X"."""
    signs = _drawn(_CONTACT)
    return f"{signs[:4]}-{signs[4:8]}-{signs[8:]}"


def read_contact_code(text: str) -> str | None:
    """The code of a contact that a text is; None when it is none."""
    signs = _plain(text)
    if len(signs) != _CONTACT or not _is_code(signs):
        return None
    return f"{signs[:4]}-{signs[4:8]}-{signs[8:]}"


def hash_of(invitation: str) -> str:
    """What is kept of an invitation."""
    return sha256(invitation.encode()).hexdigest()


def _in_fives(signs: str) -> str:
    return "-".join(signs[at : at + 5] for at in range(0, len(signs), 5))


def _drawn(length: int) -> str:
    while True:
        signs = "".join(secrets.choice(_SIGNS) for _ in range(length))
        if _FIGURES & set(signs):
            return signs


def _is_poll_code(signs: str) -> bool:
    figures = sum(sign in _FIGURES for sign in signs)
    return _is_code(signs) and len(signs) == _POLL and 2 <= figures <= _POLL - 2


def _is_code(signs: str) -> bool:
    # A word is a word; codes are made with a figure in them.
    return set(signs) <= set(_SIGNS) and bool(_FIGURES & set(signs))


def _plain(text: str) -> str:
    if len(text) > 30:
        return ""
    return unicodedata.normalize("NFKC", text).upper().replace("-", "").replace(" ", "")
