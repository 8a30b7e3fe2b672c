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
- A wording with dots has something else there: "register for …" begins a sentence, "…报名" ends
  one; a question only where the wording is one.
- One that ends with "this" or "here" has no other word in it: "wer betreibt das" is not in "wer
  betreibt Decidim".
- A wording that ends with a plus has what it is about beside it, at any length, and more words in
  its middle: "mich erinnern+" in "kannst du mich bitte morgen um neun an die Blumen erinnern". A
  wish is followed by no "what" or "who": "remind me what a land trust is" asks.
Only as a whole text are heard: wordings with one telling word, or of two Chinese characters, and
those with an exclamation mark ("take care!"). The longest wording wins.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import regex

from bot.i18n import _, alternatives
from bot.understanding.remarks import company
from bot.understanding.telling import (
    asks,
    courtesies,
    courtesies_around,
    has_person,
    stands,
    telling,
    within_courtesies,
)
from bot.understanding.vocabulary import Vocabulary
from bot.understanding.wordings import READ, cover, is_han, wordings, words

# A wording that ends so speaks of us or of what was shown: no other subject stands in it.
_POINTING = _("this|that|here")
# "Remind me what it is" asks; "remind me when it starts" may still be a wish.
_RECALLED = _("what|who|whose|which|how|why|where")
_SENTENCE = regex.compile(r"[.!?;。！？；\n]+(?=\s|\p{Han}|$)|[!?;。！？；\n]+")
# "Freie Kita-Plätze" are no free "Plätze"; "E-Mail" and "sign-up" are as we write them.
_HYPHEN = regex.compile(r"(?<=\p{L}{3})-(?=\p{Lu})")
_DOTS = "…"
_PLUS = "+"
_GAP = 2  # words that may stand between two parts of a wording
_OPEN_GAP = 8  # of one with a plus
_ROOM = 12  # words a sentence may have beyond the wording and still be a wish, not a story
_BARE = 2  # words beyond the wording that make no question of it
_MOST = 24  # words of a text that can be wordings and courtesies only

_Parts = tuple[str, ...]


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
    open: bool  # has what it is about beside it
    gap: int  # words that may stand between two parts
    wish: Wish


class _Edges:
    """The wordings with dots on one side: those that begin a sentence, or those that end one."""

    def __init__(self, begins: bool) -> None:
        self._begins = begins
        self._wishes: dict[_Parts, Wish] = {}
        self._sizes: frozenset[int] = frozenset()  # in words

    def learn(self, parts: _Parts, wish: Wish) -> None:
        """Take one more wording; the first with the same words stays."""
        self._wishes.setdefault(parts, wish)
        self._sizes |= {len(parts)}

    def in_sentence(self, sentence: _Parts) -> Iterator[tuple[_Parts, Wish]]:
        """The wordings at this edge of the sentence, with or without courtesies around it."""
        is_asking = asks(telling(sentence))
        for said in dict.fromkeys((sentence, within_courtesies(sentence))):
            for size in self._sizes:
                parts = said[:size] if self._begins else said[-size:]
                wish = self._wishes.get(parts)
                if wish and self._has_room(parts, said) and (asks(parts) or not is_asking):
                    yield parts, wish

    def _has_room(self, parts: _Parts, said: _Parts) -> bool:
        return len(parts) < len(said) <= len(parts) + _room(parts)


