"""What waits on a channel, what did not arrive, and what the team decides about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, func, literal_column, or_, select, update

from bot.bodies import HAS_TEXT
from bot.dialog import Invalid, Transaction
from bot.i18n import _
from bot.mass_reports import ASKED, is_asked_for
from bot.message import Capabilities
from bot.models import Base
from bot.outbox import OPEN
from bot.services.audit import Audit, Entry
from bot.services.redaction import redacted
from bot.services.staff import Member

PAGE: Final = 50
STATES: Final = ("failed", "unsure", "parked", "queued", "expired")
"""What one may look at; what was sent needs nobody."""

_TABLES = Base.metadata.tables
_OUTBOX, _PLACE, _ALLOWANCE = _TABLES["outbox"], _TABLES["address"], _TABLES["allowance"]
_TRANSCRIPT = _TABLES["transcript"]
_LEFT = _("This person has left the channel: it would fail again.")
_GONE = _("The text is gone: it is kept for 72 hours.")
_LATE = _("It is too late: nobody should get it any more.")
_DECIDED = _("Somebody has decided this already, or it has arrived meanwhile.")


@dataclass(frozen=True, slots=True)
class Waits:
    """How much of a kind waits or is stuck, and since when the oldest does."""

    kind: str
    state: str
    count: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Row:
    """One message of ours. `number`: of the conversation, None where none is kept.

    `can_retry`: whether it can be tried once more: there is a text, and time.
    """

    id: int
    kind: str
    state: str
    number: int | None
    created_at: datetime
    due_at: datetime
    attempts: int
    error: str
    can_retry: bool


@dataclass(frozen=True, slots=True)
class Page:
    """Messages, newest first. `older`: what to ask for to see more."""

    rows: tuple[Row, ...]
    older: int | None


@dataclass(frozen=True, slots=True)
class Reachable:
    """How many people of a channel can be written to now, only after they write, or not at all."""

    now: int
    closed: int
    left: int


@dataclass(frozen=True, slots=True)
class Lately:
    """When something last arrived, and what last went wrong: when, and what the platform said."""

    sent_at: datetime | None
    failed_at: datetime | None
    error: str


class Deliveries:
    """Of one channel, bound to a transaction."""

    def __init__(self, transaction: Transaction, channel: str) -> None:
        self._transaction, self._channel = transaction, channel
        self._connection, self._now = transaction.connection, transaction.now
        self._ours = _OUTBOX.c.channel == channel

    def waits(self) -> tuple[Waits, ...]:
        """What is not settled, or settled badly, by kind."""
        row = _OUTBOX.c
        stuck = row.state.in_((*OPEN, "failed", "unsure"))
        counted = select(row.kind, row.state, func.count(), func.min(row.created_at))
        grouped = counted.where(self._ours, stuck).group_by(row.kind, row.state)
        return tuple(
            Waits(*each)
            for each in self._connection.execute(grouped.order_by(*grouped.selected_columns[:2]))
        )

    def find(self, state: str, before: int | None = None, most: int = PAGE) -> Page:
        """A page of the messages in a state; "" for those that need somebody."""
        row = _OUTBOX.c
        states: Sequence[str] = (state,) if state in STATES else ("failed", "unsure", "parked")
        columns = (row.id, row.kind, row.state, row.created_at, row.due_at, row.attempts, row.error)
        wanted = (
            select(*columns, row.expires_at, HAS_TEXT.label("has_text"))
            .add_columns(_TRANSCRIPT.c.id.label("number"))
            .outerjoin(_TRANSCRIPT, _TRANSCRIPT.c.address == row.address)
            # Written out: a partial index serves only who says its condition.
            .where(self._ours, row.state.in_([literal_column(f"'{one}'") for one in states]))
            .order_by(row.id.desc())
            .limit(most + 1)
        )
        rows = self._connection.execute(wanted if before is None else wanted.where(row.id < before))
        found = [self._row(each) for each in rows]
        return Page(tuple(found[:most]), found[most - 1].id if len(found) > most else None)

    def lately(self) -> Lately:
        """The last that arrived, and the last that went wrong."""
        row = _OUTBOX.c
        newest = row.id.desc()
        sent = select(row.settled_at).where(self._ours, row.state == "sent").order_by(newest)
        bad = or_(row.state.in_(("failed", "unsure")), row.state.in_(OPEN))
        wrong = select(row.settled_at, row.created_at, row.error)
        wrong = wrong.where(self._ours, bad, row.error.is_not(None)).order_by(newest)
        last = self._connection.execute(wrong.limit(1)).first()
        return Lately(
            self._connection.scalar(sent.limit(1)),
            (last.settled_at or last.created_at) if last else None,
            redacted(last.error) if last else "",
        )

    def reachable(self, can: Capabilities | None) -> Reachable:
        """Of all who ever wrote there. `can`: of the channel; None: it is not open."""
        there = _PLACE.c.channel == self._channel
        left = self._count(there, _PLACE.c.left_at.is_not(None))
        staying = self._count(there, _PLACE.c.left_at.is_(None))
        if can is None:
            return Reachable(0, staying, left)
        if can.reply_window is None:
            return Reachable(staying, 0, left)
        opened = select(_ALLOWANCE.c.address).where(
            _ALLOWANCE.c.until > self._now,
            _ALLOWANCE.c.left > 0,
            _ALLOWANCE.c.source.in_(("message", "tap")),
        )
        now = self._count(there, _PLACE.c.left_at.is_(None), _PLACE.c.id.in_(opened))
        return Reachable(now, staying - now, left)

    def again(self, number: int, member: Member) -> None:
        """Send once more what failed, or what may not have arrived. Raises Invalid."""
        row = self._stuck(number, "failed", "unsure")
        if not row.has_text:
            raise Invalid(_GONE)
        if row.expires_at is not None and row.expires_at <= self._now:
            raise Invalid(_LATE)
        if row.left_at is not None:
            raise Invalid(_LEFT)
        anew = {"state": "queued", "attempts": 0, "due_at": self._now, "settled_at": None}
        anew |= {"mass_id": None}
        unsure = row.state == "unsure" or row.maybe_sent  # then a repeat is marked as one
        self._decide(row, anew | {"maybe_sent": unsure}, "delivery.again", member)

    def count_as_sent(self, number: int, member: Member) -> None:
        """What may not have arrived counts as arrived: nothing is said twice. Raises Invalid."""
        row = self._stuck(number, "unsure")
        arrived = {"state": "sent", "settled_at": self._now}
        self._decide(row, arrived, "delivery.counted", member)

    def _stuck(self, number: int, *states: str) -> Any:
        row = _OUTBOX.c
        columns = (row.id, row.state, row.expires_at, row.maybe_sent, _PLACE.c.left_at)
        wanted = select(*columns, HAS_TEXT.label("has_text"))
        wanted = wanted.add_columns(is_asked_for(row.mass_id).label("is_asked_for"))
        wanted = wanted.outerjoin(_PLACE, _PLACE.c.id == row.address)
        found = wanted.where(self._ours, row.id == number, row.state.in_(states))
        stuck = self._connection.execute(found).first()
        if stuck is None:
            raise Invalid(_DECIDED)
        if stuck.is_asked_for:
            raise Invalid(ASKED)
        return stuck

    def _decide(self, row: Any, values: dict[str, Any], action: str, member: Member) -> None:
        """Guarded: of two who decide at once, one is told so."""
        still = (_OUTBOX.c.id == row.id, _OUTBOX.c.state == row.state)
        if self._connection.execute(update(_OUTBOX).where(*still).values(values)).rowcount != 1:
            raise Invalid(_DECIDED)
        about = f"delivery:{self._channel}:{row.id}"
        Audit(self._transaction).write(Entry(member.actor, action, about, row.state))

    def _row(self, row: Any) -> Row:
        in_time = row.expires_at is None or row.expires_at > self._now
        return Row(
            *(row.id, row.kind, row.state, row.number, row.created_at, row.due_at, row.attempts),
            error=redacted(row.error or ""),
            can_retry=bool(row.has_text) and in_time,
        )

    def _count(self, *which: ColumnElement[bool]) -> int:
        return int(self._connection.scalar(select(func.count()).where(*which)) or 0)
