"""Which dialog a text asks for, from the triggers' wordings in all languages.

Whole: the text is made of wordings and courtesies only ("hey there, stop please").
Within: a wording stands in a sentence of the text,
- its words in order, small words aside, with at most two others between each two;
- words are the same when they differ by an ending ("lösche", "löschen"), or by one slip from
  five letters on when what was written is no word we know;
- the sentence is a wish: it begins with the wording, courtesies aside, or has an I or you in
  it, or has hardly more words than the wording and asks nothing. "Which cities delete the data
  of residents?" is none.
- A wording that is a question ends the sentence: "how does this work", and nothing after it.
Only as a whole text are heard: wordings with one telling word, or of two Chinese characters, and
those with an exclamation mark ("take care!"). The longest wording wins.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import regex

from bot.i18n import _, alternatives
from bot.understanding.vocabulary import Vocabulary
from bot.understanding.wordings import READ, cover, is_han, wordings, words

_POLITE = _(
    "please|hi|hello|hey|hi there|hello there|good morning|good evening|good afternoon|thanks|"
    "thank you|thank you very much|many thanks|ok|okay|well|so|now|then|just|again|me|it|this|"
    "that|there|all|everyone|everybody|sorry|excuse me|can you|could you|would you|i want|"
    "i want to|i would like to|i'd like to|i need|can i|can we|could i|could we|may i|do you|"
    "is it possible|let's|let us|i would prefer|i'd prefer"
)
_SMALL = _(
    "the|a|an|to|in|on|of|for|with|please|just|now|all|any|some|really|and|or|here|also|too|"
    "exactly|then|actually|maybe"
)
_PERSONS = _("i|i'm|i'd|i'll|i've|me|my|mine|myself|you|your|you're|u")
_QUESTION_WORDS = _(
    "how|what|which|who|whose|where|when|why|is|are|was|were|does|do|did|can|could|should|has|"
    "have|what's|who's|how's|where's"
)
_SENTENCE = regex.compile(r"[.!?;。！？；\n]+(?=\s|\p{Han}|$)|[!?;。！？；\n]+")
_GAP = 2  # words that may stand between two parts of a wording
_ROOM = 12  # words a sentence may have beyond the wording and still be a wish, not a story
_BARE = 2  # words beyond the wording that make no question of it
_LONGEST = 5  # words of a courtesy
_MOST = 24  # words of a text that can be wordings and courtesies only

_Parts = tuple[str, ...]


def is_question(text: str) -> bool:
    """Whether a text looks like a question: a question mark, or a question word."""
    if text[-READ:].rstrip().endswith(("?", "？", "吗", "呢", "嗎")):
        return True
    said = words(text)
    return _asks(said) and (len(said) >= 4 or is_han(said[0]))


@dataclass(frozen=True, slots=True)
class Wish:
    """The dialog a text asks for, and by which wording."""

    dialog: str
    wording: str


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A wording that may stand within a sentence: its telling words, by their names."""

    parts: _Parts
    ends: bool  # a question, that ends the sentence
    wish: Wish


