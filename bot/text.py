"""Text at the door: cleaned before anything reads it, counted and shortened as people see it.

What a person calls a character is a grapheme cluster (Unicode UAX 29): a flag, a family, an
accented letter are one each, however many code points they take.
"""

import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Final

import regex

MESSAGE_LIMIT: Final = 4000
"""The longest message we read, in characters after `clean`; every channel refuses more."""

MARKS_LIMIT: Final = 8
"""Marks kept on one base: writing needs fewer (Tibetan, the flag of Scotland), Zalgo has more."""

CLUSTER_LIMIT: Final = 64
"""Code points after which a cluster is no longer one sign; the longest real emoji takes 10."""

ELLIPSIS: Final = "…"

# The first branch is what \X would find as well; without it regex looks back over the whole run of
# regional indicators at each of them, and 200,000 of them take minutes.
_GRAPHEME = regex.compile(
    r"[\U0001F1E6-\U0001F1FF]{2}[\p{GCB=Extend}\p{GCB=SpacingMark}\u200D]*+|\X"
)

_LINE_END = regex.compile(r"\r\n?|[\x85\u2028\u2029]")

# Code points that show nothing, or that change how others show. Each is left out by name and not by
# class (\p{Cf}), for that holds visible signs of Arabic and the joiners looked at below.
_UNSEEN = regex.compile(
    r"[\x00-\x08\x0B-\x1F\x7F-\x9F"  # C0 and C1 controls; \t and \n stay
    r"\u202A-\u202E\u2066-\u2069"  # bidi embeddings, overrides and isolates
    r"\u061C\u200E\u200F"  # bidi marks
    r"\u00AD\u034F\u180E\u200B\u2060-\u2065\u206A-\u206F\uFEFF"  # zero width, soft hyphen
    r"\u3164\uFFA0"  # Hangul fillers: blank letters, the stuff of invisible names
    r"\uFFF9-\uFFFB"  # interlinear annotation
    r"\uD800-\uDFFF\uFDD0-\uFDEF\uFFFE\uFFFF]+"  # no UTF-8 (surrogates), no XML (noncharacters)
)

# Tag letters spell the flags of England, Scotland and Wales; anywhere else they hide text.
_TAGS = regex.compile(
    r"(\U0001F3F4[\U000E0030-\U000E0039\U000E0061-\U000E007A]{3,6}\U000E007F)"
    r"|[\U000E0000-\U000E007F]+"
)

_PILE = regex.compile(
    rf"([\p{{GCB=Extend}}\p{{GCB=SpacingMark}}\u200D]{{{MARKS_LIMIT}}})"
    r"[\p{GCB=Extend}\p{GCB=SpacingMark}\u200D]++"
)

# Scripts whose spelling needs the joiners between their letters, as in Persian می‌خواهم.
_JOINING = "".join(
    rf"\p{{Script={script}}}"
    for script in (
        *("Arabic", "Syriac", "Nko", "Mongolian", "Devanagari", "Bengali", "Gurmukhi", "Gujarati"),
        *("Oriya", "Tamil", "Telugu", "Kannada", "Malayalam", "Sinhala", "Khmer", "Myanmar"),
    )
)
# Marks beside the joiner are passed over, for NFC may change their order.
_JOINER = regex.compile(
    rf"((?<=[{_JOINING}]\p{{M}}{{0,8}})[\u200C\u200D](?=\p{{M}}{{0,8}}[{_JOINING}])"
    r"|(?<=\p{Extended_Pictographic}[\p{M}\p{Emoji_Modifier}]{0,8})\u200D(?=\p{Extended_Pictographic}))"
    r"|[\u200C\u200D]"
)


def clean(text: str) -> str:
    """A text as we read, store and compare it: NFC, no unseen code points, stripped.

    Line ends become \\n. Zero-width joiners stay where emoji or a script need them. More than
    MARKS_LIMIT marks on one base are cut. Works on any string, raises nothing, takes time linear in
    its length, and cleaning twice changes nothing.
    """
    if text.isascii() and text.isprintable():  # nothing below would find anything
        return text.strip()
    visible = _TAGS.sub(r"\1", _UNSEEN.sub("", _LINE_END.sub("\n", text)))
    # NFC sorts marks in quadratic time: no pile may reach it. It can also make one of its own.
    composed = unicodedata.normalize("NFC", _PILE.sub(r"\1", visible))
    joined = _JOINER.sub(r"\1", _PILE.sub(r"\1", composed))
    return unicodedata.normalize("NFC", joined).strip()


def graphemes(text: str) -> Iterator[str]:
    """The text in signs as a reader counts them; joined they are the text again.

    A cluster longer than CLUSTER_LIMIT is no sign anybody can read; it comes in pieces, so that
    hostile input cannot forge one that no message can hold.
    """
    for match in _GRAPHEME.finditer(text):
        cluster: str = match.group()
        if len(cluster) <= CLUSTER_LIMIT:
            yield cluster
        else:
            yield from _pieces(cluster)


def _pieces(cluster: str) -> Iterator[str]:
    for start in range(0, len(cluster), CLUSTER_LIMIT):
        yield cluster[start : start + CLUSTER_LIMIT]


def shorten(text: str, limit: int, size: Callable[[str], int] = len) -> str:
    """The text if it fits `limit` as `size` counts, else as many graphemes as fit before an "…".

    A limit that cannot even hold the ellipsis gives the empty string.
    """
    if size(text) <= limit:
        return text
    room = limit - size(ELLIPSIS)
    if room < 0:
        return ""
    return _head(text, room, size).rstrip() + ELLIPSIS


def _head(text: str, room: int, size: Callable[[str], int]) -> str:
    taken: list[str] = []
    for grapheme in graphemes(text):
        room -= size(grapheme)
        if room < 0:
            break
        taken.append(grapheme)
    return "".join(taken)


@lru_cache(1024)  # the labels of buttons, mostly, and always the same
def columns(text: str) -> int:
    """How wide it is where letters stand in columns: a Chinese sign takes two."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
