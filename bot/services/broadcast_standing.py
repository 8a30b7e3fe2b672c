"""How a broadcast stands, in words that hold: what somebody still waits for is not finished."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from bot.i18n import _, translate, translate_plural
from bot.services.broadcast import UNDO, Broadcast
from bot.services.broadcast_names import STEPS, moment_told

SCHEDULED: Final = _("scheduled")
THROWN_AWAY: Final = _("thrown away")
# The states, where many are looked for by them.
SOUGHT: Final[Mapping[str, str]] = {
    **STEPS,
    "due": _("scheduled, or about to begin"),
    "done": _("finished, or some still wait"),
    "cancelled": _("cancelled for good, or thrown away"),
}
Tally = Mapping[str, int]


def is_scheduled(broadcast: Broadcast, now: datetime) -> bool:
    """Whether it begins later than what is sent off at once."""
    if broadcast.state != "due" or broadcast.due_at is None:
        return False
    return broadcast.due_at - now > UNDO


def standing(broadcast: Broadcast, tally: Tally, now: datetime, language: str) -> str:
    """Its state. `tally`: see Ledger."""
    if broadcast.state == "done" and (waiting := tally.get("parked")):
        return _waited_for(waiting, tally.get("sent", 0), language)
    said = STEPS[broadcast.state]
    if is_scheduled(broadcast, now):
        said = SCHEDULED
    elif broadcast.state == "cancelled" and broadcast.sent_by is None:
        said = THROWN_AWAY  # a draft that nobody had sent off
    return translate(language, said)


def _waited_for(waiting: int, sent: int, language: str) -> str:
    one = _("{count} still waits until they look or write")
    many = _("{count} still wait until they look or write")
    told = translate_plural(language, one, many, waiting)
    return translate(language, _("sent; {waiting}"), waiting=told) if sent else told


def standing_told(broadcast: Broadcast, tally: Tally, now: datetime, language: str) -> str:
    """Its state, and the moment it waits for: where no column has that."""
    if broadcast.due_at is None or not is_scheduled(broadcast, now):
        return standing(broadcast, tally, now, language)
    when = moment_told(broadcast, broadcast.due_at, language)
    return translate(language, _("scheduled for {when}"), when=when)