class Phrases:
    """All triggers of all dialogs, ready to be compared."""

    def __init__(self, triggers: Mapping[str, Iterable[str]], remarks: Iterable[str] = ()) -> None:
        """`triggers`: dialog name to msgids; `remarks`: the names of those that are remarks.

        Raises ValueError when two dialogs share a wording.
        """
        self._whole: dict[_Parts, Wish] = {}
        self._edges = {begins: _Edges(begins) for begins in (True, False)}
        for dialog, msgids in triggers.items():
            for msgid in msgids:
                self._learn(dialog, msgid)
        bare = {telling(parts): wish for parts, wish in self._whole.items() if stands(parts)}
        polite: dict[_Parts, Wish | None] = dict.fromkeys(courtesies())
        self._tiles = {**polite, **bare, **self._whole}
        self._spelt = Vocabulary(word for parts in self._whole for word in parts)
        told = frozenset(remarks)
        heard = {parts: wish for parts, wish in self._whole.items() if wish.dialog in told}
        self._remarks = {**polite, **company(heard)}
        phrases = [(telling(parts), wish) for parts, wish in self._whole.items()]
        phrases = [(parts, wish) for parts, wish in phrases if _is_phrase(parts, wish.wording)]
        every = {word for parts, _wish in phrases for word in parts}
        self._vocabulary = Vocabulary(every)
        names = {word: self._vocabulary.known(word) or word for word in every}
        self._starting: dict[str, list[_Phrase]] = {}
        for parts, wish in phrases:
            named, is_open = tuple([names[word] for word in parts]), wish.wording.endswith(_PLUS)
            phrase = _Phrase(named, asks(parts), is_open, _gap(wish.wording), wish)
            self._starting.setdefault(phrase.parts[0], []).append(phrase)

    def _learn(self, dialog: str, msgid: str) -> None:
        for several in alternatives(msgid).values():
            for wording in several:
                if not (said := words(wording)):
                    continue
                if _DOTS in wording:
                    self._edges[wording.endswith(_DOTS)].learn(said, Wish(dialog, wording))
                    continue
                known = self._whole.setdefault(said, Wish(dialog, wording))
                if known.dialog != dialog:
                    raise ValueError(f"{wording!r} triggers both {known.dialog} and {dialog}")

    def whole(self, text: str) -> Wish | None:
        """The dialog whose wordings are the whole text, courtesies and a slash aside."""
        said = words(text)
        if len(said) > _MOST:
            return None
        tries = (said, self._corrected(said), telling(said))
        found = next(filter(None, (cover(words_, self._tiles) for words_ in tries)), [])
        wishes = [wish for wish in found if wish]
        own = [wish for wish in wishes if words(wish.wording) not in courtesies()]
        several = len({wish.dialog for wish in own}) > 1  # "switch the language" + "English"
        if several and (inner := self.within(text)):
            return inner
        # One that is there in full goes before one whose small words are not: "that's (all) wrong".
        best = max(own, key=lambda wish: (_is_full(wish, said), len(wish.wording)), default=None)
        return best or (wishes[-1] if wishes else self._remark(tries[:2]))

    def _remark(self, tries: tuple[_Parts, ...]) -> Wish | None:
        """The remark a text consists of, with what people say around one."""
        found = next(filter(None, (cover(said, self._remarks) for said in tries)), [])
        return max(filter(None, found), key=lambda wish: len(wish.wording), default=None)

    def _corrected(self, said: _Parts) -> _Parts:
        """Slips in words of wordings mended: "unsubscrbe", "das vertehe ich nicht"."""
        return tuple(
            word if (word,) in self._tiles else self._spelt.slipped(word) or word for word in said
        )

    def within(self, text: str) -> Wish | None:
        """The dialog whose wording stands in a sentence of the text; the longest wins."""
        heard = (
            phrase
            for sentence in _SENTENCE.split(text[:READ])
            for phrase in self._heard(words(_HYPHEN.sub("", sentence)))
        )
        best = max(heard, key=lambda phrase: len(phrase.parts), default=None)
        return best.wish if best else self._at_an_edge(text[:READ])

    def _at_an_edge(self, text: str) -> Wish | None:
        """The dialog whose wording with dots begins or ends a sentence that asks nothing."""
        sentences = [words(sentence) for sentence in _SENTENCE.split(text)]
        found = [
            heard
            for sentence in sentences
            for edges in self._edges.values()
            for heard in edges.in_sentence(sentence)
        ]
        _parts, best = max(found, key=lambda heard: len(heard[0]), default=((), None))
        return best

    def _heard(self, sentence: _Parts) -> Iterator[_Phrase]:
        said, is_asking = telling(sentence), asks(telling(sentence))
        known = [self._vocabulary.known(word) or "" for word in said]
        lead, tail = courtesies_around(sentence)
        persons = has_person(sentence)
        for start, first in enumerate(known):
            for phrase in self._starting.get(first, ()):
                end = _end(phrase.parts, known, start, phrase.gap)
                if not end or (phrase.ends and end < len(known) - tail):
                    continue
                if phrase.open and not phrase.ends and _recalls(said[end:]):
                    continue
                beyond = len(said) - lead - tail - len(phrase.parts)
                wished = start <= lead or persons or (beyond <= _BARE and not is_asking)
                if wished and (phrase.open or beyond <= _room(phrase.parts)):
                    yield phrase


def _is_full(wish: Wish, said: _Parts) -> bool:
    return set(words(wish.wording)) <= set(said)


def _is_phrase(parts: _Parts, wording: str) -> bool:
    """Whether a wording of these telling words is heard within a sentence too."""
    if wording.endswith(("!", "！")):
        return False
    chinese = sum(map(is_han, parts))
    return len(parts) - chinese >= 2 or chinese >= 3 or (chinese >= 1 and len(parts) > chinese)


def _recalls(rest: _Parts) -> bool:
    """Whether it goes on as a question."""
    return any(rest[:size] in wordings(_RECALLED) for size in (1, 2, 3))


def _gap(wording: str) -> int:
    """How many words may stand between two parts of it."""
    if wording.endswith(_PLUS):
        return _OPEN_GAP
    return 0 if words(wording)[-1:] in wordings(_POINTING) else _GAP


def _room(parts: _Parts) -> int:
    return 2 * _ROOM if is_han(parts[0]) else _ROOM


def _end(parts: _Parts, said: list[str], start: int, gap: int) -> int:
    """Where a wording that begins at `start` has ended; 0 when it is not there."""
    at = start + 1
    for part in parts[1:]:
        reach = said[at : at + 1 + gap]
        if part not in reach:
            return 0
        at += reach.index(part) + 1
    return at
