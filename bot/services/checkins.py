"""Who was at an event: staff scan or type references at the door, also without a network.

Every scan has an id made by the phone, so that sending it again changes nothing; of a registration
the latest scan counts, by the moment it was made and not by the moment it arrived.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Literal

from sqlalchemy import delete, func, insert, select, update

from bot.dialog import Transaction
from bot.models import Base
from bot.services.events import Event, Events
from bot.services.references import read_reference
from bot.services.registration import Registration
from bot.services.seats import Seats

What = Literal["in", "out"]
Outcome = Literal["in", "already", "out", "unknown", "elsewhere", "waiting", "offered", "cancelled"]

STAYS = timedelta(days=7)  # that a link works after the end: what a phone kept may come late
_OLDEST = timedelta(days=7)  # a phone that says it kept a scan longer is wrong
_DAY = timedelta(days=1)
_THERE = ("confirmed", "attended", "no_show")
_BECOMES = {"in": "attended", "out": "confirmed"}

_LINK, _TABLE = Base.metadata.tables["check_in_link"], Base.metadata.tables["check_in"]
_REGISTRATION = Base.metadata.tables["registration"]


@dataclass(frozen=True, slots=True)
class Scan:
    """Something done at the door. `ago`: how long before it reached us."""

    id: str
    reference: str
    what: What = "in"
    ago: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of a scan; `registration` is there when the event has one of that name."""

    outcome: Outcome
    registration: Registration | None = None
    at: datetime | None = None  # since when they are there


@dataclass(frozen=True, slots=True)
class Door:
    """How many there are: registrations, and the seats they hold."""

    expected: int
    here: int
    missing: int  # said to have stayed away
    seats: int  # of those who are here


class CheckIns:
    """What staff may do at the door."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection, self._now = transaction.connection, transaction.now
        self._events, self._seats = Events(transaction), Seats(transaction)

    # -- the secret page ---------------------------------------------------------------------

    def make_link(self, event: Event) -> str:
        """A new token for the page of this event; those made before stop working."""
        token = secrets.token_urlsafe(32)
        self.void_links(event.id)
        self._connection.execute(
            insert(_LINK).values(
                token_hash=_hash(token),
                event_id=event.id,
                created_at=self._now,
                expires_at=max(event.ends_at, self._now) + STAYS,
            )
        )
        return token

    def void_links(self, event_id: str) -> int:
        """No page of this event works any more; gives how many there were."""
        gone = delete(_LINK).where(_LINK.c.event_id == event_id)
        return self._connection.execute(gone).rowcount

    def event_of(self, token: str) -> Event | None:
        """The event a token opens the door of; None when it is unknown or too old."""
        good = (_LINK.c.token_hash == _hash(token), _LINK.c.expires_at > self._now)
        event_id = self._connection.scalar(select(_LINK.c.event_id).where(*good))
        return self._events.get(event_id) if event_id else None

    # -- at the door -------------------------------------------------------------------------

    def take(self, event_id: str, scan: Scan) -> Checked:
        """Take a scan of a locked event; the same one again is answered as before."""
        found = self._seats.by_reference(read_reference(scan.reference) or "")
        refused = _refused(event_id, found)
        if found is None or refused:
            return Checked(refused or "unknown")
        if (known := self._outcome(scan.id)) is None:
            known = self._write(event_id, found, scan)
            found = self._follow(found)
        return Checked(known, found, self._since(found))

    def door(self, event_id: str) -> Door:
        """The counts as they are now."""
        counts = self._seats.counts(event_id)
        of = {status: counts.get(status, (0, 0)) for status in _THERE}
        (here, seats), missing = of["attended"], of["no_show"][0]
        return Door(sum(count for count, _seats in of.values()), here, missing, seats)

    def close(self, event_id: str) -> int:
        """All who had a seat and were not seen stayed away; gives how many. Can be undone."""
        return self._turn(event_id, "confirmed", "no_show")

    def reopen(self, event_id: str) -> int:
        """Nobody is said to have stayed away; gives how many it was said of."""
        return self._turn(event_id, "no_show", "confirmed")

    # ------------------------------------------------------------------------------------------

    def _outcome(self, scan_id: str) -> Outcome | None:
        return self._connection.scalar(select(_TABLE.c.outcome).where(_TABLE.c.id == scan_id))

    def _write(self, event_id: str, found: Registration, scan: Scan) -> Outcome:
        again = scan.what == "in" and found.status == "attended"
        outcome: Outcome = "already" if again else scan.what
        row = {"id": scan.id, "event_id": event_id, "registration_id": found.id}
        row |= {"what": scan.what, "outcome": outcome, "received_at": self._now}
        ago = min(max(scan.ago, timedelta(0)), _OLDEST)
        self._connection.execute(insert(_TABLE).values(**row, at=self._now - ago))
        return outcome

    def _follow(self, found: Registration) -> Registration:
        """The registration as its latest scan says."""
        t = _TABLE.c
        of_it = select(t.what).where(t.registration_id == found.id)
        latest = self._connection.scalar(of_it.order_by(t.at.desc(), t.number.desc()).limit(1))
        status = _BECOMES[str(latest)]
        if status == found.status:
            return found
        return self._seats.change(found, status=status)

    def _since(self, found: Registration) -> datetime | None:
        """The first scan after the last one that was undone."""
        if found.status != "attended":
            return None
        t = _TABLE.c
        mine = t.registration_id == found.id
        undone = select(func.max(t.at)).where(mine, t.what == "out").scalar_subquery()
        first = select(func.min(t.at)).where(mine, t.what == "in")
        after = first.where((t.at > undone) | undone.is_(None))
        since: datetime | None = self._connection.scalar(after)
        return since

    def _turn(self, event_id: str, before: str, after: str) -> int:
        r = _REGISTRATION.c
        values: dict[Any, Any] = {"status": after, "changed_at": self._now}
        turned = (
            update(_REGISTRATION)
            .where(r.event_id == event_id, r.status == before)
            .values(values | {"revision": r.revision + 1})
        )
        return self._connection.execute(turned).rowcount


def is_its_day(event: Event, now: datetime) -> bool:
    """Whether people can be at the door: from the day before to the day after, where it is."""
    today, zone = now.astimezone(event.local_zone).date(), event.local_zone
    first, last = (t.astimezone(zone).date() for t in (event.starts_at, event.ends_at))
    return first - _DAY <= today <= last + _DAY


def _refused(event_id: str, found: Registration | None) -> Outcome | None:
    """Why nobody can come in with this; None for who may."""
    if found is None:
        return "unknown"
    if found.event_id != event_id:
        return "elsewhere"
    if found.status in ("waiting", "offered", "cancelled"):
        # A column is any text; this one is written from these words alone.
        status: Outcome = found.status  # type: ignore[assignment]
        return status
    return None


def _hash(token: str) -> str:
    return sha256(token.encode("utf-8", "replace")).hexdigest()
