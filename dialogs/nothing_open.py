"""What people ask for that needs an event, a poll or a match, while none stands in the database.

We say so instead of guessing, tell what we know about the programme they mean, and take the
wish to the team.
"""

from collections.abc import Callable
from dataclasses import replace

from bot.dialog import Command, Outcome, Turn
from bot.i18n import _
from bot.message import Reply
from dialogs.answer import answer_with
from knowledge.answering import SCREEN, find
from knowledge.library import Library

_REGISTER = _(
    "There is nothing to register for in my calendar at the moment. I can pass your interest on "
    "to the team."
)
_CANCEL = _(
    "I have no registration of yours, so there is nothing to cancel with me. If you registered "
    "elsewhere, the team can help."
)
_POLL = _("No poll is open with me at the moment, and I have no result to show.")
_REMIND = _("I have no event of yours in my calendar that I could remind you of.")
_MATCH = _(
    "I do not match people or cities by myself yet. I can pass on to the team whom you are "
    "looking for."
)


def _say(note: str) -> Callable[[Turn], Outcome]:
    def say(turn: Turn) -> Outcome:
        return Reply(turn.say(note), (turn.choice("human", _("Ask a person")),))

    return say


def _say_with_programme(note: str) -> Callable[[Turn], Outcome]:
    def say(turn: Turn) -> Outcome:
        finding = find(turn.use(Library), turn.text, turn.language, kind="programme")
        person = turn.choice("human", _("Ask a person"))
        text = turn.say(note)
        article = finding.article
        if article is None or article.kind != "programme":
            return Reply(text, (person,))
        known = answer_with(turn, article, finding.passages, room=SCREEN - len(text) - 2)
        return replace(known, text=f"{text}\n\n{known.text}", choices=(person, *known.choices))

    return say


MEAN_A_PROGRAMME = frozenset({"register", "match-partner"})
"""Wishes that can only be about a programme, whatever words they use."""

dialogs = (
    Command("register", _say_with_programme(_REGISTER), triggers=(_("wordings: register"),)),
    Command("cancel-registration", _say(_CANCEL), triggers=(_("wordings: cancel-registration"),)),
    Command("poll", _say(_POLL), triggers=(_("wordings: poll"),)),
    Command("remind", _say(_REMIND), triggers=(_("wordings: remind"),)),
    Command("match-partner", _say_with_programme(_MATCH), triggers=(_("wordings: match-partner"),)),
)
