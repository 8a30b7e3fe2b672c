"""Sorts questions into gaps: those without a good answer, by what they are about.

Each goes where the nearest others are, whatever their language, or opens a gap of its own. One that
was answered is sorted too, but only into a gap that was closed: it shows how that goes since.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, insert, literal_column, select, text, update

from bot.database import Database
from bot.models import Base
from bot.services.kinship import CLOSE, Marks, kinship, together
from bot.services.questions import UNANSWERED

Mark = Callable[[str, str], Marks]
"""The marks of a question, by its text and language."""

MOST: Final = 500  # questions sorted at a time
RECALLED: Final = timedelta(days=90)  # a gap nobody asked about for so long takes no more
REOPENED: Final = 3  # questions without an answer since a gap was closed: it is none that is closed
_LOCK = 7_220_419  # any number, the same in every process
SAMPLES: Final = 5000  # questions that stand for the gaps there are
_QUESTION, _GAP = Base.metadata.tables["question"], Base.metadata.tables["gap"]
# Written out, not bound: a partial index serves only who says the condition it was made for.
_UNSORTED: ColumnElement[bool] = literal_column("NOT is_sorted")


@dataclass(slots=True)
class Group:
    """A gap while questions are sorted.

    known   the people of whom we still know that they asked
    missed  questions without an answer since it was closed
    """

    id: int
    state: str
    people: int
    marks: dict[str, float]
    known: set[str] = field(default_factory=set)
    missed: int = 0
    asked_at: datetime | None = None  # by a question that is new

    @property
    def reopens(self) -> bool:
        """Whether what was published does not answer it after all."""
        return self.state == "answered" and self.missed >= REOPENED

    def take(self, question: Row[Any], marks: Marks) -> None:
        """One question more."""
        self.marks = together((self.marks, marks))
        self.asked_at = question.asked_at
        self.people += question.person_id is None or question.person_id not in self.known
        self.known |= {question.person_id} - {None}
        self.missed += 1


def sort_questions(database: Database, now: datetime, mark: Mark) -> int:
    """Sort what is not sorted yet; gives how many there were. Harmless when several do it.

    `mark` takes its time, so everything is marked before the transaction in which others wait.
    """
    marked = lru_cache(None)(mark)
    with database.read() as connection:
        if not _Sorting(connection, now, marked).look():
            return 0
    with database.write() as connection:
        _alone(connection)
        return _Sorting(connection, now, marked).sort()


def _alone(connection: Connection) -> None:
    """Whoever else sorts waits until this is committed: two would open one gap twice."""
    if connection.dialect.name != "sqlite":  # there, one writes at a time anyway
        connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _LOCK})


class _Sorting:
    """One round of sorting, in one transaction."""

    def __init__(self, connection: Connection, now: datetime, mark: Mark) -> None:
        self._connection, self._now, self._mark = connection, now, mark

    def look(self) -> bool:
        """Mark what is there, and change nothing; False when nothing is to be sorted."""
        questions = self._questions()
        for question in questions:
            self._mark(question.text, question.language)
        if questions:
            groups_now(self._connection, self._now, self._mark)  # which marks what they hold
        return bool(questions)

    def sort(self) -> int:
        """Place each question; gives how many there were."""
        questions = self._questions()
        groups = groups_now(self._connection, self._now, self._mark)
        for question in questions:
            marks = self._mark(question.text, question.language)
            self._place(question, marks, groups)
        self._write_down(groups)
        return len(questions)

    def _questions(self) -> Sequence[Row[Any]]:
        wanted = select(_QUESTION).where(_UNSORTED).order_by(_QUESTION.c.id).limit(MOST)
        return self._connection.execute(wanted).all()

    def _place(self, question: Row[Any], marks: Marks, groups: list[Group]) -> None:
        open_too = question.outcome in UNANSWERED
        near = nearest(marks, [g for g in groups if open_too or g.state == "answered"])
        if near is None and open_too and marks:
            near = Group(self._begin(question), "open", 0, {})
            groups.append(near)
        if near is not None and open_too:
            near.take(question, marks)
        placed = {"is_sorted": True, "gap_id": near.id if near else None}
        which = _QUESTION.c.id == question.id
        self._connection.execute(update(_QUESTION).where(which).values(placed))

    def _begin(self, question: Row[Any]) -> int:
        new = {"created_at": self._now, "asked_at": question.asked_at, "people": 0}
        new |= {"state": "open", "version": 1}
        return int(
            self._connection.execute(insert(_GAP).values(new).returning(_GAP.c.id)).scalar_one()
        )

    def _write_down(self, groups: Iterable[Group]) -> None:
        for group in groups:
            if group.asked_at is None:
                continue
            values: dict[str, Any] = {"people": group.people, "asked_at": group.asked_at}
            if group.reopens:
                values |= {"state": "open", "reopened_at": self._now}
            self._connection.execute(update(_GAP).where(_GAP.c.id == group.id).values(values))


def nearest(marks: Marks, groups: Iterable[Group]) -> Group | None:
    """The one a question belongs to; None where none is near enough."""
    closeness = ((kinship(marks, group.marks), group) for group in groups)
    close = [(k, group) for k, group in closeness if k >= CLOSE]
    return max(close, key=lambda found: found[0])[1] if close else None


def groups_now(
    connection: Connection, now: datetime, mark: Mark, most: int = SAMPLES
) -> list[Group]:
    """The gaps that still take questions, with the last `most` that were asked in them."""
    q, gap = _QUESTION.c, _GAP.c
    wanted = (
        select(*(gap.id, gap.state, gap.people, gap.decided_at))
        .add_columns(q.text, q.language, q.person_id, q.outcome, q.asked_at)
        .join(_QUESTION, q.gap_id == gap.id)
        .where(gap.asked_at > now - RECALLED, gap.merged_into.is_(None))
        .order_by(q.id.desc())
        .limit(most)
    )
    rows = defaultdict(list)
    for row in connection.execute(wanted):
        rows[row.id].append(row)
    return [_group(several, mark) for several in rows.values()]


def _group(rows: list[Row[Any]], mark: Mark) -> Group:
    marks = together(mark(row.text, row.language) for row in rows)
    known = {row.person_id for row in rows} - {None}
    missed = sum(
        row.outcome in UNANSWERED and row.decided_at is not None and row.asked_at > row.decided_at
        for row in rows
    )
    return Group(rows[0].id, rows[0].state, rows[0].people, marks, known, missed)
