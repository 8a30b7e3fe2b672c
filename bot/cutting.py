"""Cuts a text in parts that a channel takes: where a reader would pause, and within no grapheme."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

import regex

from bot.message import Capabilities
from bot.text import graphemes

# Where to cut, best first.
_PARAGRAPH, _SENTENCE, _CLAUSE, _GRAPHEME, _INSIDE_URL = range(5)

_CLOSERS = r"""["'”’»›」』）】》〉〕)\]]*+"""
_BREAK = regex.compile(
    r"(?P<url>(?i:https?)://[^\s，。！？；：、…“”‘’「」『』（）【】《》〈〉<>\"]++)"
    r"|(?P<space>\s++)"
    rf"|(?P<stop>[。！？…]++{_CLOSERS})"
    rf"|(?P<pause>[，；：、]++{_CLOSERS})"
)
# Not after a word of one or two signs: "z. B.", "Dr.", "12." rarely end a sentence.
_SENTENCE_END = regex.compile(rf"(?:(?<!\b\w{{1,2}})\.|[!?…]){_CLOSERS}\Z")


def cut(text: str, can: Capabilities) -> tuple[str, ...]:
    """A text in parts the channel takes: cut after a paragraph, else a sentence, else a clause.

    Some platforms count messages. Where a cut in the first half of a part would cost one more, all
    three are worth the same, and only better than one within a word. Never empty.
    """
    if can.size(text) <= can.text_limit:
        return (text,)
    return tuple(_Ruler.along(text, can).parts(max(can.text_limit, 1))) or ("",)


def _levels(text: str) -> dict[int, int]:
    """How good a cut is at an offset; offsets that are not named lie within a word."""
    levels: dict[int, int] = {}
    for found in _BREAK.finditer(text):
        match found.lastgroup:
            case "url":
                levels |= dict.fromkeys(range(found.start() + 1, found.end()), _INSIDE_URL)
            case "space":
                levels[found.start()] = _space_level(text, found.start(), found.group())
            case "stop":
                levels[found.end()] = _SENTENCE
            case _:
                levels[found.end()] = _CLAUSE
    return levels


def _space_level(text: str, start: int, space: str) -> int:
    line_ends = space.count("\n")
    if line_ends:
        return _PARAGRAPH if line_ends > 1 else _SENTENCE
    return _SENTENCE if _SENTENCE_END.search(text[max(0, start - 8) : start]) else _CLAUSE


@dataclass(frozen=True, slots=True)
class _Ruler:
    """A text laid out in graphemes; the i-th border is the one before the i-th grapheme.

    sizes   what all graphemes before the border measure, one more than there are graphemes
    levels  how good a cut at the border is, see `_levels`
    """

    graphemes: tuple[str, ...]
    sizes: tuple[int, ...]
    levels: tuple[int, ...]

    @classmethod
    def along(cls, text: str, can: Capabilities) -> "_Ruler":
        signs = tuple(graphemes(text))
        levels = _levels(text)
        offsets = accumulate(map(len, signs), initial=0)
        return cls(
            signs,
            tuple(accumulate(map(can.size, signs), initial=0)),
            tuple(levels.get(offset, _GRAPHEME) for offset in offsets),
        )

    def parts(self, limit: int) -> Iterator[str]:
        start = self._skip_blanks(0)
        while start < len(self.graphemes):
            end = self._best_end(start, limit)
            yield self._text(start, end)
            start = self._skip_blanks(end)

    def _best_end(self, start: int, limit: int) -> int:
        """The border to cut at, at least one grapheme on; of equally good ones the last."""
        room = self.sizes[start] + limit
        last = max(bisect_right(self.sizes, room, lo=start) - 1, start + 1)
        if last >= len(self.graphemes):
            return len(self.graphemes)
        early = self._early(start, limit)
        return min(range(start + 1, last + 1), key=lambda at: (self._worth(at, early), -at))

    def _early(self, start: int, limit: int) -> int:
        """The size below which a cut costs a message: half a part, or less if the rest has room."""
        others = (self.sizes[-1] - self.sizes[start] - 1) // limit
        return min(self.sizes[start] + limit // 2, self.sizes[-1] - others * limit)

    def _worth(self, at: int, early: int) -> int:
        return max(self.levels[at], _CLAUSE) if self.sizes[at] < early else self.levels[at]

    def _skip_blanks(self, at: int) -> int:
        while at < len(self.graphemes) and self.graphemes[at].isspace():
            at += 1
        return at

    def _text(self, start: int, end: int) -> str:
        while end > start and self.graphemes[end - 1].isspace():
            end -= 1
        return "".join(self.graphemes[start:end])
