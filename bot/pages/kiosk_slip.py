"""A ballot as the fields of a form: one or several a question; and what a kiosk sends of them.

q.where = north          a single choice, a scale, a place; `-` and `?` for every kind
q.idea = More trees      a text
q.which.north = 1        of several: one field an option, its value a mark, a rank or points
q.dark.at = 48.1, 11.5   a place that is not on the list; only its cell of the grid is read
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from bot.dialog import Invalid
from bot.i18n import _, languages
from bot.services.kiosk import Slip
from bot.services.marks import PASS, UNSURE, Answer, cell_of
from bot.services.polls import Poll, Question
from bot.text import clean
from bot.web.problem import UNREADABLE, Problem

MOST: Final = 100  # slips in one message
_ID = re.compile(r"[\w-]{16,64}", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,6}", re.ASCII)
_ALONE = ("single", "scale", "place")


def slips(poll: Poll, sent: Mapping[str, Any]) -> list[Slip | str]:
    """The ballots in a message; the bare id of one that fits no form of ours. Raises Problem."""
    found = sent.get("slips")
    if not isinstance(found, list) or not 0 < len(found) <= MOST:
        raise Problem(UNREADABLE)
    return [_or_id(poll, one) for one in found]


def _or_id(poll: Poll, sent: object) -> Slip | str:
    fields = sent.get("fields") if isinstance(sent, dict) else None
    if not isinstance(sent, dict) or not isinstance(fields, dict):
        raise Problem(UNREADABLE)
    plain = {k: v for k, v in fields.items() if isinstance(v, str)}
    try:
        return slip(poll, plain | {"id": sent.get("id"), "language": sent.get("language")})
    except Invalid:
        return str(sent["id"])


def slip(poll: Poll, fields: Mapping[str, Any]) -> Slip:
    """The ballot of one form. Raises Problem without an id, Invalid for a mark that is none."""
    name, language = fields.get("id"), fields.get("language")
    if not (isinstance(name, str) and _ID.fullmatch(name) and language in languages()):
        raise Problem(UNREADABLE)
    answers = {q.id: answer_of(q, fields) for q in poll.questions}
    return Slip(name, str(language), answers)


def answer_of(question: Question, fields: Mapping[str, str]) -> Answer:
    """What the fields say to one question; empty where they say nothing. Raises Invalid."""
    name = field_of(question)
    said = fields.get(name, "").strip()
    alone = {PASS: question.passing, UNSURE: question.unsure}
    if alone.get(said):
        return Answer({said: 0})
    if question.kind == "text":
        return Answer({"": 1}, clean(said)) if said else Answer({})
    if question.grid and (at := fields.get(f"{name}.at", "").strip()):
        return _place(at, question.grid)
    if question.kind in _ALONE:
        return Answer({said: 1} if said else {})
    given = {o.id: fields.get(f"{name}.{o.id}", "").strip() for o in question.options}
    marks = {option: _mark(value) for option, value in given.items() if value}
    spent = question.kind == "budget"
    return Answer({option: mark for option, mark in marks.items() if mark or not spent})


def _place(written: str, grid: float) -> Answer:
    cell = cell_of(written, grid)
    if cell is None:
        raise Invalid(_("Please write latitude and longitude, for example: 48.137, 11.575"))
    return Answer({cell: 1})


def field_of(question: Question) -> str:
    """The name of a question's own field."""
    return f"q.{question.id}"


def _mark(value: str) -> int:
    if not _NUMBER.fullmatch(value):
        raise Invalid(_("Please pick one of these, or write its number."))
    return int(value)
