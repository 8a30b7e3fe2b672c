"""What the words of a sentence tell: courtesies and small words aside, and whether they ask."""

from functools import cache

from bot.i18n import _
from bot.understanding.wordings import READ, is_han, wordings, words

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
_LONGEST = 5  # words of a courtesy

_Parts = tuple[str, ...]


def is_question(text: str) -> bool:
    """Whether a text looks like a question: a question mark, or a question word."""
    if text[-READ:].rstrip().endswith(("?", "？", "吗", "呢", "嗎")):
        return True
    said = words(text)
    return asks(said) and (len(said) >= 4 or is_han(said[0]))


@cache
def courtesies() -> frozenset[_Parts]:
    """All wordings of politeness, and the small words."""
    return wordings(_POLITE) | wordings(_SMALL)


@cache
def _small() -> frozenset[str]:
    return frozenset(parts[0] for parts in wordings(_SMALL) if len(parts) == 1)


def telling(said: _Parts) -> _Parts:
    """The words without the small ones that people leave out or put in."""
    faint = _small()
    return tuple([word for word in said if word not in faint])


def stands(said: _Parts) -> bool:
    """Whether a wording can do without its small words; one Chinese character says too little."""
    parts = telling(said)
    return len(parts) > 1 or (len(parts) == 1 and not is_han(parts[0]))


def courtesies_around(said: _Parts) -> tuple[int, int]:
    """How many telling words at the beginning and at the end of a sentence are courtesies."""
    first, last = _inside(said)
    return len(telling(said[:first])), len(telling(said[last:]))


def within_courtesies(said: _Parts) -> _Parts:
    """The words between the courtesies at both ends."""
    first, last = _inside(said)
    return said[first:last]


def _inside(said: _Parts) -> tuple[int, int]:
    """Where the courtesies at the beginning of a sentence end, and those at its end begin."""
    polite, sizes = courtesies(), range(min(_LONGEST, len(said)), 0, -1)
    first, last = 0, len(said)
    while size := next((n for n in sizes if said[first : first + n] in polite), 0):
        first += size
    while size := next(
        (n for n in sizes if first <= last - n and said[last - n : last] in polite), 0
    ):
        last -= size
    return first, last


def asks(said: _Parts) -> bool:
    """Whether words are a question: a question word in front, in Chinese anywhere."""
    asking = wordings(_QUESTION_WORDS)
    return said[:1] in asking or any(
        said[at : at + size] in asking
        for at, word in enumerate(said)
        for size in (1, 2, 3)
        if is_han(word)
    )


def question_words() -> frozenset[_Parts]:
    """Those with which a question begins."""
    return wordings(_QUESTION_WORDS)


def has_person(said: _Parts) -> bool:
    """Whether somebody speaks of themselves, or to us."""
    return any((word,) in wordings(_PERSONS) for word in said)
