"""Finds conversations for the team: by words, channel, language, dialog, outcome, label and time.

Nothing here counts or walks all messages: a page is read along an index, newest first.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, or_, select, text

from bot.dialog import Transaction
from bot.models import Base
from bot.rows import Dialect, dialect_of
from bot.services.questions import OUTCOMES
from bot.services.redaction import redacted
from bot.services.search_words import sought

PAGE: Final = 50
LOOKED: Final = 20_000  # messages with the words that are looked at, newest first
UNSURE: Final = 0.5  # confidence below which an answer counts as unsure
_TABLES = Base.metadata.tables
_TRANSCRIPT, _LINE = _TABLES["transcript"], _TABLES["transcript_line"]
_DIALOG, _LABEL = _TABLES["transcript_dialog"], _TABLES["transcript_label"]
_QUESTION, _INBOX = _TABLES["question"], _TABLES["inbox"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which conversations; "" and None for any.

    confidence  `low` or `high`: of an answer in it
    held        only those in which a person of the team talks now
    since, until  with something said from then on, and before then
    broadcast   who replied to the one with that number, see broadcast_replies
    before      those older than this: when the last was heard, and its number
    """

    words: str = ""
    channel: str = ""
    language: str = ""
    dialog: str = ""
    outcome: str = ""
    confidence: str = ""
    label: str = ""
    held: bool = False
    since: datetime | None = None
    until: datetime | None = None
    broadcast: int = 0
    before: tuple[datetime, int] | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """One of them; nothing says who it is. `last`: what they wrote last, redacted."""

    id: int
    channel: str
    language: str
    heard_at: datetime
    held_by: str
    waits: bool  # they wrote after the person who talks with them
    last: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """Conversations, newest first; `older`: what to ask for to see more."""

    found: tuple[Found, ...]
    older: tuple[datetime, int] | None


