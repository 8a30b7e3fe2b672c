"""Which of the offered choices a typed answer means: "2", "二", "zwei", "the second", its label."""

import regex
from rapidfuzz.distance import OSA

from bot.i18n import _, alternatives
from bot.message import Choice

# One entry a number, from one to twelve; alternatives as people write them in each language.
_NUMBERS = (
    _("1|one|first|the first|number one"),
    _("2|two|second|the second|number two"),
    _("3|three|third|the third|number three"),
    _("4|four|fourth|the fourth|number four"),
    _("5|five|fifth|the fifth|number five"),
    _("6|six|sixth|the sixth|number six"),
    _("7|seven|seventh|the seventh|number seven"),
    _("8|eight|eighth|the eighth|number eight"),
    _("9|nine|ninth|the ninth|number nine"),
    _("10|ten|tenth|the tenth|number ten"),
    _("11|eleven|eleventh|the eleventh|number eleven"),
    _("12|twelve|twelfth|the twelfth|number twelve"),
)
_LAST = _("last|the last|the last one")
_YES = _("yes|yep|yeah|sure|ok|okay|of course|please do|correct|right")
_NO = _("no|nope|no thanks|rather not|not now")
_EDGES = regex.compile(r"^[\s\p{P}\p{S}]+|[\s\p{P}\p{S}]+$")


def plain(text: str) -> str:
    """Lower case, single blanks, no punctuation at the ends: how short answers are compared."""
    return " ".join(_EDGES.sub("", text.casefold()).split())


def _wordings(msgid: str) -> frozenset[str]:
    return frozenset(plain(w) for words in alternatives(msgid).values() for w in words)


def number(text: str) -> int | None:
    """A count from 1 to 12 written as a figure, a word or a place in a row; else None."""
    wanted = plain(text)
    if wanted.isascii() and wanted.isdigit() and len(wanted) <= 9:
        return int(wanted)
    for value, msgid in enumerate(_NUMBERS, 1):
        if wanted in _wordings(msgid):
            return value
    return None


def yes_or_no(text: str) -> bool | None:
    """Whether the text agrees or declines; None when it does neither."""
    wanted = plain(text)
    if wanted in _wordings(_YES):
        return True
    return False if wanted in _wordings(_NO) else None


def picked(text: str, offered: tuple[Choice, ...]) -> str | None:
    """The value of the offered choice a typed text means; None when it means none of them."""
    if not offered or len(text) > 200:
        return None
    wanted = plain(text)
    position = len(offered) if wanted in _wordings(_LAST) else number(text)
    if position and 1 <= position <= len(offered):
        return offered[position - 1].value
    return _by_label(wanted, offered) or _by_agreement(wanted, offered)


def _by_label(wanted: str, offered: tuple[Choice, ...]) -> str | None:
    labels = {choice.value: plain(choice.label) for choice in offered}
    same = [value for value, label in labels.items() if wanted in (label, value)]
    if same:
        return same[0]
    close = [value for value, label in labels.items() if _nearly(wanted, label)]
    return close[0] if len(close) == 1 else None


def _nearly(wanted: str, label: str) -> bool:
    """One slip in a word of five letters, two from ten; or the label's beginning, typed."""
    if len(wanted) < 4:
        return False
    slips = 1 if len(label) < 10 else 2
    starts = label.startswith(wanted) and len(wanted) * 2 >= len(label)
    return starts or OSA.distance(wanted, label, score_cutoff=slips) <= slips


def _by_agreement(wanted: str, offered: tuple[Choice, ...]) -> str | None:
    values = {choice.value for choice in offered}
    meant = {True: "yes", False: "no"}.get(yes_or_no(wanted))  # type: ignore[arg-type]
    return meant if meant in values else None
