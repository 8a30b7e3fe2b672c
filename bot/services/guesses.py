"""Wrong invitations and contact codes: who tries many waits, and the team hears of it."""

from math import ceil
from typing import Final

from bot.dialog import Talk, Transaction
from bot.i18n import _
from bot.services.audit import Audit, Entry
from bot.services.tries import Tries

GUESSED: Final = "code.guessed"  # the action in the audit
WAIT = _(
    "Too many codes were wrong, so I wait a while before I try another one. Please write yours "
    "again in {minutes} minutes. If it does not work then, the team will help you."
)
_TOLD_AT: Final = frozenset({20, 100, 1_000, 10_000, 100_000})  # wrong codes of all together


class Guesses:
    """Counted by person and by address: neither a second account nor a second talk is a way out."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction, self._tries = transaction, Tries(transaction)

    def minutes(self, talk: Talk) -> int:
        """How long until the next code of theirs is looked at; 0: now."""
        return ceil(self._tries.wait(_keys(talk)).total_seconds() / 60)

    def wrong(self, talk: Talk, about: str) -> None:
        """One more. `about`: what the code was for, as the audit calls it: `poll:lanes`."""
        counts = self._tries.failed((*_keys(talk), f"of {about}"))
        of_all = counts[f"of {about}"]
        if of_all in _TOLD_AT:
            entry = Entry("house", GUESSED, about, f"{of_all} wrong codes")
            Audit(self._transaction).write(entry)


def _keys(talk: Talk) -> tuple[str, str]:
    return f"person:{talk.person_id}", f"address:{talk.address}"
