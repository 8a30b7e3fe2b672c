"""What waits to be said: add, claim.

States: queued sending sent parked failed expired cancelled unsure. Every change is one guarded
statement, so that two processes never hold the same row.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Executable,
    Exists,
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

from bot.bodies import BODY
from bot.channel import Delivery
from bot.i18n import DEFAULT
from bot.message import Address, Reply
from bot.models import Base, Conversation, Instant
from bot.outgoing import AT_MOST_ONCE, Claimed, Draft, Kind, Settlement
from bot.rows import Dialect, Spelt, insert_rows, is_among
from bot.stored import reply_from_json, reply_to_json

OPEN = ("queued", "sending", "parked")
LEASE = timedelta(seconds=60)

__all__ = ["AT_MOST_ONCE", "OPEN", "Claimed", "Draft", "Kind", "Settlement"]

BULK: Final = "broadcast"  # the kind of what is said to many
CLAIMED = (
    *("id", "address", "inbox_id", "kind", "body", "created_at"),
    *("attempts", "parts_sent", "maybe_sent"),
)
"""What of a row it takes to send it."""
DRAFTED: Final = ("channel", "address", "inbox_id", "kind", "body", "dialog")
"""What a draft says of its row, see row_of."""
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
        *DRAFTED,
        created_at=_NOW,
        due_at=bindparam("due_at", type_=Instant),
        expires_at=bindparam("expires_at", type_=Instant),
        state=literal_column("'queued'"),
        attempts=literal_column("0"),
    ).returning(_TABLE.c.id)


def _unparking(dialect: Dialect) -> Executable:
    at = is_among(dialect, _TABLE.c.address, "addresses")
    due_at = bindparam("due_at", type_=Instant)
    return update(_TABLE).where(at, _is("parked")).values(state="queued", due_at=due_at)


def is_held_up(address: ColumnElement[str], row: ColumnElement[int] | None = None) -> Exists:
    """Whether something to this address comes first: any open row, or those before `row`.

    A row to many comes first only while it is being sent.
    """
    earlier = _TABLE.alias()
    # Also where all count: with no bound SQLite reads all that was ever sent to the address.
    is_before = earlier.c.id > literal_column("0") if row is None else earlier.c.id < row
    to_many = earlier.c.kind == literal_column("'broadcast'")
    return exists().where(
        earlier.c.address == address,
        is_before,
        earlier.c.state.in_(_OPEN_WRITTEN),
        or_(~to_many, earlier.c.state == literal_column("'sending'")),
    )


# As the two indexes of what is due say it: of both that would serve, SQLite takes either.
_IS_TO_ONE = _TABLE.c.kind != literal_column("'broadcast'")
_IS_ANSWER = _TABLE.c.kind.in_([literal_column(f"'{kind}'") for kind in ("reply", "confirmation")])
_IS_REMINDER = and_(_IS_TO_ONE, _TABLE.c.kind == literal_column("'reminder'"))


def _due(is_wanted: ColumnElement[bool]) -> tuple[ColumnElement[bool], ...]:
    return _TABLE.c.channel == bindparam("at"), _is("queued"), _TABLE.c.due_at <= _NOW, is_wanted


def _heads(is_wanted: ColumnElement[bool]) -> Select[Any]:
    """The oldest open row of each address, where it is due and one of these."""
    return (
        select(*(_TABLE.c[name] for name in CLAIMED))
        .where(*_due(is_wanted), ~is_held_up(_TABLE.c.address, _TABLE.c.id))
        .where(or_(_TABLE.c.expires_at.is_(None), _TABLE.c.expires_at > _NOW))
        # As the index has it, not past all that was ever sent.
        .order_by(_TABLE.c.due_at, _TABLE.c.id)
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True, of=_TABLE)
    )


def _taking(dialect: Dialect) -> Executable:
    lease = bindparam("lease_until", type_=Instant)
    taken = {"state": "sending", "lease_until": lease, "attempts": _TABLE.c.attempts + 1}
    return update(_TABLE).where(is_among(dialect, _TABLE.c.id, "ids")).values(taken)


# These run with every batch: made once, on the bare table, so that they cost little.
_ADD = Spelt(_adding)
_UNPARK = Spelt(_unparking)
_TAKE = Spelt(_taking)
_ANSWERS, _REMINDERS = _heads(_IS_ANSWER), _heads(_IS_REMINDER)
_HAS_DUE = select(_TABLE.c.id).where(*_due(_IS_TO_ONE)).limit(1)
# PostgreSQL keeps the plan of what it is asked every second. One made while nothing waited reads,
# for each row that is due, all that waits: with ten thousand that takes half a second a claim.
_PLANNED_ANEW = "SET LOCAL plan_cache_mode = force_custom_plan"


def add(connection: Connection, drafts: Sequence[Draft], now: datetime) -> tuple[Delivery, ...]:
    """Queue these replies in the transaction of whatever caused them; ids come back in order."""
    added: list[Delivery] = []
    for times, several in groupby(drafts, key=lambda draft: (draft.due_at, draft.expires_at)):
        added += _added(connection, tuple(several), now, times)
    return tuple(added)


def _added(
    connection: Connection,
    drafts: Sequence[Draft],
    now: datetime,
    times: tuple[datetime | None, datetime | None],
) -> Iterator[Delivery]:
    due_at, expires_at = times
    values = {
        "rows": [row_of(draft) for draft in drafts],
        "now": now,
        "due_at": due_at or now,
        "expires_at": expires_at,
    }
    # Rows are inserted in order and ids grow; in which order they come back is not promised.
    ids = sorted(connection.scalars(_ADD[connection.dialect.name], values))
    for row_id, d in zip(ids, drafts, strict=True):
        yield Delivery(row_id, d.to, replace(d.reply, ref=row_id), now, d.cause)


def row_of(d: Draft) -> Sequence[Any]:
    """The columns DRAFTED of a draft's row."""
    return [d.to.channel, str(d.to), d.cause, d.kind, reply_to_json(d.reply), d.dialog]


