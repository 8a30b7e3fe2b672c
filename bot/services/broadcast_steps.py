"""Why a step with a broadcast cannot be: its state, and what can be done instead."""

from collections.abc import Mapping
from typing import Final

from bot.i18n import _
from bot.services.broadcast import BadBroadcast, Broadcast, Overtaken

_OVERTAKEN = _("Somebody else has changed this broadcast meanwhile. Please look at it again.")
_NOT_NOW: Final[Mapping[str, str]] = {
    "draft": _(
        "It is a draft, so this cannot be done: it can be changed, sent, or thrown away on its "
        "page in the console."
    ),
    "asked": _(
        "It waits for a second member of the team, so this cannot be done: they can agree, or it "
        "can be taken back or cancelled."
    ),
    "due": _("It has not begun yet, so this cannot be done: it can be taken back or cancelled."),
    "sending": _("It is being sent, so this cannot be done: it can be paused or cancelled."),
    "paused": _("It is paused, so this cannot be done: it can go on, or be cancelled."),
    "done": _(
        "It was sent to all who could be written to, so this cannot be done: it can be cancelled "
        "for those who have not looked or written yet."
    ),
    "cancelled": _("It is cancelled, so this cannot be done: nothing of it is sent any more."),
}


def refusal(known: Broadcast | None, revision: int) -> BadBroadcast:
    """Of a step from the state at that revision; `known`: as it stands now."""
    if known is None or known.revision != revision:
        return Overtaken(_OVERTAKEN)
    return BadBroadcast(_NOT_NOW[known.state])
