"""Gives due reminders to the outbox: a batch is claimed, worded and handed over in one transaction.

Either all of that has happened or nothing, so there is no lease to lapse: a clock that dies leaves
its rows due. Rows another clock works on, and people a turn works on, are passed over.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, literal_column, select, update

from bot import outbox
from bot.database import Database
from bot.dialog import Transaction
from bot.message import Address, Reply
from bot.models import Base, Instant
from bot.quiet import Assumed
from bot.rows import Dialect, given, is_among
from bot.services.events import Event, Events
from bot.services.preferences import Preference, preference
from bot.services.reminder_rules import ReminderRules, Rule
from bot.services.reminder_texts import LATE, Reader, of_event, of_ones_own, on_the_clock
from bot.services.texts import in_language
from bot.zones import zone_named

BATCH = 500

_TABLES = Base.metadata.tables
_REMINDER = _TABLES["reminder"]
_PERSON, _PLACE, _TALK = _TABLES["person"], _TABLES["address"], _TABLES["conversation"]
_NOW = bindparam("now", type_=Instant)
_IS_DUE = _REMINDER.c.state == literal_column("'due'")

_READ = (
    *("id", "person_id", "address", "language", "event_id", "rule_id"),
    *("planned_at", "due_at", "late_after", "over_at", "zone", "text"),
)
DUE = (
    select(*(_REMINDER.c[name] for name in _READ))
    .where(_IS_DUE, _REMINDER.c.due_at <= _NOW)
    .order_by(_REMINDER.c.due_at, _REMINDER.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
"""What a tick reads: as far as it is due, in the order of its index."""
_SETTLED = {"settled_at": _NOW}


@dataclass(frozen=True, slots=True)
class Fired:
    """What a round did: to whom something is on its way, and how many rows were settled."""

    addresses: tuple[str, ...]
    settled: int


@dataclass(frozen=True, slots=True)
class _Place:
    """Where somebody can be written to."""

    address: str
    language: str | None
    left: bool


@dataclass(slots=True)
class _Person:
    """Somebody with reminders that are due."""

    told: Preference
    places: list[_Place] = field(default_factory=list)

    def place(self, wanted: str) -> _Place | None:
        """Where they asked, else another address of theirs; never one they have left."""
        there = [place for place in self.places if not place.left]
        return next((p for p in there if p.address == wanted), next(iter(there), None))


@dataclass(slots=True)
class _Round:
    """What is decided about a batch."""

    handed: list[tuple[int, outbox.Draft]] = field(default_factory=list)
    later: defaultdict[tuple[datetime, datetime], list[int]] = field(
        default_factory=lambda: defaultdict(list)
    )
    ended: defaultdict[tuple[str, str | None], list[int]] = field(
        default_factory=lambda: defaultdict(list)
    )


def fire_due(
    database: Database, now: Callable[[], datetime], assumed: Assumed, most: int = BATCH
) -> Fired:
    """Hand everything over that is due, batch by batch."""
    addresses: list[str] = []
    settled = 0
    while True:
        fired = fire(database, now(), assumed, most)
        addresses += fired.addresses
        settled += fired.settled
        if fired.settled < most:
            return Fired(tuple(addresses), settled)


def fire(database: Database, now: datetime, assumed: Assumed, most: int = BATCH) -> Fired:
    """One batch, in one transaction."""
    with database.write() as connection:
        rows = connection.execute(DUE, {"now": now, "most": most}).all()
        if not rows:
            return Fired((), 0)
        return _Firing(connection, now, assumed).run(rows)


class _Firing:
    """A batch of due reminders being handed over."""

    def __init__(self, connection: Connection, now: datetime, assumed: Assumed) -> None:
        self._connection, self._now, self._assumed = connection, now, assumed
        # Any name to SQLAlchemy; the house opens no others.
        self._dialect: Dialect = connection.dialect.name  # type: ignore[assignment]
        self._round = _Round()

    def run(self, rows: Sequence[Row[Any]]) -> Fired:
        people = self._people({row.person_id for row in rows})
        transaction = Transaction(self._connection, self._now)
        events = Events(transaction).among({row.event_id for row in rows if row.event_id})
        rules = ReminderRules(transaction).among({row.rule_id for row in rows if row.rule_id})
        for row in rows:
            person = people.get(row.person_id)
            if person is not None:
                self._decide(row, person, events.get(row.event_id), rules.get(row.rule_id))
        return self._write()

    def _people(self, ids: set[str]) -> Mapping[str, _Person]:
        """Those we may look at now: who is being changed this moment waits for the next look.

        They are held until we are done: nobody stops or leaves between our look and our word.
        """
        p, a = _PERSON.c, _PLACE.c
        wanted = (
            select(p.id, p.zone, p.quiet, p.stopped_at, a.id.label("address"), a.left_at)
            .join_from(_PERSON, _PLACE, a.person_id == p.id)
            .where(is_among(self._dialect, p.id, "ids"))
            .order_by(p.id, a.created_at, a.id)
            .with_for_update(read=True, skip_locked=True)
        )
        rows = self._connection.execute(wanted, {"ids": sorted(ids)}).all()
        spoken = self._languages([row.address for row in rows])
        people: dict[str, _Person] = dict(self._gone(set(ids) - {row.id for row in rows}))
        for row in rows:
            told = preference(row.zone, row.quiet, stopped=row.stopped_at is not None)
            person = people.setdefault(row.id, _Person(told))
            language = spoken.get(row.address)
            person.places.append(_Place(row.address, language, left=row.left_at is not None))
        return people

    def _gone(self, ids: set[str]) -> Mapping[str, _Person]:
        """People without any address: nothing of theirs can ever be said."""
        if not ids:
            return {}
        there = select(_PLACE.c.person_id).where(is_among(self._dialect, _PLACE.c.person_id, "ids"))
        found = set(self._connection.scalars(there, {"ids": sorted(ids)}))
        return {gone: _Person(preference(None, None, stopped=False)) for gone in ids - found}

    def _languages(self, addresses: Sequence[str]) -> Mapping[str, str]:
        t = _TALK.c
        wanted = select(t.address, t.language).where(
            is_among(self._dialect, t.address, "addresses")
        )
        rows = self._connection.execute(wanted, {"addresses": list(addresses)})
        return {row.address: row.language for row in rows}

    def _decide(
        self, row: Row[Any], person: _Person, event: Event | None, rule: Rule | None
    ) -> None:
        place = person.place(row.address)
        if person.told.stopped or place is None:
            reason = "stopped" if person.told.stopped else "left"
            self._round.ended["cancelled", reason].append(row.id)
        elif self._now > row.late_after:
            self._round.ended["expired", None].append(row.id)
        elif row.rule_id and (event is None or rule is None):
            self._round.ended["cancelled", "changed"].append(row.id)
        elif not self._put_off(row, person):
            reply = self._worded(row, person, place, event, rule)
            to = Address.parse(place.address)
            draft = outbox.Draft(to, reply, kind="reminder", expires_at=row.late_after)
            self._round.handed.append((row.id, draft))

    def _put_off(self, row: Row[Any], person: _Person) -> bool:
        """Whether the night keeps it back. What people ask for themselves comes when they said."""
        if row.rule_id is None:
            return False
        zone = person.told.zone or zone_named(row.zone) or self._assumed.zone
        quiet = self._assumed.quiet if person.told.quiet is None else person.told.quiet
        allowed = quiet.next_allowed(self._now, zone)
        if allowed <= self._now or (row.over_at is not None and allowed >= row.over_at):
            return False
        late_after = allowed + (row.late_after - row.due_at)
        late_after = late_after if row.over_at is None else min(late_after, row.over_at)
        self._round.later[allowed, late_after].append(row.id)
        return True

    def _worded(
        self,
        row: Row[Any],
        person: _Person,
        place: _Place,
        event: Event | None,
        rule: Rule | None,
    ) -> Reply:
        language = place.language or row.language
        reader = Reader(language, person.told.zone, self._now)
        zone = person.told.zone or zone_named(row.zone) or self._assumed.zone
        is_late = self._now - row.due_at > LATE
        planned = on_the_clock(language, row.planned_at, zone) if is_late else None
        if event is None:
            return of_ones_own(reader, row.id, row.text or "", planned)
        own = row.text or "" if rule is None else in_language(rule.texts, language)
        return of_event(reader, event, rule is None or rule.is_before, own, planned)

    def _write(self) -> Fired:
        # Drafts that end at the same moment go into one statement.
        handed = sorted(self._round.handed, key=lambda pair: pair[1].expires_at or self._now)
        drafts = [draft for _row, draft in handed]
        added = outbox.add(self._connection, drafts, self._now)
        pairs = [[row, delivery.id] for (row, _d), delivery in zip(handed, added, strict=True)]
        if pairs:
            self._connection.execute(_HANDED[self._dialect], {"rows": pairs, "now": self._now})
        for (state, reason), ids in self._round.ended.items():
            values = {"ids": ids, "now": self._now, "to": state, "why": reason}
            self._connection.execute(_ENDED[self._dialect], values)
        for (due_at, late_after), ids in self._round.later.items():
            values = {"ids": ids, "allowed": due_at, "late": late_after}
            self._connection.execute(_LATER[self._dialect], values)
        settled = len(pairs) + sum(map(len, self._round.ended.values()))
        put_off = sum(map(len, self._round.later.values()))
        return Fired(tuple(str(draft.to) for draft in drafts), settled + put_off)


def _handing(dialect: Dialect) -> Any:
    rows = given(dialect, _REMINDER.c.id, _REMINDER.c.outbox_id)
    which, outbox_id = rows.values
    handed = update(_REMINDER).where(and_(_REMINDER.c.id == which, _IS_DUE))
    return handed.values(state=literal_column("'handed'"), outbox_id=outbox_id, settled_at=_NOW)


def _ending(dialect: Dialect) -> Any:
    ended = update(_REMINDER).where(is_among(dialect, _REMINDER.c.id, "ids"), _IS_DUE)
    return ended.values(state=bindparam("to"), reason=bindparam("why"), settled_at=_NOW)


def _putting_off(dialect: Dialect) -> Any:
    later = update(_REMINDER).where(is_among(dialect, _REMINDER.c.id, "ids"), _IS_DUE)
    return later.values(
        due_at=bindparam("allowed", type_=Instant), late_after=bindparam("late", type_=Instant)
    )


_DIALECTS: tuple[Dialect, ...] = ("sqlite", "postgresql")
_HANDED = {dialect: _handing(dialect) for dialect in _DIALECTS}
_ENDED = {dialect: _ending(dialect) for dialect in _DIALECTS}
_LATER = {dialect: _putting_off(dialect) for dialect in _DIALECTS}
