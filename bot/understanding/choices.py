"""Which of the offered choices a typed answer means: "2", "二", "zwei", "the second", its label."""

from functools import cache, lru_cache

import regex
from rapidfuzz.distance import OSA

from bot.i18n import _, alternatives
from bot.message import Choice
from bot.numbering import numbers_of
from bot.understanding.wordings import cover, is_han, wordings, words

# One entry a number; alternatives as people write them. Figures need no entry.
_NUMBERS = (
    _("one|first|1st|first one|number one"),
    _("two|second|2nd|second one|number two"),
    _("three|third|3rd|third one|number three"),
    _("four|fourth|4th|fourth one|number four"),
    _("five|fifth|5th|fifth one|number five"),
    _("six|sixth|6th|sixth one|number six"),
    _("seven|seventh|7th|seventh one|number seven"),
    _("eight|eighth|8th|eighth one|number eight"),
    _("nine|ninth|9th|ninth one|number nine"),
    _("ten|tenth|10th|tenth one|number ten"),
    _("eleven|eleventh|11th|eleventh one|number eleven"),
    _("twelve|twelfth|12th|twelfth one|number twelve"),
)
_ZERO = _("0|zero|nought")
_MORE_NUMBERS = _("wordings: thirteen to ninety-nine")  # each in its place
_AROUND_A_COUNT = _("wordings: count frame")
_ALONE = _("wordings: alone")
# So many people, and no place in a list: "zu zweit".
_TOGETHER = (
    _("wordings: two together"),
    _("wordings: three together"),
    _("wordings: four together"),
)
_LAST = _("last|last one|final one|bottom one")
_AROUND_A_PICK = _(
    "the|number|nr|option|choice|answer|i take|i choose|i pick|i'll take|i would take|take|"
    "please|thanks|thank you|ok|okay"
)
_YES = _(
    "yes|y|yep|yeah|yup|yes i do|yes i would|sure|ok|okay|alright|all right|of course|please do|"
    "correct|right|that's right|exactly|definitely|absolutely|gladly|go ahead|sounds good|"
    "why not|agreed|i agree|fine|fine with me|no problem"
)
_NO = _(
    "no|n|nope|nah|no way|rather not|not now|not really|i don't|i do not|don't|do not|never|"
    "not yet|no need|maybe later|i'd rather not|i disagree|wrong|not ok|not right"
)
_AROUND_A_YES = _("please|thanks|thank you|then|that|it|i do|i would|do it|very much|well|oh")
_THUMBS = {"👍": True, "👌": True, "✅": True, "🆗": True, "👎": False, "❌": False}
_TONES = regex.compile(r"[\s\ufe0f\U0001f3fb-\U0001f3ff]")
_VALUE_PARTS = regex.compile("[:=]")
_LONGEST = 200  # what is longer is a text, not a pick
_REMEMBERED = 1024  # texts: people pick the same few things all day
_LONGEST_FRAME = 8  # words of a courtesy around a pick

_Parts = tuple[str, ...]


@cache
def _picks() -> dict[_Parts, int]:
    """Wordings to places in a row: -1 for the last, 0 for words that may stand around one."""
    known = dict.fromkeys(wordings(_AROUND_A_PICK), 0)
    for value, msgid in enumerate(_NUMBERS, 1):
        known |= dict.fromkeys(wordings(msgid), value)
        known[("no", str(value))] = value  # "No. 2"; a bare "no" is no frame: "no one"
    return known | dict.fromkeys(wordings(_LAST), -1)


@cache
def _agreements() -> dict[_Parts, bool | None]:
    known: dict[_Parts, bool | None] = dict.fromkeys(wordings(_AROUND_A_YES))
    return known | dict.fromkeys(wordings(_YES), True) | dict.fromkeys(wordings(_NO), False)


@cache
def _counts() -> dict[_Parts, int]:
    """Wordings to counts; 0 for words that may stand around one."""
    known: dict[_Parts, int] = {}
    for value, msgid in enumerate(_NUMBERS, 1):
        known |= dict.fromkeys(wordings(msgid), value)
    frames = wordings(_AROUND_A_PICK) | wordings(_AROUND_A_COUNT)
    plain = (frame for frame in frames if not any((word,) in known for word in frame))  # 一个
    known |= dict.fromkeys(plain, 0)
    for several in alternatives(_MORE_NUMBERS).values():
        known |= {words(wording): value for value, wording in enumerate(several, 13)}
    for value, msgid in enumerate((_ALONE, *_TOGETHER), 1):
        known |= dict.fromkeys(wordings(msgid), value)
    return known


@lru_cache(_REMEMBERED)
def _count(text: str) -> int | None:
    """The one count in a text that says nothing else: "zwei Personen", "just me"."""
    said = words(text)
    figures = {(word,): int(word) for word in said if word.isdecimal() and len(word) <= 9}
    found = cover(said, _counts() | figures) if len(said) <= 8 else None
    counts = [count for count in found or () if count]
    return counts[0] if len(counts) == 1 else None


