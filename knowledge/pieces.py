"""Cuts a question into pieces: words, and for Chinese, which writes none, what comes nearest."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from knowledge.cues import Cue, cues, han_cues
from knowledge.glossary import glossary
from knowledge.smallwords import han_small_words, small_words
from knowledge.words import is_han, stems

_LONGEST = 3  # characters of a piece that nothing is known of


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a question.

    word   the number of the word or the run of Han characters it is part of
    start  where in it the piece starts, and where it ends
    small  whether it says little about what is asked
    cue    what it gives away, if anything
    """

    text: str
    word: int
    start: int
    end: int
    small: bool
    cue: Cue | None


def cut(words: Sequence[str], lang: str) -> tuple[Piece, ...]:
    """The pieces of a question in this language, in order; together they are the question."""
    small, telling = small_words(lang), cues(lang)
    read = stems(words, lang)
    pieces: list[Piece] = []
    for number, word in enumerate(words):
        spans = _han_spans(word) if is_han(word) else [(0, len(word), word in small)]
        for start, end, faint in spans:
            text = word[start:end]
            cue = telling.get(text) or (None if faint else telling.get(read[number]))
            pieces.append(Piece(text, number, start, end, faint, cue))
    return tuple(pieces)


def _han_spans(run: str) -> Iterator[tuple[int, int, bool]]:
    """Start, end, and whether small: known terms first, the longest; then small words; the rest."""
    ends = _known_ends(run)
    small = {match.start(): match.end() for match in han_small_words().finditer(run)}
    rest = at = 0
    while at < len(run):
        end = ends.get(at) or small.get(at)
        if end is None:
            at += 1
            continue
        yield from _unknown(rest, at)
        yield at, end, at not in ends
        rest = at = end
    yield from _unknown(rest, len(run))


def _known_ends(run: str) -> dict[int, int]:
    ends: dict[int, int] = {}
    for start, end in han_cues(run):
        ends[start] = end
    for start, length, _concept in glossary().of_han(run):
        if length > 1:
            ends[start] = max(start + length, ends.get(start, 0))
    return ends


def _unknown(start: int, end: int) -> Iterator[tuple[int, int, bool]]:
    while end - start > _LONGEST:
        yield start, start + 2, False
        start += 2
    if end > start:
        yield start, end, False
