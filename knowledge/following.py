"""A question that goes on from the article shown last: whether it does, and what answers it there.

It does when it is short and has no content of its own, only an aspect ("how much did it cost?").
With a word or two of its own ("how many people live there?", "who owns the land?") it does unless
it names something else: a place, a topic, the title of another article. What the article then
lacks, it does not say; another article that happens to have the word is no answer.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.understanding import detect
from knowledge.article import Article
from knowledge.aspects import Aspect, asked, back, itself, shown
from knowledge.layout import headed_paragraphs
from knowledge.library import Library
from knowledge.naming import is_known, names_topic, stands_alone
from knowledge.pieces import cut
from knowledge.state import state_told
from knowledge.words import clean, words

_LONGEST = 72  # characters; Chinese says the same in a third
_OWN = 2  # words of its own that a question may have that points back
_PASSAGES = 3
# Whoever speaks to us or of themselves goes on with us, not with the article.
_SPOKEN_TO = {
    "en": re.compile(r"\b(?:i|i'm|me|my|you|your|u|we|us|our)\b", re.IGNORECASE),
    "de": re.compile(
        r"\b(?i:ich|mir|mich|mein\w*|du|dir|dich|dein\w*|wir|uns\w*)\b|\b(?:Sie|Ihnen)\b"
    ),
    "zh": re.compile("你|您|我"),
}
# Who asks what something is, and the article has no word of it, means something else.
_DEFINES = {
    "en": re.compile(r"^what(?:'s| is| are| was| were) (?:the|an?)\b"),
    "de": re.compile(r"^was (?:ist|sind|war|waren) (?:d(?:er|ie|as)|ein\w*)\b"),
    "zh": re.compile("是什么|什么是"),
}
# What one asks with oneself in it, and yet of the thing: "could we do that too?"
_FOR_US = frozenset({Aspect.COST, Aspect.TRANSFER, Aspect.JOIN})
_FIGURES = frozenset({Aspect.COST, Aspect.TIME, Aspect.PEOPLE, Aspect.NUMBER})
# An opening or a story is no answer to "who paid for it?".
_SOFT = frozenset({Aspect.WHO, Aspect.WHERE, Aspect.STORY})


@dataclass(frozen=True, slots=True)
class Followed:
    """The article that was spoken of and what it says; without passages it does not say."""

    article: Article
    language: str
    passages: tuple[str, ...]


def follow(library: Library, text: str, language: str, slug: str) -> Followed | None:
    """What the article shown last says to this; None for a question that stands by itself."""
    guess = detect(text)
    lang = guess.language if guess.sure and guess.language else language
    article = library.article(slug, lang)
    if article is None or len(text) * (3 if lang == "zh" else 1) > _LONGEST:
        return None
    asks = _read(text, lang)
    if asks.is_bare:
        return Followed(article, lang, _telling(article, asks))
    if not asks.goes_on or is_known(library, text, lang, but=slug):
        return None
    passages = library.within(article, asks.rest)
    if not passages and _names_another(library, asks, lang):
        return None
    return Followed(article, lang, _showing(passages, asks.aspects))


def _names_another(library: Library, asks: "_Asks", lang: str) -> bool:
    """Whether words that the article lacks are of something else."""
    defines = _DEFINES.get(lang)
    if names_topic(asks.rest, lang) or (defines and defines.search(asks.said)):
        return True
    return not asks.points_back and stands_alone(library, asks.rest, lang)


def lacks_subject(text: str, lang: str) -> bool:
    """Whether a text asks about something it does not name: nothing can be found for it."""
    return len(text) <= _LONGEST and _read(text, lang).is_bare


@dataclass(frozen=True, slots=True)
class _Asks:
    """A question taken apart: its aspects, the rest, and what may be said of that."""

    said: str
    aspects: frozenset[Aspect]
    rest: str
    is_bare: bool
    goes_on: bool
    points_back: bool


def _read(text: str, lang: str) -> _Asks:
    said = clean(text)
    rest, aspects = _taken_apart(said, lang)
    own = sum(not piece.small for piece in cut(words(rest), lang))
    spoken_to = _SPOKEN_TO.get(lang)
    to_us = bool(spoken_to and spoken_to.search(itself(lang).sub(" ", text)))
    is_bare = bool(aspects) and not own and (not to_us or bool(aspects & _FOR_US))
    points_back = bool(back(lang).search(said))
    goes_on = 0 < own <= _OWN and not to_us and (points_back or bool(aspects))
    return _Asks(said, aspects, rest, is_bare, goes_on, points_back)


def _taken_apart(said: str, lang: str) -> tuple[str, frozenset[Aspect]]:
    """What is left of a question without its aspects, and these."""
    rest, found = itself(lang).sub(" ", said), set()
    for aspect, pattern in asked(lang).items():
        rest, times = pattern.subn(" ", rest)
        if times:
            found.add(aspect)
    return rest, frozenset(found)


def _telling(article: Article, asks: _Asks) -> tuple[str, ...]:
    """The paragraphs that tell of what is asked, what was asked first in front."""
    wanted = [aspect for aspect in Aspect if aspect in (asks.aspects - _SOFT or asks.aspects)]
    paragraphs = _by_words(asks.said, article)
    found = [text for aspect in wanted for text in _on(aspect, article.lang, paragraphs)]
    if Aspect.STATE in wanted and (state := state_told(article, article.lang)):
        found.insert(0, state)
    if not found and Aspect.TIME in wanted and article.period:
        found = [paragraph for _heading, paragraph in headed_paragraphs(article.text)][
            :1
        ]  # the period stands below it
    return tuple(dict.fromkeys(found))[:_PASSAGES]


def _on(aspect: Aspect, lang: str, paragraphs: Sequence[tuple[str, str]]) -> list[str]:
    """The paragraphs that tell of one aspect, those with a word people ask by in front."""
    pattern, words_for_it = shown()[aspect], asked(lang)[aspect]
    telling = [text for head, text in paragraphs if pattern.search(clean(f"{head}\n{text}"))]
    if aspect is Aspect.PEOPLE:  # one figure may be that of the whole town
        telling.sort(key=lambda text: -len(pattern.findall(clean(text))))
    return sorted(telling, key=lambda text: not words_for_it.search(clean(text)))


def _by_words(said: str, article: Article) -> list[tuple[str, str]]:
    """The paragraphs, each with its heading, those in front that have more words of a question."""
    telling = [piece.text for piece in cut(words(said), article.lang) if not piece.small]
    return sorted(
        headed_paragraphs(article.text),
        key=lambda block: -sum(word in clean(block[1]) for word in telling),
    )


def _showing(passages: tuple[str, ...], aspects: frozenset[Aspect]) -> tuple[str, ...]:
    """Those that show the figure that is asked for: "how many", not only "people live there"."""
    figures = [shown()[aspect] for aspect in aspects & _FIGURES]
    return tuple(p for p in passages if all(figure.search(clean(p)) for figure in figures))
