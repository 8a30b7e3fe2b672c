"""What a person has told us about when to write to them: their time zone and quiet hours."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select, update

from bot.dialog import Transaction
from bot.models import Base
from bot.quiet import Assumed, Quiet
from bot.zones import zone_named

_PERSON = Base.metadata.tables["person"]


@dataclass(frozen=True, slots=True)
class Preference:
    """`zone` and `quiet` are None where the person has not said."""

    zone: ZoneInfo | None
    quiet: Quiet | None
    stopped: bool


class Preferences:
    """Reads and writes them, in the transaction of a turn."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection

    def of(self, person_id: str) -> Preference:
        """What this person has told us."""
        p = _PERSON.c
        wanted = select(p.zone, p.quiet, p.stopped_at).where(p.id == person_id)
        row = self._connection.execute(wanted).one_or_none()
        if row is None:
            return Preference(None, None, stopped=False)
        return preference(row.zone, row.quiet, stopped=row.stopped_at is not None)

    def set_zone(self, person_id: str, zone: ZoneInfo) -> None:
        """From now on their times are times of that zone."""
        self._set(person_id, zone=str(zone))

    def set_quiet(self, person_id: str, quiet: Quiet) -> None:
        """From now on we write nothing first in these hours."""
        self._set(person_id, quiet=str(quiet))

    def _set(self, person_id: str, **values: str) -> None:
        whose = update(_PERSON).where(_PERSON.c.id == person_id)
        self._connection.execute(whose.values(**values))


def preference(zone: str | None, quiet: str | None, stopped: bool) -> Preference:
    """Stored columns as a value; what this version cannot read counts as not said."""
    try:
        hours = None if quiet is None else Quiet.read(quiet)
    except ValueError:
        hours = None
    return Preference(zone_named(zone) if zone else None, hours, stopped)


def next_allowed(zone: str | None, quiet: str | None, assumed: Assumed, now: datetime) -> datetime:
    """From when on it is not night for who has this clock and these quiet hours."""
    told = preference(zone, quiet, stopped=False)
    hours = assumed.quiet if told.quiet is None else told.quiet
    return hours.next_allowed(now, told.zone or assumed.zone)
