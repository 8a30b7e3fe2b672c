"""What stands around a question: the greeting in front, the story before it."""

from functools import cache

import regex

from bot.i18n import _, alternatives
from bot.understanding.telling import is_question
from bot.understanding.wordings import cover, wordings, words

# Said in front of a question, also without a sign behind; no word of these begins a question.
_GREETINGS = _(
    "hello|hi|hey|hi there|hey there|hello there|hello everyone|hi everyone|hello team|"
    "good morning|good afternoon|good evening|good day|dear team|dear all|thanks|thank you|"
    "thank you very much|many thanks|excuse me|sorry"
)
_OPENINGS = (
    *("wordings: greeting", "wordings: thanks", "wordings: sorry", "wordings: noted"),
    *("wordings: upset", "wordings: wrong"),
)
_CLAUSE = regex.compile(r"[.!?;,:。！？；，：…\n]+(?=\s|\p{Han}|$)|[!?。！？；，]+|\s[-–—]\s")
_MARK = regex.compile(r"([?？])")
_READ = 1000
_LEAST = 2  # words, or Chinese characters, that can be a question
_CONTENT = 5  # words, or Chinese characters, of a question that stands by itself
_OF_MYSELF = _("i|i'm|i've|my|me")
_OPEN = _("how|what|which|where|who|why|so how|but how|and how|and what")


def without_opening(text: str) -> str:
    """The text without a greeting, thanks or a sigh in front; all of it when nothing else is said.

    "guten morgen! wie starte ich einen garten?" -> "wie starte ich einen garten?"
    """
    rest = text.strip()
    while shorter := _shortened(rest):
        rest = shorter
    return rest


def _shortened(text: str) -> str:
    """The text without its first clause or greeting; empty when that may not be left out."""
    end = _CLAUSE.search(text[:_READ])
    if end and _is_opening(text[: end.start()]) and _says(text[end.end() :]):
        return text[end.end() :].strip()
    greeting = _in_front().match(text)
    if greeting and _says(text[greeting.end() :]):
        return text[greeting.end() :].strip()
    return ""


def question_after_story(text: str) -> str:
    """The open question at the end of a text that tells of oneself first; empty for others.

    "I killed my plants, how do I start a garden?" What stands before a question is mostly what it
    is about ("Participatory budget in Lyon - how much money?"), and must not be left out.
    """
    clauses = [clause.strip() for clause in _CLAUSE.split(text[:_READ]) if clause.strip()]
    *story, last = clauses or [""]
    told = {word for clause in story for word in words(clause)}
    is_own = any(parts[0] in told for parts in wordings(_OF_MYSELF))
    return last if is_own and _is_open(words(last)) else ""


def first_of_several(text: str) -> str:
    """The first of several questions asked at once; empty for others."""
    first, mark, rest = (
        _MARK.split(text[:_READ], maxsplit=1) if _MARK.search(text) else ("", "", "")
    )
    return f"{first}{mark}" if is_question(rest) and len(words(first)) >= _CONTENT else ""


def _is_open(said: tuple[str, ...]) -> bool:
    """Whether it asks how, what or which, with some content behind."""
    asks = any(said[: len(parts)] == parts for parts in wordings(_OPEN))
    return asks and len(said) >= _CONTENT


def _says(text: str) -> bool:
    return len(words(text)) >= _LEAST


def _is_opening(clause: str) -> bool:
    said = words(clause)
    return 0 < len(said) <= 12 and cover(said, _openings()) is not None


@cache
def _openings() -> dict[tuple[str, ...], bool]:
    known = set(wordings(_GREETINGS))
    for msgid in _OPENINGS:
        known |= wordings(msgid)
    return dict.fromkeys(known, True)


@cache
def _in_front() -> regex.Pattern[str]:
    """A greeting at the beginning, whatever its capitals; in Chinese nothing need follow it."""
    every = {w for several in alternatives(_GREETINGS).values() for w in several if w}
    longest = sorted(every, key=len, reverse=True)
    return regex.compile(
        rf"(?:{'|'.join(map(regex.escape, longest))})(?:(?<=\p{{Han}})|(?!\w|-\w))[\s\p{{P}}]*",
        regex.IGNORECASE,
    )