class Phrases:
    """All triggers of all dialogs, ready to be compared."""

    def __init__(self, triggers: Mapping[str, Iterable[str]]) -> None:
        """`triggers`: dialog name to msgids. Raises ValueError when two dialogs share a wording."""
        self._whole: dict[_Parts, Wish] = {}
        for dialog, msgids in triggers.items():
            for msgid in msgids:
                self._learn(dialog, msgid)
        bare = {_telling(parts): wish for parts, wish in self._whole.items() if _stands(parts)}
        courtesies: dict[_Parts, Wish | None] = dict.fromkeys(_courtesies())
        self._tiles = {**courtesies, **bare, **self._whole}
        self._single = Vocabulary(parts[0] for parts in self._whole if len(parts) == 1)
        phrases = [wish for parts, wish in self._whole.items() if _is_phrase(parts, wish.wording)]
        self._vocabulary = Vocabulary(w for wish in phrases for w in _telling(words(wish.wording)))
        self._starting: dict[str, list[_Phrase]] = {}
        for phrase in map(self._phrase, phrases):
            self._starting.setdefault(phrase.parts[0], []).append(phrase)

    def _learn(self, dialog: str, msgid: str) -> None:
        for several in alternatives(msgid).values():
            for wording in filter(words, several):
                known = self._whole.setdefault(words(wording), Wish(dialog, wording))
                if known.dialog != dialog:
                    raise ValueError(f"{wording!r} triggers both {known.dialog} and {dialog}")

    def _phrase(self, wish: Wish) -> _Phrase:
        said = _telling(words(wish.wording))
        parts = tuple(self._vocabulary.known(word) or word for word in said)
        return _Phrase(parts, _asks(said), wish)

    def whole(self, text: str) -> Wish | None:
        """The dialog whose wordings are the whole text, courtesies and a slash aside."""
        said = words(text)
        if len(said) > _MOST:
            return None
        tries = (said, self._corrected(said), _telling(said))
        found = next(filter(None, (cover(words_, self._tiles) for words_ in tries)), [])
        wishes = [wish for wish in found if wish]
        telling = [wish for wish in wishes if words(wish.wording) not in _courtesies()]
        if len({wish.dialog for wish in telling}) > 1:  # "switch the language" + "English"
            return self.within(text) or telling[0]
        longest = max(telling, key=lambda wish: len(wish.wording), default=None)
        return longest or (wishes[-1] if wishes else None)

    def _corrected(self, said: _Parts) -> _Parts:
        """A slip in a word that is a wording by itself: "unsubscrbe"."""
        return tuple(
            word if (word,) in self._tiles else self._single.slipped(word) or word for word in said
        )

    def within(self, text: str) -> Wish | None:
        """The dialog whose wording stands in a sentence of the text; the longest wins."""
        heard = (
            phrase
            for sentence in _SENTENCE.split(text[:READ])
            for phrase in self._heard(words(sentence))
        )
        best = max(heard, key=lambda phrase: len(phrase.parts), default=None)
        return best.wish if best else None

    def _heard(self, sentence: _Parts) -> Iterator[_Phrase]:
        said, asks = _telling(sentence), _asks(_telling(sentence))
        known = [self._vocabulary.known(word) or "" for word in said]
        lead, tail = _courtesies_around(sentence)
        persons = any((word,) in wordings(_PERSONS) for word in sentence)
        for start, first in enumerate(known):
            for phrase in self._starting.get(first, ()):
                end = _end(phrase.parts, known, start)
                if not end or (phrase.ends and end < len(known) - tail):
                    continue
                beyond = len(said) - lead - tail - len(phrase.parts)
                wished = start <= lead or persons or (beyond <= _BARE and not asks)
                if wished and beyond <= _room(phrase.parts):
                    yield phrase


@cache
def _courtesies() -> frozenset[_Parts]:
    return wordings(_POLITE) | wordings(_SMALL)


def _telling(said: _Parts) -> _Parts:
    """The words without the small ones that people leave out or put in."""
    small = wordings(_SMALL)
    return tuple(word for word in said if (word,) not in small)


def _stands(said: _Parts) -> bool:
    """Whether a wording can do without its small words; one Chinese character says too little."""
    parts = _telling(said)
    return len(parts) > 1 or (len(parts) == 1 and not is_han(parts[0]))


def _courtesies_around(said: _Parts) -> tuple[int, int]:
    """How many telling words at the beginning and at the end of a sentence are courtesies."""
    courtesies, sizes = _courtesies(), range(min(_LONGEST, len(said)), 0, -1)
    first, last = 0, len(said)
    while size := next((n for n in sizes if said[first : first + n] in courtesies), 0):
        first += size
    while size := next(
        (n for n in sizes if first <= last - n and said[last - n : last] in courtesies), 0
    ):
        last -= size
    return len(_telling(said[:first])), len(_telling(said[last:]))


def _asks(said: _Parts) -> bool:
    """Whether words are a question: a question word in front, in Chinese anywhere."""
    asking = wordings(_QUESTION_WORDS)
    return said[:1] in asking or any(
        said[at : at + size] in asking
        for at, word in enumerate(said)
        for size in (1, 2, 3)
        if is_han(word)
    )


def _is_phrase(said: _Parts, wording: str) -> bool:
    if wording.endswith(("!", "！")):
        return False
    parts = _telling(said)
    chinese = sum(map(is_han, parts))
    return len(parts) - chinese >= 2 or chinese >= 3 or (chinese >= 1 and len(parts) > chinese)


def _room(parts: _Parts) -> int:
    return 2 * _ROOM if is_han(parts[0]) else _ROOM


def _end(parts: _Parts, said: list[str], start: int) -> int:
    """Where a wording that begins at `start` has ended; 0 when it is not there."""
    at = start + 1
    for part in parts[1:]:
        reach = said[at : at + 1 + _GAP]
        if part not in reach:
            return 0
        at += reach.index(part) + 1
    return at