def claim(
    connection: Connection, channel: str, now: datetime, most: int = 64, reminders: int = 64
) -> tuple[Claimed, ...]:
    """Take the oldest open row of each address, where it is due; mark it `sending`.

    `most` of them, of which so many `reminders` may be: nobody waits for one, and so they come
    last. A later message never overtakes an earlier one to the same address: only heads are taken.
    What is said to many is none of these, and holds them up nowhere: see bulk_rows.
    """
    plan_anew(connection)
    wanted = {"at": channel, "now": now}
    heads = [*connection.execute(_ANSWERS, wanted | {"most": most})]
    if (left := min(reminders, most - len(heads))) > 0:
        heads += connection.execute(_REMINDERS, wanted | {"most": left})
    take(connection, [row.id for row in heads], now)
    languages = spoken_where_unsure(connection, heads)
    return tuple(_claimed(row, languages) for row in heads)


def has_due(connection: Connection, channel: str, now: datetime) -> bool:
    """Whether anything to one waits on this channel and is due, were it behind another."""
    return connection.execute(_HAS_DUE, {"at": channel, "now": now}).first() is not None


def plan_anew(connection: Connection) -> None:
    """Have PostgreSQL plan the claims of this transaction for what waits now."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(_PLANNED_ANEW)


def take(connection: Connection, ids: Sequence[int], now: datetime) -> None:
    """These rows are sent by us, until the lease ends."""
    if ids:
        taken = {"ids": ids, "lease_until": now + LEASE}
        connection.execute(_TAKE[connection.dialect.name], taken)


def _claimed(row: Row[Any], languages: Mapping[str, str]) -> Claimed:
    return Claimed(
        delivery_of(row), row.kind, row.attempts + 1, row.parts_sent, languages.get(row.address)
    )


def spoken_where_unsure(connection: Connection, rows: Sequence[Row[Any]]) -> dict[str, str]:
    """The languages of the addresses that may have got their row already, to say so in."""
    addresses = [row.address for row in rows if row.maybe_sent]
    if not addresses:
        return {}
    talk = Conversation
    wanted = select(talk.address, talk.language).where(talk.address.in_(addresses))
    known = {row.address: row.language for row in connection.execute(wanted)}
    return {address: known.get(address, DEFAULT) for address in addresses}


def unpark(connection: Connection, addresses: Sequence[str], due_at: datetime) -> None:
    """They wrote again: what waited for that may go, from `due_at` on."""
    connection.execute(_UNPARK[connection.dialect.name], {"addresses": addresses, "due_at": due_at})


def begun_last(connection: Connection, address: str) -> Reply | None:
    """The last thing this address was sent, if we began it; None when it was a reply."""
    sent = (_TABLE.c.address == address, _is("sent"))
    last = select(_TABLE.c.inbox_id, BODY.label("body")).where(*sent).order_by(_TABLE.c.id.desc())
    row = connection.execute(last.limit(1)).one_or_none()
    return reply_from_json(row.body) if row and row.inbox_id is None and row.body else None


def delivery_of(row: Row[Any]) -> Delivery:
    """A row of the outbox as a value."""
    to, reply = Address.parse(row.address), replace(reply_from_json(row.body), ref=row.id)
    return Delivery(row.id, to, reply, row.created_at, row.inbox_id)
