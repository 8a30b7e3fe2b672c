"""English or German, word by word: how much each word of a line speaks for one or the other.

`words.json` holds frequent words of both, most frequent first, and small words of other languages
("other"). A word counts by its place in the lists; one in neither by its letters, two and three
at a time, as they occur in the lists.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from math import log
from operator import add

_SMALL = 150  # so many words of a list are its small words: the, how, my
_TELLING = 3.0  # log odds from which a small word is no word of the other language
_ABSENT = 25000  # the place of a word that a list does not hold
_LETTERS = 0.12  # what letters weigh: a name must not outvote a word
_TITLE = 0.5  # what an English word with a capital inside a line weighs
_OPENING = {"was": -2.0}  # "was it" is rare in front, "Was ist" is not
# People without a German keyboard, and all of Switzerland.
_SPELLINGS = (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss"))
# Commands and courtesies that are typed all over the world, whatever one speaks.
_EVERYWHERE = frozenset(
    (
        *("stop", "start", "help", "menu", "chat", "bot", "info", "test", "feedback", "newsletter"),
        *("hi", "hello", "hey", "bye", "ciao", "please", "thanks", "sorry", "ok", "okay", "yes"),
        *("no", "cool", "nice", "wow", "super", "email", "online", "name", "april", "august"),
        *("september", "workshop", "workshops", "event", "events", "team", "student", "park"),
        "city",
    )
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the words of a line say.

    lean     log odds, above zero for English, below for German
    english  small words only English has
    german   small words only German has
    known    words that are in the list of either
    foreign  small words of other languages that neither has
    """

    lean: float
    english: int
    german: int
    known: int
    foreign: int


@dataclass(frozen=True, slots=True)
class Profile:
    """The lists, ready to be asked."""

    odds: dict[str, float]
    grams: dict[str, float]
    small: frozenset[str]
    foreign: frozenset[str]

    def weigh(self, words: Sequence[str]) -> Evidence:
        """What these words say together, as they were written and in their order."""
        lean, english, german, known, foreign = 0.0, 0, 0, 0, 0
        for place, written in enumerate(words):
            word = written.lower()
            titled = place > 0 and written[0].isupper() and not written.isupper()
            odds = self.odds.get(word)
            if odds is None:
                foreign += word in self.foreign
                odds = self._by_letters(word)
            else:
                known += word not in _EVERYWHERE
                english += odds > 0 and word in self.small and not titled
                german += odds < 0 and word in self.small
            if place == 0:
                odds += _OPENING.get(word, 0.0)
            elif odds > 0 and titled:
                odds *= _TITLE  # "Super Bowl", "Smart Cities": names, in any language
            lean += odds
        return Evidence(lean, english, german, known, foreign)

    def _by_letters(self, word: str) -> float:
        umlauts = 2.0 if any(letter in "äöüß" for letter in word) else 0.0
        return _LETTERS * sum(self.grams.get(gram, 0.0) for gram in _grams(word[:40])) - umlauts


@cache
def profile() -> Profile:
    """The one profile, read on first need (some 20 ms)."""
    text = resources.files("bot.understanding").joinpath("words.json").read_text("utf-8")
    lists = {name: " ".join(lines).split() for name, lines in json.loads(text).items()}
    english, german = _places(lists["en"]), _places(lists["de"])
    german |= {plain: place for plain, place in _respelt(german) if plain not in english}
    odds = {
        word: log(german.get(word, _ABSENT) / english.get(word, _ABSENT))
        for word in english.keys() | german.keys()
    }
    small = {w for w in odds if abs(odds[w]) >= _TELLING}
    small &= {w for w in odds if min(english.get(w, _ABSENT), german.get(w, _ABSENT)) < _SMALL}
    small -= _EVERYWHERE | set(lists["other"])
    foreign = frozenset(lists["other"]) - odds.keys()
    return Profile(odds, _gram_odds(english, german), frozenset(small), foreign)


def _places(words: list[str]) -> dict[str, int]:
    # Ten is added so that the first word of a list does not outweigh a whole sentence.
    return {word: place for place, word in reversed(list(enumerate(words, 10)))}


def _respelt(places: dict[str, int]) -> Iterator[tuple[str, int]]:
    for word, place in places.items():
        plain = word
        for letter, spelling in _SPELLINGS:
            plain = plain.replace(letter, spelling)
        yield plain, place
        yield word.replace("ß", "ss"), place


def _grams(word: str) -> Iterator[str]:
    marked = f"^{word}$"
    for size in (2, 3):
        yield from (marked[i : i + size] for i in range(len(marked) - size + 1))


def _gram_odds(english: Iterable[str], german: Iterable[str]) -> dict[str, float]:
    ours, theirs = _counted(english), _counted(german)
    grams = ours.keys() | theirs.keys()
    # Half a sighting for what was never seen; the sums bring lists of unequal length level.
    base = log((theirs.total() + 0.5 * len(grams)) / (ours.total() + 0.5 * len(grams)))
    return {gram: base + log((ours[gram] + 0.5) / (theirs[gram] + 0.5)) for gram in grams}


def _counted(words: Iterable[str]) -> Counter[str]:
    """How often each gram occurs in these words: all counted as one row of letters."""
    row = "".join(f"^{word}$" for word in words)
    pairs = list(map(add, row, row[1:]))
    counted = Counter(pairs) + Counter(map(add, pairs, row[2:]))
    for gram in [gram for gram in counted if "$^" in gram]:  # from one word into the next
        del counted[gram]
    return counted
