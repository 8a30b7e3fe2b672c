"""The events as the team lists them: with how many registered, and who waits for a decision."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import func, select

from bot.dialog import Transaction
from bot.models import Base
from bot.services.events import Event, Events
from bot.services.registration import SEATED

_REGISTRATION = Base.metadata.tables["registration"].c
TIMES: Final = ("coming", "past", "all")
DECIDE: Final = "decide"
"""Instead of a state: those where somebody waits while seats are held back."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events. `state`: one of theirs, DECIDE, or "" for any; `words` in any language."""

    time: str = "coming"
    state: str = ""
    programme: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """An event, and how many registrations it has by their status."""

    event: Event
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def registered(self) -> int:
        """Who has a seat, or was offered one."""
        return sum(self.counts.get(status, 0) for status in SEATED)

    def count(self, status: str) -> int:
        """Those with one status."""
        return self.counts.get(status, 0)

    def to_decide(self, now: datetime) -> int:
        """Who waits while seats are held back: only the team can give those."""
        event = self.event
        can = event.reserved and event.state in ("open", "closed") and now < event.starts_at
        return self.count("waiting") if can else 0


class EventList:
    """All events there are."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def find(self, wanted: Wanted) -> tuple[Listed, ...]:
        """Those that are wanted: the next first, of those that are over the last first."""
        found = [one for one in self._all() if self._is_wanted(one, wanted)]
        return tuple(reversed(found) if wanted.time == "past" else found)

    def get(self, event_id: str) -> Listed | None:
        """One event with its figures."""
        event = Events(self._transaction).get(event_id)
        return Listed(event, self._counts(event_id)[event_id]) if event else None

    def programmes(self) -> tuple[str, ...]:
        """The programmes that have an event."""
        every = Events(self._transaction).every()
        return tuple(sorted({event.programme for event in every if event.programme}))

    def to_decide(self) -> int:
        """How many people wait for a decision, at all events."""
        return sum(one.to_decide(self._transaction.now) for one in self._all())

    def _all(self) -> list[Listed]:
        counts = self._counts()
        every = Events(self._transaction).every()
        return [Listed(event, counts[event.id]) for event in every]

    def _counts(self, event_id: str = "") -> Mapping[str, Mapping[str, int]]:
        r = _REGISTRATION
        counted = select(r.event_id, r.status, func.count()).group_by(r.event_id, r.status)
        counted = counted.where(r.event_id == event_id) if event_id else counted
        found: defaultdict[str, dict[str, int]] = defaultdict(dict)
        for event, status, count in self._transaction.connection.execute(counted):
            found[event][status] = int(count)
        return found

    def _is_wanted(self, one: Listed, wanted: Wanted) -> bool:
        event, now = one.event, self._transaction.now
        if wanted.time != "all" and event.is_over(now) != (wanted.time == "past"):
            return False
        if wanted.state == DECIDE and not one.to_decide(now):
            return False
        if wanted.state not in ("", DECIDE, event.state):
            return False
        if wanted.programme and wanted.programme != event.programme:
            return False
        return _is_about(event, wanted.words.casefold().split())


def _is_about(event: Event, words: list[str]) -> bool:
    texts = (event.id, *event.title.values(), event.place or "", *event.place_in.values())
    said = "\n".join((*texts, *event.summary.values())).casefold()
    return all(word in said for word in words)
