"""Whether somebody may be in danger: heard before anything is searched, in all our languages.

A false alarm costs one kind answer too many, so what is unclear counts as heard; a city topic does
not ("suicide prevention on bridges: what do cities do?"). Each language is a file of patterns:

DIRECT  says it by itself, wherever it stands: "my husband beats me"
STRONG  a word of danger: heard where somebody speaks of a person, or says hardly more; never where
        the sentence is about a topic
BARE    heard only where nothing else is said: "I can't go on anymore", but not of a garden
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache

from bot.understanding.danger import chinese, english, german
from bot.understanding.vocabulary import Vocabulary
from bot.understanding.wordings import is_han, words

_READ = 2000  # characters looked at at either end
_SENTENCE = re.compile(r"[.!?;:。！？；：\n…]+")
_CLAUSE = re.compile(r"[.!?;:,。！？；：，、\n…–—]+|\s-\s")
_APOSTROPHE = re.compile("['’`´]")
_FEW = 5  # words, beyond which a word of danger needs a person to be heard
_FEW_HAN = 10


class Danger(StrEnum):
    """What threatens, in the order in which help is named."""

    VIOLENCE = "violence"
    EMERGENCY = "emergency"
    CRISIS = "crisis"


@dataclass(frozen=True, slots=True)
class _Tongue:
    """The patterns of one language, ready to be asked."""

    direct: Mapping[Danger, re.Pattern[str]]
    strong: Mapping[Danger, re.Pattern[str]]
    bare: Mapping[Danger, re.Pattern[str]]
    topic: re.Pattern[str]
    persons: re.Pattern[str]

    def heard(self, sentence: str, clauses: Iterable[str]) -> Iterator[Danger]:
        """The dangers this sentence, and its clauses by themselves, tell of."""
        said = list(clauses)
        for danger in Danger:
            if (
                self.direct[danger].search(sentence)
                or (self.strong[danger].search(sentence) and self._of_somebody(sentence))
                or any(map(self.bare[danger].fullmatch, said))
            ):
                yield danger

    def _of_somebody(self, sentence: str) -> bool:
        """Whether a word of danger is said of a person, and not of a topic."""
        about = self.persons.search(sentence) or _is_short(sentence)
        return bool(about) and not self.topic.search(sentence)


def dangers(text: str) -> tuple[Danger, ...]:
    """What somebody who writes this may be in danger of; empty for nearly every text."""
    return _dangers(text if len(text) <= 2 * _READ else f"{text[:_READ]}\n{text[-_READ:]}")


@lru_cache(256)  # a turn asks before it searches, and `ask` once more
def _dangers(text: str) -> tuple[Danger, ...]:
    found: set[Danger] = set()
    for sentence in filter(None, map(str.strip, _SENTENCE.split(text))):
        said = _as_compared(sentence)
        clauses = [_as_compared(clause) for clause in _CLAUSE.split(sentence)]
        for tongue in _chinese_tongues() if any(map(is_han, said)) else _latin_tongues():
            found |= set(tongue.heard(said, clauses))
    return tuple(danger for danger in Danger if danger in found)


@lru_cache(64)
def _as_compared(text: str) -> str:
    """Words with one blank between them, no apostrophes, slips mended; Chinese without blanks."""
    said = words(_APOSTROPHE.sub("", text))
    if any(map(is_han, said)):
        return "".join(said)
    return " ".join(_mended(word) for word in said)


def _mended(word: str) -> str:
    near = None if word in _MEANT else _VOCABULARY.slipped(word)
    return (near and _VOCABULARY.known(near)) or word


def _is_short(sentence: str) -> bool:
    if is_han(sentence):
        return len(sentence) <= _FEW_HAN
    return sentence.count(" ") < _FEW


def _latin(patterns: Mapping[str, str]) -> Mapping[Danger, re.Pattern[str]]:
    return {danger: _compiled(rf"\b(?:{patterns[danger]})\b") for danger in Danger}


def _han(patterns: Mapping[str, str]) -> Mapping[Danger, re.Pattern[str]]:
    return {danger: _compiled(patterns[danger]) for danger in Danger}


def _compiled(pattern: str) -> re.Pattern[str]:
    """A pattern as it is written down: line ends and the blanks behind them are layout."""
    return re.compile(re.sub(r"\s*\n\s*", "", pattern))


def _framed(bare: Mapping[str, str], around: str) -> dict[str, str]:
    """What is said alone, with the small words people put around it."""
    return {
        danger: rf"(?:(?:{around}) ){{0,6}}(?:{core})(?: (?:{around})){{0,6}}"
        for danger, core in bare.items()
    }


@cache  # made when the first text comes: a tenth of what a start takes
def _latin_tongues() -> tuple[_Tongue, ...]:
    return tuple(
        _Tongue(
            _latin(tongue.DIRECT),
            _latin(tongue.STRONG),
            _latin(_framed(tongue.BARE, tongue.AROUND)),
            _compiled(rf"\b(?:{tongue.TOPIC})\b"),
            _compiled(rf"\b(?:{tongue.PERSONS})\b"),
        )
        for tongue in (english, german)
    )


@cache
def _chinese_tongues() -> tuple[_Tongue, ...]:
    around = f"(?:{chinese.AROUND}){{0,6}}"
    bare = {danger: f"{around}(?:{core}){around}" for danger, core in chinese.BARE.items()}
    return (
        _Tongue(
            _han(chinese.DIRECT),
            _han(chinese.STRONG),
            _han(bare),
            _compiled(chinese.TOPIC),
            _compiled(chinese.PERSONS),
        ),
    )


_MEANT = frozenset((*english.MENDED.split(), *german.MENDED.split()))
_VOCABULARY = Vocabulary(_MEANT)
