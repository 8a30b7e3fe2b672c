"""How fast a broadcast goes out, and how long it takes still: read from the ledger."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any, Final

from sqlalchemy import Connection, func, select

from bot.dialog import Transaction
from bot.i18n import _, translate
from bot.models import Base
from bot.services.broadcast import Broadcast

_OUTBOX = Base.metadata.tables["outbox"]
_LAST: Final = 1000  # rows of a channel that are looked at, however many were sent
_LEAST: Final = timedelta(seconds=1)
_MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Pace:
    """People a minute, over those who got it last, and the minutes that are left."""

    per_minute: int
    minutes: int

    def told(self, language: str) -> str:
        """In words."""
        if self.minutes < 60:
            said = _("{rate} a minute; about {minutes} min left")
            return translate(language, said, rate=self.per_minute, minutes=self.minutes)
        hours, minutes = divmod(self.minutes, 60)
        said = _("{rate} a minute; about {hours} h {minutes} min left")
        return translate(language, said, rate=self.per_minute, hours=hours, minutes=minutes)


def pace_of(transaction: Transaction, broadcast: Broadcast) -> Pace | None:
    """Of one that is being sent; None where nothing can be said of it yet."""
    begun, now = broadcast.begun_at, transaction.now
    if broadcast.state != "sending" or begun is None:
        return None
    o, connection = _OUTBOX.c, transaction.connection
    waits = (*_of(broadcast), o.state.in_(("queued", "sending")))
    left = connection.execute(
        select(o.channel, func.count(), func.max(o.due_at)).where(*waits).group_by(o.channel)
    ).all()
    rate = sum(_rate(connection, broadcast, channel, begun, now) for channel, *_rest in left)
    if rate < 1:
        return None
    minutes = sum(count for _channel, count, _last in left) / rate
    night = max((last for *_rest, last in left), default=now)  # some wait until it is over
    return Pace(round(rate), ceil(max(minutes, (night - now) / _MINUTE)))


def _rate(
    connection: Connection, broadcast: Broadcast, channel: str, begun: datetime, now: datetime
) -> float:
    """The last ones of a channel are the last of its queue: the index has them in that order."""
    o = _OUTBOX.c
    of = (*_of(broadcast), o.state == "sent", o.channel == channel)
    last = select(o.settled_at).where(*of).order_by(o.due_at.desc(), o.id.desc()).limit(_LAST)
    times = [at for at in connection.scalars(last) if at]
    since = min(times) if len(times) == _LAST else begun
    return len(times) / (max(now - since, _LEAST) / _MINUTE)


def _of(broadcast: Broadcast) -> tuple[Any, ...]:
    """Written as the index has it."""
    return _OUTBOX.c.broadcast_id == broadcast.id, _OUTBOX.c.kind == "broadcast"
