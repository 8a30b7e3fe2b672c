"""Somebody came by a link or a poster: go on where it leads."""

from bot.dialog import Answered, Command, Outcome, Turn
from bot.services.invites import Invites


def follow(turn: Turn) -> Outcome:
    """The place the link names; a link that is not ours leads to the welcome."""
    invite = turn.use(Invites).follow(turn.argument)
    return Answered((), open=invite.target if invite else "greeting")


dialog = Command("invite", follow, shared=True)
