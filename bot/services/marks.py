"""What somebody marks on a ballot: read from what they write, checked against the question.

Marks are option to value: 1, a rank (1 is best), points, or for a statement 1, 0, -1. PASS and
UNSURE stand alone.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.dialog import Invalid
from bot.i18n import _
from bot.numbering import numbers_of
from bot.services.polls import Option, Question
from bot.text import clean
from bot.understanding.choices import number
from bot.understanding.wordings import words

PASS, UNSURE = "-", "?"
TEXT_LIMIT = 300
_PICK = _("Please pick {least} to {most} of them.")
_PICK_EXACTLY = _("Please pick exactly {most} of them.")
Marks = Mapping[str, int]
_LIST = re.compile(r"[,;、，；>\n]|\s{1,9}(?:and|und|then|dann|&)\s|和|然后")
_UNIT = r"\s{0,9}(?:points?|pts|punkte?|分|点|%)?\Z"
_POINTS = re.compile(r"[=:]\s{0,9}(\d{1,6})" + _UNIT, re.IGNORECASE)
_SIGN = re.compile(r"[=:]")
_NEXT_SIGN = re.compile(r"\s{1,9}(?=[^\s=:]{1,140}\s{0,9}[=:])")
_POINTS_BEHIND = re.compile(r"(?<![\d=:])\s{0,9}(\d{1,6})" + _UNIT, re.IGNORECASE)  # Park 50
_PLACE = re.compile(r"(-?\d{1,2}(?:\.\d{1,15})?)\s{0,9}[,;/ ]\s{0,9}(-?\d{1,3}(?:\.\d{1,15})?)")


@dataclass(frozen=True, slots=True)
class Answer:
    """What one question of one ballot holds. `text`: of a question answered in words."""

    marks: Marks
    text: str | None = None


def check(question: Question, answer: Answer, begun: bool = False) -> None:
    """Raises Invalid, without saying what was chosen, when an answer does not fit its question.

    `begun`: more is to come, so that there may be fewer marks than the question wants.
    """
    given = answer.marks
    question = replace(question, least=0) if begun else question
    if set(given) & {PASS, UNSURE}:
        allowed = {PASS: question.passing, UNSURE: question.unsure}
        if len(given) != 1 or not allowed[next(iter(given))]:
            raise Invalid(_("Please pick one of these, or write its number."))
        return
    _CHECKS.get(question.kind, _check_picks)(question, answer)


def wrong_number(question: Question) -> Invalid:
    """That these are too few or too many, and how many it takes."""
    ranked = question.kind == "ranking"
    if question.least == question.most == 1:
        return Invalid(_("Please pick exactly one of them."))
    if question.least == question.most:
        exactly = _("Please put exactly {most} of them in order.") if ranked else _PICK_EXACTLY
        return Invalid(exactly, most=question.most)
    several = _("Please put {least} to {most} of them in order.") if ranked else _PICK
    return Invalid(several, least=question.least, most=question.most)


def _check_picks(question: Question, answer: Answer) -> None:
    given = answer.marks
    known = {o.id for o in question.options}
    there = set(given) <= known or (question.grid and all(map(_is_cell, set(given) - known)))
    if not there or not set(given.values()) <= {1}:
        raise Invalid(_("Please pick one of these, or write its number."))
    most = question.most if question.kind == "multiple" else 1
    least = question.least if question.kind == "multiple" else 1
    if not least <= len(given) <= most:
        raise wrong_number(replace(question, least=least, most=most))


def _check_ranking(question: Question, answer: Answer) -> None:
    given = answer.marks
    known = set(given) <= {o.id for o in question.options}
    if not known or sorted(given.values()) != list(range(1, len(given) + 1)):
        raise Invalid(
            _("Please write the numbers in your order, the best first, for example: 2, 1, 3")
        )
    if not question.least <= len(given) <= question.most:
        raise wrong_number(question)


def _check_budget(question: Question, answer: Answer) -> None:
    given = answer.marks
    if not set(given) <= {o.id for o in question.options} or min(given.values(), default=-1) < 0:
        raise Invalid(
            _("Please write how many points go to which, for example: 1 = 60, 3 = 40"),
        )
    spent = sum(given.values())
    if not 1 <= spent <= question.most:
        text = _("That makes {spent} points; you have {most} to give.")
        raise Invalid(text, spent=spent, most=question.most)


def _check_statements(question: Question, answer: Answer) -> None:
    known = set(answer.marks) <= {o.id for o in question.options}
    if not known or not set(answer.marks.values()) <= {1, 0, -1}:
        raise Invalid(_("Please pick one of these, or write its number."))


def _check_text(_question: Question, answer: Answer) -> None:
    text = answer.text or ""
    if not text.strip():
        raise Invalid(_("Please write a few words."))
    if len(text) > TEXT_LIMIT:
        raise Invalid(
            _("That is {count} characters; please use at most {most}."),
            count=len(text),
            most=TEXT_LIMIT,
        )


_CHECKS = {
    "ranking": _check_ranking,
    "budget": _check_budget,
    "statements": _check_statements,
    "text": _check_text,
}


def read(question: Question, text: str, shown: Sequence[Option]) -> Answer:
    """The answer a text is; numbers are places in what was shown. Raises Invalid."""
    answer = _READERS.get(question.kind, _read_picks)(question, clean(text), shown)
    check(question, answer)
    return answer


def _read_picks(question: Question, text: str, shown: Sequence[Option]) -> Answer:
    cell = cell_of(text, question.grid) if question.grid else None
    if cell:
        return Answer({cell: 1})
    return Answer(dict.fromkeys(_listed(text, shown), 1))


def _read_ranking(_question: Question, text: str, shown: Sequence[Option]) -> Answer:
    ranked = _listed(text, shown)
    if len(set(ranked)) != len(ranked):
        raise Invalid(_("One of them is in your order twice. Please write it again."))
    return Answer({option: rank for rank, option in enumerate(ranked, 1)})


def _read_budget(question: Question, text: str, shown: Sequence[Option]) -> Answer:
    plain = unicodedata.normalize("NFKC", text)
    parts = [one for part in _LIST.split(plain) for one in _by_sign(part) if one.strip()]
    if len(parts) == 1 and all(map(str.isdecimal, plain.split())):
        parts = plain.split()
    if parts and all(part.strip().isdecimal() for part in parts):
        if len(parts) > len(shown):
            raise Invalid(_("There are only {count} of them."), count=len(shown))
        points = (int(part[:7]) for part in map(str.strip, parts))
        return _spent((o.id, n) for o, n in zip(shown, points, strict=False))
    found = [_points_in(part.strip()) for part in parts]
    named = [
        (_named(match.string[: match.start()], shown), int(match[1])) for match in found if match
    ]
    if not parts or not all(found) or not all(option for option, _points in named):
        return Answer({"": -1})  # refused by check(), which says how to write it
    return _spent((str(option), points) for option, points in named)


def _by_sign(part: str) -> list[str]:
    """What stands in a row without commas, "1=60 2=40": each sign has one word before it."""
    return _NEXT_SIGN.split(part) if len(_SIGN.findall(part)) > 1 else [part]


def _points_in(part: str) -> re.Match[str] | None:
    """The points at the end of "Park = 50", "1: 50", "Park 50"; of two bare figures none."""
    behind = _POINTS_BEHIND.search(part) if not part[:1].isdecimal() else None
    return _POINTS.search(part) or behind


def _spent(pairs: Iterable[tuple[str, int]]) -> Answer:
    spent: dict[str, int] = {}
    for option, points in pairs:
        spent[option] = spent.get(option, 0) + points
    return Answer({option: points for option, points in spent.items() if points})


def _read_text(_question: Question, text: str, _shown: Sequence[Option]) -> Answer:
    return Answer({"": 1}, text)


_READERS = {"ranking": _read_ranking, "budget": _read_budget, "text": _read_text}


def _listed(text: str, shown: Sequence[Option]) -> list[str]:
    """The options a list names, by number or label. Raises Invalid when one part is strange."""
    for parts in ([text], _LIST.split(text), unicodedata.normalize("NFKC", text).split()):
        named = [_named(part, shown) for part in parts if part.strip()]
        if named and all(named):
            return [option for option in named if option]
    raise Invalid(_("Please pick one of these, or write its number."))


def _named(text: str, shown: Sequence[Option]) -> str | None:
    said = words(text)
    labels = ((o.id, {words(label) for label in (o.id, *o.label.values())}) for o in shown)
    labelled = next((option for option, names in labels if said and said in names), None)
    place, numbers = number(text), numbers_of([next(iter(o.label.values())) for o in shown])
    is_place = not labelled or text.strip().isdecimal()  # "Platz 1" is a name
    if is_place and place in numbers:
        return shown[numbers.index(place)].id
    return labelled


def cell_of(text: str, grid: float) -> str | None:
    """The cell of the grid that holds a position, "48.14/11.58"; None when it is none.

    Only the cell is kept: its middle, as often as the grid is wide apart from where they stood.
    """
    found = _PLACE.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if found is None or not grid:
        return None
    latitude, longitude = float(found[1]), float(found[2])
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        return None
    return "/".join(f"{_middle(value, grid):.4f}" for value in (latitude, longitude))


def _middle(value: float, grid: float) -> float:
    return (value // grid) * grid + grid / 2


def _is_cell(option: str) -> bool:
    return bool(re.fullmatch(r"-?\d+\.\d{4}/-?\d+\.\d{4}", option))
