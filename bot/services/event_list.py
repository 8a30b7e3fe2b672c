"""The events as the team lists them: with how many registered, and who waits for a decision."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import func, select

from bot.dialog import Transaction
from bot.models import Base
from bot.services.events import Event, Events
from bot.services.registration import SEATED

_EVENT, _REGISTRATION = Base.metadata.tables["event"].c, Base.metadata.tables["registration"].c
_GOES_ON = ("open", "closed")
_NAMED = 500  # events whose registrations are asked for by name; of more, all are counted
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
        can = event.reserved and event.state in _GOES_ON and now < event.starts_at
        return self.count("waiting") if can else 0


class EventList:
    """All events there are."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction, self._now = transaction, transaction.now

    def find(self, wanted: Wanted) -> tuple[Listed, ...]:
        """Those that are wanted: the next first, of those that are over the last first."""
        fits = [event for event in self._every() if self._is_wanted(event, wanted)]
        counts = self._counts([event.id for event in fits])
        found = [Listed(event, counts[event.id]) for event in fits]
        if wanted.state == DECIDE:
            found = [one for one in found if one.to_decide(self._now)]
        return tuple(reversed(found) if wanted.time == "past" else found)

    def get(self, event_id: str) -> Listed | None:
        """One event with its figures."""
        event = Events(self._transaction).get(event_id)
        return Listed(event, self._counts([event_id])[event_id]) if event else None

    def programmes(self) -> tuple[str, ...]:
        """The programmes that have an event."""
        named = select(_EVENT.programme).where(_EVENT.programme.is_not(None)).distinct()
        return tuple(self._transaction.connection.scalars(named.order_by(_EVENT.programme)))

    def to_decide(self) -> int:
        """How many people wait for a decision, at all events."""
        waiting = select(func.count()).where(
            _REGISTRATION.event_id == _EVENT.id,
            _REGISTRATION.status == "waiting",
            _EVENT.reserved > 0,
            _EVENT.state.in_(_GOES_ON),
            _EVENT.starts_at > self._now,
        )
        return int(self._transaction.connection.scalar(waiting) or 0)

    def _every(self) -> tuple[Event, ...]:
        return Events(self._transaction).every()

    def _counts(self, ids: Sequence[str]) -> Mapping[str, Mapping[str, int]]:
        r = _REGISTRATION
        counted = select(r.event_id, r.status, func.count()).group_by(r.event_id, r.status)
        if len(ids) < _NAMED:
            counted = counted.where(r.event_id.in_(ids))
        found: defaultdict[str, dict[str, int]] = defaultdict(dict)
        for event, status, count in self._transaction.connection.execute(counted):
            found[event][status] = int(count)
        return found

    def _is_wanted(self, event: Event, wanted: Wanted) -> bool:
        if wanted.time != "all" and event.is_over(self._now) != (wanted.time == "past"):
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
