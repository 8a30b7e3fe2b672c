"""What a registration is called: "7F3-K29-QMB", short enough to read out, hard to mistake."""

import secrets
import unicodedata

# No vowels (no words by accident), no 0, 1, O, I, L; 27 signs: 9 of them are 42 bits.
# Three groups, so that nobody takes it for a code that links two channels (linking.py).
_SIGNS = "23456789BCDFGHJKMNPQRSTVWXZ"
_FIGURES = frozenset("23456789")
_LENGTH = 9


def new_reference() -> str:
    """A reference nobody can guess; that it is new, the table decides."""
    while True:
        signs = "".join(secrets.choice(_SIGNS) for _ in range(_LENGTH))
        if _FIGURES & set(signs):
            return _written(signs)


def read_reference(text: str) -> str | None:
    """The reference a text is, however it was written: "7f3 k29 qmb"; None when it is none."""
    if len(text) > 30:
        return None
    plain = unicodedata.normalize("NFKC", text).upper().replace("-", "").replace(" ", "")
    # A word of nine letters is a word; references are made with a figure in them.
    if len(plain) != _LENGTH or set(plain) - set(_SIGNS) or not _FIGURES & set(plain):
        return None
    return _written(plain)


def _written(signs: str) -> str:
    return "-".join(signs[at : at + 3] for at in range(0, _LENGTH, 3))
