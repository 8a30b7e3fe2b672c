"""How a broadcast stands, in words: what is sent off for another day is not about to begin."""

from datetime import datetime
from typing import Final

from bot.i18n import _, translate
from bot.services.broadcast import UNDO, Broadcast
from bot.services.broadcast_names import STEPS, moment_told

SCHEDULED: Final = _("scheduled")
DUE: Final = _("scheduled, or about to begin")  # the state, where many are looked for by it


def is_scheduled(broadcast: Broadcast, now: datetime) -> bool:
    """Whether it begins later than what is sent off at once."""
    if broadcast.state != "due" or broadcast.due_at is None:
        return False
    return broadcast.due_at - now > UNDO


def standing(broadcast: Broadcast, now: datetime, language: str) -> str:
    """Its state."""
    said = SCHEDULED if is_scheduled(broadcast, now) else STEPS[broadcast.state]
    return translate(language, said)


def standing_told(broadcast: Broadcast, now: datetime, language: str) -> str:
    """Its state, and the moment it waits for: where no column has that."""
    if broadcast.due_at is None or not is_scheduled(broadcast, now):
        return standing(broadcast, now, language)
    when = moment_told(broadcast, broadcast.due_at, language)
    return translate(language, _("scheduled for {when}"), when=when)
