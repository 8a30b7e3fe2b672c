"""How easy a text is to read: a hint for its writer, never a label."""

import re

# Flesch calls a text under 50 difficult; Amstad and sentences of 35 signs are about as hard.
HARD = {"en": 50.0, "de": 40.0, "zh": 35.0}
_SENTENCE_END = re.compile(r"[.!?。！？](?=\s|$|[”“»」])|[。！？]|\n")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_VOWELS = {
    "en": re.compile(r"[aeiouy]+", re.IGNORECASE),
    "de": re.compile(r"ei|ai|au|äu|eu|ie|[aeiouäöüyé]", re.IGNORECASE),
}


def ease(text: str, lang: str) -> float:
    """en: Flesch (1948), de: Amstad (1978), both 0 hard to 100 easy; zh: characters a sentence."""
    sentences = [part for part in _SENTENCE_END.split(text) if part.strip()]
    if lang == "zh":
        return sum(map(_han, sentences)) / max(len(sentences), 1)
    words = _WORD.findall(text)
    if not words:
        return 100.0
    length = len(words) / max(len(sentences), 1)
    syllables = sum(_syllables(word, lang) for word in words) / len(words)
    if lang == "de":
        return 180 - length - 58.5 * syllables
    return 206.835 - 1.015 * length - 84.6 * syllables


def is_hard(text: str, lang: str) -> bool:
    """Whether a writer should look at the text again."""
    if lang not in HARD:
        return False
    return ease(text, lang) > HARD[lang] if lang == "zh" else ease(text, lang) < HARD[lang]


def _han(sentence: str) -> int:
    return sum("一" <= sign <= "鿿" for sign in sentence)


def _syllables(word: str, lang: str) -> int:
    count = len(_VOWELS.get(lang, _VOWELS["en"]).findall(word))
    if lang == "en" and re.search(r"[^aeiouyl]e$|[^aeiouytd]ed$", word, re.IGNORECASE):
        count -= 1  # the silent e
    return max(count, 1)
