"""How far registrations get: how many began, where they stopped, and how many registered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import func, select

from bot.dialog import Transaction
from bot.models import Base
from bot.services.demand import LEAST, Demand
from bot.services.events import Event, Events
from bot.services.suppression import hidden

DAYS: Final = 30
REGISTERED: Final = ""
_ROW = Base.metadata.tables["registration"].c


@dataclass(frozen=True, slots=True)
class Funnel:
    """One event. `stopped`: by question in the order they are asked; `registered`: lately."""

    event: Event
    stopped: Mapping[str, int]
    registered: int

    @property
    def began(self) -> int:
        """Everybody we know of."""
        return self.registered + sum(self.stopped.values())

    @property
    def shown(self) -> Mapping[str, int | None]:
        """By question, and REGISTERED; None for what would tell of fewer than LEAST people."""
        counts = {**self.stopped, REGISTERED: self.registered}
        gone = hidden(counts, LEAST)
        return {name: None if name in gone else count for name, count in counts.items()}


def funnels(transaction: Transaction) -> tuple[Funnel, ...]:
    """Of every event somebody lately began to register for, most first."""
    stopped: dict[str, dict[str, int]] = {}
    for key, count in Demand(transaction).stopped().items():
        event_id, _bar, question = key.rpartition("|")
        stopped.setdefault(event_id, {})[question] = count
    since = transaction.now - timedelta(days=DAYS)
    lately = select(_ROW.event_id, func.count()).where(_ROW.requested_at > since)
    lately = lately.group_by(_ROW.event_id)
    registered = {event: int(count) for event, count in transaction.connection.execute(lately)}
    events = Events(transaction).among(sorted({*stopped, *registered}))
    found = [
        Funnel(event, _in_order(event, stopped.get(id_, {})), registered.get(id_, 0))
        for id_, event in events.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.began, one.event.id)))


def _in_order(event: Event, stopped: Mapping[str, int]) -> dict[str, int]:
    """Every question of the event as they are asked, and what else was asked of somebody."""
    fields = [f.id for f in event.fields if not f.sensitive]
    sensitive = [f.id for f in event.fields if f.sensitive]
    asked = ["seats", "abroad", *fields, "page", "sensitive", *sensitive, "check", "change"]
    return {name: stopped.get(name, 0) for name in asked if name in stopped or name in fields}