@lru_cache(_REMEMBERED)
def _place(text: str) -> int | None:
    """The one place in a row a text names and nothing else; -1 is the last."""
    said = words(text)
    figures = {(word,): int(word) for word in said if word.isdecimal() and len(word) <= 9}
    found = cover(said, _picks() | figures) if len(said) <= 8 else None
    places = [place for place in found or () if place]
    return places[0] if len(places) == 1 else None


def number(text: str) -> int | None:
    """A count written as a figure, as a word up to ninety-nine, or as a place; else None.

    Courtesies and what is counted may stand around it ("two, please", "三个人", "nur ich"),
    anything else makes it a sentence.
    """
    said = words(text[:_LONGEST])
    if len(said) == 1 and said[0].isdecimal() and len(said[0]) <= 9:
        return int(said[0])
    place = _place(text[:_LONGEST])
    return place if place and place > 0 else _count(text[:_LONGEST])


def yes_or_no(text: str) -> bool | None:
    """Whether the text agrees or declines; None when it does neither, or both."""
    return _agreement(text[:_LONGEST])


@lru_cache(_REMEMBERED)
def _agreement(text: str) -> bool | None:
    signs = {_THUMBS.get(sign) for sign in _TONES.sub("", text[:20])}
    if len(signs) == 1 and None not in signs:
        return signs.pop()
    said = words(text)
    meant = set(cover(said, _agreements()) or ()) - {None} if len(said) <= 10 else set()
    return meant.pop() if len(meant) == 1 else None


def is_place(text: str) -> bool:
    """Whether a text is nothing but a place among choices: "2", "the second"; "9:00" is a time."""
    figures = sum(word.isdecimal() for word in words(text[:_LONGEST]))
    return figures < 2 and bool(_place(text[:_LONGEST]))


def may_pick(text: str) -> bool:
    """Whether a text is a pick that says nothing without what was offered: "2", "yes"."""
    return number(text) is not None or yes_or_no(text) is not None


def picked(text: str, offered: tuple[Choice, ...], begun: bool = True) -> str | None:
    """The value of the offered choice a typed text means; None when it means none of them.

    `begun`: whether the beginning of a label is enough, or half of it has to be there.
    """
    if not offered or len(text) > _LONGEST:
        return None
    same = _by_label(text, offered)
    if same:
        return same
    numbers = numbers_of([choice.label for choice in offered])
    place = 0 if words(text) in wordings(_ZERO) else _place(text)
    called = numbers[-1] if place == -1 else place
    if called in numbers:
        return offered[numbers.index(called)].value
    return _by_agreement(text, offered) or (None if called else _by_part(text, offered, begun))


def spoken(text: str, beside: tuple[Choice, ...]) -> str | None:
    """The value of the choice a text names, or says yes or no to; of what has no numbers."""
    return _by_label(text, beside) or _by_agreement(text, beside) if beside else None


def _by_label(text: str, offered: tuple[Choice, ...]) -> str | None:
    """The label or the value itself, whatever its signs and capitals."""
    said = words(text)
    same = (c.value for c in offered if said and said in (words(c.label), words(c.value)))
    return next(same, None)


def _by_agreement(text: str, offered: tuple[Choice, ...]) -> str | None:
    agreed = yes_or_no(text)
    if agreed is None:
        return None
    meant = "yes" if agreed else "no"
    # `yes`, or an answer of some dialog or slot: `place:yes=berlin`, `@k3x.sure=yes`.
    said = (c.value for c in offered if meant in _VALUE_PARTS.split(c.value))
    return next(said, None)


def _by_part(text: str, offered: tuple[Choice, ...], begun: bool) -> str | None:
    """The only label that was begun, or written with a slip."""
    said = words(text)
    tries = dict.fromkeys((said, _without_frame(said)))
    close = [c.value for c in offered if any(_nearly(t, words(c.label), begun) for t in tries)]
    return close[0] if len(close) == 1 else None


def _without_frame(said: _Parts) -> _Parts:
    """The words of a pick without the courtesies around it: "Berlin, please"."""
    frames = wordings(_AROUND_A_PICK)
    for size in range(min(_LONGEST_FRAME, len(said) - 1), 0, -1):
        while len(said) > size and said[:size] in frames:
            said = said[size:]
        while len(said) > size and said[-size:] in frames:
            said = said[:-size]
    return said


def _nearly(said: _Parts, label: _Parts, begun: bool) -> bool:
    """The beginning of the label, or half of it; or one slip in it, two from ten letters.

    Figures must be the same: "Event 13" is not "Event 12".
    """
    wanted, whole = "".join(said), "".join(label)
    han = is_han(wanted)
    if len(wanted) < (2 if han else 4):
        return False
    if whole.startswith(wanted) and (begun or len(wanted) * 2 >= len(whole)):
        return True
    if han and len(whole) < 5:  # another character is another word
        return False
    slips = 1 if len(whole) < 10 else 2
    if abs(len(wanted) - len(whole)) > slips:
        return False
    if [w for w in said if w.isdecimal()] != [w for w in label if w.isdecimal()]:
        return False
    return OSA.distance(wanted, whole, score_cutoff=slips) <= slips
