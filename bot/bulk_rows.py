"""Rows of broadcasts as the database sees them: settled, put off for the night, claimed.

All in one transaction, a hundred rows at a time: a commit for each would cost more than sending
does. What is claimed is marked `sending` before it goes: after a crash exactly those are `unsure`.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Executable,
    Row,
    Select,
    bindparam,
    exists,
    literal_column,
    or_,
    select,
    update,
)

from bot import landing, outbox
from bot.channel import Delivery
from bot.message import Address, Reply
from bot.models import Base, Instant
from bot.outgoing import Claimed, Settlement
from bot.quiet import Assumed
from bot.rows import Dialect, Spelt, is_among
from bot.sending import with_room
from bot.services.preferences import next_allowed

PUT_OFF: Final = 5000  # rows of one night and one zone at a time
_TABLES = Base.metadata.tables
_OUTBOX, _BROADCAST, _TEXT = (_TABLES[t] for t in ("outbox", "broadcast", "broadcast_text"))
_PLACE, _PERSON = _TABLES["address"], _TABLES["person"]
_NOW = bindparam("now", type_=Instant)
_OPEN: tuple[ColumnElement[str], ...] = tuple(literal_column(f"'{state}'") for state in outbox.OPEN)
_QUEUED = (
    _OUTBOX.c.kind == literal_column("'broadcast'"),
    _OUTBOX.c.state == literal_column("'queued'"),
)
Says = Callable[[Connection, int, str], Reply]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a round asks for: so many rows of this channel, at this moment.

    counts  whether its platform counts how many messages an address may get
    """

    channel: str
    most: int
    now: datetime
    assumed: Assumed
    counts: bool


# What differs from row to row: to read more of each takes as long as all else we do with it.
_READ = ("id", "address", "attempts", "parts_sent", "maybe_sent", "language")


def _active() -> Select[Any]:
    """The broadcasts that have rows to be sent, the oldest first; those that pause have none."""
    b, waits = _BROADCAST.c, exists().where(*_QUEUED, _OUTBOX.c.broadcast_id == _BROADCAST.c.id)
    # Written out: a partial index serves only who says its condition.
    sending, done = (b.state == literal_column(f"'{state}'") for state in ("sending", "done"))
    late = done & (b.ends_at > _NOW) & waits
    return select(b.id, b.minds_night, b.begun_at).where(or_(sending, late)).order_by(b.id)


def _heads(is_lone: bool) -> Executable:
    """Rows of one broadcast that are due, and for whose person nothing earlier is on its way."""
    of = _OUTBOX.c.broadcast_id
    earlier = _OUTBOX.alias()
    to_many = earlier.c.kind == literal_column("'broadcast'")
    waits = ~to_many & (earlier.c.state != literal_column("'parked'"))
    blocked = exists().where(
        earlier.c.address == _OUTBOX.c.address,
        earlier.c.id < _OUTBOX.c.id,
        earlier.c.state.in_(_OPEN),
        or_(waits, earlier.c.state == literal_column("'sending'")),
    )
    return (
        select(*(_OUTBOX.c[name] for name in (outbox.CLAIMED if is_lone else _READ)))
        .where(*_QUEUED, of.is_(None) if is_lone else of == bindparam("broadcast"))
        .where(_OUTBOX.c.channel == bindparam("at"), _OUTBOX.c.due_at <= _NOW, ~blocked)
        .where(or_(_OUTBOX.c.expires_at.is_(None), _OUTBOX.c.expires_at > _NOW))
        .order_by(_OUTBOX.c.due_at, _OUTBOX.c.id)
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True, of=_OUTBOX)
    )


def _nights(dialect: Dialect) -> Executable:
    """Whose clock counts at these addresses, and when the night is there."""
    return (
        select(_PLACE.c.id, _PERSON.c.zone, _PERSON.c.quiet)
        .join(_PERSON, _PERSON.c.id == _PLACE.c.person_id)
        .where(is_among(dialect, _PLACE.c.id, "addresses"))
    )


