"""Events: dated editions of programmes, as values and as rows. Who registers: registrations.py."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal, get_args
from zoneinfo import ZoneInfo

from sqlalchemy import Select, bindparam, insert, select, update

from bot.dialog import Transaction
from bot.message import Link
from bot.models import Base, Instant
from bot.services.awaiting import SOMEONE_WAITS
from bot.services.fields import Field, read_fields
from bot.services.texts import Texts, in_language

State = Literal["draft", "open", "closed", "cancelled"]
STATES: tuple[str, ...] = get_args(State)
SHREDDED_AFTER = timedelta(days=60)  # after the end, unless the organisers say another day

_TABLE = Base.metadata.tables["event"]
_COUNTED = ("taken", "revision", "shredded_at", "feedback_at")  # what no organiser writes


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """An event as it stands. Texts are by language; what each part means: bot/models/events.py."""

    id: str
    title: Texts
    starts_at: datetime
    ends_at: datetime
    zone: str
    programme: str | None = None
    summary: Texts = field(default_factory=dict)
    place: str | None = None  # a name that is the same in every language
    place_in: Texts = field(default_factory=dict)
    link: str | None = None
    capacity: int | None = None
    reserved: int = 0
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    waiting_list: bool = True
    offer_hours: int = 24
    seats_each: int = 1
    for_whom: Texts = field(default_factory=dict)
    contact: str | None = None
    fields: tuple[Field, ...] = ()
    state: str = "draft"
    results: Texts = field(default_factory=dict)
    materials: tuple[Link, ...] = ()
    shred_on: date | None = None  # None when saved: SHREDDED_AFTER the end
    taken: int = 0
    revision: int = 0
    shredded_at: datetime | None = None
    feedback_at: datetime | None = None
    awaited: bool = field(
        default=False, compare=False
    )  # somebody waits for a seat: who comes now waits behind them

    @property
    def free(self) -> int | None:
        """Seats that are left for everybody; None without a limit."""
        return None if self.capacity is None else self.capacity - self.reserved - self.taken

    def has_room(self, seats: int = 1) -> bool:
        """Whether who asks now gets so many seats at once."""
        return self.free is None or (self.free >= seats and not self.awaited)

    @property
    def most_seats(self) -> int:
        """How many one registration may take: no more than there could ever be."""
        if self.capacity is None:
            return self.seats_each
        return max(1, min(self.seats_each, self.capacity - self.reserved))

    @property
    def local_zone(self) -> ZoneInfo:
        """The zone of the place."""
        return ZoneInfo(self.zone)

    def name(self, language: str) -> str:
        """The title for a person of that language."""
        return in_language(self.title, language)

    def where(self, language: str) -> str:
        """The place for a person of that language; "" where there is none."""
        return in_language(self.place_in, language) or self.place or ""

    def is_open(self, at: datetime) -> bool:
        """Whether one may register at that moment, full or not."""
        return self.state == "open" and not self.is_early(at) and not self.is_late(at)

    def is_early(self, at: datetime) -> bool:
        """Whether registration has not begun yet."""
        return self.opens_at is not None and at < self.opens_at

    def is_late(self, at: datetime) -> bool:
        """Whether registration is over; the moment itself still counts."""
        return at > min(self.closes_at or self.starts_at, self.starts_at)

    def is_over(self, at: datetime) -> bool:
        """Whether it has ended."""
        return at >= self.ends_at


class Events:
    """The events of all programmes."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def get(self, event_id: str) -> Event | None:
        """One event."""
        return self._named(_BY_ID, event_id)

    def among(self, ids: Collection[str]) -> dict[str, Event]:
        """These events by their ids."""
        return {event.id: event for event in self._many(_AMONG, ids=list(ids))}

    def lock(self, event_id: str) -> Event | None:
        """One event, held until the transaction ends: its seats change one after another.

        Whoever changes a registration locks its event first; in any other order two could wait
        for each other.
        """
        return self._named(_LOCKED, event_id)

    def coming(self) -> tuple[Event, ...]:
        """What people may know of and has not ended, the next first; cancelled ones are not in."""
        return self._many(_COMING, now=self._transaction.now)

    def called_off(self) -> tuple[Event, ...]:
        """What was cancelled and would not have ended yet: who asks for it is told so."""
        return self._many(_CALLED_OFF, now=self._transaction.now)

    def open_now(self) -> tuple[Event, ...]:
        """What one can register for at this moment, the next first."""
        return tuple(event for event in self.coming() if event.is_open(self._transaction.now))

    def over(self, most: int) -> tuple[Event, ...]:
        """What took place and has ended, the latest first."""
        return self._many(_OVER, now=self._transaction.now, most=most)

    def every(self) -> tuple[Event, ...]:
        """All there are, the oldest first."""
        return self._many(_IN_ORDER)

    def add(self, event: Event) -> None:
        """Write a new event down, checked before."""
        now = self._transaction.now
        row = _row(event) | {"taken": 0, "revision": 0, "created_at": now, "changed_at": now}
        self._transaction.connection.execute(insert(_TABLE).values(**row))

    def change(self, event: Event) -> Event:
        """Write a locked event down as it is now; gives it with its new revision."""
        changed = replace(event, revision=event.revision + 1)
        row = _row(changed) | {"revision": changed.revision, "changed_at": self._transaction.now}
        self._update(event.id, **row)
        return changed

    def note(self, event_id: str, **values: Any) -> None:
        """Write down what happened to an event without making a new revision of it."""
        self._update(event_id, **values)

    def _update(self, event_id: str, **values: Any) -> None:
        which = update(_TABLE).where(_TABLE.c.id == event_id)
        self._transaction.connection.execute(which.values(**values))

    def _named(self, wanted: Select[Any], event_id: str) -> Event | None:
        found = self._transaction.connection.execute(wanted, {"event_id": event_id})
        row = found.mappings().one_or_none()
        return event_of(row) if row else None

    def _many(self, wanted: Select[Any], **values: object) -> tuple[Event, ...]:
        rows = self._transaction.connection.execute(wanted, values).mappings()
        return tuple(event_of(row) for row in rows)


