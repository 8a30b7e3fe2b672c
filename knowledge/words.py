"""Cuts a text into what we compare: sentences, words and their stems, Han characters and pairs.

The index and the question are cut by the same functions: change one and rebuild the other.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from operator import add

import Stemmer

# CJK unified ideographs, extension A, compatibility ideographs, and the planes of rare characters.
HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"

_UNSEEN = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]+")
_UNREADABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]+")
_WORD = re.compile(rf"[{HAN}]+|[^\W_{HAN}]+")
_LINE_OR_WORD = re.compile(rf"\n|[{HAN}]+|[^\W_{HAN}]+")
_LINE_OR_LATIN = re.compile(r"\n|[^\W_]+")  # the same, and twice as fast, where there is no Han
_SENTENCE_END = re.compile(rf"[.!?](?=[\s{HAN}])|[。！？;；]")
_HAN_CHARACTER = re.compile(rf"[{HAN}]")
_ACCENTS = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+")
_EAST_ASIA = "\u2e80"  # its characters start here
_EAST_ASIAN = re.compile(f"[{_EAST_ASIA}-\U0010ffff]")
_NEXT = "\u2029"  # the paragraph separator: cleaning leaves it where it is
_APART = "\0"  # no cleaned text holds it; all words at once are looked at faster than one by one
# What a stemmer takes for forms of "park", and is none.
_OF_ITS_OWN = {
    "en": dict.fromkeys(("parking", "parked"), "parking"),
    "de": dict.fromkeys(("parken", "parkt", "geparkt"), "parken"),
}
_UMLAUT_IN_FULL = re.compile("([aou])e")
_HARD_C = re.compile("ck?(?!h)")


def clean(text: str) -> str:
    """A text as we compare it: NFKC, lower case, without what nobody sees. Takes any string."""
    if not text.replace("\n", "").replace(_NEXT, "").isprintable():  # most texts are
        text = _UNREADABLE.sub(" ", _UNSEEN.sub("", text))
    return unicodedata.normalize("NFKC", text).casefold()


def clean_all(texts: Sequence[str]) -> list[str]:
    """Each text cleaned; all at once, which is a lot faster than one by one."""
    joined = _NEXT.join(text.replace(_NEXT, "\n") for text in texts)
    return clean(joined).split(_NEXT) if texts else []


def sentences(cleaned: str) -> list[str]:
    """The sentences of a cleaned text, in order; 5.000 and 3.5 are not torn."""
    lines = _SENTENCE_END.sub(r"\g<0>\n", cleaned).split("\n")
    return [line for line in map(str.strip, lines) if line]


def words(cleaned: str) -> list[str]:
    """Words and whole runs of Han characters, in order, as written."""
    return _WORD.findall(cleaned)


def words_and_lines(cleaned: str) -> list[str]:
    """Like `words`, with each line end as an element of its own."""
    pattern = _LINE_OR_WORD if _EAST_ASIAN.search(cleaned) else _LINE_OR_LATIN
    return pattern.findall(cleaned)


def is_han(word: str) -> bool:
    """Whether an element of `words` is a run of Han characters."""
    return _HAN_CHARACTER.match(word) is not None


def stems(words: Sequence[str], lang: str) -> list[str]:
    """The stem of each Latin word, without accents. Runs of Han characters stay as they are.

    Chinese texts hold English words, so those are stemmed as English.
    """
    # A new stemmer each time: one must not be shared by threads, and it costs a microsecond.
    stemmer = Stemmer.Stemmer("german" if lang == "de" else "english")
    own = _OF_ITS_OWN["de" if lang == "de" else "en"]
    latin = [word for word in words if word < _EAST_ASIA]
    found = stemmer.stemWords(latin)
    if not own.keys().isdisjoint(latin):
        found = [own.get(word, stem) for word, stem in zip(latin, found, strict=True)]
    if len(latin) == len(words):
        return _plain(found)
    stemmed = iter(found)
    return _plain([next(stemmed) if word < _EAST_ASIA else word for word in words])


def terms(stem: str) -> tuple[str, ...]:
    """The terms a word is indexed by, from what `stems` makes of it.

    A Latin word has one term, its stem; a run of Han characters has its characters and its pairs.
    """
    return (*stem, *pairs(stem)) if is_han(stem) else (stem,)


def pairs(run: str) -> Iterator[str]:
    """The pairs of neighbouring characters of a run."""
    return map(add, run, run[1:])


def spellings(words: Sequence[str], lang: str) -> list[str]:
    """The words as their letters are compared: no accents.

    In German ae, oe, ue are umlauts too, and c and ph are spelt as in Doktor and Fotografie.
    """
    bare = _plain(words)
    if lang != "de":
        return bare
    joined = _HARD_C.sub("k", _UMLAUT_IN_FULL.sub(r"\1", _APART.join(bare)))
    return joined.replace("ph", "f").split(_APART)


def _plain(words: Sequence[str]) -> list[str]:
    """The words without accents: medellín and medellin, zürich and zurich are one."""
    joined = _APART.join(words)
    if joined.isascii() or not words:
        return list(words)
    return _ACCENTS.sub("", unicodedata.normalize("NFKD", joined)).split(_APART)
