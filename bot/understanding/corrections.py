"""Hears that somebody wants to change an answer they gave: "change my e-mail", "修改邮箱"."""

from collections.abc import Mapping, Sequence

from bot.i18n import _
from bot.understanding.wordings import is_han, wordings, words

_CHANGE = _(
    "change|correct|edit|fix|update|alter|amend|was wrong|is wrong|made a mistake in|redo|again"
)
_AROUND = _(
    "i|i want|i want to|i would like to|i'd like to|i need to|can i|may i|please|my|the|a|to|of|in|"
    "answer|answers|field|let me|could i|is|was|sorry|no|wait|oops|about|for|with"
)
_MOST = 14  # words, or Chinese characters, of a wish; what is longer is an answer
_MOST_FREE = 7  # where any text may be an answer


def correction(text: str, called: Mapping[str, Sequence[str]], free: bool = False) -> str | None:
    """The name of the answer a text wants to change; None when it wants none, or says not which.

    `called`: name to the msgids or texts by which people call it.
    """
    said = words(text)
    if not said or len(said) > (_MOST_FREE if free else _MOST):
        return None
    about = _without(said, _CHANGE)
    if about == said:
        return None
    about = _without(about, _AROUND)
    if not about:
        return None
    found = [name for name, names in called.items() if any(_names(about, n) for n in names)]
    return found[0] if len(found) == 1 else None


def _without(said: tuple[str, ...], msgid: str) -> tuple[str, ...]:
    """The words that are left when every such wording is taken out, the longest first."""
    known, left, at = wordings(msgid), list[str](), 0
    while at < len(said):
        size = next((n for n in range(5, 0, -1) if said[at : at + n] in known), 0)
        left += [] if size else [said[at]]
        at += size or 1
    return tuple(left)


def _names(about: tuple[str, ...], msgid: str) -> bool:
    """Whether the words are that name: all of them, in its order, or all of its own in them."""
    named = wordings(msgid)
    return about in named or any(_within(name, about) for name in named if _tells(name))


def _tells(name: tuple[str, ...]) -> bool:
    return len(name) > 1 or (len(name) == 1 and not is_han(name[0]))


def _within(part: tuple[str, ...], whole: tuple[str, ...]) -> bool:
    size = len(part)
    return any(whole[at : at + size] == part for at in range(len(whole) - size + 1))