class Conversations:
    """All of them, as the team sees them."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection, self._now = transaction.connection, transaction.now

    def find(self, wanted: Wanted, most: int = PAGE) -> Page:
        """A page of them."""
        select_ = statement(wanted, self._now, dialect_of(self._connection), most + 1)
        rows = self._connection.execute(select_).all()
        shown = rows[:most]
        older = (shown[-1].heard_at, shown[-1].id) if len(rows) > most else None
        numbers = [row.id for row in shown]
        last, labels = self._last(numbers), self._labels(numbers)
        return Page(
            tuple(self._found(row, last.get(row.id, ""), labels.get(row.id, ())) for row in shown),
            older,
        )

    def labels(self) -> tuple[str, ...]:
        """Every label in use."""
        used = select(_LABEL.c.label).distinct().order_by(_LABEL.c.label)
        return tuple(self._connection.scalars(used))

    def channels(self) -> tuple[str, ...]:
        """Every channel with a conversation: step by step along the index, not over all of them."""
        found, row = list[str](), _TRANSCRIPT.c.channel
        while name := self._connection.scalar(
            select(func.min(row)).where(row > (found[-1] if found else ""))
        ):
            found.append(name)
        return tuple(found)

    def waiting(self) -> int:
        """In how many of them somebody waits for the person of the team who talks with them."""
        held = (_is_held(self._now), _waits())
        return int(self._connection.scalar(select(func.count()).where(*held)) or 0)

    def _found(self, row: Row[Any], last: str, labels: Sequence[str]) -> Found:
        held_by = row.held_by if row.held_by and row.held_until > self._now else ""
        waits = bool(held_by) and (row.answered_at is None or row.heard_at > row.answered_at)
        told = (row.id, row.channel, row.language, row.heard_at, held_by or "", waits)
        return Found(*told, redacted(last), tuple(labels))

    def _last(self, numbers: Sequence[int]) -> dict[int, str]:
        """What each person wrote last, as far as it is kept and may be seen."""
        newest = (
            select(_LINE.c.transcript_id, func.max(_LINE.c.source_id).label("row"))
            .where(_LINE.c.transcript_id.in_(numbers), _LINE.c.source == "inbox")
            .group_by(_LINE.c.transcript_id)
            .subquery()
        )
        wanted = select(newest.c.transcript_id, _INBOX.c.payload)
        rows = self._connection.execute(wanted.join(_INBOX, _INBOX.c.id == newest.c.row))
        return {row.transcript_id: (row.payload or {}).get("text", "") for row in rows}

    def _labels(self, numbers: Sequence[int]) -> dict[int, list[str]]:
        found: dict[int, list[str]] = {}
        put = select(_LABEL.c.transcript_id, _LABEL.c.label).order_by(_LABEL.c.label)
        for row in self._connection.execute(put.where(_LABEL.c.transcript_id.in_(numbers))):
            found.setdefault(row.transcript_id, []).append(row.label)
        return found


def statement(wanted: Wanted, now: datetime, dialect: Dialect, most: int) -> Select[Any]:
    """What finds a page of conversations; apart, so that a test can have its plan explained."""
    row = _TRANSCRIPT.c
    chosen = select(_TRANSCRIPT).where(*_where(wanted, now, dialect))
    if wanted.before is not None:
        at, number = wanted.before
        chosen = chosen.where(row.heard_at <= at, or_(row.heard_at < at, row.id < number))
    return chosen.order_by(row.heard_at.desc(), row.id.desc()).limit(most)


def _where(wanted: Wanted, now: datetime, dialect: Dialect) -> Iterable[ColumnElement[bool]]:
    row = _TRANSCRIPT.c
    if wanted.channel:
        yield row.channel == wanted.channel
    if wanted.language:
        yield row.language == wanted.language
    if wanted.dialog:
        yield exists().where(_DIALOG.c.transcript_id == row.id, _DIALOG.c.dialog == wanted.dialog)
    if wanted.label:
        yield exists().where(_LABEL.c.transcript_id == row.id, _LABEL.c.label == wanted.label)
    if wanted.held:
        yield _is_held(now)
    if wanted.broadcast:
        yield _replied(wanted.broadcast)
    if wanted.outcome in OUTCOMES or wanted.confidence:
        yield _asked(wanted)
    yield from _within(wanted)
    if words := sought(wanted.words):
        yield row.id.in_(hits(words, dialect))


def _is_held(now: datetime) -> ColumnElement[bool]:
    return and_(_TRANSCRIPT.c.held_by.is_not(None), _TRANSCRIPT.c.held_until > now)


def _waits() -> ColumnElement[bool]:
    answered = _TRANSCRIPT.c.answered_at
    return or_(answered.is_(None), _TRANSCRIPT.c.heard_at > answered)


def _replied(broadcast: int) -> ColumnElement[bool]:
    row = _TABLES["broadcast_reply"].c
    return exists().where(row.address == _TRANSCRIPT.c.address, row.broadcast_id == broadcast)


def _asked(wanted: Wanted) -> ColumnElement[bool]:
    """Something was asked in it that went so, or was answered so surely."""
    row = _QUESTION.c
    asked = [row.address == _TRANSCRIPT.c.address]
    if wanted.outcome in OUTCOMES:
        asked.append(row.outcome == wanted.outcome)
    if wanted.confidence:
        sure = row.confidence >= UNSURE
        asked += [row.outcome != "for_staff", sure if wanted.confidence == "high" else ~sure]
    return exists().where(*asked)


def _within(wanted: Wanted) -> Iterable[ColumnElement[bool]]:
    """Something was said in that time; whoever wrote later may have written then as well."""
    heard = _TRANSCRIPT.c.heard_at
    if wanted.since is not None:
        yield heard >= wanted.since
    if wanted.until is not None:
        # Before the first message that is kept, nobody's messages need a look.
        first = select(func.min(_INBOX.c.received_at)).scalar_subquery()
        wrote = _said(wanted, _INBOX, _INBOX.c.received_at)
        asked = _said(wanted, _QUESTION, _QUESTION.c.asked_at)
        yield or_(heard < wanted.until, and_(first < wanted.until, wrote), asked)


def _said(wanted: Wanted, table: Any, at: Any) -> ColumnElement[bool]:
    its = (table.c.address == _TRANSCRIPT.c.address, at < wanted.until)
    return exists().where(*its, *([at >= wanted.since] if wanted.since is not None else ()))


def hits(words: Sequence[tuple[str, bool]], dialect: Dialect) -> Select[Any]:
    """The conversations with a message that holds all these words, as each database finds them."""
    if dialect == "sqlite":
        asked = " AND ".join(f'"{word}"{"*" if begun else ""}' for word, begun in words)
        found = text(
            "SELECT rowid FROM transcript_word WHERE transcript_word MATCH :words "
            "ORDER BY rowid DESC LIMIT :looked"
        ).bindparams(words=asked, looked=LOOKED)
        return select(_LINE.c.transcript_id).where(_LINE.c.id.in_(found.columns(_LINE.c.id)))
    asked = " & ".join(f"'{word}'{':*' if begun else ''}" for word, begun in words)
    matches = text("words @@ CAST(:words AS tsquery)").bindparams(words=asked)
    newest = select(_LINE.c.transcript_id, _LINE.c.id).where(matches).order_by(_LINE.c.id.desc())
    return select(newest.limit(LOOKED).subquery().c.transcript_id)
