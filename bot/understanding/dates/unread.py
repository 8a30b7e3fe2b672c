"""Words beside a time that seem to say a day or a clock, and that no rule has read.

"the third Tuesday-ish at 9", "on Diwali at 9", "9 am New York time": without them the time is
another one, so they are asked about, never left out.
"""

from collections.abc import Sequence

import regex

from bot.understanding.dates.pieces import (
    Calendar,
    Clock,
    Distance,
    Feast,
    FromToday,
    Lead,
    MonthEnd,
    Nth,
    NthWorkday,
    Part,
    Piece,
    Tokens,
    Week,
    Weekday,
    Workday,
)
from bot.understanding.places import zone_of

Span = tuple[int, int]  # characters
_GLUE = "aotfisn,&"
_EDGE = "aotfi,&"
_DATED = (Calendar, Distance, Feast, FromToday, MonthEnd, Nth, NthWorkday, Workday)
_ONCE = (Calendar, Clock, FromToday, Weekday)
_LONGEST = 4  # words of a place, or of a day nobody told us of

# Directly in front of a time alone: all that belongs to a date; "on my birthday" at the very front.
_FRONT_OF_TIME = regex.compile(
    rf"(?:[ns]?U|N?X|[B!VMWHTZGjr]|[dR](?=[WUMBX]))[XdRB!VMWUHTZGNAjr{_GLUE}]*\Z"
    rf"|(?<=t)R[{_GLUE}]*\Z|(?<=\Ao)t?[xXUdR@]{{1,{_LONGEST}}}[{_GLUE}]*\Z"
)
_FRONT_OF_WEEKDAY = regex.compile(rf"(?:[XdRB!V][U{_GLUE}]*)+\Z")
# Behind it what is led in by a preposition: "at 9 in January", "on the last weekday".
_BEHIND = regex.compile(
    r"[,a]{0,8}(?:(?:[iof]t?M|[io]t?(?:x?[X!V]|[dRB](?=[WU!Mt])))[XdRB!VMWUNtfio]*"
    r"|[BX!][tfMUW]+|[be]t?[XVWM])"
)
_ANCHOR_BEHIND, _ANCHOR_FRONT = regex.compile("[to]*X"), regex.compile(r"X[to]*\Z")
_ZONE_FRONT = regex.compile(rf"(?:[^,@·]{{1,{_LONGEST}}})?@[{_GLUE}]*\Z")
_ZONE_BEHIND = regex.compile(rf",?[ifat]*[^,@·]{{0,{_LONGEST}}}?@")


def unread(text: str, tokens: Tokens, found: Sequence[tuple[Piece, int, int]]) -> Span | None:
    """The span of such words; None when all is read. `found`: pieces, each `tokens[a:b]`."""
    pieces = [piece for piece, _first, _last in found]
    if any(isinstance(piece, Lead) for piece in pieces):
        return _anchor(tokens, found)
    return (
        _second(tokens, found)
        or _date_word(tokens, found, pieces)
        or _clock_word(text, tokens, found)
    )


def _second(tokens: Tokens, found: Sequence[tuple[Piece, int, int]]) -> Span | None:
    """Two days where one is set: "on Friday and Saturday"."""
    for number, (piece, first, last) in enumerate(found):
        others = [p for p, *_ in found[:number] if type(p) is type(piece)]
        if isinstance(piece, _ONCE) and others and piece not in others:
            return _span(tokens, first, last)
    return None


def _anchor(tokens: Tokens, found: Sequence[tuple[Piece, int, int]]) -> Span | None:
    """A day that nobody told us of, and that it counts from: "two days before Ramadan"."""
    kinds = _unread_kinds(tokens, found)
    for _piece, first, last in found:
        if behind := _ANCHOR_BEHIND.match(kinds, last):
            return _span(tokens, last, behind.end())
        if front := _ANCHOR_FRONT.search(kinds[:first]):
            return _span(tokens, front.start(), first)
    return None


def _date_word(
    tokens: Tokens, found: Sequence[tuple[Piece, int, int]], pieces: Sequence[Piece]
) -> Span | None:
    if any(isinstance(piece, _DATED) for piece in pieces):
        return None
    kinds = _unread_kinds(tokens, found)
    has_day = any(isinstance(piece, Weekday | Week) for piece in pieces)
    for piece, first, last in found:
        if has_day and isinstance(piece, Clock | Part) and first:
            front = None
        else:
            front = (_FRONT_OF_WEEKDAY if has_day else _FRONT_OF_TIME).search(kinds[:first])
        if front and not (tokens[0].value == "to" and front.start() == 1):
            return _span(tokens, front.start(), first)
        behind = _BEHIND.match(kinds, last)
        if behind:
            return _span(tokens, last, behind.end())
    return None


def _clock_word(text: str, tokens: Tokens, found: Sequence[tuple[Piece, int, int]]) -> Span | None:
    """Another clock than the person's: "EST", "New York time"; "time to go" is none."""
    kinds = _unread_kinds(tokens, found)
    for _piece, first, last in found:
        front, behind = _ZONE_FRONT.search(kinds[:first]), _ZONE_BEHIND.match(kinds, last)
        for begin, end in ([(front.start(), first)] if front else []) + (
            [(last, behind.end())] if behind else []
        ):
            if span := _of_a_place(text, tokens, begin, end):
                return span
    return None


def _of_a_place(text: str, tokens: Tokens, begin: int, end: int) -> Span | None:
    at = next(n for n in range(end - 1, begin - 1, -1) if tokens[n].kind == "@")
    if tokens[at].value:
        return _span(tokens, at, at + 1)
    for first in range(begin, at):
        place = text[tokens[first].start : tokens[at - 1].end]
        if zone_of(place) or zone_of(place.removesuffix("er")):
            return tokens[first].start, tokens[at].end
    return None


def _unread_kinds(tokens: Tokens, found: Sequence[tuple[Piece, int, int]]) -> str:
    """The kinds of the words, with a dot for those that are read; "vor" is no "to" here."""
    kinds = ["b" if token.value == "before" else token.kind for token in tokens]
    for _piece, first, last in found:
        kinds[first:last] = "·" * (last - first)
    return "".join(kinds)


def _span(tokens: Tokens, first: int, last: int) -> Span:
    """Without the small words at both ends."""
    while first < last - 1 and tokens[first].kind in _EDGE:
        first += 1
    while last - 1 > first and tokens[last - 1].kind in _EDGE:
        last -= 1
    return tokens[first].start, tokens[last - 1].end
