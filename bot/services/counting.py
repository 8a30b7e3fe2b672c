"""Reads the ballots of a poll that takes no votes any more, and keeps them as one file."""

import hashlib
import secrets
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from typing import Any

from sqlalchemy import Connection, Row, String, Subquery, cast, func, insert, select

from bot.models import Base
from bot.services.actors import are_two
from bot.services.audit import sha_of
from bot.services.canonical import Paper, Sheet, as_file
from bot.services.polls import Poll, Question
from bot.services.recount import SPECIAL, recount

_TABLES = Base.metadata.tables
_PART, _RESULT = _TABLES["participation"], _TABLES["poll_result"]
_BALLOT, _CHOICE, _TEXT = _TABLES["ballot"], _TABLES["ballot_choice"], _TABLES["poll_text"]
_PAPER = _TABLES["poll_paper"]


@dataclass(frozen=True, slots=True)
class Counted:
    """A poll as one file, with what was written in it, and what the file gives when counted."""

    file: str
    sha256: str
    ballots: int
    tally: dict[str, Any]
    opinions: dict[str, Any]
    texts: tuple[tuple[str, str], ...]  # question, text


def count(connection: Connection, poll: Poll) -> Counted:
    """Make the file, and count it as anybody would. Raises ValueError when it cannot be counted."""
    sheet = _named if poll.mode == "named" else _nameless
    return _counted(sheet(connection, poll), _texts(connection, poll.id))


def _counted(sheet: Sheet, texts: tuple[tuple[str, str], ...]) -> Counted:
    file = as_file(sheet)
    data = file.encode()
    tally, sha = recount(data), hashlib.sha256(data).hexdigest()
    return Counted(file, sha, sheet.ballots, tally, _groups(sheet), texts)


def _groups(sheet: Sheet) -> dict[str, Any]:
    if not (asked := [q for q in sheet.poll.questions if q.kind == "statements"]):
        return {}
    from bot.services.opinions import opinions  # numpy is heavy, and rarely needed

    return {q.id: opinions(sheet.answers[q.id], [o.id for o in q.options]) for q in asked}


def _nameless(connection: Connection, poll: Poll) -> Sheet:
    """How often each answer was given: the database puts them together, whoever gave them."""
    its = select(func.count()).select_from(_BALLOT).where(_BALLOT.c.poll_id == poll.id)
    ballots = int(connection.scalar(its) or 0)
    marked = _marked(poll.id)
    alike = select(marked.c.question, marked.c.answer, func.count())
    rows = connection.execute(alike.group_by(marked.c.question, marked.c.answer))
    found: dict[str, Counter[str]] = {q.id: Counter() for q in poll.questions}
    asked = {q.id: q for q in poll.questions}
    for question, answer, times in rows:
        found[question][_whole(asked[question], answer)] += times
    for counted in found.values():
        counted[""] += ballots - counted.total()
    papers = agreed_papers(connection, poll.id)
    return Sheet(poll, poll.closes_at, ballots, found, papers)


def _named(connection: Connection, poll: Poll) -> Sheet:
    """Answer and name of each ballot."""
    marked, b = _marked(poll.id), _BALLOT.c
    joined = _BALLOT.outerjoin(marked, marked.c.ballot_key == b.ballot_key)
    wanted = select(b.ballot_key, b.name, marked.c.question, marked.c.answer).select_from(joined)
    rows = connection.execute(wanted.where(b.poll_id == poll.id).order_by(b.ballot_key)).all()
    given = {(row.ballot_key, row.question): row.answer for row in rows}
    names = {row.ballot_key: row.name or "" for row in rows}
    named = {
        q.id: [(_whole(q, given.get((key, q.id), "")), name) for key, name in names.items()]
        for q in poll.questions
    }
    answers = {q: Counter(answer for answer, _name in its) for q, its in named.items()}
    papers = agreed_papers(connection, poll.id)
    return Sheet(poll, poll.closes_at, len(names), answers, papers, named)


def _marked(poll_id: str) -> Subquery:
    """The marks of each ballot and question as one text, `a=1;b=2`, in any order."""
    c = _CHOICE.c
    mark = c.option + "=" + cast(c.value, String)
    together = func.aggregate_strings(mark, ";").label("answer")
    its = select(c.ballot_key, c.question, together).where(c.poll_id == poll_id)
    return its.group_by(c.ballot_key, c.question).subquery("marked")


def _whole(question: Question, marked: str) -> str:
    """The answer as the file writes it: the same marks are always the same text.

    "" for one that was begun and never finished: blank, by the rules of this question.
    """
    marks = sorted(marked.split(";"), key=lambda mark: mark.partition("=")[0])
    several = question.kind in ("multiple", "ranking")
    is_short = several and len(marks) < question.least and marked not in SPECIAL
    return "" if is_short else ";".join(marks)


def _texts(connection: Connection, poll_id: str) -> tuple[tuple[str, str], ...]:
    c = _CHOICE.c
    written = select(c.question, c.text).where(c.poll_id == poll_id, c.text != "")
    rows = connection.execute(written.order_by(c.ballot_key, c.question))
    return tuple((row.question, row.text) for row in rows)


def agreed_papers(connection: Connection, poll_id: str) -> tuple[Paper, ...]:
    """Tallies of paper ballots that two people counted alike, by place."""
    p = _PAPER.c
    rows = connection.execute(select(_PAPER).where(p.poll_id == poll_id).order_by(p.place, p.staff))
    places: dict[str, list[Row[Any]]] = {}
    for row in rows:
        places.setdefault(row.place, []).append(row)
    agreed = ((place, _agreed(tallies)) for place, tallies in places.items())
    return tuple(Paper(place, row.ballots, row.counts) for place, row in agreed if row)


def _agreed(tallies: list[Row[Any]]) -> Row[Any] | None:
    """The tally that two of them have; None as long as no two are alike."""
    alike = (pair for pair in combinations(tallies, 2) if len(set(map(_figures, pair))) == 1)
    return next((one for one, other in alike if are_two(one.staff, other.staff)), None)


def _figures(tally: Row[Any]) -> str:
    """What somebody counted, whatever the order of their lines."""
    return sha_of([tally.ballots, tally.counts])


def keep(connection: Connection, poll: Poll, counted: Counted, late: int, now: datetime) -> None:
    """Write the result down, once: the row's own key refuses a second."""
    part = _PART.c
    taking = select(part.channel, part.language, func.count().label("count"))
    taking = taking.where(part.poll_id == poll.id).group_by(part.channel, part.language)
    rows = connection.execute(taking.order_by(part.channel, part.language))
    values = {
        "poll_id": poll.id,
        "file": counted.file,
        "sha256": counted.sha256,
        "ballots": counted.ballots,
        "tally": counted.tally,
        "opinions": counted.opinions,
        "taking_part": [list(row) for row in rows],
        "late": late,
        "counted_at": now,
    }
    connection.execute(insert(_RESULT).values(values))
    texts = [
        {"id": secrets.token_hex(8), "poll_id": poll.id, "question": q, "text": t, "state": "new"}
        for q, t in counted.texts
    ]
    if texts:
        connection.execute(insert(_TEXT), texts)
