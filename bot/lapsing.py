"""Rows whose time is over: those whose sender vanished, and those nobody should get any more."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    String,
    and_,
    case,
    false,
    func,
    literal,
    literal_column,
    or_,
    update,
)

from bot.database import Database
from bot.i18n import _
from bot.models import Instant, Outbox
from bot.outgoing import AT_MOST_ONCE

CUT_OFF: Final = _("We were cut off while it was sent; whether it arrived is not known.")
NOT_SEEN: Final = _("They neither looked nor wrote in time.")
NOT_SENT: Final = _("Its time was over before it could be sent.")
# Written out, not bound: a partial index serves only who says its condition.
_WAITS = Outbox.state.in_([literal_column(f"'{state}'") for state in ("queued", "parked")])
_IS_SENDING = Outbox.state == literal_column("'sending'")


def release_lapsed(
    database: Database, now: datetime, keyed: Mapping[str, timedelta] | None = None
) -> int:
    """Rows whose sender vanished: sent again, or `unsure` where that might say it twice.

    `keyed`: for how long a channel's platform recognises what is sent again; see Channel.
    """
    lapsed = and_(_IS_SENDING, Outbox.lease_until < now)
    known = [
        and_(Outbox.channel == name, Outbox.created_at > now - span)
        for name, span in (keyed or {}).items()
        if span
    ]
    with database.write() as connection:
        once = and_(Outbox.kind.in_(AT_MOST_ONCE), ~or_(false(), *known))
        unsure = connection.execute(
            update(Outbox)
            .where(lapsed, once)
            .values(state="unsure", error=CUT_OFF, lease_until=None, settled_at=now)
        )
        again = connection.execute(
            update(Outbox)
            .where(lapsed, ~once)
            .values(state="queued", lease_until=None, due_at=now, maybe_sent=True)
        )
    return unsure.rowcount + again.rowcount


def expire(database: Database, now: datetime) -> int:
    """Rows nobody should get any more, because their time is over; why they waited stays."""
    over = and_(_WAITS, Outbox.expires_at.is_not(None), Outbox.expires_at < now)
    why = func.coalesce(Outbox.error, case((Outbox.state == "parked", NOT_SEEN), else_=NOT_SENT))
    with database.write() as connection:
        done = connection.execute(
            update(Outbox).where(over).values(state="expired", error=why, settled_at=now)
        )
    return done.rowcount


def call_off(
    connection: Connection, now: datetime, why: str | None, *which: ColumnElement[bool]
) -> int:
    """Nobody wants these any more: what waits is cancelled, what is on its way is the last of it.

    What is being sent cannot be called back; its time is over, so that it is not tried again, nor
    decided to be. One statement: a try that fails between two would be missed by both.
    """
    o = Outbox
    waits, under_way = o.state.in_(("queued", "parked")), o.state.in_(("sending", "unsure"))
    ended = {
        o.state: case((waits, "cancelled"), else_=o.state),
        o.error: case((waits, literal(why, String)), else_=o.error),
        o.settled_at: case((waits, literal(now, Instant)), else_=o.settled_at),
        o.expires_at: case((under_way, literal(now, Instant)), else_=o.expires_at),
    }
    called = update(o).where(*which, or_(waits, under_way)).values(ended)
    return connection.execute(called).rowcount