def _putting_off() -> Executable:
    """Rows of a broadcast to people with one clock and one night, until that is over."""
    p = _PERSON.c
    asleep = select(_PLACE.c.id).join(_PERSON, p.id == _PLACE.c.person_id)
    for column, name in ((p.zone, "zone"), (p.quiet, "quiet")):
        asleep = asleep.where(column.is_not_distinct_from(bindparam(name)))
    of = (*_QUEUED, _OUTBOX.c.broadcast_id == bindparam("broadcast"))
    theirs = select(_OUTBOX.c.id).where(*of, _OUTBOX.c.channel == bindparam("at"))
    theirs = theirs.where(_OUTBOX.c.due_at <= _NOW, _OUTBOX.c.address.in_(asleep)).limit(PUT_OFF)
    until = bindparam("until", type_=Instant)
    put_off = {"due_at": until, "error": literal_column("'night'")}
    return update(_OUTBOX).where(_OUTBOX.c.id.in_(theirs)).values(put_off)


_ACTIVE, _LONE, _DUE = _active(), _heads(is_lone=True), _heads(is_lone=False)
_NIGHTS = Spelt(_nights)
_PUT_OFF = _putting_off()


def has_work(connection: Connection, channel: str, now: datetime) -> bool:
    """Whether a round would find something: a look that changes nothing."""
    asked = {"at": channel, "now": now, "most": 1}
    active = connection.execute(_ACTIVE, {"now": now}).all()
    found = [connection.execute(_DUE, {"broadcast": b.id, **asked}).first() for b in active]
    return any(found) or connection.execute(_LONE, asked).first() is not None


def turn(
    connection: Connection, landed: Sequence[Settlement], wanted: Wanted, says: Says
) -> tuple[Claimed, ...]:
    """Settle what has landed, and claim what goes next."""
    landing.settle(connection, landed, wanted.now)
    if not wanted.most:
        return ()
    outbox.plan_anew(connection)
    claimed: list[Claimed] = []
    for broadcast in connection.execute(_ACTIVE, {"now": wanted.now}).all():
        if room := wanted.most - len(claimed):
            rows = _awake(connection, broadcast, replace(wanted, most=room))
            repeats = outbox.spoken_where_unsure(connection, rows)
            said = partial(says, connection, broadcast.id)
            claimed += [_claimed(row, broadcast, said, repeats) for row in rows]
    if room := wanted.most - len(claimed):
        claimed += _lone(connection, replace(wanted, most=room))
    outbox.take(connection, [row.delivery.id for row in claimed], wanted.now)
    return with_room(connection, claimed, wanted.now) if wanted.counts else tuple(claimed)


def _lone(connection: Connection, wanted: Wanted) -> Iterator[Claimed]:
    """Rows to many that are of no broadcast: an informal poll in a group."""
    asked = {"at": wanted.channel, "now": wanted.now, "most": wanted.most}
    rows = connection.execute(_LONE, asked).all()
    repeats = outbox.spoken_where_unsure(connection, rows)
    for row in rows:
        told = repeats.get(row.address)
        delivery = outbox.delivery_of(row)
        yield Claimed(delivery, outbox.BULK, row.attempts + 1, row.parts_sent, told)


def _awake(connection: Connection, broadcast: Row[Any], wanted: Wanted) -> list[Row[Any]]:
    """The next rows of a broadcast to people for whom it is not night; others are put off."""
    asked = {"broadcast": broadcast.id, "at": wanted.channel, "now": wanted.now}
    rows = list(connection.execute(_DUE, {"most": wanted.most, **asked}))
    if not rows or not broadcast.minds_night:
        return rows
    addresses = {"addresses": [row.address for row in rows]}
    told = connection.execute(_NIGHTS[connection.dialect.name], addresses)
    until = {row.id: (row.zone, row.quiet) for row in told}
    asleep: defaultdict[tuple[str | None, str | None, datetime], set[int]] = defaultdict(set)
    for row in rows:
        zone, quiet = until.get(row.address, (None, None))
        allowed = next_allowed(zone, quiet, wanted.assumed, wanted.now)
        if allowed > wanted.now:
            asleep[zone, quiet, allowed].add(row.id)
    for zone, quiet, allowed in asleep:
        night = {"zone": zone, "quiet": quiet, "until": allowed}
        connection.execute(_PUT_OFF, night | asked)
    put_off = set().union(*asleep.values())
    return [row for row in rows if row.id not in put_off]


def _claimed(
    row: Row[Any], broadcast: Row[Any], says: Callable[[str], Reply], repeats: Mapping[str, str]
) -> Claimed:
    # The reply is the same for all, and fitted once.
    to, reply = Address.parse(row.address), says(row.language)
    delivery = Delivery(row.id, to, reply, broadcast.begun_at)
    told = repeats.get(row.address)
    return Claimed(delivery, outbox.BULK, row.attempts + 1, row.parts_sent, told)
