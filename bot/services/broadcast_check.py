"""Whether a broadcast can go as it is written: all it names is there, and its moment is to come."""

from collections.abc import Iterable
from datetime import datetime

from bot.dialog import Transaction
from bot.i18n import _
from bot.services.audience_check import check_audience
from bot.services.broadcast import UNDO, BadBroadcast, Broadcast
from bot.services.broadcast_heard import Hears, refuse_heard
from bot.services.broadcast_mistakes import Mistakes
from bot.services.broadcast_texts import Saying

_PAST = _(
    "The moment it should begin at is over: write a later one, or none, and it begins at once."
)


def check_broadcast(
    transaction: Transaction, broadcast: Broadcast, hears: Hears, channels: Iterable[str]
) -> None:
    """Raises BadBroadcast with everything that keeps it from being sent.

    `channels`: those its audience may name.
    """
    mistakes = Mistakes()
    mistakes.of(Saying, transaction, broadcast)  # what it is about must be there
    mistakes.of(refuse_heard, broadcast, hears)
    mistakes.of(_refuse_past, broadcast, transaction.now)
    mistakes.of(check_audience, transaction, broadcast.audience, channels)
    mistakes.refuse()


def _refuse_past(broadcast: Broadcast, now: datetime) -> None:
    if broadcast.wanted_at and broadcast.wanted_at < now - UNDO:
        raise BadBroadcast(_PAST, place="begins")
