"""Reminders as they stand in their table: a moment, and what it is relative to, as columns."""

from datetime import time, timedelta
from typing import Any

from bot.understanding.dates import Moment, Relative

OWN_LATE = timedelta(hours=12)
"""So long after its moment is a reminder that somebody asked for themselves still of use."""


def times_of(moment: Moment) -> dict[str, Any]:
    """The columns of a moment somebody asked for."""
    return {
        "planned_at": moment.at,
        "due_at": moment.at,
        "late_after": moment.at + OWN_LATE,
        "zone": str(moment.zone),
        "wall": moment.wall and moment.wall.isoformat(timespec="minutes"),
    }


def relative_to_json(relative: Relative) -> dict[str, Any]:
    """What a reminder counts from, as it is stored."""
    return {
        "days": relative.days,
        "seconds": relative.seconds,
        "at": relative.at and f"{relative.at:%H:%M}",
        "after": relative.after,
    }


def relative_from_json(stored: dict[str, Any]) -> Relative:
    """The stored form read back."""
    at = time.fromisoformat(stored["at"]) if stored["at"] else None
    return Relative(int(stored["days"]), int(stored["seconds"]), at, bool(stored["after"]))