def shred_day(event: Event) -> date:
    """The day on which personal answers are deleted."""
    return event.shred_on or (event.ends_at.astimezone(UTC) + SHREDDED_AFTER).date()


_NAMES = tuple(f.name for f in fields(Event) if f.name != "awaited")
_ALL = select(*(_TABLE.c[name] for name in _NAMES), SOMEONE_WAITS.label("awaited"))
# Made once: every turn of a registration asks for its event, every question for what is coming.
_BY_ID = _ALL.where(_TABLE.c.id == bindparam("event_id"))
_LOCKED = _BY_ID.with_for_update()
_IN_ORDER = _ALL.order_by(_TABLE.c.starts_at, _TABLE.c.id)
_AMONG = _IN_ORDER.where(_TABLE.c.id.in_(bindparam("ids", expanding=True)))
_NOW = bindparam("now", type_=Instant)
_SHOWN = _TABLE.c.state.in_(("open", "closed"))
_COMING = _IN_ORDER.where(_SHOWN, _TABLE.c.ends_at > _NOW)
_CALLED_OFF = _IN_ORDER.where(_TABLE.c.state == "cancelled", _TABLE.c.ends_at > _NOW)
_OVER = (
    _ALL.where(_SHOWN, _TABLE.c.ends_at <= _NOW)
    .order_by(_TABLE.c.ends_at.desc(), _TABLE.c.id)
    .limit(bindparam("most"))
)


def event_of(row: Mapping[Any, Any]) -> Event:
    """A row of the table as a value."""
    held = {str(key): value for key, value in row.items()}
    held["fields"] = read_fields(held["fields"])
    held["materials"] = tuple(Link(label, url) for label, url in held["materials"])
    return Event(**held)


def _row(event: Event) -> dict[str, Any]:
    """What organisers write, as it is stored."""
    held = {name: getattr(event, name) for name in _NAMES if name not in _COUNTED}
    return held | {
        "title": dict(event.title),
        "place_in": dict(event.place_in),
        "summary": dict(event.summary),
        "for_whom": dict(event.for_whom),
        "results": dict(event.results),
        "fields": [one.to_json() for one in event.fields],
        "materials": [[link.label, link.url] for link in event.materials],
        "shred_on": shred_day(event),
    }
