"""When the people of an event are reminded: rules as values, and the moments they mean."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, time, timedelta
from typing import Any, Literal, get_args

from sqlalchemy import delete, insert, select, update

from bot.dialog import Transaction
from bot.models import Base
from bot.services.events import Event
from bot.services.texts import Texts
from bot.services.workdays import COUNTRIES, working_day_before
from bot.zones import instant, wall_of

Anchor = Literal["start", "end", "wall"]
LATE = 120  # minutes after which a reminder of an event is of no use
_TABLE = Base.metadata.tables["reminder_rule"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of an event; what each part means: bot/models/reminders.py.

    Raises ValueError for parts that do not go together.
    """

    event_id: str
    anchor: Anchor = "start"
    days: int = 0
    minutes: int = 0
    at: time | None = None
    wall: datetime | None = None
    workday: str | None = None
    statuses: tuple[str, ...] = ("confirmed",)
    texts: Texts = field(default_factory=dict)
    late_minutes: int = LATE
    enabled: bool = True
    id: int = 0

    def __post_init__(self) -> None:
        if self.anchor not in get_args(Anchor) or (self.anchor == "wall") != (
            self.wall is not None
        ):
            raise ValueError("a rule has an anchor, and a wall time only for the anchor `wall`")
        if self.workday is not None and self.workday not in COUNTRIES:
            raise ValueError(f"no calendar for {self.workday!r}")

    @property
    def is_before(self) -> bool:
        """Whether it makes no sense any more once the event has begun."""
        return self.anchor == "start" and self.days <= 0 and self.minutes <= 0

    def moment(self, event: Event) -> datetime:
        """The instant it means for that event, on the wall of the event's own place."""
        zone = event.local_zone
        if self.wall is not None:
            wall = self.wall
        else:
            anchor = event.starts_at if self.anchor == "start" else event.ends_at
            if not self.days and self.at is None and self.workday is None:
                return anchor + timedelta(minutes=self.minutes)
            wall = wall_of(anchor, zone) + timedelta(days=self.days)
            wall = wall if self.at is None else datetime.combine(wall.date(), self.at)
            wall += timedelta(minutes=self.minutes)
        if self.workday is not None:
            wall = datetime.combine(working_day_before(wall.date(), self.workday), wall.time())
        return instant(wall, zone)

    def late_after(self, event: Event) -> datetime:
        """The moment after which it is not said any more: what is before an event ends with it."""
        late = self.moment(event) + timedelta(minutes=self.late_minutes)
        return min(late, event.starts_at) if self.is_before else late


def the_evening_before(event_id: str) -> Rule:
    """What every new event has until its organisers say otherwise."""
    return Rule(event_id=event_id, days=-1, at=time(18))


_NAMES = tuple(f.name for f in fields(Rule))
_ALL = select(*(_TABLE.c[name] for name in _NAMES)).order_by(_TABLE.c.id)


class ReminderRules:
    """The rules of all events. Whoever changes one lets event_reminders.follow() its event."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection, self._now = transaction.connection, transaction.now

    def of_event(self, event_id: str) -> tuple[Rule, ...]:
        """The rules of an event, in the order in which they were made."""
        rows = self._connection.execute(_ALL.where(_TABLE.c.event_id == event_id)).mappings()
        return tuple(_rule(row) for row in rows)

    def get(self, rule_id: int) -> Rule | None:
        """One rule."""
        row = self._connection.execute(_ALL.where(_TABLE.c.id == rule_id)).mappings().one_or_none()
        return _rule(row) if row else None

    def among(self, ids: Collection[int]) -> dict[int, Rule]:
        """These rules by their ids."""
        rows = self._connection.execute(_ALL.where(_TABLE.c.id.in_(ids))).mappings()
        return {rule.id: rule for rule in map(_rule, rows)}

    def add(self, rule: Rule) -> Rule:
        """Write a new rule down; gives it with its id."""
        row = insert(_TABLE).values(**_row(rule), created_at=self._now).returning(_TABLE.c.id)
        return replace(rule, id=int(self._connection.execute(row).scalar_one()))

    def set_enabled(self, rule_id: int, enabled: bool) -> None:
        """Let a rule rest, or work again."""
        which = update(_TABLE).where(_TABLE.c.id == rule_id)
        self._connection.execute(which.values(enabled=enabled))

    def remove(self, rule_id: int) -> None:
        """The rule is gone; its reminders are stopped by follow()."""
        self._connection.execute(delete(_TABLE).where(_TABLE.c.id == rule_id))


def _rule(row: Mapping[Any, Any]) -> Rule:
    held = {str(key): value for key, value in row.items()}
    held["at"] = held["at"] and time.fromisoformat(held["at"])
    held["wall"] = held["wall"] and datetime.fromisoformat(held["wall"])
    held["statuses"] = tuple(held["statuses"])
    return Rule(**held)


def _row(rule: Rule) -> dict[str, Any]:
    held = {name: getattr(rule, name) for name in _NAMES if name != "id"}
    return held | {
        "at": rule.at and f"{rule.at:%H:%M}",
        "wall": rule.wall and rule.wall.isoformat(timespec="minutes"),
        "statuses": list(rule.statuses),
        "texts": dict(rule.texts),
    }
