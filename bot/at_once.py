"""Replies that the process which adds them also sends: claimed in the transaction that adds them.

Looking for them afterwards would be one transaction more for each batch, and find the same rows.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import Connection, Executable, bindparam, case, literal_column, null, select

from bot import outbox
from bot.channel import Delivery
from bot.models import Base, Instant
from bot.outgoing import Claimed, Draft, Settlement
from bot.rows import Dialect, Spelt, given, insert_into

Rooms = Mapping[str, int]
"""How many replies each channel may be given at once, by its name."""
NOWHERE: Rooms = {}

_TABLE = Base.metadata.tables["outbox"]


@dataclass(slots=True)
class Aboard:
    """What delivery gives a batch of turns to write down, and what it is given to send.

    rooms   how many replies each channel may be given; one that is not named looks for its rows
    landed  what was sent
    claimed replies that the batch claimed
    """

    rooms: Rooms = field(default_factory=dict)
    landed: Sequence[Settlement] = ()
    claimed: Sequence[Claimed] = ()


Boarding = Callable[[], AbstractContextManager[Aboard]]
"""Within the block the batch is written; if it raises, everything stands as before."""


def nobody() -> AbstractContextManager[Aboard]:
    """Where replies are sent by other processes."""
    return nullcontext(Aboard())


@dataclass(frozen=True, slots=True)
class Added:
    """What was added: all of it, those to one address in order; and what of it is claimed."""

    deliveries: Sequence[Delivery] = ()
    claimed: Sequence[Claimed] = ()


def add(connection: Connection, drafts: Sequence[Draft], now: datetime, rooms: Rooms) -> Added:
    """As outbox.add; a reply that may go at once, with nothing before it, is claimed."""
    first = tuple(_first(drafts, now, rooms))
    ids = {id(draft) for draft in first}
    rest = [draft for draft in drafts if id(draft) not in ids]
    began = tuple(_began(connection, first, now))
    deliveries = [delivery for delivery, _claimed in began]
    claimed = [claimed for _delivery, claimed in began if claimed]
    return Added([*deliveries, *outbox.add(connection, rest, now)], claimed)


def _first(drafts: Sequence[Draft], now: datetime, rooms: Rooms) -> Iterator[Draft]:
    """The first to each address, as far as there is room."""
    left, seen = dict(rooms), set()
    for draft in drafts:
        is_due = draft.expires_at is None and (draft.due_at or now) <= now
        if draft.to not in seen and is_due and left.get(draft.to.channel, 0) > 0:
            left[draft.to.channel] -= 1
            yield draft
        seen.add(draft.to)


def _began(
    connection: Connection, drafts: Sequence[Draft], now: datetime
) -> Iterator[tuple[Delivery, Claimed | None]]:
    if not drafts:
        return
    outbox.plan_anew(connection)
    values = {
        "rows": [outbox.row_of(draft) for draft in drafts],
        "now": now,
        "lease_until": now + outbox.LEASE,
    }
    added = sorted(connection.execute(_ADD[connection.dialect.name], values))
    for (row_id, state), d in zip(added, drafts, strict=True):
        delivery = Delivery(row_id, d.to, replace(d.reply, ref=row_id), now, d.cause)
        yield delivery, Claimed(delivery, d.kind, 1) if state == "sending" else None


def _adding(dialect: Dialect) -> Executable:
    rows = given(dialect, *(_TABLE.c[name] for name in outbox.DRAFTED))
    address = rows.values[outbox.DRAFTED.index("address")]
    named = (value.label(name) for name, value in zip(outbox.DRAFTED, rows.values, strict=True))
    # Materialized: else each of the three columns below would look at the outbox for itself.
    drafts = (
        select(*named, rows.place.label("place"), outbox.is_held_up(address).label("waits"))
        .cte("drafts")
        .prefix_with("MATERIALIZED")
    )
    now, lease = bindparam("now", type_=Instant), bindparam("lease_until", type_=Instant)
    same = {
        "created_at": now,
        "due_at": now,
        "state": case(
            (drafts.c.waits, literal_column("'queued'")), else_=literal_column("'sending'")
        ),
        "attempts": case((drafts.c.waits, literal_column("0")), else_=literal_column("1")),
        "lease_until": case((drafts.c.waits, null()), else_=lease),
    }
    chosen = select(*(drafts.c[name] for name in outbox.DRAFTED), *same.values())
    return (
        insert_into(dialect, _TABLE)
        .from_select([*outbox.DRAFTED, *same], chosen.order_by(drafts.c.place))
        .returning(_TABLE.c.id, _TABLE.c.state)
    )


_ADD = Spelt(_adding)
