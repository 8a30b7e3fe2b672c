"""Finds questions that people asked, for the team: by words, language, outcome and time."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, and_, func, or_, select

from bot.dialog import Transaction
from bot.models import Base
from bot.services.questions import OUTCOMES, UNANSWERED
from bot.services.redaction import redacted

PAGE: Final = 50
ALL: Final = "all"
DAYS: Final = (7, 30, 90, 365)
_TABLE, _OUTBOX = Base.metadata.tables["question"], Base.metadata.tables["outbox"]
_GAP = Base.metadata.tables["gap"]


@dataclass(frozen=True, slots=True)
class Sought:
    """Which questions.

    outcome   one of OUTCOMES, ALL, or "" for all without a good answer
    spans     the times in which they were asked, from and until; without any: the last `days`
    articles  slugs of which one was the answer; () for any
    undecided whether those on a matter that was decided are left out
    """

    outcome: str = ""
    language: str = ""
    words: str = ""
    days: int = 30
    before: int | None = None
    channel: str = ""
    articles: tuple[str, ...] = ()
    spans: tuple[tuple[datetime, datetime], ...] = ()
    undecided: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """One of them; who asked is not in it, and what could say so is blacked out."""

    id: int
    asked_at: datetime
    language: str
    text: str
    outcome: str
    confidence: float
    found: tuple[dict[str, Any], ...]
    can_answer: bool  # somebody waits for a person, and we know where
    channel: str  # where it was asked; "" when that is no longer known
    help: "Help | None"

    @property
    def nearest(self) -> str:
        """The slug of the article that came closest; "" for none."""
        return str(self.found[0]["slug"]) if self.found else ""


@dataclass(frozen=True, slots=True)
class Help:
    """What a person of the team answered. `state`: of the message, see bot/models/mail.py."""

    text: str
    by: str
    at: datetime
    state: str


@dataclass(frozen=True, slots=True)
class Page:
    """Questions, newest first. `older`: what to ask for to see more; `count`: of all pages."""

    questions: tuple[Question, ...]
    older: int | None
    count: int


class Asked:
    """The questions of all people."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection, self._now = transaction.connection, transaction.now

    def find(self, sought: Sought, most: int = PAGE) -> Page:
        """A page of them."""
        where = self._where(sought)
        count = self._connection.scalar(select(func.count(_TABLE.c.id)).where(*where))
        if sought.before is not None:
            where.append(_TABLE.c.id < sought.before)
        wanted = select(_TABLE).where(*where).order_by(_TABLE.c.id.desc()).limit(most + 1)
        rows = tuple(self._connection.execute(wanted))
        older = rows[most - 1].id if len(rows) > most else None
        return Page(tuple(map(as_question, rows[:most])), older, int(count or 0))

    def get(self, id_: int) -> Question | None:
        """One question by number."""
        wanted = (
            select(_TABLE, _OUTBOX.c.state)
            .outerjoin(_OUTBOX, _OUTBOX.c.id == _TABLE.c.outbox_id)
            .where(_TABLE.c.id == id_)
        )
        row = self._connection.execute(wanted).first()
        return as_question(row, _help(row)) if row else None

    def _where(self, sought: Sought) -> list[Any]:
        column = _TABLE.c
        where: list[Any] = [column.outcome.in_(_outcomes(sought.outcome))]
        if sought.spans:
            within = (and_(column.asked_at >= a, column.asked_at < b) for a, b in sought.spans)
            where.append(or_(*within))
        else:
            where.append(column.asked_at > self._now - timedelta(days=sought.days))
        if sought.language:
            where.append(column.language == sought.language)
        if sought.channel:
            where.append(column.channel == sought.channel)
        if sought.articles:
            where.append(column.article.in_(sought.articles))
        if sought.undecided:
            where.append(undecided())
        for word in sought.words.split()[:5]:
            where.append(column.text.icontains(word, autoescape=True))
        return where


def undecided() -> ColumnElement[bool]:
    """Of a question: that it belongs to no gap of which something was decided."""
    decided = select(_GAP.c.id).where(_GAP.c.state != "open")
    return or_(_TABLE.c.gap_id.is_(None), _TABLE.c.gap_id.not_in(decided))


def _outcomes(outcome: str) -> tuple[str, ...]:
    if outcome == ALL:
        return OUTCOMES
    return (outcome,) if outcome in OUTCOMES else UNANSWERED


def _help(row: Row[Any]) -> Help | None:
    """A message outlives its row by a month: after that it is known to have gone out."""
    if row.answer is None:
        return None
    return Help(row.answer, row.answered_by, row.answered_at, row.state or "sent")


def as_question(row: Row[Any], help_: Help | None = None) -> Question:
    """A row as the team sees it."""
    return Question(
        row.id,
        row.asked_at,
        row.language,
        redacted(row.text),
        row.outcome,
        row.confidence,
        tuple(row.found),
        row.outcome == "for_staff" and row.address is not None,
        row.channel or (row.address or "").partition(":")[0],
        help_,
    )
