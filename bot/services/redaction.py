"""Blacks out what could say who somebody is, in texts that the team reads: masked by default.

Mail addresses, handles, telephone numbers, bank accounts, Chinese identity cards. Names cannot be
found by their shape: whoever shows such texts says that they may hold some.
"""

import re
import unicodedata
from typing import Final

BLOCK: Final = "█"
_UNSEEN = dict.fromkeys(
    (0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF)
)
# ASCII throughout, for Chinese stands right beside an address: 我的邮箱abc@qq.com。 Every run has
# an end, so that a hostile text takes no longer than any other.
_MAIL = r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}"
_HANDLE = r"(?<![A-Za-z0-9@])@[A-Za-z][A-Za-z0-9_]{4,31}"
_IBAN = r"(?<![A-Za-z0-9])[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?(?![A-Za-z0-9])"
_CARD = r"(?<![0-9])[1-9][0-9]{16}[0-9Xx](?![0-9])"
_DATE = r"(?<![0-9])(?:[0-3]?[0-9][.][01]?[0-9][.](?:[0-9]{4}|[0-9]{2})|[0-9]{4}-[0-9]{2}-[0-9]{2})"
_PHONE = r"(?<![0-9A-Za-z])(?:\+|00|0)[1-9](?:[ ()/.-]{0,3}[0-9]){5,16}(?![0-9])"
_BRACKETED = r"(?<![0-9A-Za-z])(?:\+|00)[1-9][0-9]{0,2} ?\(0\)(?:[ ()/.-]{0,3}[0-9]){5,14}(?![0-9])"
_MOBILE = r"(?<![0-9])1[3-9][0-9](?:[ -]?[0-9]{4}){2}(?![0-9])"
# Whatever stands first wins: a date is no number to call.
_TELLING = re.compile(
    "|".join(
        f"(?P<{name}>{pattern})"
        for name, pattern in (
            ("date", _DATE),
            ("mail", _MAIL),
            ("handle", _HANDLE),
            ("iban", _IBAN),
            ("card", _CARD),
            ("bracketed", _BRACKETED),
            ("phone", _PHONE),
            ("mobile", _MOBILE),
        )
    )
)
_MOST = 8  # blocks: how long it was says something too


def redacted(text: str) -> str:
    """The text, with blocks for what could say who wrote it."""
    return _TELLING.sub(_masked, unicodedata.normalize("NFKC", text).translate(_UNSEEN))


def _masked(found: re.Match[str]) -> str:
    return found[0] if found.lastgroup == "date" else BLOCK * min(len(found[0]), _MOST)
