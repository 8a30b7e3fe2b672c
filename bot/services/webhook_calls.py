"""Calls to webhooks as rows: claimed with a lease, settled, tried again, sent once more by hand.

At least once: whoever is called recognises a repeat by its id.
"""

import random
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, and_, func, or_, select, true, update

from bot.database import Database
from bot.dialog import Invalid, Transaction
from bot.i18n import _
from bot.models import Base
from bot.services.announcing import PATIENCE
from bot.services.audit import Audit, Entry

LEASE: Final = timedelta(seconds=60)
TOO_LONG: Final = timedelta(days=5)  # without one success: then it is switched off
PAGE: Final = 50
_AT_ONCE = 20  # calls a look
_EACH = 4  # to one webhook
_FIRST = 10.0  # seconds, at most, until the second try; then four times as long, and so on
_LONGEST = 8 * 3600.0
_GONE = 410  # "never again", by the specification
_TABLE, _WEBHOOK = Base.metadata.tables["webhook_call"], Base.metadata.tables["webhook"]


@dataclass(frozen=True, slots=True)
class Claimed:
    """A call that is ours for a while. `secrets`: sealed; `attempt` is the fence."""

    id: int
    webhook_id: int
    url: str
    message_id: str
    body: str
    attempt: int
    secrets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a try. `error`: a word of ours, "" for none; `wait`: what they asked for."""

    status: int | None = None
    error: str = ""
    wait: timedelta = timedelta(0)

    @property
    def is_done(self) -> bool:
        """Whether it arrived."""
        return not self.error and self.status is not None and 200 <= self.status < 300


def claim(
    database: Database, now: datetime, busy: Collection[int] = frozenset()
) -> tuple[Claimed, ...]:
    """Take what is due, not of the webhooks that are busy: a slow one holds up no other."""
    wanted = _due(now, busy)
    with database.read() as connection:  # nearly always there is nothing: that locks nobody out
        if connection.execute(wanted.limit(1)).first() is None:
            return ()
    with database.write() as connection:
        rows = connection.execute(wanted.with_for_update(skip_locked=True, of=_TABLE)).all()
        taken = list(_fairly(rows))
        ours = _TABLE.c.id.in_([row.id for row in taken])
        values = {"state": "sending", "lease_until": now + LEASE, "attempts": _TABLE.c.attempts + 1}
        connection.execute(update(_TABLE).where(ours).values(values))
    return tuple(_claimed(row, now) for row in taken)


def settle(
    database: Database, call: Claimed, outcome: Outcome, now: datetime, chance: random.Random
) -> None:
    """Write down what became of a call; one that is no longer ours is left alone."""
    with database.write() as connection:
        this = (_TABLE.c.id == call.id, _TABLE.c.attempts == call.attempt)
        ours = and_(*this, _TABLE.c.state == "sending")
        row = connection.execute(select(_TABLE).where(ours).with_for_update()).first()
        if row is None:
            return
        values = _settled(row, outcome, now, chance)
        connection.execute(update(_TABLE).where(_TABLE.c.id == call.id).values(values))
        _learn(Transaction(connection, now), call.webhook_id, outcome)


class WebhookCalls:
    """The log of one webhook."""

    def __init__(self, transaction: Transaction, webhook_id: int) -> None:
        self._transaction, self._connection = transaction, transaction.connection
        self._of = _TABLE.c.webhook_id == webhook_id

    def find(
        self, before: int | None = None, most: int = PAGE
    ) -> tuple[tuple[Row[Any], ...], int | None]:
        """A page of calls, newest first, and what to ask for to see older ones."""
        wanted = select(_TABLE).where(self._of).order_by(_TABLE.c.id.desc()).limit(most + 1)
        if before is not None:
            wanted = wanted.where(_TABLE.c.id < before)
        rows = tuple(self._connection.execute(wanted))
        return rows[:most], rows[most - 1].id if len(rows) > most else None

    def resend(self, call_id: int, by: str) -> None:
        """Send one more time, with the same id; it is tried for days anew. Raises Invalid."""
        closed = (self._of, _TABLE.c.id == call_id, _TABLE.c.state.in_(("sent", "failed")))
        now = self._transaction.now
        values = {"state": "queued", "due_at": now, "until": now + PATIENCE, "settled_at": None}
        if not self._connection.execute(update(_TABLE).where(*closed).values(values)).rowcount:
            raise Invalid(_("This call is under way already, or is not there."))
        Audit(self._transaction).write(Entry(by, "webhook.resend", f"webhook_call:{call_id}"))


def switched_off(connection: Connection) -> tuple[Row[Any], ...]:
    """The webhooks that nobody switched off by hand: somebody should look."""
    off = select(_WEBHOOK.c.id, _WEBHOOK.c.url, _WEBHOOK.c.disabled_at)
    by_itself = _WEBHOOK.c.disabled_why.in_(("gone", "failing"))
    return tuple(connection.execute(off.where(by_itself).order_by(_WEBHOOK.c.id)))


def _due(now: datetime, busy: Collection[int]) -> Any:
    lapsed = and_(_TABLE.c.state == "sending", _TABLE.c.lease_until < now)
    due: ColumnElement[bool] = or_(and_(_TABLE.c.state == "queued", _TABLE.c.due_at <= now), lapsed)
    columns = ("url", "secret", "old_secret", "old_until")
    return (
        select(*_TABLE.c, *(_WEBHOOK.c[name] for name in columns))
        .join(_WEBHOOK, _WEBHOOK.c.id == _TABLE.c.webhook_id)
        .where(_TABLE.c.state.in_(("queued", "sending")), due, _WEBHOOK.c.disabled_at.is_(None))
        .where(_WEBHOOK.c.id.not_in(list(busy)))
        .order_by(_TABLE.c.due_at, _TABLE.c.id)
        .limit(_AT_ONCE)
    )


def _fairly(rows: Collection[Row[Any]]) -> Any:
    taken: Counter[int] = Counter()
    for row in rows:
        taken[row.webhook_id] += 1
        if taken[row.webhook_id] <= _EACH:
            yield row


def _claimed(row: Row[Any], now: datetime) -> Claimed:
    old = (row.old_secret,) if row.old_secret and row.old_until and now < row.old_until else ()
    return Claimed(
        row.id,
        row.webhook_id,
        row.url,
        row.message_id,
        row.body,
        row.attempts + 1,
        (row.secret, *old),
    )


def _settled(
    row: Row[Any], outcome: Outcome, now: datetime, chance: random.Random
) -> dict[str, Any]:
    told = {"status": outcome.status, "error": outcome.error or None, "lease_until": None}
    if outcome.is_done:
        return told | {"state": "sent", "settled_at": now}
    again = now + max(_delay(row.attempts, chance), outcome.wait)
    if outcome.status == _GONE or again > row.until:
        return told | {"state": "failed", "settled_at": now}
    return told | {"state": "queued", "due_at": again}


def _delay(attempts: int, chance: random.Random) -> timedelta:
    """Full jitter: anywhere up to a ceiling that grows, so that many do not come back at once.

    https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
    """
    ceiling = min(_LONGEST, _FIRST * 4.0 ** min(attempts - 1, 10))
    return timedelta(seconds=chance.uniform(0, ceiling))


def _learn(transaction: Transaction, webhook_id: int, outcome: Outcome) -> None:
    """What a try taught us about the webhook."""
    connection, now, column = transaction.connection, transaction.now, _WEBHOOK.c
    this = update(_WEBHOOK).where(column.id == webhook_id)
    if outcome.is_done:
        failed = column.failing_since.is_not(None)
        connection.execute(this.where(failed).values(failing_since=None))
        return
    connection.execute(this.values(failing_since=func.coalesce(column.failing_since, now)))
    why = "gone" if outcome.status == _GONE else "failing"
    late = true() if why == "gone" else column.failing_since < now - TOO_LONG
    off = this.where(column.disabled_at.is_(None), late)
    if connection.execute(off.values(disabled_at=now, disabled_why=why)).rowcount:
        done = Entry("house", "webhook.disable", f"webhook:{webhook_id}", why)
        Audit(transaction).write(done)
