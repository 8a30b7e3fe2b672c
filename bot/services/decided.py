"""What the team decided of the matter that a question without an answer is about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, func, select

from bot.dialog import Transaction
from bot.models import Base
from bot.services.gap_sorting import Group, Mark, groups_now, nearest

SAID: Final = ("out_of_scope", "for_a_person")
"""The decisions that change what is said to a question without an answer."""

_SAMPLES = 1000  # questions that stand for the gaps: somebody waits while they are read
_GAP = Base.metadata.tables["gap"]


@dataclass(frozen=True, slots=True)
class Decided:
    """`state`: what was decided; `referral`: where to turn instead, by language."""

    state: str
    referral: Mapping[str, str]


class KnownGaps:
    """The gaps as a process knows them, read again once one of them has changed.

    Only marks are kept between two questions, none of their texts.
    """

    def __init__(self, mark: Mark) -> None:
        self.mark = mark
        self._read: tuple[Row[Any], Sequence[Group]] | None = None

    def groups(self, connection: Connection, now: datetime) -> Sequence[Group]:
        """All that take questions, as sorting sees them."""
        column = _GAP.c
        figures = (func.count(), func.sum(column.version), func.sum(column.people))
        state = connection.execute(select(*figures, func.max(column.asked_at))).one()
        read = self._read
        if read is None or read[0] != state:
            read = self._read = (state, groups_now(connection, now, self.mark, _SAMPLES))
        return read[1]


class DecidedGaps:
    """What was decided, bound to a transaction."""

    def __init__(self, transaction: Transaction, known: KnownGaps) -> None:
        self._transaction, self._known = transaction, known

    def of(self, text: str, language: str) -> Decided | None:
        """What is to be said to this question; None where that is what is always said.

        It belongs where sorting will put it: to the nearest gap of all, also of those still open.
        """
        connection, column = self._transaction.connection, _GAP.c
        some = select(column.id).where(column.state.in_(SAID)).limit(1)
        if connection.scalar(some) is None:
            return None
        groups = self._known.groups(connection, self._transaction.now)
        near = nearest(self._known.mark(text, language), groups)
        if near is None or near.state not in SAID:
            return None
        referral = connection.scalar(select(column.referral).where(column.id == near.id))
        return Decided(near.state, referral or {})
