"""Which dialog a text asks for, from the triggers' wordings in all languages.

A wording of one word (or two Chinese characters) must be the whole text, politeness aside. A
longer one must appear in the text in order, with at most two words between its parts, so that
"Please don't send me any more messages" is heard by `don't send me messages`. One slip in a
word of five letters is forgiven. The longest wording wins.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import regex
from rapidfuzz.distance import OSA

from bot.i18n import _, alternatives
from bot.understanding.choices import plain

_POLITE = _("please|hi|hello|hey|thanks|thank you|can you|could you|i would like to|i want to")
_QUESTION_WORDS = _("how|what|which|who|where|when|why|is|are|does|do|can|could|should")
_WORD = regex.compile(r"[\p{Han}]|[^\W_\p{Han}]+(?:['’][^\W_\p{Han}]+)?")
_GAP = 2  # words that may stand between two parts of a wording
_ROOM = 12  # words a text may have beyond the wording and still be a wish, not a story


def words(text: str) -> tuple[str, ...]:
    """The words of a text in lower case; each Chinese character is one."""
    return tuple(w.replace("’", "'") for w in _WORD.findall(text.casefold()))


def is_question(text: str) -> bool:
    """Whether a text looks like a question: a question mark, or a question word in front."""
    if text.rstrip().endswith(("?", "？", "吗", "呢")):
        return True
    first = words(text)[:1]
    starts = {w for wordings in alternatives(_QUESTION_WORDS).values() for w in wordings}
    return bool(first) and len(words(text)) >= 4 and first[0] in starts


@dataclass(frozen=True, slots=True)
class Wish:
    """The dialog a text asks for, and by which wording."""

    dialog: str
    wording: str


class Phrases:
    """All triggers of all dialogs, ready to be compared."""

    def __init__(self, triggers: Mapping[str, Iterable[str]]) -> None:
        """`triggers`: dialog name to msgids. Raises ValueError when two dialogs share a wording."""
        self._whole: dict[str, Wish] = {}
        self._parts: list[tuple[tuple[str, ...], Wish]] = []
        for dialog, msgids in triggers.items():
            for msgid in msgids:
                self._learn(dialog, msgid)
        self._parts.sort(key=lambda entry: (-len(entry[0]), entry[1].wording))

    def _learn(self, dialog: str, msgid: str) -> None:
        for wordings in alternatives(msgid).values():
            for wording in filter(None, wordings):
                key = plain(wording)
                known = self._whole.setdefault(key, Wish(dialog, wording))
                if known.dialog != dialog:
                    raise ValueError(f"{wording!r} triggers both {known.dialog} and {dialog}")
                if _is_phrase(words(key)):
                    self._parts.append((words(key), known))

    def whole(self, text: str) -> Wish | None:
        """The dialog whose wording is the whole text, politeness and a leading slash aside."""
        wanted = plain(text)
        return self._whole.get(wanted) or self._whole.get(_without_politeness(wanted))

    def within(self, text: str) -> Wish | None:
        """The dialog whose wording the text contains; the longest wording wins."""
        said = words(text)
        for parts, wish in self._parts:
            if len(said) <= len(parts) + _ROOM and _in_order(parts, said):
                return wish
        return None


def _is_phrase(parts: tuple[str, ...]) -> bool:
    chinese = sum(len(p) == 1 and "\u4e00" <= p <= "\u9fff" for p in parts)
    return len(parts) - chinese >= 2 or chinese >= 3 or (chinese >= 1 and len(parts) > chinese)


def _without_politeness(text: str) -> str:
    for wordings in alternatives(_POLITE).values():
        for polite in wordings:
            text = plain(text.removeprefix(f"{polite} ").removesuffix(f" {polite}"))
            if regex.match(r"\p{Han}", polite):
                text = text.removeprefix(polite)
    return text


def _in_order(parts: tuple[str, ...], said: tuple[str, ...]) -> bool:
    starts = (i for i, word in enumerate(said) if _same(parts[0], word))
    return any(_follows(parts[1:], said, start + 1) for start in starts)


def _follows(parts: tuple[str, ...], said: tuple[str, ...], at: int) -> bool:
    for part in parts:
        reach = said[at : at + 1 + _GAP]
        found = next((i for i, word in enumerate(reach) if _same(part, word)), None)
        if found is None:
            return False
        at += found + 1
    return True


def _same(part: str, word: str) -> bool:
    if part == word:
        return True
    return len(part) >= 5 and OSA.distance(part, word, score_cutoff=1) <= 1
