"""What needs the team today: one look over the house, in figures."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, and_, func, literal_column, select

from bot.dialog import Transaction
from bot.models import Base
from bot.services.asked import undecided
from bot.services.conversations import Conversations
from bot.services.event_list import EventList
from bot.services.gaps import Gaps
from bot.services.guesses import GUESSED
from bot.services.questions import Questions
from bot.services.webhook_calls import switched_off

SOON: Final = timedelta(days=2)
DAY: Final = timedelta(days=1)
WEEK: Final = timedelta(days=7)
_TABLES = Base.metadata.tables
_QUESTION, _OUTBOX = _TABLES["question"].c, _TABLES["outbox"].c
_AUDIT = _TABLES["audit_entry"].c
_BROADCAST = _TABLES["broadcast"].c
_POLL, _EVENT, _CHANNEL = _TABLES["poll"].c, _TABLES["event"].c, _TABLES["channel_state"].c


@dataclass(frozen=True, slots=True)
class Today:
    """The figures of one look.

    gaps       matters that several people asked about without an answer
    talking    people who talk with the team, and wait for it
    waiting    questions people left for a person to answer
    declined   questions of the last week that we knew no answer to, not_meant: that we missed,
               without those on a matter that was decided
    unanswered questions of the last week without a good answer, all of them
    dead       messages that could not be handled
    paused     channels that pause: name, since, reason
    closing    polls that close within two days, beginning: events that begin within two days
    guessed    what many wrong codes were tried for within a day: object, at, detail
    delivery   messages of the last day by what became of them
    deciding   people who wait for a seat that is held back: only the team can give it
    webhooks   those that were switched off because nothing arrived there
    agreeing   broadcasts that wait for a second member of the team
    unsure     of which broadcast it is not known of how many people whether they got it
    """

    gaps: int
    talking: int
    waiting: int
    declined: int
    not_meant: int
    answered: int
    dead: int
    paused: tuple[Row[Any], ...]
    closing: tuple[Row[Any], ...]
    beginning: tuple[Row[Any], ...]
    guessed: tuple[Row[Any], ...]
    delivery: Mapping[str, int]
    webhooks: tuple[Row[Any], ...] = ()
    deciding: int = 0
    unanswered: int = 0
    agreeing: tuple[Row[Any], ...] = ()
    unsure: tuple[Row[Any], ...] = ()

    @property
    def is_calm(self) -> bool:
        """Whether nothing needs anybody."""
        asked = self.gaps + self.waiting + self.declined + self.not_meant
        needs = asked + self.talking + self.deciding + self.dead
        soon = (self.closing, self.beginning, self.agreeing, self.unsure)
        return not (needs or self.paused or self.guessed or self.webhooks or any(soon))

    @property
    def asked(self) -> int:
        """How many questions of the last week there were."""
        return self.answered + self.unanswered


class Overlook:
    """Looks over the house."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection, self._now = transaction.connection, transaction.now

    def today(self) -> Today:
        """Everything at once."""
        of_week = _QUESTION.asked_at > self._now - WEEK
        week = self._by(_QUESTION.outcome, of_week)
        open_ = self._by(_QUESTION.outcome, and_(of_week, undecided()))
        return Today(
            gaps=self._gaps(),
            talking=Conversations(Transaction(self._connection, self._now)).waiting(),
            waiting=self._count(_QUESTION.id, _QUESTION.outcome == "for_staff"),
            declined=open_.get("declined", 0),
            not_meant=open_.get("not_meant", 0),
            unanswered=week.get("declined", 0) + week.get("not_meant", 0),
            answered=week.get("answered", 0),
            dead=Questions(Transaction(self._connection, self._now)).not_handled(),
            paused=self._rows(select(_CHANNEL.channel, _CHANNEL.since, _CHANNEL.reason)),
            closing=self._rows(
                select(_POLL.id, _POLL.closes_at)
                .where(_POLL.state == "open", _POLL.closes_at < self._now + SOON)
                .order_by(_POLL.closes_at)
            ),
            beginning=self._rows(
                select(_EVENT.id, _EVENT.starts_at)
                .where(
                    _EVENT.state.in_(("open", "closed")),
                    _EVENT.starts_at.between(self._now, self._soon),
                )
                .order_by(_EVENT.starts_at)
            ),
            guessed=self._guessed(),
            delivery=self._by(_OUTBOX.state, _OUTBOX.created_at > self._now - DAY),
            webhooks=switched_off(self._connection),
            deciding=EventList(Transaction(self._connection, self._now)).to_decide(),
            agreeing=self._rows(
                select(_BROADCAST.id, _BROADCAST.name).where(_BROADCAST.state == "asked")
            ),
            unsure=self._unsure(),
        )

    def _unsure(self) -> tuple[Row[Any], ...]:
        unsure = (
            _OUTBOX.kind == literal_column("'broadcast'"),
            _OUTBOX.state == literal_column("'unsure'"),
        )
        wanted = select(_BROADCAST.id, _BROADCAST.name, func.count().label("people"))
        wanted = wanted.join(_TABLES["outbox"], _OUTBOX.broadcast_id == _BROADCAST.id)
        return self._rows(wanted.where(*unsure).group_by(_BROADCAST.id, _BROADCAST.name))

    def _guessed(self) -> tuple[Row[Any], ...]:
        """The last that was written down of each."""
        recent = (_AUDIT.action == GUESSED, _AUDIT.at > self._now - DAY)
        last = select(func.max(_AUDIT.id)).where(*recent).group_by(_AUDIT.object)
        wanted = select(_AUDIT.object, _AUDIT.at, _AUDIT.detail).where(_AUDIT.id.in_(last))
        return self._rows(wanted.order_by(_AUDIT.object))

    def _gaps(self) -> int:
        return Gaps(Transaction(self._connection, self._now)).count()

    @property
    def _soon(self) -> datetime:
        return self._now + SOON

    def _count(self, column: Any, where: Any) -> int:
        return int(self._connection.scalar(select(func.count(column)).where(where)) or 0)

    def _by(self, column: Any, where: Any) -> dict[str, int]:
        wanted = select(column, func.count()).where(where).group_by(column)
        return {str(name): int(count) for name, count in self._connection.execute(wanted)}

    def _rows(self, wanted: Any) -> tuple[Row[Any], ...]:
        return tuple(self._connection.execute(wanted))
