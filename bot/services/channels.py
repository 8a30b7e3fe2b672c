"""How the channels are: what waits on each, what failed lately, and which pause."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, literal_column, select

from bot.dialog import Transaction
from bot.hearing import hears, held, masses, notifies
from bot.i18n import _, is_ours, translate
from bot.models import ChannelState, Outbox
from bot.outbox import OPEN

LATELY = timedelta(days=1)
# Written out, not bound: a partial index serves only who says its condition.
WAITS: Final = Outbox.state.in_([literal_column(f"'{state}'") for state in OPEN])
_ERROR: Final = re.compile(r"[A-Z][A-Za-z]+Error")


@dataclass(frozen=True, slots=True)
class Pause:
    """A channel that is not set up correctly."""

    since: datetime
    until: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Health:
    """One channel: how many rows of the outbox are in which state, of those open or of today.

    pause  why nothing is sent
    deaf   why nothing is heard
    mute   why people are not told, outside the chat, that something waits for them
    held   that the team has paused it
    unlisted  why it sends no mass messages
    """

    rows: Mapping[str, int] = field(default_factory=dict)
    pause: Pause | None = None
    deaf: Pause | None = None
    mute: Pause | None = None
    held: Pause | None = None
    unlisted: Pause | None = None


def in_words(language: str, reason: str) -> str:
    """A reason of ours in the reader's language; one of the platform's as what it is.

    `ClientConnectorError` is neither, but the name of an error: the platform said nothing.
    """
    if is_ours(reason):
        return translate(language, reason)
    quoted = _("In the platform's words: “{words}”.")
    told = _("The error is called {words}.") if _ERROR.fullmatch(reason) else quoted
    return translate(language, told, words=reason.rstrip("."))


class Channels:
    """The channels as the ledger shows them."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def health(self) -> dict[str, Health]:
        """By the channel's name; one that never sent anything and does not pause is not in it."""
        rows = self._rows()
        states = self._states()
        names = {*rows, *(key.partition(":")[0] for key in states)}
        return {
            name: Health(
                rows.get(name, {}),
                states.get(name),
                states.get(hears(name)),
                states.get(notifies(name)),
                states.get(held(name)),
                states.get(masses(name)),
            )
            for name in sorted(names)
        }

    def _rows(self) -> dict[str, Counter[str]]:
        since = self._transaction.now - LATELY
        # Apart, so that each is read along an index of its own.
        settled = Outbox.created_at > since, Outbox.state.not_in(OPEN)
        found: dict[str, Counter[str]] = {}
        for which in ((WAITS,), settled):
            counted = select(Outbox.channel, Outbox.state, func.count()).where(*which)
            grouped = counted.group_by(Outbox.channel, Outbox.state)
            for channel, state, count in self._transaction.connection.execute(grouped):
                found.setdefault(channel, Counter())[state] = count
        return found

    def _states(self) -> dict[str, Pause]:
        rows = self._transaction.connection.execute(select(ChannelState.__table__))
        return {row.channel: Pause(row.since, row.paused_until, row.reason) for row in rows}
