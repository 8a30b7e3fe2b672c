"""What people ask for that needs a match, while none stands in the database.

We say so instead of guessing, tell what we know about the programme they mean, and take the
wish to the team. For events: dialogs/event/telling.py.
"""

from bot.dialog import Command, Outcome, Turn
from bot.i18n import _
from dialogs.event.telling import with_programme

_MATCH = _(
    "I do not match people or cities by myself yet. I can pass on to the team whom you are "
    "looking for."
)


def match(turn: Turn) -> Outcome:
    """Say what we cannot do yet, beside what we know of the programme they mean."""
    return with_programme(turn, turn.say(_MATCH))


MEAN_A_PROGRAMME = frozenset({"register", "match-partner"})
"""Wishes that can only be about a programme, whatever words they use."""

dialog = Command("match-partner", match, triggers=(_("wordings: match-partner"),), shared=True)
