"""What people ask, in figures: by topic, article, hour, language and channel, over some weeks.

Read from the rows of bot/services/demand_counting.py: however many questions there are, there are
few of those. Nothing of fewer than LEAST people is shown, nor what would give such a figure away.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, Select, case, func, select

from bot.dialog import Transaction
from bot.models import Base
from bot.services.suppression import hidden
from bot.services.weeks import WEEK

LEAST: Final = 3
"""People: of fewer, nothing is shown."""

Face = Literal["all", "topic", "article", "hour", "form"]
_TABLES = Base.metadata.tables
_ROW, _WEEK = _TABLES["demand"].c, _TABLES["demand_week"].c
_COUNTS: Final = ("questions", "unanswered", "missed", "again")


@dataclass(frozen=True, slots=True)
class Scope:
    """Which questions: of these weeks, with the last; in one language or channel, or "" for all."""

    first: date
    last: date
    language: str = ""
    channel: str = ""

    @property
    def weeks(self) -> tuple[date, ...]:
        """Their Mondays."""
        return tuple(self.first + n * WEEK for n in range((self.last - self.first).days // 7 + 1))

    @property
    def before(self) -> "Scope":
        """As many weeks before it."""
        length = self.last - self.first + WEEK
        return replace(self, first=self.first - length, last=self.last - length)


@dataclass(frozen=True, slots=True)
class Figure:
    """How many questions, and of at least how many people."""

    questions: int
    unanswered: int
    missed: int
    again: int
    people: int

    @property
    def counted(self) -> int:
        """The people; where we do not know any more, as few as there can be."""
        return max(self.people, min(1, self.questions))


NOTHING: Final = Figure(0, 0, 0, 0, 0)


class Demand:
    """All figures, bound to a transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection

    def sums(self, face: Face, scope: Scope) -> dict[str, Figure]:
        """By key, together over the weeks."""
        wanted = sums(face, scope).add_columns(_ROW.key).group_by(_ROW.key)
        return {row.key: _figure(row) for row in self._connection.execute(wanted)}

    def total(self, scope: Scope) -> Figure:
        """All questions."""
        return self.sums("all", scope).get("", NOTHING)

    def weekly(self, face: Face, scope: Scope) -> dict[tuple[str, date], Figure]:
        """By key and week."""
        columns = (_ROW.key, _ROW.week, *(_ROW[name] for name in _COUNTS), _ROW.people)
        wanted = select(*columns).where(*_within(face, scope))
        return {(row.key, row.week): _figure(row) for row in self._connection.execute(wanted)}

    def places(self, scope: Scope) -> dict[tuple[str, str], Figure]:
        """By language and channel."""
        columns = (_ROW.language, _ROW.channel)
        where = [_ROW.language == scope.language] if scope.language else [_ROW.language != ""]
        where += [_ROW.channel == scope.channel] if scope.channel else [_ROW.channel != ""]
        wanted = (
            _summed(scope)
            .add_columns(*columns)
            .where(_ROW.face == "all", _ROW.week.between(scope.first, scope.last), *where)
            .group_by(*columns)
        )
        rows = self._connection.execute(wanted)
        return {(row.language, row.channel): _figure(row) for row in rows}

    def stopped(self) -> dict[str, int]:
        """Where registrations stand that nobody goes on with: how many, by event and question."""
        last = select(func.max(_WEEK.week)).scalar_subquery()
        mine = (_ROW.face == "form", _ROW.language == "", _ROW.channel == "", _ROW.week == last)
        found = self._connection.execute(select(_ROW.key, _ROW.people).where(*mine))
        return {row.key: row.people for row in found}

    def channels(self) -> tuple[str, ...]:
        """Where questions were ever asked."""
        wanted = select(_ROW.channel).where(_ROW.face == "all", _ROW.language == "")
        return tuple(sorted(filter(None, self._connection.scalars(wanted.distinct()))))

    def first_week(self) -> date | None:
        """The first week in which anything was asked."""
        total = (_ROW.face == "all", _ROW.language == "", _ROW.channel == "")
        found: date | None = self._connection.scalar(select(func.min(_ROW.week)).where(*total))
        return found


def sums(face: Face, scope: Scope) -> Select[Any]:
    """The query behind each chart; a test looks at how a database runs it."""
    return _summed(scope).where(*_within(face, scope))


def shown(figures: Mapping[Any, Figure]) -> dict[Any, Figure | None]:
    """The figures that may stand beside their sum; None in place of the others."""
    keys = {str(key): key for key in figures}
    gone = {keys[name] for name in hidden({str(k): f.counted for k, f in figures.items()}, LEAST)}
    return {key: None if key in gone else figure for key, figure in figures.items()}


def _within(face: Face, scope: Scope) -> tuple[ColumnElement[bool], ...]:
    return (
        _ROW.face == face,
        _ROW.language == scope.language,
        _ROW.channel == scope.channel,
        _ROW.week.between(scope.first, scope.last),
    )


def _summed(scope: Scope) -> Select[Any]:
    """People are not summed, for who asks every week is one: there are at least the most of any
    four weeks that lie within.
    """
    whole = _ROW.week >= scope.first + 3 * WEEK
    people = func.max(case((whole, _ROW.people_four), else_=_ROW.people)).label("people")
    return select(*(func.sum(_ROW[name]).label(name) for name in _COUNTS), people)


def _figure(row: Any) -> Figure:
    return Figure(**{name: int(getattr(row, name)) for name in (*_COUNTS, "people")})
