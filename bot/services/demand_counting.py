"""Counts what people ask, week by week, into the rows that the radar is drawn from.

A week is counted again and again until it is over, and then stays: who asked is known for a month,
and can be counted no more afterwards. The rows say how many people, and never who.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import product
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, Text, cast, delete, func, insert, select, text

from bot.database import Database
from bot.models import Base
from bot.services.questions import OUTCOMES, UNANSWERED
from bot.services.weeks import WEEK, begins, week_of

TopicOf = Callable[[str], str]
"""The main theme of an article, by its slug; "" for none."""

NO_ANSWER: Final = "-"  # the topic of what had no good answer: we do not know what it is about
_FINAL: Final = timedelta(hours=30)  # after its end a week is not counted any more
_AGAIN: Final = timedelta(minutes=10)  # who asks on so soon did not have their answer
_STOPPED: Final = timedelta(hours=1)  # a form nobody answers for so long
_KEPT: Final = timedelta(days=30)  # how long a talk is known
_OLDEST: Final = 104  # weeks that are counted when nothing was yet
_LOCK: Final = 7_220_423  # any number, the same in every process
_TABLES = Base.metadata.tables
_QUESTION, _TALK = _TABLES["question"], _TABLES["conversation"]
_DEMAND, _WEEK = _TABLES["demand"], _TABLES["demand_week"]


@dataclass(slots=True)
class _Cell:
    """One row in the making."""

    questions: int = 0
    unanswered: int = 0
    missed: int = 0
    again: int = 0
    people: set[str] = field(default_factory=set)
    four: set[str] = field(default_factory=set)


_Place = tuple[str, str, str, str]  # face, language, channel, key


class DemandCounter:
    """Counts for one house; what did not change since it looked last is not counted again."""

    def __init__(self, database: Database, zone: ZoneInfo, topic_of: TopicOf) -> None:
        self._database, self._zone, self._topic_of = database, zone, topic_of
        self._seen: tuple[Any, ...] = ()

    def count(self, now: datetime) -> int:
        """Count every week that is not final; gives how many. Harmless when several do it."""
        with self._database.read() as connection:
            due, seen = self._due(connection, now), self._look(connection, now)
        if seen == self._seen:
            return 0
        for week in due:
            with self._database.read() as connection:
                rows = self._rows(connection, week, now)
            with self._database.write() as connection:
                self._keep(connection, week, rows, now)
        self._seen = seen
        return len(due)

    def _look(self, connection: Connection, now: datetime) -> tuple[Any, ...]:
        """What changes when there is something new to count."""
        q, this = _QUESTION.c, week_of(now, self._zone)
        since = begins(this - WEEK, self._zone)
        asked = select(func.count(), func.max(q.id)).where(
            q.outcome.in_(UNANSWERED), q.asked_at >= since
        )
        newest = connection.scalar(select(func.max(q.id)))
        heard = connection.scalar(select(func.max(_TALK.c.heard_at)))
        return (
            this,
            now >= self._over(this - WEEK),
            newest,
            heard,
            *connection.execute(asked).one(),
        )

    def _over(self, week: date) -> datetime:
        return begins(week + WEEK, self._zone) + _FINAL

    def _due(self, connection: Connection, now: datetime) -> list[date]:
        this = week_of(now, self._zone)
        done = connection.scalar(select(func.max(_WEEK.c.week)).where(_WEEK.c.is_final))
        first = done + WEEK if done else self._first(connection, this)
        first = max(first, this - _OLDEST * WEEK)
        return [first + n * WEEK for n in range((this - first).days // 7 + 1)]

    def _first(self, connection: Connection, this: date) -> date:
        oldest = connection.scalar(select(func.min(_QUESTION.c.asked_at)))
        return min(week_of(oldest, self._zone), this) if oldest else this

    def _rows(self, connection: Connection, week: date, now: datetime) -> list[dict[str, Any]]:
        """The rows of that week, with those who asked in the three before it."""
        cells: defaultdict[_Place, _Cell] = defaultdict(_Cell)
        since, begin, end = (begins(week + n * WEEK, self._zone) for n in (-3, 0, 1))
        rows = _asked(connection, since, end)
        again = _asked_again(rows)
        for row in rows:
            faces = self._faces(row)
            if row.asked_at >= begin:
                _count(cells, row, faces, row.id in again)
            else:
                _count_people(cells, row, faces)
        if week == week_of(now, self._zone):
            _count_stopped(cells, _stopped(connection, now))
        return [_row(week, place, cell) for place, cell in cells.items()]

    def _faces(self, row: Row[Any]) -> list[tuple[str, str]]:
        """Every side from which a question is seen, with its place there."""
        at = row.asked_at.astimezone(self._zone)
        is_answered = row.article and row.outcome == "answered"
        topic = (self._topic_of(row.article) or NO_ANSWER) if is_answered else NO_ANSWER
        faces = [("all", ""), ("topic", topic), ("hour", f"{at.weekday()}-{at.hour}")]
        return [*faces, ("article", row.article)] if row.article else faces

    def _keep(
        self, connection: Connection, week: date, rows: list[dict[str, Any]], now: datetime
    ) -> None:
        if connection.dialect.name != "sqlite":  # there, one writes at a time anyway
            connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _LOCK})
        for table in (_DEMAND, _WEEK):
            connection.execute(delete(table).where(table.c.week == week))
        if rows:
            connection.execute(insert(_DEMAND), rows)
        done = {"week": week, "is_final": now >= self._over(week), "counted_at": now}
        connection.execute(insert(_WEEK).values(done))


def _asked(connection: Connection, since: datetime, until: datetime) -> Sequence[Row[Any]]:
    q = _QUESTION.c
    # Every outcome is named, so that the index by outcome and time serves.
    which = (q.outcome.in_(OUTCOMES), q.asked_at >= since, q.asked_at < until)
    names = ("id", "person_id", "asked_at", "language", "channel", "outcome", "article")
    wanted = select(*(q[name] for name in names)).where(*which)
    return connection.execute(wanted.order_by(q.asked_at, q.id)).all()


def _asked_again(rows: Iterable[Row[Any]]) -> set[int]:
    """The answers that did not help: soon after, the person asked for the same, or in vain."""
    found, last = set[int](), dict[str, Row[Any]]()
    for row in rows:
        if row.person_id is None:
            continue
        before = last.get(row.person_id)
        if before is not None and row.asked_at - before.asked_at <= _AGAIN:
            same = row.article == before.article
            if before.outcome == "answered" and (same or row.outcome in UNANSWERED):
                found.add(before.id)
        last[row.person_id] = row
    return found


def _margins(row: Row[Any], faces: Iterable[tuple[str, str]]) -> Iterator[_Place]:
    """Everywhere a question counts: its language and channel, and all of them together."""
    channels = ("", row.channel) if row.channel else ("",)
    for (face, key), language, channel in product(faces, ("", row.language), channels):
        yield face, language, channel, key


def _count(
    cells: Mapping[_Place, _Cell], row: Row[Any], faces: list[tuple[str, str]], again: bool
) -> None:
    for place in _margins(row, faces):
        cell = cells[place]
        cell.questions += 1
        cell.unanswered += row.outcome in UNANSWERED
        cell.missed += row.outcome == "not_meant"
        cell.again += again
        if row.person_id is not None:
            cell.people.add(row.person_id)
            cell.four.add(row.person_id)


def _count_people(
    cells: Mapping[_Place, _Cell], row: Row[Any], faces: list[tuple[str, str]]
) -> None:
    if row.person_id is not None:
        for place in _margins(row, faces):
            cells[place].four.add(row.person_id)


def _stopped(connection: Connection, now: datetime) -> Iterator[tuple[str, str, str]]:
    """Event, question and person of every registration that somebody left standing."""
    t = _TALK.c
    silent = (t.heard_at < now - _STOPPED, t.heard_at > now - _KEPT)
    begun = cast(t.state, Text).like('%["registration",%')
    for row in connection.execute(select(t.person_id, t.state).where(*silent, begun)):
        for dialog, slot, answers, *_rest in row.state.get("forms", ()):
            if dialog == "registration" and answers.get("event"):
                yield str(answers["event"]), str(slot), row.person_id


def _count_stopped(cells: Mapping[_Place, _Cell], stopped: Iterable[tuple[str, str, str]]) -> None:
    for event, slot, person in stopped:
        cell = cells["form", "", "", f"{event}|{slot}"]
        cell.questions += 1
        cell.people.add(person)


def _row(week: date, place: _Place, cell: _Cell) -> dict[str, Any]:
    face, language, channel, key = place
    counts = {name: getattr(cell, name) for name in ("questions", "unanswered", "missed", "again")}
    people = {"people": len(cell.people), "people_four": len(cell.four)}
    row = {"face": face, "language": language, "channel": channel, "week": week, "key": key}
    return row | counts | people
