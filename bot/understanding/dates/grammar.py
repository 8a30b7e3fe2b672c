"""Finds what a text says about time: words, their pieces, and those that belong together."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import import_module

import regex

from bot.understanding.dates.meaning import Here, Impossible, Reading
from bot.understanding.dates.pieces import Calendar, Clock, Lead, Part, Piece, Rule, Tokens
from bot.understanding.dates.resolve import resolve
from bot.understanding.dates.unread import unread
from bot.understanding.dates.words import Vocabulary

# Read when a time is first asked about: their words and rules take a while to get ready.
_LANGUAGES = {"en": "english", "de": "german", "zh": "chinese"}
_BETWEEN = frozenset("aotfisz&,")  # words that may stand between pieces that belong together
_BEFORE = frozenset("aoit,")  # and in front of them
_NEAR = 2  # so many of them


@dataclass(frozen=True, slots=True)
class _Found:
    """A piece, and the words it is made of: `tokens[first:last]`."""

    piece: Piece
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class _Group:
    """Pieces that stand together."""

    found: tuple[_Found, ...]
    opening: str  # the kind of its first word

    @property
    def pieces(self) -> tuple[Piece, ...]:
        return tuple(f.piece for f in self.found)

    @property
    def is_in_front(self) -> bool:
        """Nothing stands before it; "the Friday market" is a market."""
        return not self.found[0].first and self.opening != "t"

    @property
    def is_time_only(self) -> bool:
        return all(isinstance(piece, Clock | Part) for piece in self.pieces)

    @property
    def has_time(self) -> bool:
        return any(isinstance(piece, Clock | Part) for piece in self.pieces)

    @property
    def has_clock(self) -> bool:
        return any(isinstance(piece, Clock) for piece in self.pieces)

    @property
    def is_relative(self) -> bool:
        return any(isinstance(piece, Lead) for piece in self.pieces)


class Grammar:
    """The words and rules of one language."""

    def __init__(self, vocabulary: Vocabulary, rules: Iterable[Rule]) -> None:
        self._vocabulary = vocabulary
        every = regex.VERBOSE | regex.POSIX  # the longest match, whichever alternative comes first
        self._rules = [(regex.compile(p, every), make) for p, make in rules]

    def read(self, text: str, here: Here, day: date | None = None) -> tuple[Reading, int] | None:
        """What the text says about time, and how many of its characters say it.

        `day` is known already: a time alone is one on that day.
        """
        tokens = self._vocabulary.tokens(text)
        groups = _belonging(_grouped(self._pieces(tokens), tokens))
        if not groups:
            return None
        pieces = [piece for group in groups for piece in group.pieces]
        if day and all(group.is_time_only for group in groups):
            pieces.append(Calendar(day.day, day.month, day.year))
        meaning = resolve(pieces, here)
        if meaning is None:
            return None
        spans = [_span(group, tokens) for group in groups]
        found = [(f.piece, f.first, f.last) for group in groups for f in group.found]
        left = None if isinstance(meaning, Impossible) else unread(text, tokens, found)
        if left:
            meaning = Impossible("half-read", words=text[slice(*left)])
            spans = _joined([*spans, _with_words_before(left, tokens)])
        said = " … ".join(text[start:end] for start, end in spans)
        return Reading(meaning, said, _without(text, spans)), sum(b - a for a, b in spans)

    def _pieces(self, tokens: Tokens) -> list[_Found]:
        """The longest pieces that do not overlap, in order."""
        kinds = "".join(token.kind for token in tokens)
        matches = [
            (found.start() - found.end(), found.start(), number, make)
            for number, (pattern, make) in enumerate(self._rules)
            for found in pattern.finditer(kinds)
            if found.end() > found.start()
        ]
        taken: list[_Found] = []
        free = [True] * len(tokens)
        for negative, start, _number, make in sorted(matches, key=lambda m: m[:3]):
            end = start - negative
            piece = make(tokens[start:end]) if all(free[start:end]) else None
            if piece is not None:
                taken.append(_Found(piece, start, end))
                free[start:end] = [False] * (end - start)
        return sorted(taken, key=lambda f: f.first)


def _grouped(found: Sequence[_Found], tokens: Tokens) -> list[_Group]:
    groups: list[list[_Found]] = []
    for piece in found:
        between = tokens[groups[-1][-1].last : piece.first] if groups else ()
        near = len(between) <= _NEAR and all(token.kind in _BETWEEN for token in between)
        if groups and near:
            groups[-1].append(piece)
        else:
            groups.append([piece])
    return [_Group(tuple(group), tokens[group[0].first].kind) for group in groups]


def _belonging(groups: Sequence[_Group]) -> list[_Group]:
    """What the wish is about: what is said in front, else a day with its time; "tomorrow …, at 9".

    "Friday at nine that the market is on Saturday", "the Saturday market on Friday at nine".
    """
    relative = [group for group in groups if group.is_relative]
    days = [group for group in groups if not group.is_time_only]
    in_front = [group for group in days if group.is_in_front]
    whole = [group for group in days if group.has_time]
    chosen = next(iter([*relative, *in_front, *whole, *days, *groups]), None)
    if chosen is None:
        return []
    times = [group for group in groups if group.is_time_only and group is not chosen]
    if not chosen.has_clock:
        clocks = [group for group in times if group.has_clock]
        times = clocks or ([] if chosen.has_time else times)
        return [chosen, *times[:1]]
    return [chosen]


def _span(group: _Group, tokens: Tokens) -> tuple[int, int]:
    first = group.found[0].first
    while first and tokens[first - 1].kind in _BEFORE:
        first -= 1
    return tokens[first].start, tokens[group.found[-1].last - 1].end


def _with_words_before(span: tuple[int, int], tokens: Tokens) -> tuple[int, int]:
    start, end = span
    for token in reversed(tokens):
        if token.end <= start:
            if token.kind not in _BEFORE:
                break
            start = token.start
    return start, end


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans that overlap as one, in order."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _without(text: str, spans: Iterable[tuple[int, int]]) -> str:
    for start, end in sorted(spans, reverse=True):
        text = f"{text[:start].rstrip()} {text[end:].lstrip()}"
    return text.strip()


@cache
def _grammar(language: str) -> Grammar:
    spoken = import_module(f"bot.understanding.dates.{_LANGUAGES[language]}")
    return Grammar(spoken.VOCABULARY, spoken.RULES)


def read(text: str, here: Here, day: date | None = None) -> Reading | None:
    """What a text says about time, in whichever of our languages it says most; None: nothing."""
    languages: Mapping[str, None] = dict.fromkeys(
        code for code in (here.language, *_LANGUAGES) if code in _LANGUAGES
    )
    found = [_grammar(code).read(text, here, day) for code in languages]
    best = max((f for f in found if f), key=lambda f: f[1], default=None)
    return best[0] if best else None
