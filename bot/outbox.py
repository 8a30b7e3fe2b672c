"""What waits to be said: add, claim, settle.

States: queued sending sent parked failed expired cancelled unsure. Every change is one guarded
statement, so that two processes never hold the same row.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Connection,
    Executable,
    Row,
    Select,
    and_,
    bindparam,
    exists,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.orm import aliased

from bot.channel import Delivery
from bot.database import Database
from bot.message import Address, Reply
from bot.models import Base, Instant, Outbox, Place
from bot.rows import Dialect, insert_rows, is_among
from bot.stored import reply_from_json, reply_to_json

Kind = Literal["reply", "confirmation", "reminder", "broadcast"]
AT_MOST_ONCE: frozenset[str] = frozenset({"broadcast"})
OPEN = ("queued", "sending", "parked")
LEASE = timedelta(seconds=60)

_TABLE = Base.metadata.tables["outbox"]
_NOW = bindparam("now", type_=Instant)


_OPEN_WRITTEN: tuple[ColumnElement[str], ...] = tuple(
    literal_column(f"'{state}'") for state in OPEN
)


def _is(state: str) -> ColumnElement[bool]:
    """Written out, not bound: a partial index serves only who says its condition."""
    return _TABLE.c.state == literal_column(f"'{state}'")


def _adding(dialect: Dialect) -> Executable:
    return insert_rows(
        dialect,
        _TABLE,
        *("channel", "address", "inbox_id", "kind", "body"),
        created_at=_NOW,
        due_at=_NOW,
        expires_at=bindparam("expires_at", type_=Instant),
        state=literal_column("'queued'"),
        attempts=literal_column("0"),
    ).returning(_TABLE.c.id)


def _unparking(dialect: Dialect) -> Executable:
    at = is_among(dialect, _TABLE.c.address, "addresses")
    return update(_TABLE).where(at, _is("parked")).values(state="queued", due_at=_NOW)


# Both run with every batch of turns: made once, on the bare table, so that they cost little.
_ADD = {"sqlite": _adding("sqlite"), "postgresql": _adding("postgresql")}
_UNPARK = {"sqlite": _unparking("sqlite"), "postgresql": _unparking("postgresql")}


@dataclass(frozen=True, slots=True)
class Draft:
    """A reply to be added to the outbox."""

    to: Address
    reply: Reply
    cause: int | None = None  # the inbox row it answers
    kind: Kind = "reply"
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Claimed:
    """A row this process may send until its lease ends."""

    delivery: Delivery
    kind: str
    attempts: int


@dataclass(frozen=True, slots=True)
class Settlement:
    """What became of a claimed row.

    counts  whether the try counts: a channel that pauses uses up nobody's tries
    gone    the person left or blocked us: nothing more is sent to the address
    """

    claimed: Claimed
    state: Literal["queued", "sent", "parked", "failed", "expired", "unsure"]
    due_at: datetime | None = None
    ref: str | None = None
    error: str | None = None
    rewritten: str | None = None
    counts: bool = True
    gone: bool = False


def add(connection: Connection, drafts: Sequence[Draft], now: datetime) -> tuple[Delivery, ...]:
    """Queue these replies in the transaction of whatever caused them; ids come back in order."""
    added: list[Delivery] = []
    for expires_at, several in groupby(drafts, key=lambda draft: draft.expires_at):
        added += _added(connection, tuple(several), now, expires_at)
    return tuple(added)


def _added(
    connection: Connection, drafts: Sequence[Draft], now: datetime, expires_at: datetime | None
) -> Iterator[Delivery]:
    rows = [[d.to.channel, str(d.to), d.cause, d.kind, reply_to_json(d.reply)] for d in drafts]
    values = {"rows": rows, "now": now, "expires_at": expires_at}
    # Rows are inserted in order and ids grow; in which order they come back is not promised.
    ids = sorted(connection.scalars(_ADD[connection.dialect.name], values))
    for row_id, d in zip(ids, drafts, strict=True):
        yield Delivery(row_id, d.to, d.reply, now, d.cause)


def claim(
    database: Database, channels: Sequence[str], now: datetime, most: int = 64
) -> tuple[Claimed, ...]:
    """Take the oldest open row of each address, where it is due; mark it `sending`.

    A later message never overtakes an earlier one to the same address: only heads are taken.
    """
    with database.write() as connection:
        heads = connection.execute(_due_heads(channels, now, most)).all()
        if not heads:
            return ()
        ids = [row.id for row in heads]
        connection.execute(
            update(Outbox)
            .where(Outbox.id.in_(ids))
            .values(state="sending", lease_until=now + LEASE, attempts=Outbox.attempts + 1)
        )
    return tuple(Claimed(delivery_of(row), row.kind, row.attempts + 1) for row in heads)


def _due_heads(channels: Sequence[str], now: datetime, most: int) -> Select[Any]:
    earlier = aliased(Outbox)
    blocked = exists().where(
        earlier.address == Outbox.address, earlier.id < Outbox.id, earlier.state.in_(_OPEN_WRITTEN)
    )
    return (
        select(
            Outbox.id,
            Outbox.address,
            Outbox.inbox_id,
            Outbox.kind,
            Outbox.body,
            Outbox.created_at,
            Outbox.attempts,
        )
        .where(_is("queued"), Outbox.due_at <= now, Outbox.channel.in_(channels))
        .where(~blocked, or_(Outbox.expires_at.is_(None), Outbox.expires_at > now))
        .order_by(Outbox.due_at, Outbox.id)  # as the index has it, not past all that was ever sent
        .limit(most)
        .with_for_update(skip_locked=True, of=Outbox)
    )


def settle(database: Database, settlements: Sequence[Settlement], now: datetime) -> None:
    """Write down what became of claimed rows; a row that is no longer ours is left alone."""
    with database.write() as connection:
        for s in settlements:
            row, attempts = s.claimed.delivery.id, s.claimed.attempts
            # The number of the try is the fence: whoever claimed the row after us has a higher one.
            ours = and_(Outbox.id == row, Outbox.state == "sending", Outbox.attempts == attempts)
            connection.execute(update(Outbox).where(ours).values(_settled(s, now)))
            if s.gone:
                leave(connection, str(s.claimed.delivery.to), now)


def _settled(s: Settlement, now: datetime) -> dict[str, Any]:
    values: dict[str, Any] = {
        "state": s.state,
        "lease_until": None,
        "error": s.error,
        "settled_at": None if s.state in OPEN else now,
        "attempts": s.claimed.attempts if s.counts else s.claimed.attempts - 1,
    }
    values |= {"due_at": s.due_at} if s.due_at else {}
    values |= {"platform_ref": s.ref} if s.ref else {}
    return values | ({"rewritten": s.rewritten} if s.rewritten else {})


def release_lapsed(database: Database, now: datetime) -> int:
    """Rows whose sender vanished: sent again, or `unsure` where that might say it twice."""
    lapsed = and_(_is("sending"), Outbox.lease_until < now)
    with database.write() as connection:
        once = Outbox.kind.in_(AT_MOST_ONCE)
        unsure = connection.execute(
            update(Outbox)
            .where(lapsed, once)
            .values(state="unsure", lease_until=None, settled_at=now)
        )
        again = connection.execute(
            update(Outbox).where(lapsed, ~once).values(state="queued", lease_until=None, due_at=now)
        )
    return unsure.rowcount + again.rowcount


def expire(database: Database, now: datetime) -> int:
    """Rows nobody should get any more, because their time is over."""
    over = and_(Outbox.state.in_(("queued", "parked")), Outbox.expires_at < now)
    with database.write() as connection:
        done = connection.execute(
            update(Outbox).where(over).values(state="expired", settled_at=now)
        )
    return done.rowcount


def unpark(connection: Connection, addresses: Sequence[str], now: datetime) -> None:
    """They wrote again: what waited for that may go."""
    connection.execute(_UNPARK[connection.dialect.name], {"addresses": addresses, "now": now})


def leave(connection: Connection, address: str, now: datetime) -> None:
    """They left or blocked us: what waited for them is not sent any more."""
    connection.execute(
        update(Outbox)
        .where(Outbox.address == address, Outbox.state.in_(("queued", "parked")))
        .values(state="cancelled", settled_at=now)
    )
    connection.execute(update(Place).where(Place.id == address).values(left_at=now))


def delivery_of(row: Row[Any]) -> Delivery:
    """A row of the outbox as a value."""
    to = Address.parse(row.address)
    return Delivery(row.id, to, reply_from_json(row.body), row.created_at, row.inbox_id)
