"""What was answered by which article, and how often the answer missed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Integer, case, func, select

from bot.dialog import Transaction
from bot.models import Base

LEAST: Final = 5  # answers, below which a share says nothing
MOST: Final = 20_000  # answers counted: more would keep who looks waiting
_LATELY = 200
_TABLE = Base.metadata.tables["question"]
# The one that was shown: candidates stand best first.
_SLUG = _TABLE.c.found[0]["slug"].as_string()


@dataclass(frozen=True, slots=True)
class Once:
    """A question that was answered well. `slug`: by which article."""

    text: str
    language: str
    slug: str


@dataclass(frozen=True, slots=True)
class Share:
    """How often an article answered, and how often who asked said that it missed."""

    shown: int = 0
    missed: int = 0

    @property
    def helpful(self) -> float | None:
        """The share of answers that nobody said missed; None where too few were given."""
        return (self.shown - self.missed) / self.shown if self.shown >= LEAST else None


class Answered:
    """Questions that an article answered."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection

    def by_article(self, since: datetime) -> Mapping[str, Share]:
        """How each article did since then, by slug; of MOST answers, the last ones."""
        column = _TABLE.c
        since = max(since, self._since_many(since))
        missed = func.sum(case((column.outcome == "not_meant", 1), else_=0), type_=Integer)
        counted = (
            select(_SLUG, func.count(), missed)
            .where(column.outcome.in_(("answered", "not_meant")), column.asked_at > since)
            .group_by(_SLUG)
        )
        rows = self._connection.execute(counted)
        return {slug: Share(shown, int(gone)) for slug, shown, gone in rows if slug}

    def _since_many(self, since: datetime) -> datetime:
        """When the oldest of the last MOST answers was given; `since` where there are fewer."""
        column = _TABLE.c
        wanted = (
            select(column.asked_at)
            .where(column.outcome == "answered", column.asked_at > since)
            .order_by(column.asked_at.desc())
            .offset(MOST)
            .limit(1)
        )
        return self._connection.scalar(wanted) or since

    def lately(self) -> tuple[Once, ...]:
        """The last questions that were answered and not said to have missed."""
        column = _TABLE.c
        wanted = (
            select(column.text, column.language, _SLUG)
            .where(column.outcome == "answered")
            .order_by(column.asked_at.desc())
            .limit(_LATELY)
        )
        return tuple(Once(*row) for row in self._connection.execute(wanted) if row[2])
