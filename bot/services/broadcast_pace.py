"""How fast a broadcast goes out, and how long it takes still: read from the ledger."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any, Final

from sqlalchemy import func, select

from bot.dialog import Transaction
from bot.i18n import _, translate
from bot.models import Base
from bot.services.broadcast import Broadcast

_OUTBOX = Base.metadata.tables["outbox"]
_LAST: Final = 1000  # rows of a channel that are looked at, however many were sent
_LATELY: Final = timedelta(minutes=5)  # over which it is counted: as fast as it is now
_LEAST: Final = timedelta(seconds=1)
_MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Pace:
    """People a minute, over those who got it lately, and the minutes that are left."""

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
    goes_since, now = broadcast.changed_at, transaction.now  # it began, or went on after a pause
    if broadcast.state != "sending" or goes_since is None:
        return None
    since = max(goes_since, now - _LATELY)
    o, waits = _OUTBOX.c, _OUTBOX.c.state.in_(("queued", "sending"))
    counted = select(o.channel, func.count(), func.min(o.due_at), func.max(o.due_at))
    left = transaction.connection.execute(
        counted.where(*_of(broadcast), waits).group_by(o.channel)
    ).all()
    rate = sum(_rate(transaction, broadcast, channel, since) for channel, *_rest in left)
    is_put_off = all(first > now for _channel, _count, first, _last in left)
    if not left or (rate < 1 and not is_put_off):
        return None
    minutes = sum(count for _channel, count, *_due in left) / rate if rate >= 1 else 0
    night = max(last for *_rest, last in left)  # some wait until it is over
    return Pace(round(rate), ceil(max(minutes, (night - now) / _MINUTE)))


def _rate(transaction: Transaction, broadcast: Broadcast, channel: str, since: datetime) -> float:
    """The last ones of a channel are the last of its queue: the index has them in that order.

    Who was due later, after their night or a retry, could not be sent to before that.
    """
    o, now = _OUTBOX.c, transaction.now
    of = (*_of(broadcast), o.state == "sent", o.channel == channel)
    last = select(o.settled_at, o.due_at).where(*of).order_by(o.due_at.desc(), o.id.desc())
    rows = transaction.connection.execute(last.limit(_LAST))
    recent = [(sent, due) for sent, due in rows if sent and sent >= since]
    if not recent:
        return 0.0
    sent, due = (min(times) for times in zip(*recent, strict=True))
    begun = sent if len(recent) == _LAST else max(since, due)
    minutes: float = max(now - begun, _LEAST) / _MINUTE
    return len(recent) / minutes


def _of(broadcast: Broadcast) -> tuple[Any, ...]:
    """Written as the index has it."""
    return _OUTBOX.c.broadcast_id == broadcast.id, _OUTBOX.c.kind == "broadcast"
