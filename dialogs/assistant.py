"""Brings the assistant back while a person of the team talks with somebody."""

from bot.dialog import Answered, Command, Outcome, Turn
from bot.i18n import _
from bot.message import Reply
from bot.services.handover import Handover
from bot.with_team import BACK, WITH_TEAM


def back(turn: Turn) -> Outcome:
    """From now on the assistant answers; what was written to the team stays with it."""
    turn.use(Handover).left(turn.talk.address)
    said = turn.say(_("I am the assistant, and I am here. What would you like to know?"))
    return Answered((Reply(said),), memory={WITH_TEAM: None})


dialog = Command(BACK, back, triggers=(_("wordings: assistant"),))
