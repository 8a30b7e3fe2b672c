"""What a platform still lets us send to an address, where it counts: opened, spent, closed.

WeChat lets us send five messages in the 48 hours after a person's message, and three in the
minute after a tap on the menu, a follow or a scan. Each is a row that the person opens anew.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Executable, bindparam, delete, func, select, update

from bot.message import FROM_PAGE, Address, Capabilities, Event, Joined, Left, Message
from bot.models import Allowance, Base, Instant
from bot.rows import Dialect, Spelt, insert_rows

_TABLE = Base.metadata.tables["allowance"]


def _opening(dialect: Dialect) -> Executable:
    opened = insert_rows(
        dialect, _TABLE, "address", "source", "left", until=bindparam("until", type_=Instant)
    )
    fresh = {"until": opened.excluded.until, "left": opened.excluded.left}
    return opened.on_conflict_do_update(index_elements=["address", "source"], set_=fresh)


_OPEN = Spelt[Executable](_opening)


def open_for(
    connection: Connection,
    events: Sequence[Event],
    now: datetime,
    reach: Mapping[str, Capabilities],
) -> None:
    """These people wrote, tapped or came: count their messages from the beginning."""
    opened: dict[tuple[str, int], dict[str, list[Any]]] = {}
    for event in events:
        can = reach.get(event.sender.channel)
        if can is None or can.reply_window is None or not _was_heard(event):
            continue
        tapped = isinstance(event, Joined) or bool(isinstance(event, Message) and event.picked)
        source, seconds, budget = (
            ("tap", can.tap_window, can.tap_budget)
            if tapped
            else ("message", can.reply_window, can.push_budget)
        )
        to = str(event.sender)
        opened.setdefault((source, seconds), {})[to] = [to, source, budget]
    for (_source, seconds), rows in opened.items():
        values = {"rows": list(rows.values()), "until": now + timedelta(seconds=seconds)}
        connection.execute(_OPEN[connection.dialect.name], values)


def _was_heard(event: Event) -> bool:
    """Whether the platform knows that they wrote: it does not see what our own pages send."""
    return not isinstance(event, Left) and not event.id.startswith(FROM_PAGE)


def room(connection: Connection, addresses: Sequence[Address], now: datetime) -> dict[str, int]:
    """How many messages each address may still get now; who is not in it may get none."""
    left = (
        select(Allowance.address, func.sum(Allowance.left))
        .where(Allowance.address.in_([str(a) for a in addresses]), Allowance.until > now)
        .group_by(Allowance.address)
    )
    return {address: int(count) for address, count in connection.execute(left)}


def spend(connection: Connection, address: str, messages: int, now: datetime) -> None:
    """So many were sent: those that lapse first are used up first."""
    rows = connection.execute(
        select(Allowance.source, Allowance.left)
        .where(Allowance.address == address, Allowance.until > now, Allowance.left > 0)
        .order_by(Allowance.until)
    ).all()
    for source, left in rows:
        used = min(left, messages)
        whose = (Allowance.address == address, Allowance.source == source)
        connection.execute(update(Allowance).where(*whose).values(left=Allowance.left - used))
        messages -= used


def close(connection: Connection, address: str) -> None:
    """The platform says that there is nothing left, whatever we counted."""
    connection.execute(delete(Allowance).where(Allowance.address == address))
