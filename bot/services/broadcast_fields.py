"""The parts a written broadcast is made of, each read from a plain value, or refused.

`place` is where it stands, as `choices.1.en`; a file is told by it, and a form finds its field.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from bot.i18n import _, languages
from bot.services.broadcast import BadBroadcast
from bot.services.broadcast_mistakes import Mistakes
from bot.services.texts import Texts
from bot.text import clean

NAME_LIMIT: Final = 200


def texts_in(written: object, place: str, limit: int) -> Texts:
    """By language, one at least, each of `limit` characters at most."""
    given = mapping_in(written or {}, place, tuple(languages()))
    if no_text := [code for code, text in given.items() if not isinstance(text, str | None)]:
        raise BadBroadcast(_("{place} must be a text."), place=f"{place}.{no_text[0]}")
    texts = {code: clean(text or "").strip() for code, text in given.items()}
    texts = {code: text for code, text in texts.items() if text}
    if not texts:
        raise BadBroadcast(_("{place}: a text is missing."), place=place)
    mistakes = Mistakes()
    for code in (code for code, text in texts.items() if len(text) > limit):
        mistakes.add(
            _("{place}: at most {limit} characters."), place=f"{place}.{code}", limit=limit
        )
    mistakes.refuse()
    return texts


def line_in(written: object, place: str) -> str:
    """A name."""
    line = " ".join(clean(str(written or "")).split())
    if not 1 <= len(line) <= NAME_LIMIT:
        raise BadBroadcast(_("{place}: 1 to {limit} characters."), place=place, limit=NAME_LIMIT)
    return line


def words_in(written: object, place: str) -> tuple[str, ...]:
    """Words of a list, or with blanks between them."""
    if isinstance(written, str):
        written = written.split()
    words = (clean(str(one)).strip() for one in list_in(written or (), place))
    return tuple(dict.fromkeys(word for word in words if word))


def number_in(written: object, place: str, most: int, least: int = 0) -> int:
    """A whole number."""
    text = str(written).strip()
    is_one = text.isascii() and text.isdecimal() and len(text) <= 10
    if not (is_one and least <= int(text) <= most):
        told = _("{place}: a whole number from {least} to {most}.")
        raise BadBroadcast(told, place=place, least=least, most=most)
    return int(text)


def one_of(written: object, known: Sequence[str], place: str) -> str:
    """One of those that are known."""
    if written not in known:
        known_ones = ", ".join(known)
        raise BadBroadcast(_("{place}: one of {known}."), place=place, known=known_ones)
    return str(written)


def list_in(written: object, place: str) -> Sequence[object]:
    """A list."""
    if isinstance(written, list | tuple):
        return written
    raise BadBroadcast(_("{place}: a list is needed here."), place=place)


def mapping_in(written: object, place: str, known: Sequence[str]) -> Mapping[str, Any]:
    """Values by name; none but those that are known."""
    if not isinstance(written, Mapping):
        raise BadBroadcast(_("{place}: names with values are needed here."), place=place)
    if unknown := [str(key) for key in written if key not in known]:
        told = _("{place}: there is no key “{key}”. Known here: {known}")
        raise BadBroadcast(told, place=place, key=unknown[0], known=", ".join(known))
    return written
